"""How a dispute ends: its result, revisits, closing, and reopening when it flares up.

已化解 counts from the day the parties agreed (`settled_at`). 结案 needs what was agreed performed, or its plan in named
hands, and the first revisit. Later revisits go on after closing; 反弹 opens it again and opens a review (NP-28).
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from fengqiao.core import clock, deadlines, settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import act
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries, rules
from fengqiao.disputes.acts import levels, reviews
from fengqiao.disputes.acts.saving import REASON, TEXT, fresh, move, save, tell
from fengqiao.disputes.models import Dispute, Party, Revisit
from fengqiao.disputes.queries import law
from fengqiao.disputes.queries import levels as level_reads
from fengqiao.disputes.rules import agreements, revisits
from fengqiao.intake import acts as intake

RESULT = (
    "outcome", "performance", "settled_at", "revisited_at", "closed_at", "resolved_tier", "resolved_how", "plan_handed_at",
)  # fmt: skip


@act("登记纠纷结果")
def settle(
    actor: Actor, *, dispute_id: uuid.UUID, outcome: str, performance: str = "", text: str = "", tier: str = "", how: str = "",
    at: datetime | None = None, agreement_follows: bool = False, version: int | None = None,
) -> None:  # fmt: skip
    """Write down how it ended; the first revisit's clock starts. A case (民转刑) opens a review.

    outcome      vocabulary outcomes; a withdrawal has its own act. For domestic violence no outcome by agreement.
    performance  vocabulary performance_states or rules.NOTHING_DUE; asked when the parties agreed and no agreement stands.
                 What is still to be performed needs an agreement with its due dates (`agree`).
    tier, how    at which level and by which mediation it was settled (ND-26); default the leading unit's level, and the
                 agreement's kind
    at           when they agreed, if it was earlier than now
    agreement_follows  a mediation's result, whose agreement is written down next: it cannot be closed before that
    """
    policies.may_work(actor)
    text = written(text, TEXT)
    agreed = outcome in rules.RESOLVED
    moment = at or clock.now()
    wrong = {}
    if outcome not in vocabulary("outcomes") or outcome == "withdrawn":
        wrong["outcome"] = "请选择结果。"
    if tier and tier not in vocabulary("resolution_tiers"):
        wrong["tier"] = "请选择化解层级。"
    if how and how != agreements.SELF and how not in vocabulary("mediation_kinds"):
        wrong["how"] = "请选择调解方式。"
    if moment > clock.now():
        wrong["at"] = "达成时间不能晚于现在。"
    if wrong:
        raise Invalid(wrong)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    fresh(dispute, version, "登记结果")
    _lawful(outcome, dispute.kind, matter.kind)
    if agreed:  # 有案不立, 以调代处
        level_reads.must_be_answered(dispute.id)
        law.must_allow(actor, dispute, "settle_by_agreement")
    standing = queries.standing(dispute.id)
    if agreed and standing is not None:
        performance, how = queries.performance_of(standing), how or standing.kind
    elif agreed:
        performance = _without_agreement(performance, follows=agreement_follows)
    old = dispute.state
    move(dispute, "settled")
    dispute.outcome, dispute.performance = outcome, performance if agreed else ""
    dispute.resolved_tier = (tier or agreements.tier_of(dispute.org.kind)) if agreed else ""
    dispute.resolved_how = (how or _how(actor, outcome)) if agreed else ""
    dispute.round, dispute.settled_at = dispute.round + 1, moment
    save(dispute, "state", "round", *RESULT)
    if matter.state != "settled":
        intake.settle(actor, matter_id=matter.id, outcome=outcome, by="dispute")
    due = _next_revisit(actor, dispute, matter, last=0)
    if revisits.no_call(dispute.kind, outcome, violent=False):
        deadlines.drop(actor, queries.CALL, dispute.id)
    if outcome == "case":
        reviews.open_review(actor, dispute_id=dispute.id, why="case")
    facts = {
        "outcome": outcome, "performance": dispute.performance, "was": old, "due_at": due.isoformat() if due else None,
        "settled_on": clock.local(moment).date().isoformat(), "tier": dispute.resolved_tier, "how": dispute.resolved_how,
        "kind": dispute.kind, "round": dispute.round,
    }  # fmt: skip
    # counted from the day they agreed, but never before it was there to be settled
    tell(actor, dispute, matter, "settled", facts, text, occurred=max(moment, queries.open_since(dispute)) if at else None)


def _without_agreement(performance: str, *, follows: bool) -> str:
    if performance not in {*vocabulary("performance_states"), rules.NOTHING_DUE}:
        raise Invalid({"performance": "请选择履行情况。"})
    if performance not in rules.PERFORMED and not follows:
        raise Invalid({"performance": "还有约定没有履行的，请用“登记协议”写明履行事项和期限。"})
    return performance


def _how(actor: Actor, outcome: str) -> str:
    if outcome == "self_settled":
        return agreements.SELF
    return "people" if actor.has(Role.MEDIATOR) else "administrative"


def _lawful(outcome: str, *kinds: str) -> None:
    """Refused when the law forbids the outcome for the dispute's kind, or the kind its matter was given since."""
    for kind in kinds:
        if reason := rules.forbidden_outcome(kind, outcome):
            raise Refused(reason, article=rules.VIOLENCE_LAW)


