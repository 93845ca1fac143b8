"""A matter's page: facts, parties (masked until needed), sources, one timeline, what next."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Min

from fengqiao.core import access, clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.models import Post, Share
from fengqiao.core.queries.timeline import Line, timeline
from fengqiao.core.rules import identity
from fengqiao.core.rules.masking import mask_id, mask_name, mask_phone
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.intake import policies, ports
from fengqiao.intake.models import Join, Matter, Party, Report, Suggestion
from fengqiao.intake.queries.around import paper_of
from fengqiao.intake.queries.lists import kind_name
from fengqiao.intake.queries.loading import under
from fengqiao.intake.rules import STATES, hide_names, hide_within


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A party as shown: masked, or in full after an access line was written."""

    id: uuid.UUID
    role: str
    name: str
    phone: str
    id_number: str
    language: str


@dataclass(frozen=True, slots=True)
class Source:
    """One report of the matter."""

    id: uuid.UUID
    receipt: str
    channel: str
    received_at: datetime
    captured_at: datetime
    occurred_start: datetime
    title: str
    text: str
    place: str
    occurrence_id: uuid.UUID
    outside: bool
    kind_given: str


@dataclass(frozen=True, slots=True)
class MatterPage:
    """Everything a matter's page shows."""

    id: uuid.UUID
    number: str
    title: str
    kind: str
    kind_name: str
    unsure: bool
    police: str
    state: str
    state_name: str
    org_id: int
    org: str
    owner_id: int | None
    owner: str
    place: str
    lat: float | None
    lon: float | None
    first_at: datetime
    last_at: datetime
    occurrences: int
    version: int
    case_number: str
    outcome: str
    history: bool
    merged_into: uuid.UUID | None
    sources: list[Source]
    parties: list[PartyLine]
    timeline: list[Line]
    joins: list[dict[str, Any]]
    pairs: int
    shares: list[dict[str, Any]]
    opened: list[ports.OnMatter]
    offers: dict[str, str]
    own: bool
    settled_at: datetime | None
    closed_at: datetime | None
    papers: dict[str, str]  # kind of paper → its 文号
    shown_in_full: bool = False


ROLES = {"caller": "报警人", "party": "当事人", "contact": "联系人"}


def matter_page(actor: Actor, matter_id: uuid.UUID) -> MatterPage:
    """The matter as the actor may see it; NotThere otherwise. Party names are masked, nothing is logged."""
    return _page(actor, matter_id, in_full=False)


def unmasked(actor: Actor, matter_id: uuid.UUID, purpose: str) -> MatterPage:
    """The same with names and phones in full; writes the access line first (S4)."""
    _load(actor, matter_id)
    access.opened(actor, "matter", matter_id, purpose, ["name", "phone", "id_last4"], action="unmask")
    return _page(actor, matter_id, in_full=True)


def _load(actor: Actor, matter_id: uuid.UUID) -> Matter:
    policies.may_read(actor) if not actor.has("grid", "volunteer") else None
    matter = (
        policies.scoped(actor, Matter.objects.filter(id=matter_id)).select_related("org", "owner").first()
    )
    if matter is None:
        raise NotThere
    return matter


def _page(actor: Actor, matter_id: uuid.UUID, *, in_full: bool) -> MatterPage:
    matter = _load(actor, matter_id)
    ids = under(matter.id)
    parties = list(Party.objects.filter(matter_id=matter.id).order_by("created_at", "id"))
    hidden = [] if in_full else [party.name for party in parties]
    reports = Report.objects.filter(matter_id=matter.id).order_by("received_at", "id")
    channels = vocabulary("channels")
    joins = Join.objects.filter(survivor_id=matter.id).select_related("joined").order_by("-created_at")
    return MatterPage(
        id=matter.id, number=matter.number, title=hide_names(matter.title, hidden), kind=matter.kind, kind_name=kind_name(matter.kind),
        unsure=matter.kind_unsure, police=matter.police, state=matter.state, state_name=STATES[matter.state],
        org_id=matter.org_id, org=matter.org.name, owner_id=matter.owner_id,
        owner=matter.owner.name if matter.owner else "", place=matter.place_text, lat=matter.lat, lon=matter.lon,
        first_at=matter.first_at, last_at=matter.last_at, occurrences=matter.occurrences, version=matter.version,
        case_number=matter.case_number, outcome=matter.outcome, history=matter.history,
        merged_into=matter.merged_into_id,
        sources=[
            Source(
                r.id, r.receipt, channels[r.channel].name if r.channel in channels else r.channel, r.received_at,
                r.captured_at, r.occurred_start, hide_names(r.title, hidden), hide_names(r.text, hidden), r.place_text, r.occurrence_id, r.outside, r.kind_given,
            )
            for r in reports
        ],
        parties=[_party(p, in_full) for p in _once(parties)],
        timeline=[replace(line, content=hide_within(line.content, hidden)) for line in timeline(actor, ids)],
        joins=[
            {"id": j.id, "number": j.joined.number, "title": hide_names(j.joined.title, hidden), "at": j.created_at, "undone_at": j.undone_at}
            for j in joins
        ],
        pairs=Suggestion.objects.filter(matter_id=matter.id, decided="").count(),
        shares=[
            {"org": s.org.name, "purpose": s.purpose, "until": s.until}
            for s in Share.objects.filter(about=matter.id, ended_at=None, until__gt=clock.now()).select_related("org")
        ],
        opened=ports.opened_on(actor, matter.id),
        offers=ports.offers(),
        own=matter.org_id in actor.orgs,
        settled_at=matter.settled_at,
        closed_at=matter.closed_at,
        papers={kind: paper.words for kind in ("移送", "告知") if (paper := paper_of(matter.id, kind))},
        shown_in_full=in_full,
    )  # fmt: skip


