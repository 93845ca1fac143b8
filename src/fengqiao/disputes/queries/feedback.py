"""What other systems want of a dispute, and what was not pasted into them yet (回填)."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from fengqiao.core import clock, settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import NotThere
from fengqiao.core.rules import BadInput
from fengqiao.disputes import policies
from fengqiao.disputes.models import Dispute, Pasted
from fengqiao.disputes.queries import papers as reads
from fengqiao.disputes.queries.page import DisputePage
from fengqiao.disputes.rules import feedback
from fengqiao.intake.models import Matter, Report

SINCE = timedelta(days=60)  # what is older is nobody's morning work any more
LOOKED = 500  # disputes looked through, newest first


@dataclass(frozen=True, slots=True)
class Waiting:
    """One dispute one system was not told of yet."""

    dispute_id: uuid.UUID
    number: str
    title: str
    org: str
    owner: str
    system: str
    system_name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A system as the dispute's page shows it."""

    system: str
    name: str
    done_at: datetime | None
    done_by: str


def profiles(org_id: int) -> list[feedback.Profile]:
    """The paste profiles in force for an organisation: its own or inherited, else the shipped ones.

    A setting that cannot be read falls back to the shipped ones: nobody is kept from his feedback by a typing error.
    """
    try:
        return feedback.profiles(settings_tree.value(org_id, "papers.profiles", default=feedback.DEFAULTS))
    except BadInput:
        return feedback.profiles(feedback.DEFAULTS)


def profile(org_id: int, system: str) -> feedback.Profile:
    """The profile of one system; NotThere when there is none."""
    found = next((one for one in profiles(org_id) if one.system == system), None)
    if found is None:
        raise NotThere
    return found


def text(actor: Actor, dispute_id: uuid.UUID, system: str) -> str:
    """The feedback in the order set for that system, names in full; writes the access line first."""
    policies.may_decide(actor)
    dispute = _load(dispute_id)
    wanted = profile(dispute.org_id, system)
    return feedback.text(wanted, reads.gather(actor, dispute, dispute.matter, f"回填{wanted.name}").words)


def _load(dispute_id: uuid.UUID) -> Dispute:
    found = Dispute.objects.filter(id=dispute_id).select_related("matter", "org", "owner").first()
    if found is None:
        raise NotThere
    return found


def told(page: DisputePage) -> list[Told]:
    """The systems this dispute is to be pasted into, with who did it and when."""
    dispute = page.held.dispute
    channels = {channel for _, _, channel, _ in page.held.reports}
    rows = Pasted.objects.filter(dispute=dispute, round=dispute.round).select_related("by")
    done = {row.system: row for row in rows}
    return [
        Told(one.system, one.name, done[one.system].created_at, done[one.system].by.name)
        if one.system in done
        else Told(one.system, one.name, None, "")
        for one in profiles(dispute.org_id)
        if feedback.applies(one, channels=channels, case=bool(page.case_number))
    ]


def waiting(actor: Actor, *, mine: bool = False) -> list[Waiting]:
    """What is not ticked yet, oldest first: the station's disputes of the last months, by system. The county pastes nothing."""
    policies.may_decide(actor)
    if actor.has(Role.CENTRE):
        return []
    rows = Dispute.objects.filter(org_id__in=actor.orgs, created_at__gte=clock.now() - SINCE).exclude(state="withdrawn")
    rows = rows.filter(owner_id=actor.account_id) if mine else rows
    recent = list(rows.select_related("org", "owner").order_by("-created_at", "-id")[:LOOKED])
    ids, abouts = [one.id for one in recent], [one.matter_id for one in recent]
    matters = {key: (title, case) for key, title, case in Matter.objects.filter(id__in=abouts).values_list("id", "title", "case_number")}
    done = set(Pasted.objects.filter(dispute_id__in=ids).values_list("dispute_id", "system", "round"))
    by_110 = set(Report.objects.filter(matter_id__in=abouts, channel="110").values_list("matter_id", flat=True))
    found = [
        Waiting(
            row.id, row.number, matters[row.matter_id][0], row.org.name, row.owner.name if row.owner else "", one.system, one.name,
            row.settled_at or row.created_at,
        )
        for one in profiles(actor.station_id or actor.org_id)
        for row in recent
        if (row.id, one.system, row.round) not in done
        and feedback.applies(one, channels=("110",) if row.matter_id in by_110 else (), case=bool(matters[row.matter_id][1]))
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.since)


