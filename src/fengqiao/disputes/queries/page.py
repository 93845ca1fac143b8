"""A dispute's page: where it stands, its parties (masked until needed), one timeline; earlier ones between the same two."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from fengqiao.core import access
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.queries.timeline import Line, timeline
from fengqiao.core.rules.masking import mask_name, mask_phone
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import policies, rules
from fengqiao.disputes.models import Dispute, Party
from fengqiao.disputes.queries import law as law_of
from fengqiao.disputes.queries import morning
from fengqiao.disputes.queries.agreements import Agreed, agreements_of
from fengqiao.disputes.queries.held import Held
from fengqiao.disputes.queries.levels import close_unsigned
from fengqiao.disputes.queries.lists import code_name
from fengqiao.disputes.queries.loading import live_on, results, revisit_due
from fengqiao.disputes.queries.mediation import Sitting, sessions_of
from fengqiao.disputes.queries.register import next_of
from fengqiao.disputes.queries.reviews import ReviewLine, reviews_of
from fengqiao.disputes.rules.routes import Assessment
from fengqiao.intake import queries as intake
from fengqiao.intake.ports import OnMatter
from fengqiao.intake.rules import hide_names, hide_within

ROLES = {"caller": "报警人", "party": "当事人", "contact": "联系人"}


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A party as shown: masked, or in full after an access line was written."""

    id: uuid.UUID
    role: str
    name: str
    phone: str
    id_number: str
    language: str


@dataclass(frozen=True)
class DisputePage:
    """Everything a dispute's page shows. `matter_*` tell of the matter it now belongs to.

    What several sections need beyond that is looked up once, when the first of them asks: `held`, `law`, `sittings`.
    """

    actor: Actor = field(repr=False)
    held: Held = field(repr=False)
    id: uuid.UUID
    number: str
    kind: str
    kind_name: str
    violence: bool
    state: str
    state_name: str
    org_id: int
    org: str
    own: bool
    owner_id: int | None
    owner: str
    outcome: str
    outcome_name: str
    performance: str
    performance_name: str
    opened_at: datetime
    settled_at: datetime | None
    revisited_at: datetime | None
    closed_at: datetime | None
    revisit_due: datetime | None
    revisits: list[str]
    not_ready: str
    matter_id: uuid.UUID
    matter_number: str
    title: str
    place: str
    led_by: str  # after a join: number of the dispute that leads the matter instead
    parties: list[PartyLine]
    timeline: list[Line]
    version: int
    handed: bool  # the plan of performance is in named hands
    agreements: list[Agreed]  # the one that stands first
    reviews: list[ReviewLine]
    shown_in_full: bool = False
    level: str = ""
    level_since: datetime | None = None
    lead: str = ""
    departs_on: date | None = None
    case_number: str = ""
    next_step: str = ""  # 下步措施 as registers print it
    unsigned: str = ""  # why it may not be closed before somebody signs it

    @property
    def agreement(self) -> Agreed | None:
        """The agreement that stands."""
        return next((one for one in self.agreements if one.stands), None)

    @cached_property
    def law(self) -> Assessment:
        """What the law allows now, the papers it asks for, the clocks that run."""
        return law_of.assess(self.held)

    @cached_property
    def sittings(self) -> list[Sitting]:
        """The sessions it was or will be heard in, newest first."""
        return sessions_of(self.actor, self.id)


def dispute_page(actor: Actor, dispute_id: uuid.UUID) -> DisputePage:
    """The dispute as the actor may see it; NotThere otherwise. Party names are masked, nothing is logged."""
    return _page(actor, _load(actor, dispute_id), in_full=False)


def unmasked(actor: Actor, dispute_id: uuid.UUID, purpose: str) -> DisputePage:
    """The same with names and phones in full; writes the access line first (S4)."""
    dispute = _load(actor, dispute_id)
    access.opened(actor, "dispute", dispute_id, purpose, ["name", "phone", "id_last4"], action="unmask")
    return _page(actor, dispute, in_full=True)


def _load(actor: Actor, dispute_id: uuid.UUID) -> Dispute:
    policies.may_read(actor)
    found = Dispute.objects.filter(id=dispute_id).select_related("org", "owner", "lead", "matter").first()
    if found is None:
        raise NotThere
    return found


def _page(actor: Actor, dispute: Dispute, *, in_full: bool) -> DisputePage:
    matter = dispute.matter
    while matter.merged_into is not None:
        matter = matter.merged_into
    tree = intake.under(matter.id)
    held = Held(dispute, matter, tree)
    parties = list(dispute.parties.order_by("created_at", "id"))
    leading = live_on(matter.id, tree)
    results_so_far = results(dispute)
    unsigned = close_unsigned(actor, dispute) if dispute.state in ("settled", "revisited") else ""
    not_ready = rules.not_ready_to_close(
        state=dispute.state, outcome=dispute.outcome, performance=dispute.performance, results=results_so_far,
        leader=actor.has(Role.LEADER), handed=dispute.plan_handed_at is not None,
    )  # fmt: skip
    hidden = [] if in_full else [party.name for party in parties]
    due = revisit_due([dispute.id]).get(dispute.id)
    return DisputePage(
        actor=actor, held=held, id=dispute.id, number=dispute.number, kind=dispute.kind, kind_name=code_name("dispute_types", dispute.kind),
        violence=held.violent,
        state=dispute.state, state_name=rules.word(dispute.state, dispute.outcome), org_id=dispute.org_id,
        org=dispute.org.name, own=dispute.org_id in actor.orgs, owner_id=dispute.owner_id,
        owner=dispute.owner.name if dispute.owner else "", outcome=dispute.outcome,
        outcome_name=code_name("outcomes", dispute.outcome), performance=dispute.performance,
        performance_name=performance_name(dispute.performance), opened_at=dispute.created_at,
        settled_at=dispute.settled_at, revisited_at=dispute.revisited_at, closed_at=dispute.closed_at,
        revisit_due=due, next_step=next_of(dispute, due, hidden), revisits=results_so_far,
        not_ready=not_ready or unsigned, unsigned=unsigned, level=dispute.level, level_since=dispute.level_since,
        lead=dispute.lead.name if dispute.lead else "", departs_on=dispute.departs_on, case_number=matter.case_number,
        matter_id=matter.id, matter_number=matter.number, title=hide_names(matter.title, hidden), place=matter.place_text,
        led_by=leading.number if leading and leading.id != dispute.id and dispute.state in rules.LIVE else "",
        parties=[_party(p, in_full) for p in parties],
        timeline=[replace(line, content=hide_within(line.content, hidden)) for line in _told(timeline(actor, tree))], version=dispute.version,
        handed=dispute.plan_handed_at is not None,
        agreements=agreements_of(dispute.id, in_full=in_full, rows=held.agreements, parties=parties),
        reviews=reviews_of(dispute.id, hidden) if dispute.round else [],
        shown_in_full=in_full,
    )  # fmt: skip


