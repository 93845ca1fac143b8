"""What a phone keeps of disputes, and whose words never go onto one: violence at home, and whatever concerns the young.

Each function reads for many at once and answers plain values by id; what a role keeps of them stands in `field.projections`.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.models import Deadline
from fengqiao.disputes.models import (
    Attendance,
    Dispute,
    MediationSession,
    Obligation,
    Party,
    SessionMediator,
    Sign,
)
from fengqiao.disputes.queries.loading import REVISIT
from fengqiao.disputes.rules import LIVE, VIOLENCE, word

AHEAD = timedelta(days=14)  # sessions a phone knows of
BEHIND = timedelta(days=1)
OWED = ("pending", "partly", "overdue")
Kept = dict[uuid.UUID, dict[str, Any]]


def not_for_phones(matter_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these matters with a dispute that is violence at home, a sign 涉及未成年人 nobody dismissed, or somebody
    under 18 at a session. Three queries, however many."""
    violent = Dispute.objects.filter(matter_id__in=matter_ids, kind=VIOLENCE).values_list("matter_id", flat=True)
    signed = Sign.objects.filter(about__in=matter_ids, sign="minor").exclude(state="dismissed").values_list("about", flat=True)
    young = Attendance.objects.filter(about__in=matter_ids).exclude(age="").values_list("about", flat=True)
    return {*violent, *signed, *young}


def live(actor: Actor) -> QuerySet[Dispute]:
    """Disputes that have not ended, as row-level security shows them."""
    return Dispute.objects.filter(state__in=LIVE)


def revisits_open(actor: Actor) -> QuerySet[Deadline]:
    """Clocks until a dispute's revisit."""
    return Deadline.objects.filter(rule=REVISIT, met_at=None, dropped_at=None)


def owed(actor: Actor) -> QuerySet[Obligation]:
    """Promised performances still to come."""
    return Obligation.objects.filter(state__in=OWED)


def sessions_ahead(actor: Actor) -> QuerySet[MediationSession]:
    """Planned sessions from yesterday on, a fortnight ahead."""
    now = clock.now()
    return MediationSession.objects.filter(state="planned", starts_at__gte=now - BEHIND, starts_at__lt=now + AHEAD)


def disputes_to_keep(ids: Iterable[uuid.UUID]) -> Kept:
    """Number, matter, kind, state, level, owner, outcome, open signs, parties (no id numbers). Three queries."""
    rows = Dispute.objects.filter(id__in=list(ids)).select_related("owner", "lead")
    found: Kept = {
        d.id: {
            "number": d.number, "matter": d.matter_id, "kind": d.kind, "state": d.state, "state_word": word(d.state, d.outcome),
            "level": d.level, "owner_id": d.owner_id, "owner": d.owner.name if d.owner else "", "lead": d.lead.name if d.lead else "",
            "outcome": d.outcome, "performance": d.performance, "opened_at": d.created_at, "settled_at": d.settled_at,
            "departs_on": d.departs_on, "version": d.version, "signs": [], "parties": [],
        }
        for d in rows
    }  # fmt: skip
    for dispute, sign in Sign.objects.filter(dispute_id__in=found, state="open").values_list("dispute_id", "sign"):
        found[dispute]["signs"].append(sign)
    parties = Party.objects.filter(dispute_id__in=found, erased_at=None).order_by("created_at", "id")
    for dispute, party, name, phone, role in parties.values_list("dispute_id", "id", "name", "phone", "role"):
        found[dispute]["parties"].append({"id": party, "name": name, "phone": phone, "role": role})
    return found


def revisits_to_keep(ids: Iterable[uuid.UUID]) -> Kept:
    """Which dispute is to be asked again, and by when."""
    rows = Deadline.objects.filter(id__in=list(ids)).values("id", "subject_id", "about", "due_at")
    numbers = dict(Dispute.objects.filter(id__in=[r["subject_id"] for r in rows]).values_list("id", "number"))
    return {
        r["id"]: {"dispute": r["subject_id"], "matter": r["about"], "due_at": r["due_at"], "number": numbers.get(r["subject_id"], "")}
        for r in rows
    }


def owed_to_keep(ids: Iterable[uuid.UUID]) -> Kept:
    """Who owes whom what, by when."""
    rows = Obligation.objects.filter(id__in=list(ids)).select_related("debtor", "creditor", "dispute")
    return {
        o.id: {
            "dispute": o.dispute_id, "matter": o.about, "number": o.dispute.number, "kind": o.kind, "amount": o.amount, "paid": o.paid,
            "due_on": o.due_on, "state": o.state, "text": o.text, "debtor": o.debtor.name, "creditor": o.creditor.name,
        }
        for o in rows
    }  # fmt: skip


def sessions_to_keep(ids: Iterable[uuid.UUID]) -> Kept:
    """When, where and how, and who sits at the table for the state or the committee. Two queries."""
    rows = MediationSession.objects.filter(id__in=list(ids)).select_related("room__venue", "dispute")
    found: Kept = {
        s.id: {
            "dispute": s.dispute_id, "matter": s.about, "number": s.dispute.number, "kind": s.kind, "way": s.way,
            "starts_at": s.starts_at, "ends_at": s.ends_at, "room": s.room.venue.name if s.room else "", "mediators": [],
        }
        for s in rows
    }  # fmt: skip
    seats = SessionMediator.objects.filter(session_id__in=found, released_at=None).select_related("account")
    for seat in seats:
        found[seat.session_id]["mediators"].append({"id": seat.account_id, "name": seat.account.name})
    return found
