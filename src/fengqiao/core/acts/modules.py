"""模块开关与影响评估 (S13; PIPL 55, 56): drafted by the administrator, signed by a leader or the rights desk, never by
the same account, kept at least three years and never changed after the signature.
"""

from collections.abc import Sequence
from datetime import date

from fengqiao.core import clock, modules
from fengqiao.core.actor import Actor, Role
from fengqiao.core.acts.settings import put
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Event, ImpactAssessment
from fengqiao.core.queries import organisations
from fengqiao.core.spine import act, record


@act("起草影响评估")
def draft_assessment(actor: Actor, *, module: str, purposes: Sequence[str], risks: str, measures: str) -> int:
    """Draft (or write anew, while unsigned) the assessment of a sensitive module for the actor's organisation.

    purposes  what the handling is for and why it is lawful and needed (PIPL 56 I 1)
    risks     effect on people's rights and the security risks (I 2)
    measures  protection and whether it fits the risk (I 3)
    """
    if not actor.has(Role.ADMIN):
        raise Forbidden
    if module not in modules.MODULES or not modules.module(module).sensitive:
        raise Invalid({"module": "该模块不需要影响评估。"})
    given = [one.strip()[:100] for one in purposes if one.strip()]
    wrong = {}
    if not given:
        wrong["purposes"] = "请写明处理目的及其必要性。"
    if len(risks.strip()) < 10:
        wrong["risks"] = "请写明对个人权益的影响及安全风险，至少 10 字。"
    if len(measures.strip()) < 10:
        wrong["measures"] = "请写明保护措施及其与风险是否相适应，至少 10 字。"
    if wrong:
        raise Invalid(wrong)
    row = (
        ImpactAssessment.objects.select_for_update(no_key=True)
        .filter(module=module, org_id=actor.org_id, signed_at=None)
        .first()
    )
    row = row or ImpactAssessment(module=module, org_id=actor.org_id)
    row.purposes, row.risks, row.measures = given, risks.strip(), measures.strip()
    row.save()
    record(
        actor,
        about=organisations.about(actor.org_id),
        subjects=[("assessment", row.pk, "drafted")],
        facts={"module": module, "assessment": row.pk},
    )
    return row.pk


@act("签署影响评估")
def sign_assessment(actor: Actor, *, assessment_id: int) -> date:
    """Sign: from now on the module is on for the organisation and those below. Returns until when the record is kept.

    Refused when it was signed before, or when the signer drafted it.
    """
    if not actor.has(Role.LEADER, Role.RIGHTS):
        raise Forbidden("由单位负责人或权利受理岗位签署。")
    row = ImpactAssessment.objects.select_for_update(no_key=True).filter(pk=assessment_id).first()
    if row is None or row.org_id not in organisations.managed(actor):
        raise NotThere
    if row.signed_at is not None:
        raise Refused("该评估已签署，不能更改。需要变更的，请另行起草。", article=modules.ARTICLE)
    drafted = Event.objects.filter(act="core.draft_assessment", facts__assessment=row.pk)
    if drafted.filter(account_id=actor.account_id).exists():
        raise Refused("起草人不能签署自己起草的评估。")
    now = clock.now()
    day = clock.local(now).date()
    row.signed_by_id, row.signed_at = actor.account_id, now
    row.keep_until = day.replace(
        year=day.year + modules.KEEP_YEARS, day=min(day.day, 28) if day.month == 2 else day.day
    )
    row.save()
    record(
        actor,
        about=organisations.about(row.org_id),
        subjects=[("assessment", row.pk, "signed")],
        facts={"module": row.module, "assessment": row.pk, "keep_until": row.keep_until.isoformat()},
        org_id=row.org_id,
    )
    return row.keep_until


@act("启用或停用模块")
def switch(actor: Actor, *, module: str, on: bool) -> None:
    """Switch a module of the actor's organisation on or off from today. A sensitive one needs its signature to be on."""
    if not actor.has(Role.ADMIN):
        raise Forbidden
    if module not in modules.MODULES:
        raise Invalid({"module": "没有这个模块。"})
    if on and modules.module(module).sensitive and not modules.assessed(actor.org_id, [module]):
        raise Refused(f"“{modules.module(module).name}”须先签署影响评估。", article=modules.ARTICLE)
    put(actor.org_id, f"module.{module}", on, clock.today())
    record(
        actor,
        about=organisations.about(actor.org_id),
        subjects=[("module", actor.org_id, "switched")],
        facts={"module": module, "on": on},
    )