def performance_name(code: str) -> str:
    """How far what was agreed is performed, in words."""
    return "无履行内容" if code == rules.NOTHING_DUE else code_name("performance_states", code)


def _told(lines: list[Line]) -> list[Line]:
    """The timeline without the front door's echo of a step the dispute tells itself."""
    mine = {line.correlation for line in lines if line.act.startswith("disputes.") and line.act != "disputes.keep_up"}
    return [line for line in lines if not (line.correlation in mine and line.act.startswith(("intake.", "core.ask")))]


def _party(party: Party, in_full: bool) -> PartyLine:
    role = ROLES.get(party.role, party.role)
    if party.erased_at:
        return PartyLine(party.id, role, "（已依法删除）", "", "", "")
    languages = vocabulary("languages")
    return PartyLine(
        party.id,
        role,
        party.name if in_full else mask_name(party.name) if party.name else "",
        party.phone if in_full else mask_phone(party.phone) if party.phone else "",
        f"尾号 {party.id_last4}" if in_full and party.id_last4 else "已登记" if party.id_last4 else "",
        languages[party.language].name if party.language in languages else "",
    )


def on_matter(actor: Actor, matter_id: uuid.UUID) -> list[OnMatter]:
    """Disputes opened on a matter or on one joined into it, those that live first: what its page shows of this trade."""
    if actor.has(Role.GRID, Role.VOLUNTEER, Role.ADMIN):
        return []
    rows = Dispute.objects.filter(matter_id__in=intake.under(matter_id)).order_by("-created_at")
    shown = sorted(rows, key=lambda one: one.state not in rules.LIVE)
    owed = morning.not_kept([one.id for one in shown])
    return [
        OnMatter(
            "dispute", one.id, one.number, rules.word(one.state, one.outcome), f"/disputes/{one.id}/", one.state in rules.LIVE,
            owed.get(one.id, ""),
        )
        for one in shown
    ]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier dispute between the same parties: what it was and came to, no names."""

    id: uuid.UUID
    number: str
    kind: str
    state: str
    outcome: str
    opened_at: datetime
    place: str


def earlier_between(actor: Actor, dispute_id: uuid.UUID) -> list[Earlier]:
    """Earlier disputes between the same parties, newest first, as far as the actor's organisations hold them.

    Both sides must match, each by the keyed hash of an id number or phone: what one person had with others is nobody's
    business (S1). Only for a dispute that is not ended. Writes one access line (lookup) before it looks.
    """
    policies.may_work(actor)
    dispute = _load(actor, dispute_id)
    if dispute.state not in rules.LIVE:
        raise Refused("纠纷已结束，不再查询双方此前的纠纷。")
    access.opened(actor, "dispute", dispute.id, "核对双方此前的纠纷", ["id_hash", "phone_hash"], action="lookup")
    mine = [(p.id, _hashes(p)) for p in dispute.parties.filter(erased_at=None)]
    known = {one for _, hashes in mine for one in hashes}
    if not known:
        return []
    ids, phones = ([value for kind, value in known if kind == k] for k in ("id", "phone"))
    theirs: dict[uuid.UUID, set[tuple[Any, Any]]] = {}
    rows = Party.objects.filter(Q(id_hash__in=ids) | Q(phone_hash__in=phones), org_id__in=actor.orgs)
    for other in rows.filter(dispute__created_at__lt=dispute.created_at).exclude(dispute_id=dispute.id):
        pairs = {(one, other.id) for one, hashes in mine if hashes & _hashes(other)}
        theirs.setdefault(other.dispute_id, set()).update(pairs)
    # two different people on either side: one shared telephone does not make a household's quarrels one
    both = [one for one, pairs in theirs.items() if len({a for a, _ in pairs}) > 1 and len({b for _, b in pairs}) > 1]
    earlier = Dispute.objects.filter(id__in=both).select_related("matter").order_by("-created_at")
    return [
        Earlier(
            one.id, one.number, code_name("dispute_types", one.kind), rules.word(one.state, one.outcome),
            code_name("outcomes", one.outcome), one.created_at, one.matter.place_text,
        )
        for one in earlier
    ]  # fmt: skip


def _hashes(party: Party) -> set[tuple[str, bytes]]:
    held = (("id", party.id_hash), ("phone", party.phone_hash))
    return {(kind, bytes(value)) for kind, value in held if value is not None}
