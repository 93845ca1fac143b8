"""Acts for the law's sake: state its conditions, check the safety in domestic violence, record the 告诫书."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.spine import act
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts.saving import tell
from fengqiao.disputes.models import Dispute, Statement, Warning
from fengqiao.disputes.queries import law
from fengqiao.disputes.rules import situation, violence

COMMITTEE = 60  # characters of a committee's name


@act("填写办理依据")
def state_facts(actor: Actor, *, dispute_id: uuid.UUID, facts: Mapping[str, Any]) -> int:
    """State the law's conditions as they stand now (rules.situation: codes, ticks, days); returns the statement's number.

    The whole sheet is stated anew; earlier statements stay as they were, with who made them and when. Invalid names the
    fields that cannot be so; stating the same again is refused.
    """
    policies.may_work(actor)
    if wrong := situation.problems(facts, clock.today()):
        raise Invalid(wrong)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    plain = situation.facts(situation.situation(dispute.kind, clock.today(), facts))
    return _state(actor, dispute, matter, "law", plain)


@act("填写家庭暴力安全核查")
def check_safety(actor: Actor, *, dispute_id: uuid.UUID, answers: Mapping[str, Any]) -> int:
    """Answer the safety checklist of domestic violence (rules.violence.QUESTIONS → yes or no); returns the statement's number."""
    policies.may_check_safety(actor)
    if wrong := violence.problems(answers):
        raise Invalid(wrong)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    law.must_be_violence(law.violent(dispute, matter))
    return _state(actor, dispute, matter, "safety", dict(sorted(answers.items())))


@act("记录告诫书")
def warn(
    actor: Actor,
    *,
    dispute_id: uuid.UUID,
    decision: str,
    why_not: str = "",
    offender_on: date | None = None,
    victim_on: date | None = None,
    committee: str = "",
    committee_on: date | None = None,
) -> None:
    """Record the 告诫书 (反家庭暴力法 16, 17): given or not and why, when it reached both sides, which committee was told when.

    Stated anew as it goes on: what was known before and is left out now is taken back.
    """
    policies.may_decide(actor)
    _checked(decision, why_not, [offender_on, victim_on, committee_on], committee, committee_on)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    law.must_be_violence(law.violent(dispute, matter))
    given = decision == "given"
    old = law.warned(dispute.id)
    row, _ = Warning.objects.update_or_create(
        dispute=dispute,
        defaults={
            "org_id": dispute.org_id, "about": matter.id, "decision": decision, "why_not": "" if given else why_not,
            "offender_on": offender_on if given else None, "victim_on": victim_on if given else None,
            "committee": committee.strip(), "committee_on": committee_on,
        },
    )  # fmt: skip
    now = {name: _plain(getattr(row, name)) for name in WARNED}
    was = {name: _plain(getattr(old, name)) for name in WARNED} if old else None
    tell(actor, dispute, matter, "warned", {"was": was, "now": now})


WARNED = ("decision", "why_not", "offender_on", "victim_on", "committee_on")


def _checked(decision: str, why_not: str, days: list[date | None], committee: str, committee_on: date | None) -> None:
    wrong = {}
    if decision not in violence.DECISIONS:
        wrong["decision"] = "请选择是否出具告诫书。"
    if decision == "not_given" and why_not not in violence.WHY_NOT:
        wrong["why_not"] = "请选择不出具的理由。"
    if decision == "not_given" and any(days[:2]):
        wrong["offender_on"] = "没有出具告诫书的，不填送交日期。"
    for name, day in zip(("offender_on", "victim_on", "committee_on"), days, strict=True):
        if day and day > clock.today():
            wrong[name] = "日期不能晚于今天。"
    if committee_on and not committee.strip():
        wrong["committee"] = "请填写居民委员会或者村民委员会的名称。"
    if len(committee.strip()) > COMMITTEE or "\x00" in committee:
        wrong["committee"] = f"名称须在 {COMMITTEE} 字以内。"
    if wrong:
        raise Invalid(wrong)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _state(actor: Actor, dispute: Dispute, matter: Any, sheet: str, facts: dict[str, Any]) -> int:
    last = law.stated(dispute.id, sheet)
    if last is not None and last.facts == facts:
        raise Refused("与上次填写的相同，没有变化。")
    number = last.number + 1 if last else 1
    with transaction.atomic():
        Statement.objects.create(
            org_id=dispute.org_id, dispute=dispute, about=matter.id, sheet=sheet, number=number, facts=facts, at=clock.now(),
            by_id=actor.account_id,
        )  # fmt: skip
    tell(actor, dispute, matter, "stated", {"sheet": sheet, "number": number, "stated": facts})
    return number

