"""接报: receiving, attaching, taking what a partner or file sends exactly once."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Q

from fengqiao.core import numbers
from fengqiao.core.actor import Actor
from fengqiao.core.saving import insert_all
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.core.spine import act, record
from fengqiao.intake import policies, queries, rules
from fengqiao.intake.acts import rows
from fengqiao.intake.models import Matter, Occurrence, Party, Suggestion
from fengqiao.intake.rules import Receipt, ReportIn


@act("接报")
def receive(
    actor: Actor,
    *,
    report: ReportIn,
    org_id: int | None = None,
    source_org_id: int | None = None,
    apart: Sequence[uuid.UUID] = (),
) -> Receipt:
    """Take a report and open the matter it tells of, at once and with a receipt number (程序规定 60, 61).

    org_id         unit the report is for; default the actor's own station.
    source_org_id  partner or sending organisation, whose own id (`report.outer_id`) is unique.
    apart          matters the receiver was shown and said are not the same: they are not suggested again.
    Errors: Invalid with the fields that keep it from being taken; Forbidden.
    """
    policies.may_receive(actor)
    now, parties = rows.checked(report)
    org = org_id or actor.station_id
    receipt, number = numbers.report_and_matter(actor.zone)
    matter = rows.new_matter(actor, report, org, number, now)
    occurrence = rows.new_occurrence(matter, matter.first_at, now)
    row = rows.new_report(actor, report, matter, occurrence, receipt, now, source_org_id)
    insert_all([matter], [occurrence], [row], rows.new_parties(parties, row, now))
    known = queries.ids_seen(actor, apart) if apart else []
    Suggestion.objects.bulk_create(
        Suggestion(
            org_id=org, matter=matter, other_id=other, other_org_id=other_org, score=0.0, reasons={},
            created_at=now, decided="other", decided_at=now,
        )
        for other, other_org in known
    )  # fmt: skip
    record(
        actor,
        about=matter.id,
        subjects=[
            *rows.subjects_of(matter, row),
            *(("matter", other, "not the same as") for other, _ in known),
        ],
        facts=rows.facts_of(report, matter, row, len(parties)),
        content={"police": {"title": matter.title, "place": report.place_text}},
        occurred=rows.when(report, now),
        precision=report.precision,
        org_id=org,
    )  # fmt: skip
    return Receipt(row.id, row.receipt, matter.id, matter.number)


def open_found(
    actor: Actor, text: str, place: str, at: tuple[float, float] | None, when: datetime
) -> uuid.UUID:
    """Take what a round found as a report (port of tasks); its matter's id."""
    lat, lon = at or (None, None)
    report = ReportIn(channel="patrol", text=text, place_text=place, lat=lat, lon=lon, occurred=(when, when))
    return receive(actor, report=report).matter_id


