"""What planning a session offers: the bureau's kinds and tiers, rooms, mediators, methods, lawyers; where the dispute was raised."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from fengqiao.core import clock, settings_tree
from fengqiao.core.actor import Actor
from fengqiao.disputes.models import Dispute
from fengqiao.disputes.queries.lists import code_name
from fengqiao.disputes.queries.mediation.lawyers import slots
from fengqiao.disputes.queries.mediation.registers import methods, offered
from fengqiao.disputes.queries.mediation.rooms import bookable
from fengqiao.disputes.queries.sitting import Candidate, candidates

if TYPE_CHECKING:
    from fengqiao.disputes.queries.page import DisputePage

# Models of several tiers are configuration (KZ-14, KZ-15, KZ-17): which kinds and tiers a bureau offers.
KINDS_KEY, TIERS_KEY = "mediation.kinds", "mediation.tiers"


def mediators_for(actor: Actor, dispute_id: uuid.UUID, on: date | None = None) -> list[Candidate]:
    """Who may mediate a dispute, for a form's choices."""
    dispute = Dispute.objects.select_related("matter").filter(id=dispute_id).first()
    return candidates(actor, dispute, dispute.matter, on) if dispute else []


def kinds_offered(org_id: int) -> list[tuple[str, str]]:
    """Kinds of mediation in this bureau's model, in its order (KZ-15); all of them where nothing is set."""
    return offered("mediation_kinds", settings_tree.value(org_id, KINDS_KEY))


def tiers_offered(org_id: int) -> list[tuple[str, str]]:
    """Tiers of this bureau's model, in its order (KZ-14, KZ-17)."""
    return offered("resolution_tiers", settings_tree.value(org_id, TIERS_KEY))


def planning(actor: Actor, page: "DisputePage") -> dict[str, Any]:
    """What the form of planning offers for a dispute, and what it proposes."""
    facts = page.held.stated
    return {
        "kinds": kinds_offered(page.org_id), "tiers": tiers_offered(page.org_id), "rooms": bookable(actor),
        "mediators": mediators_for(actor, page.id), "methods": [(one["id"], one["name"]) for one in methods(actor)],
        "slots": [(one.id, f"{clock.local(one.start):%m-%d %H:%M} {one.lawyer}") for one in slots(actor) if one.lawyer],
        "young": any(one.sign == "minor" and one.state != "dismissed" for one in page.held.signs), "departs_on": page.departs_on, "kind": "security" if facts and facts.facts.get("violation") == "yes" else "people",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A report the dispute came from: its number, channel and time (KZ-14)."""

    id: uuid.UUID
    receipt: str
    channel: str
    at: datetime


def sources(page: "DisputePage") -> list[Told]:
    """Where the dispute was raised: the reports of its matter, oldest first. They were copied when it was opened."""
    return [Told(one, receipt, code_name("channels", channel), at) for one, receipt, channel, at in page.held.reports]
