"""司法确认 (人民调解法 33): both sides apply to the court within 30 days of the agreement's effect; the court's answer."""

import uuid
from datetime import date

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import act
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts.saving import tell
from fengqiao.disputes.models import Confirmation
from fengqiao.disputes.rules import agreements as rules


@act("申请司法确认")
def apply_confirmation(
    actor: Actor, *, agreement_id: uuid.UUID, court_name: str, applied_on: date | None = None, joint: bool = False
) -> uuid.UUID:
    """Note that both sides applied to the court; returns the confirmation's id.

    joint  did both apply together? One side alone cannot.
    Refused for what is no people's-mediation agreement, confirms a status, or is over 30 days old; each with its article.
    """
    policies.may_work(actor)
    day = applied_on or clock.today()
    court_name = written(court_name, 100, "请填写受理的人民法院。", "court_name")
    agreement, dispute, matter = queries.agreement_for_update(actor, agreement_id)
    queries.must_lead(actor, dispute, matter)
    if agreement.ended_at is not None:
        raise Refused("这份协议已由新的协议代替。")
    if barred := rules.not_confirmable(agreement.kind, status=agreement.status):
        raise Refused(barred[0], article=barred[1])
    if Confirmation.objects.filter(agreement=agreement).exists():
        raise Refused("这份协议已登记司法确认申请。")
    if not joint:
        raise Invalid({"joint": f"须由双方当事人共同申请（{rules.CONFIRM_LAW}）。"})
    effective = clock.local(agreement.effective_at).date()
    if not effective <= day <= clock.today():
        raise Invalid({"applied_on": "申请日期须在协议生效之后、今天或以前。"})
    until = clock.local(queries.confirm_until(agreement)).date()
    if day > until:
        words = f"自协议生效之日起三十日内申请，已于 {until.year}年{until.month}月{until.day}日 届满；可就协议向人民法院起诉。"
        raise Refused(words, article=rules.CONFIRM_LAW)
    one = Confirmation.objects.create(
        id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), agreement=agreement, dispute=dispute, about=matter.id,
        court_name=court_name, applied_on=day,
    )  # fmt: skip
    facts = {"applied_on": day.isoformat(), "until": until.isoformat()}
    subjects = (("agreement", agreement.id, "of"), ("confirmation", one.id, "new"))
    tell(actor, dispute, matter, "of", facts, subjects=subjects)
    return one.id


@act("登记司法确认结果")
def note_confirmation(
    actor: Actor, *, confirmation_id: uuid.UUID, accepted_on: date | None = None, decided_on: date | None = None,
    result: str = "", number: str = "",
) -> None:  # fmt: skip
    """The court's dates and its decision.

    result  vocabulary confirmation_results, with the day of the decision
    """
    policies.may_work(actor)
    number = written(number, 60, field="number")
    found = Confirmation.objects.filter(id=confirmation_id).values_list("agreement_id", flat=True).first()
    if found is None:
        raise NotThere
    agreement, dispute, matter = queries.agreement_for_update(actor, found)
    queries.must_lead(actor, dispute, matter)
    one = Confirmation.objects.select_for_update(no_key=True).get(id=confirmation_id)
    accepted, decided = accepted_on or one.accepted_on, decided_on or one.decided_on
    wrong = {}
    if result and result not in vocabulary("confirmation_results"):
        wrong["result"] = "请选择结果。"
    if result and decided is None:
        wrong["decided_on"] = "请填写裁定或者答复的日期。"
    if accepted and not one.applied_on <= accepted <= clock.today():
        wrong["accepted_on"] = "受理日期须在申请之后、今天或以前。"
    if decided and not (accepted or one.applied_on) <= decided <= clock.today():
        wrong["decided_on"] = "裁定日期须在受理之后、今天或以前。"
    if not (result or accepted_on):
        wrong["accepted_on"] = "请填写受理日期，或裁定日期和结果。"
    if wrong:
        raise Invalid(wrong)
    one.accepted_on, one.decided_on = accepted, decided
    one.result, one.number = result or one.result, number or one.number
    one.version += 1
    one.save()
    facts = {
        "accepted_on": accepted.isoformat() if accepted else None, "decided_on": decided.isoformat() if decided else None,
        "confirmation": one.result,
    }  # fmt: skip
    tell(actor, dispute, matter, "of", facts, subjects=(("agreement", agreement.id, "of"), ("confirmation", one.id, "changed")))