@act("并入已有事项")
def attach(
    actor: Actor,
    *,
    report: ReportIn,
    matter_id: uuid.UUID,
    again: bool | None = None,
    source_org_id: int | None = None,
) -> Receipt:
    """Take a report of a matter already known: one more source of it, answered 已在办.

    again: a new occurrence of the same matter (再次发生); None decides by the six-hour rule. A closed or settled
    matter is opened again by a new occurrence only.
    """
    policies.may_receive(actor)
    now, parties = rows.checked(report)
    matter = queries.survivor(queries.matter_for_update(actor, matter_id))
    start, end = rows.when(report, now)
    newest = Occurrence.objects.filter(matter=matter).order_by("-at").first()
    is_again = again if again is not None else newest is None or rules.separate_incidents(start, newest.at)
    if is_again or newest is None:
        newest = rows.new_occurrence(matter, start, now)
        insert_all([newest])
    first = _first_number(matter.id, parties)
    row = rows.new_report(actor, report, matter, newest, numbers.receipt_number(actor.zone), now, source_org_id)
    insert_all([row], rows.new_parties(parties, row, now))
    reopened = is_again and matter.state in ("settled", "closed", "told")
    changes: dict[str, Any] = {"reports": F("reports") + 1, "version": F("version") + 1}
    if is_again:
        changes["occurrences"] = F("occurrences") + 1
    if reopened:
        changes |= {"state": "open", "closed_at": None, "settled_at": None}
    if matter.lat is None and row.lat is not None:
        place = rules.PlaceIn(report.place_text, row.lat, row.lon, None, row.outside)
        changes |= {"lat": row.lat, "lon": row.lon, "cell": row.cell, "grid_id": rows.grid_of(actor, matter.org_id, place, start)}
    Matter.objects.filter(id=matter.id).update(
        first_at=min(matter.first_at, start), last_at=max(matter.last_at, start), **changes
    )
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "attached to"), ("report", row.id, "new")],
        facts={
            "channel": report.channel, "receipt": row.receipt, "number": matter.number, "again": is_again,
            "marked": again is True, "reopened": reopened, "sources": matter.reports + 1,
        },
        content={"police": {"title": report.title or report.text[:80]}},
        occurred=(start, end),
        precision=report.precision,
        org_id=matter.org_id,
    )  # fmt: skip
    return Receipt(row.id, row.receipt, matter.id, matter.number, already=True, first=first)


@act("补充来文")
def amend(actor: Actor, *, report_id: uuid.UUID, report: ReportIn) -> Receipt:
    """A partner or file sends a record again, changed: the new text is kept, the old one stays in the event."""
    policies.may_receive(actor)
    rows.checked(report)
    row = queries.report_for_update(report_id)
    new = {"title": report.title, "text": report.text, "place_text": report.place_text}
    old = {name: getattr(row, name) for name in new}
    for name, value in new.items():
        setattr(row, name, value)
    row.body_hash = report.body_hash
    row.version += 1
    row.save()
    changed = [name for name in new if new[name] != old[name]]
    record(
        actor,
        about=row.matter_id,
        subjects=[("report", row.id, "changed"), ("matter", row.matter_id, "of")],
        facts={"receipt": row.receipt, "changed": changed},
        content={"police": {n: {"old": old[n], "new": new[n]} for n in changed}},
        org_id=row.org_id,
    )
    matter = row.matter
    return Receipt(row.id, row.receipt, matter.id, matter.number, already=True, first=row.receipt)


def take(
    actor: Actor, *, report: ReportIn, source_org_id: int, org_id: int | None = None
) -> tuple[Receipt, str]:
    """What a partner or a file sends, exactly once: received, amended when it changed, or known already.

    Not an act of its own: it calls the one that fits. Returns the receipt and "made", "updated" or "known".
    """
    known = queries.known_report(actor, source_org_id, report.outer_id) if report.outer_id else None
    if known is None:
        try:
            return receive(actor, report=report, org_id=org_id, source_org_id=source_org_id), "made"
        except IntegrityError:  # the same record came in at the same moment; it stands by now
            known = queries.known_report(actor, source_org_id, report.outer_id) if report.outer_id else None
            if known is None:
                raise
    if known.body_hash == report.body_hash:
        return known.receipt, "known"
    with scope(system_actor("对接")):
        return amend(_seeing(actor), report_id=known.receipt.report_id, report=report), "updated"


def _seeing(actor: Actor) -> Actor:
    """The partner itself acts, with the sight its own record needs (it may not look into the station otherwise)."""
    return replace(actor, orgs=system_actor("对接").orgs)


def _first_number(matter_id: uuid.UUID, parties: list[dict[str, Any]]) -> str:
    """The first receipt of this matter, if it was given to one of these same people; otherwise nothing is said."""
    mine = Q()
    for columns in parties:
        for key in ("phone_hash", "id_hash"):
            if columns.get(key):
                mine |= Q(**{key: columns[key]})
    if not mine:
        return ""
    earlier = (
        Party.objects.filter(mine, matter_id=matter_id)
        .order_by("created_at")
        .values_list("report__receipt", flat=True)
    )
    return earlier.first() or ""
