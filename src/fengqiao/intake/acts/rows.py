"""A report as it comes in, turned into rows that are not saved yet. Shared by receiving and importing."""

import uuid
from datetime import datetime
from typing import Any

from fengqiao.core import clock, crypto
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid
from fengqiao.core.ids import uuid7
from fengqiao.core.rules import BadInput, identity
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.force import queries as force
from fengqiao.intake import matching, rules
from fengqiao.intake.models import Matter, Occurrence, Party, Report
from fengqiao.intake.rules import PlaceIn, ReportIn
from fengqiao.places import queries as places
from fengqiao.places.outlines import OutlineIndex


def checked(report: ReportIn) -> tuple[datetime, list[dict[str, Any]]]:
    """The instant of receipt and the parties' columns; Invalid when the report cannot be taken."""
    now = clock.now()
    wrong = rules.problems(report, frozenset(vocabulary("channels")), now)
    parties = []
    for i, given in enumerate(report.parties):
        columns: dict[str, Any] = {"role": given.role, "language": given.language}
        try:
            columns["name"] = identity.person_name(given.name) if given.name.strip() else ""
        except BadInput as error:
            wrong[f"parties.{i}.name"] = str(error)
        try:
            if given.phone.strip():
                phone = identity.phone(given.phone)
                columns |= {
                    "phone": phone.canonical[:30],
                    "phone_hash": crypto.keyed_hash("phone", phone.canonical),
                }
        except BadInput as error:
            wrong[f"parties.{i}.phone"] = str(error)
        try:
            if given.id_number.strip():
                number = identity.citizen_id(given.id_number, today=clock.local(now).date())
                columns |= {
                    "id_hash": crypto.keyed_hash("id", number),
                    "id_last4": number[-4:],
                    "id_plain": number,
                }
        except BadInput as error:
            wrong[f"parties.{i}.id_number"] = str(error)
        if any(columns.get(k) for k in ("name", "phone", "id_hash")):
            parties.append(columns)
    if wrong:
        raise Invalid(wrong)
    return now, parties


def when(report: ReportIn, now: datetime) -> tuple[datetime, datetime]:
    """When it happened: as told, else when it was received."""
    received = report.received_at or now
    return report.occurred or (received, received)


def new_matter(
    actor: Actor,
    report: ReportIn,
    org_id: int,
    number: str,
    now: datetime,
    desk_id: int | None = None,
    outlines: OutlineIndex | None = None,
) -> Matter:
    """The matter a report opens, waiting at the desk of its unit (NP-17), in the grid of that day (ND-13)."""
    start, end = when(report, now)
    area = grid_of(actor, org_id, PlaceIn(report.place_text, report.lat, report.lon, None, report.outside), start, outlines)
    matter = Matter(
        id=uuid7(),
        org_id=org_id,
        desk_id=desk_id or force.desk_for(org_id),
        created_at=now,
        number=number,
        title=(report.title or report.text)[:200].strip(),
        kind=report.kind,
        kind_unsure=not report.kind,
        place_text=report.place_text,
        lat=report.lat,
        lon=report.lon,
        cell=matching.cell_of(report.lat, report.lon),
        grid_id=area,
        first_at=start,
        last_at=start,
        state=report.state or ("closed" if report.history else "waiting"),
        outcome=report.outcome,
        history=report.history,
    )
    if matter.state in ("settled", "closed"):
        matter.settled_at = end
        matter.closed_at = end if matter.state == "closed" else None
    return matter


def grid_of(actor: Actor, org_id: int, place: PlaceIn, at: datetime, outlines: OutlineIndex | None = None) -> int | None:
    """The grid of that day (ND-13) in which a place lies: by its position, else by the grid's name its text begins with."""
    if place.outside or place.lat is None and not place.text:
        return None
    index, day = outlines or places.outline_index(actor), clock.local(at).date()
    if place.lat is not None and place.lon is not None:
        area = index.at(place.lat, place.lon, day, "grid")
    else:
        area = index.named(org_id, place.text, day)
    return area.id if area else None


def put(actor: Actor, matter: Matter, place: PlaceIn) -> bool:
    """Set where a matter is (not saved yet), with cell and grid. True when its position changed."""
    matter.place_text = place.text.strip()
    moved = not (_near(matter.lat, place.lat) and _near(matter.lon, place.lon))
    if moved:
        matter.lat, matter.lon, matter.cell = place.lat, place.lon, matching.cell_of(place.lat, place.lon)
    if moved or matter.lat is None:
        matter.grid_id = grid_of(actor, matter.org_id, place, matter.first_at)
    return moved


def _near(a: float | None, b: float | None) -> bool:
    """The same, as far as a form shows it (six decimals)."""
    return a is b is None or (a is not None and b is not None and abs(a - b) < 2e-6)


def new_occurrence(matter: Matter, at: datetime, now: datetime) -> Occurrence:
    """One separate incident of a matter."""
    return Occurrence(id=uuid7(), org_id=matter.org_id, matter=matter, at=at, created_at=now)


def new_report(
    actor: Actor,
    report: ReportIn,
    matter: Matter,
    occurrence: Occurrence,
    receipt: str,
    now: datetime,
    source_org_id: int | None,
) -> Report:
    """The report's own row."""
    received = report.received_at or now
    start, end = when(report, now)
    given = report.given or (None, None, "")
    return Report(
        id=uuid7(), org_id=matter.org_id, created_at=now, receipt=receipt,
        matter=matter, occurrence=occurrence, channel=report.channel, source_org_id=source_org_id,
        outer_id=report.outer_id, body_hash=report.body_hash, received_at=received,
        captured_at=report.captured_at or received, occurred_start=start, occurred_end=end,
        precision=report.precision, title=report.title.strip(), text=report.text, place_text=report.place_text,
        lat=report.lat, lon=report.lon, given_x=given[0], given_y=given[1], given_system=given[2],
        outside=report.outside, cell=matching.cell_of(report.lat, report.lon), kind_given=report.kind_given,
        received_by_id=actor.account_id, history=report.history,
    )  # fmt: skip


def new_parties(columns: list[dict[str, Any]], row: Report, now: datetime) -> list[Party]:
    """The parties' rows; an id number is encrypted and bound to its row."""
    parties = []
    for given in columns:
        values = dict(given)
        plain = values.pop("id_plain", None)
        party = Party(
            id=uuid7(), org_id=row.org_id, created_at=now, report=row, matter_id=row.matter_id, **values
        )
        if plain:
            party.id_sealed = crypto.encrypt(plain.encode(), bound_to=party.id.bytes)
        parties.append(party)
    return parties


def facts_of(report: ReportIn, matter: Matter, row: Report, parties: int) -> dict[str, Any]:
    """Facts of a receipt: codes and counts, nothing personal."""
    return {
        "channel": report.channel, "kind": report.kind, "receipt": row.receipt, "number": matter.number,
        "parties": parties, "located": report.lat is not None, "history": report.history, "source": row.source_org_id,
    }  # fmt: skip


def subjects_of(matter: Matter, row: Report) -> list[tuple[str, uuid.UUID | int, str]]:
    """What a receipt made."""
    return [("matter", matter.id, "new"), ("report", row.id, "new")]
