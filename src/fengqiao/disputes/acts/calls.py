"""警情回访 (station-day 7): within 48 hours the command room asks who called 110 whether they were content."""

import uuid

from fengqiao.core import clock, deadlines, notices
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.spine import act
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts.saving import TEXT, tell
from fengqiao.disputes.models import Party, Revisit
from fengqiao.disputes.rules import MANNERS, TRIES, revisits

NOTICE = "disputes.discontent"


@act("警情回访")
def call_back(
    actor: Actor, *, dispute_id: uuid.UUID, result: str, manner: str = "phone", party_id: uuid.UUID | None = None, text: str = ""
) -> None:
    """Note what the caller said. 不满意 is told to the unit's leaders; nobody reached is tried three times.

    result  key of rules.revisits.SATISFACTION, or "unreachable"
    """
    policies.may_call(actor)
    text = written(text, TEXT)
    if result != "unreachable" and result not in revisits.SATISFACTION:
        raise Invalid({"result": "请选择满意度。"})
    if manner not in MANNERS:
        raise Invalid({"manner": "请选择回访方式。"})
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    if dispute.org_id not in actor.orgs:
        raise Refused("纠纷由其他单位主办，由主办单位回访。", status=403)
    if not queries.call_waits(dispute.id):
        raise Refused("没有待做的警情回访。")
    if party_id and not Party.objects.filter(id=party_id, dispute=dispute).exists():
        raise Invalid({"party_id": "请在本纠纷当事人中选择。"})
    now = clock.now()
    Revisit.objects.create(
        org_id=dispute.org_id, created_at=now, dispute=dispute, about=matter.id, round=dispute.round, at=now, kind="alarm",
        manner=manner, result=result, party_id=party_id, by_id=actor.account_id,
    )  # fmt: skip
    tries = Revisit.objects.filter(dispute=dispute, kind="alarm", result="unreachable").count()
    done = result != "unreachable" or tries >= TRIES
    if done:
        deadlines.meet(actor, queries.CALL, dispute.id)
    if result == "discontent":
        words = f"纠纷 {dispute.number} 警情回访不满意，请核实"
        notices.notify(NOTICE, words, f"/disputes/{dispute.id}/", org_id=dispute.org_id, about=dispute.id)
    facts = {"satisfaction": result, "manner": manner, "tries": tries, "done": done}
    tell(actor, dispute, matter, "called", facts, text)


@act("不作警情回访")
def exempt_call(actor: Actor, *, dispute_id: uuid.UUID, why: str) -> None:
    """The caller is not asked: arrested, or a violent alarm (why: key of rules.revisits.EXEMPT)."""
    policies.may_call(actor)
    if why not in revisits.EXEMPT:
        raise Invalid({"why": "请选择不回访的原因。"})
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    if dispute.org_id not in actor.orgs:
        raise Refused("纠纷由其他单位主办，由主办单位回访。", status=403)
    if deadlines.drop(actor, queries.CALL, dispute.id) is None:
        raise Refused("没有待做的警情回访。")
    tell(actor, dispute, matter, "of", {"exempt": why})