def _next_revisit(actor: Actor, dispute: Dispute, matter: Any, *, last: int, again: bool = False) -> datetime | None:
    """Start the clock of the next revisit: to the end of its day. None when the schedule is done.

    last   day of the schedule the latest finished revisit stood for; 0 for none. The first one is never skipped.
    again  somebody was not reached or has something new: ask the same again some days from now
    """
    assert dispute.settled_at is not None
    today, settled = clock.today(), clock.local(dispute.settled_at).date()
    if again:
        days = int(settings_tree.value(dispute.org_id, "disputes.revisit_retry_days", default=revisits.RETRY))
        day = today + timedelta(days=days)
    else:
        schedule = queries.revisit_days(dispute)
        number = revisits.next_day(schedule, last, (today - settled).days if last else -1)
        if number is None:
            return None
        day = max(settled + timedelta(days=number), today + timedelta(days=1))
    due = clock.day_end(day)
    deadlines.start(
        actor, queries.REVISIT, about=matter.id, subject=("dispute", dispute.id), org_id=dispute.org_id, due_at=due
    )
    return due



@act("回访纠纷")
def revisit(
    actor: Actor, *, dispute_id: uuid.UUID, manner: str, result: str, performance: str = "", text: str = "",
    party_id: uuid.UUID | None = None, asked_name: str = "", version: int | None = None,
) -> None:  # fmt: skip
    """Ask again whether it holds. 反弹 opens it again at once; only 稳定 (or the leader, after three tries) lets it close.

    After 稳定 the next day of the schedule is due (red 3, 7, 30, 90 …), also when the dispute is closed.
    manner       visit 上门 or phone 电话
    result       vocabulary revisit_results
    performance  what was heard about it, when it changed; with an agreement its receipts decide instead
    party_id     who was asked; asked_name: somebody who is no party of it
    """
    policies.may_revisit(actor)
    text, asked_name = written(text, TEXT), written(asked_name, 100, field="asked_name")
    wrong = {} if manner in rules.MANNERS else {"manner": "请选择回访方式。"}
    if result not in vocabulary("revisit_results"):
        wrong["result"] = "请选择回访结果。"
    if performance and performance not in {*vocabulary("performance_states"), rules.NOTHING_DUE}:
        wrong["performance"] = "请选择履行情况。"
    if wrong:
        raise Invalid(wrong)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    fresh(dispute, version, "登记回访")
    if dispute.state not in ("settled", "revisited", "closed"):
        raise Refused("登记结果后才登记回访。")
    if party_id and not Party.objects.filter(id=party_id, dispute=dispute).exists():
        raise Invalid({"party_id": "请在本纠纷当事人中选择。"})
    assert dispute.settled_at is not None
    now, old = clock.now(), dispute.state
    elapsed = (clock.today() - clock.local(dispute.settled_at).date()).days
    day = revisits.stands_for(queries.revisit_days(dispute), elapsed)
    Revisit.objects.create(
        org_id=dispute.org_id, created_at=now, dispute=dispute, about=matter.id, round=dispute.round, at=now, day=day,
        manner=manner, result=result, party_id=party_id, asked_name=asked_name, by_id=actor.account_id,
    )  # fmt: skip
    results = queries.results(dispute)
    dispute.state = rules.after_revisit(results, closed=old == "closed")
    if dispute.state != "closed":
        if performance and dispute.outcome in rules.RESOLVED and queries.standing(dispute.id) is None:
            dispute.performance = performance
        dispute.revisited_at = now if dispute.state == "revisited" else None
    round_, settled = dispute.round, dispute.settled_at
    if dispute.state == "reopened":
        _unsettle(dispute)
    save(dispute, "state", *RESULT)
    deadlines.meet(actor, queries.REVISIT, dispute.id)
    due = None
    if dispute.state != "reopened":
        due = _next_revisit(actor, dispute, matter, last=day, again=not revisits.finished(results))
    if matter.state in ("settled", "closed"):
        intake.revisit(actor, matter_id=matter.id, manner=manner, result=result, by="dispute")
    if dispute.state == "reopened":
        _look_back(actor, dispute)
    facts = {
        "manner": manner, "result": result, "performance": dispute.performance, "was": old, "now": dispute.state, "day": day,
        "tries": revisits.vain(results), "due_at": due.isoformat() if due else None, "round": round_,
        "settled_on": clock.local(settled).date().isoformat(),
    }  # fmt: skip
    tell(actor, dispute, matter, "revisited", facts, text)


