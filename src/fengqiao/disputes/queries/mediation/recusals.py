"""Recusals (回避) of a dispute's mediators and when the decision is due."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import policies
from fengqiao.disputes.models import Recusal
from fengqiao.disputes.queries.sitting import running_until, side_name


def recusal_rows(dispute_id: uuid.UUID) -> list[Recusal]:
    """The recusals of a dispute, oldest first, with the people in them."""
    return list(_rows().filter(dispute_id=dispute_id))


def _rows() -> QuerySet[Recusal]:
    return Recusal.objects.select_related("account", "dispute", "party", "decided_by", "substitute").order_by("created_at", "id")


def recusal(actor: Actor, recusal_id: uuid.UUID) -> dict[str, Any]:
    """One recusal; NotThere when it is not the actor's to see."""
    policies.may_read(actor)
    found = recusal_lines(_rows().filter(id=recusal_id))
    if not found:
        raise NotThere
    return found[0]


def recusal_lines(rows: Iterable[Recusal]) -> list[dict[str, Any]]:
    """Recusals as a page shows them, open ones first, with when the decision is due."""
    grounds = vocabulary("recusal_grounds")
    lines = [
        {
            "id": one.id, "dispute_id": one.dispute_id, "number": one.dispute.number, "who": one.account.name, "account_id": one.account_id,
            "ground": grounds[one.ground].name, "party": side_name(one.party) if one.party else "", "asked_at": one.created_at,
            "decided_at": one.decided_at, "granted": one.granted, "by": one.decided_by.name if one.decided_by else "",
            "substitute": one.substitute.name if one.substitute else "",
            "due_at": None if one.decided_at else running_until("recusal_decision", one.id),
        }
        for one in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda one: one["decided_at"] is not None)
