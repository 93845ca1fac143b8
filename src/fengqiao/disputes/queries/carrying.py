"""What a phone judges and acts by, beside a dispute's own data: the law's facts, who may do what, what is owed, the last steps.

Read for many disputes at once; the same situation as the dispute's page asks the law about.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import OuterRef, Subquery

from fengqiao.core.actor import Actor, Role
from fengqiao.core.queries.timeline import newest
from fengqiao.disputes import policies, rules
from fengqiao.disputes.models import Agreement, Dispute, Recusal, Revisit, Sign, Statement
from fengqiao.disputes.queries import levels as level_reads
from fengqiao.disputes.queries.agreements import rows_of_many
from fengqiao.disputes.queries.held import Held, failed_hearings
from fengqiao.disputes.queries.law import situation_of, violence_not_ready
from fengqiao.disputes.queries.lists import code_name
from fengqiao.disputes.rules import agreements, situation

LINES = 6  # of a timeline


def to_judge(actor: Actor, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """By dispute: title, place, kind in words, `facts` (situation.facts, what nobody has to state included), `may` (operations
    its state and the actor's post allow), `close_why` (why it cannot be closed yet), `agreement` with what is `owed`, and
    the last `lines` of its timeline: sentence, who, when. Ten queries, however many; one or two more for a red one that is about to be closed."""
    rows = list(Dispute.objects.filter(id__in=list(ids)).select_related("matter", "org"))
    known = [one.id for one in rows]
    stated = _by(Statement.objects.filter(dispute_id__in=known, sheet="law", number=Subquery(_last())))
    signs, recusals = _by(Sign.objects.filter(dispute_id__in=known)), _by(Recusal.objects.filter(dispute_id__in=known))
    failed: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for dispute_id, at in failed_hearings(known).values_list("dispute_id", "session__ended_at"):
        failed[dispute_id].append(at)
    agreed = _by(rows_of_many(known))
    results: dict[uuid.UUID, list[str]] = defaultdict(list)
    rounds = {one.id: one.round for one in rows}
    for dispute_id, round_, result in _revisits(known):
        if round_ == rounds[dispute_id]:
            results[dispute_id].append(result)
    lines = newest([one.matter_id for one in rows], LINES)
    found = {}
    for one in rows:
        held = Held(one, one.matter).known(
            stated=next(iter(stated[one.id]), None), signs=signs[one.id], recusals=recusals[one.id], failed=failed[one.id],
            agreements=agreed[one.id],
        )  # fmt: skip
        standing = held.standing
        found[one.id] = {
            "title": one.matter.title, "place_text": one.matter.place_text, "kind_word": code_name("dispute_types", one.kind),
            "facts": situation.facts(situation_of(held)), "may": may(actor, one, standing),
            "close_why": _close_why(actor, one, results[one.id]), "agreement": _agreement(standing),
            "lines": [{"at": at, "words": sentence, "who": who} for at, sentence, who in lines[one.matter_id]],
        }  # fmt: skip
    return found


def may(actor: Actor, dispute: Dispute, standing: Agreement | None) -> list[str]:
    """The operations this post may write about the dispute as it stands; a note always. Judged again at arrival."""
    if dispute.org_id not in actor.orgs:
        return []
    works, decides, asks = actor.has(*policies.WORKS), actor.has(*policies.DECIDES), actor.has(*policies.REVISITS)
    settled = dispute.state in ("settled", "revisited")
    open_ = dispute.state in rules.AT_WORK
    owes = standing is not None and any(one.state in agreements.OPEN for one in standing.obligations.all())
    known = {
        "take": works and open_ and dispute.owner_id != actor.account_id,
        "session_held": works and open_,
        "agreement": works and (open_ or (settled and dispute.outcome in rules.RESOLVED)),
        "signature": asks and standing is not None,
        "performance": asks and owes,
        "revisit": asks and settled,
        "schedule": asks and settled,
        "close": decides and dispute.state == "revisited",
        "level": works and not settled,
        "refer": decides and open_,
    }
    return [name for name, holds in known.items() if holds]


def _close_why(actor: Actor, dispute: Dispute, results: Sequence[str]) -> str:
    reason = rules.not_ready_to_close(
        state=dispute.state, outcome=dispute.outcome, performance=dispute.performance, results=results, leader=actor.has(Role.LEADER),
        handed=dispute.plan_handed_at is not None,
    )  # fmt: skip
    if reason or dispute.state != "revisited":
        return reason
    return level_reads.close_unsigned(actor, dispute) or violence_not_ready(dispute, dispute.matter)


def _agreement(standing: Agreement | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    owed = [
        {
            "id": one.id, "debtor": one.debtor_id, "creditor": one.creditor_id, "kind": one.kind, "kind_word": code_name("obligation_kinds", one.kind),
            "amount": one.amount, "paid": one.paid, "text": one.text, "due_on": one.due_on, "state": one.state,
            "state_word": agreements.STATES[one.state],
        }
        for one in standing.obligations.all()
    ]  # fmt: skip
    return {"id": standing.id, "form": standing.form, "kind": standing.kind, "total": standing.total, "on": standing.effective_at, "owed": owed}


def _by(rows: Iterable[Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for one in rows:
        found[one.dispute_id].append(one)
    return found


def _last() -> Any:
    return Statement.objects.filter(dispute_id=OuterRef("dispute_id"), sheet="law").order_by("-number").values("number")[:1]


def _revisits(ids: Sequence[uuid.UUID]) -> Iterable[tuple[uuid.UUID, int, str]]:
    rows = Revisit.objects.filter(dispute_id__in=ids, kind="dispute").order_by("at", "id")
    return list(rows.values_list("dispute_id", "round", "result"))