@act("纠纷结案")
def close(actor: Actor, *, dispute_id: uuid.UUID, kind: str = "", version: int | None = None) -> None:
    """Close: with a result, what was agreed performed or its plan handed over, and a revisit (NP-32). The matter closes too.

    kind  what a dispute opened as 其他纠纷 (D15) turned out to be; it has to be told now.
    """
    policies.may_decide(actor)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    fresh(dispute, version, "结案")
    reason = rules.not_ready_to_close(
        state=dispute.state, outcome=dispute.outcome, performance=dispute.performance, results=queries.results(dispute),
        leader=actor.has(Role.LEADER), handed=dispute.plan_handed_at is not None,
    )  # fmt: skip
    if reason or (reason := level_reads.close_unsigned(actor, dispute)):
        raise Refused(reason)
    if unsafe := law.violence_not_ready(dispute, matter):
        raise Refused(unsafe, article=rules.VIOLENCE_LAW)
    old_kind = dispute.kind
    if dispute.kind == rules.OTHER:
        if kind == rules.OTHER or kind not in vocabulary("dispute_types"):
            raise Invalid({"kind": "“其他纠纷”须在结案前改定类别。"})
        dispute.kind = kind
    _lawful(dispute.outcome, dispute.kind, matter.kind)
    if matter.kind == rules.OTHER:
        intake.triage(actor, matter_id=matter.id, kind=dispute.kind, police=matter.police)
    move(dispute, "closed")
    dispute.closed_at = clock.now()
    save(dispute, "state", "kind", "closed_at")
    if matter.state != "closed":
        intake.close(actor, matter_id=matter.id, outcome=dispute.outcome, revisited=True, by="dispute")
    assert dispute.settled_at is not None
    facts = {
        "outcome": dispute.outcome, "performance": dispute.performance, "round": dispute.round, "tier": dispute.resolved_tier,
        "how": dispute.resolved_how, "handed": dispute.plan_handed_at is not None,
        "settled_on": clock.local(dispute.settled_at).date().isoformat(),
    }  # fmt: skip
    tell(actor, dispute, matter, "closed", facts | {"kind": dispute.kind, "old_kind": old_kind})


@act("反弹重新办理")
def reopen(actor: Actor, *, dispute_id: uuid.UUID, reason: str, version: int | None = None) -> None:
    """It flared up again (反弹), or was closed by mistake: open again with the reason, the matter with it; a review opens.

    An agreement made before still stands, and is reminded of, until a new one replaces it.
    """
    policies.may_decide(actor)
    reason = written(reason, REASON, "请写明重新办理的原因。", "reason")
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    fresh(dispute, version, "重新办理")
    old = {"state": dispute.state, "outcome": dispute.outcome}
    settled_on = clock.local(dispute.settled_at).date().isoformat() if dispute.settled_at else None
    move(dispute, "reopened")
    _unsettle(dispute)
    save(dispute, "state", *RESULT)
    deadlines.drop(actor, queries.REVISIT, dispute.id)
    if matter.state in ("settled", "closed"):
        intake.reopen(actor, matter_id=matter.id, reason=reason, by="dispute")
    _look_back(actor, dispute)
    tell(actor, dispute, matter, "reopened", {"was": old, "round": dispute.round, "settled_on": settled_on}, reason)


def _look_back(actor: Actor, dispute: Dispute) -> None:
    """It flared up: a review opens, the level rises."""
    review = reviews.open_review(actor, dispute_id=dispute.id, why="reopened")
    levels.reconsider(actor, dispute_id=dispute.id, why="flared_up", cause=review)


def _unsettle(dispute: Dispute) -> None:
    """It is open again: what it had come to no longer holds (the events keep it)."""
    dispute.outcome = dispute.performance = dispute.resolved_tier = dispute.resolved_how = ""
    dispute.settled_at = dispute.revisited_at = dispute.closed_at = dispute.plan_handed_at = None