def _once(parties: list[Party]) -> list[Party]:
    """Somebody several reports name alike is shown once."""
    return list({(p.id if p.erased_at else (p.name, p.phone, p.id_last4)): p for p in reversed(parties)}.values())[::-1]


def editable(actor: Actor, matter_id: uuid.UUID) -> dict[str, Any]:
    """Title and place as they stand, with their version, to be changed; they may hold names: writes the access line."""
    matter = _load(actor, matter_id)
    access.opened(actor, "matter", matter_id, "修改事项", ["title", "place_text"])
    return {"title": matter.title, "place_text": matter.place_text, "version": matter.version}


def _first_written(ids: list[uuid.UUID]) -> datetime | None:
    return Matter.objects.filter(id__in=ids).aggregate(first=Min("created_at"))["first"]


def _party(party: Party, in_full: bool) -> PartyLine:
    if party.erased_at:
        return PartyLine(party.id, ROLES.get(party.role, party.role), "（已依法删除）", "", "", "")
    language = (
        vocabulary("languages")[party.language].name if party.language in vocabulary("languages") else ""
    )
    number = f"{'*' * 14}{party.id_last4}" if party.id_last4 else ""
    return PartyLine(
        party.id,
        ROLES.get(party.role, party.role),
        party.name if in_full else mask_name(party.name) if party.name else "",
        identity.spoken(party.phone) if in_full else mask_phone(party.phone) if party.phone else "",
        number if in_full or not number else mask_id(number),
        language,
    )



def owners(actor: Actor, matter: MatterPage) -> list[tuple[int, str]]:
    """Who may own the matter: officers, leaders and desks with a current post in its unit, with their post."""
    day = clock.today()
    posts = Post.objects.filter(
        org__lineage__contains=[matter.org_id],
        role__in=["officer", "leader", "desk", "mediator"],
        valid_from__lte=day,
    ).exclude(valid_to__lt=day)
    return [
        (p.account_id, f"{p.account.name}（{p.title}）")
        for p in posts.select_related("account").order_by("org_id", "id")
    ]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """What a 接报回执 prints."""

    id: uuid.UUID
    receipt: str
    matter_id: uuid.UUID
    matter_number: str
    org: str
    org_phone: str
    channel: str
    received_at: datetime
    received_by: str
    title: str
    already: bool
    first: str
    case_number: str
    person: str  # who reported, masked; in full on paper
    place: str
    occurred: tuple[datetime, datetime]
    again: bool  # tells of another occurrence than the first


def receipt_printed(actor: Actor, report_id: uuid.UUID, *, case: bool = False) -> ReportPage:
    """The receipt with the name in full, for printing; writes the access line first.

    case: the 受案回执. Refused as long as no case number was entered.
    """
    page = receipt_page(actor, report_id)
    if case and not page.case_number:
        raise Refused("尚未登记案件编号，不能打印受案回执。", article="程序规定第六十条、第六十一条")
    access.opened(
        actor, "report", report_id, "打印受案回执" if case else "打印接报回执", ["name"], action="print"
    )
    report = Report.objects.get(id=report_id)
    return replace(page, person=_who(report, in_full=True), title=report.title or report.text[:60])


def _who(report: Report, *, in_full: bool) -> str:
    """The one who reported: the caller, else the first party named."""
    named = list(report.parties.exclude(name="").order_by("created_at", "id").values_list("role", "name"))
    name = next((n for role, n in named if role == "caller"), named[0][1] if named else "")
    return name if in_full else mask_name(name)


def receipt_page(actor: Actor, report_id: uuid.UUID) -> ReportPage:
    """The receipt of one report. `already` when the matter was known before it: 已在办."""
    report = Report.objects.filter(id=report_id).select_related("matter", "org", "received_by").first()
    if report is None or (actor.has("grid", "volunteer") and report.received_by_id != actor.account_id):
        raise NotThere
    earlier = Report.objects.filter(matter_id=report.matter_id, created_at__lt=report.created_at).order_by(
        "created_at"
    )
    hashes = [bytes(h) for p in report.parties.all() for h in (p.phone_hash, p.id_hash) if h]
    first = ""
    if hashes:
        theirs = earlier.filter(parties__phone_hash__in=hashes) | earlier.filter(parties__id_hash__in=hashes)
        first = theirs.values_list("receipt", flat=True).first() or ""
    channels = vocabulary("channels")
    return ReportPage(
        report.id, report.receipt, report.matter_id, report.matter.number, report.org.name, report.org.phone,
        channels[report.channel].name if report.channel in channels else report.channel, report.received_at,
        report.received_by.name,
        hide_names(report.title or report.text[:60], report.parties.values_list("name", flat=True)), earlier.exists(), first, report.matter.case_number,
        _who(report, in_full=False), report.place_text, (report.occurred_start, report.occurred_end),
        earlier.exists() and not earlier.filter(occurrence_id=report.occurrence_id).exists(),
    )  # fmt: skip
