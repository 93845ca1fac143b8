"""Reads of shifts: the one that runs, its log, the draft of its handover or what was signed, the night's quarrels."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection
from django.db.models import Q, QuerySet

from fengqiao.core import access, clock, cursors, settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import NotThere
from fengqiao.core.loading import locked
from fengqiao.core.models import Account, Content, Organisation
from fengqiao.core.queries.organisations import in_force, managed
from fengqiao.core.queries.timeline import Line as TimeLine
from fengqiao.core.queries.timeline import timeline
from fengqiao.core.spine import SENTENCES
from fengqiao.desk.briefing.rules import DEFAULT, TEMPLATE_KEY
from fengqiao.desk.shifts import policies, rules
from fengqiao.desk.shifts.models import Handover, Passing, Shift
from fengqiao.force import queries as force
from fengqiao.intake import queries as intake
from fengqiao.intake.queries import lookup

PAGE = 50
LOGGED = 500  # lines of a log a page shows
SILENT = {  # what is no news of a duty log: imports, the file's own bookkeeping, the log's own lines of the handover
    "intake.begin_import", "intake.set_mapping", "intake.discard_import", "intake.end_import", "core.store_document",
    "desk.add_line", "desk.strike_line", "desk.pass_matter",
}  # fmt: skip
LOGGING = ("intake.", "disputes.", "promises.", "tasks.", "desk.", "force.put_on_duty", "force.cancel_duty", "core.by_telephone", "core.decide")


@dataclass(frozen=True, slots=True)
class Crew:
    """Somebody of the shift. `account_id` None: they stand on the roster and do not sign on."""

    name: str
    part: str
    account_id: int | None

    @property
    def word(self) -> str:
        return rules.PARTS[self.part]


@dataclass(frozen=True, slots=True)
class Signed:
    """The signatures so far: name and time each, empty while they are open."""

    given_by: str = ""
    given_by_id: int | None = None
    given_at: datetime | None = None
    taken_by: str = ""
    taken_by_id: int | None = None
    taken_at: datetime | None = None
    leader: str = ""
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A shift as pages show it."""

    id: uuid.UUID
    org_id: int
    org: str
    begin: datetime
    end: datetime
    hours: int
    night: bool
    state: str
    passed_at: datetime | None
    released_at: datetime | None
    signed: Signed = field(default_factory=Signed)
    body: dict[str, Any] | None = None
    handover_id: uuid.UUID | None = None

    @property
    def title(self) -> str:
        return rules.title(self.begin, self.end)

    @property
    def word(self) -> str:
        return rules.STATES[self.state]

    @property
    def over(self) -> bool:
        """Has its time run out?"""
        return clock.now() >= self.end

    @property
    def until(self) -> datetime:
        """Up to when it can have news: now, or its end, or when it was handed over later than that."""
        return min(clock.now(), max(self.end, self.signed.given_at or self.end))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the duty log. `event`: what it can be pointed to by; `text` only of lines written into the log."""

    event: uuid.UUID
    at: datetime
    sentence: str
    who: str
    number: str
    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Night:
    """A quarrel of the night: whose it becomes, by when, and whether they signed."""

    id: uuid.UUID
    shift_id: uuid.UUID
    about: uuid.UUID
    number: str
    title: str
    to: str
    to_id: int | None
    due_at: datetime
    raised_at: datetime | None
    leader: str
    signed_at: datetime | None
    signed_by: str
    mine: bool

    @property
    def word(self) -> str:
        """Where it stands, in words."""
        if self.signed_at:
            return f"{self.signed_by} 已签收"
        if self.raised_at:
            return f"已转带班领导 {self.leader}".strip()
        return "待签收"


def keeper(actor: Actor) -> int:
    """The organisation whose shifts the actor stands in."""
    return force.roster_keeper(actor.org_id)


def station_name(actor: Actor) -> str:
    """What the actor's station is called on a paper."""
    return Organisation.objects.values_list("name", flat=True).get(id=actor.station_id)


def narrowed(actor: Actor, org_id: int) -> Actor:
    """The actor as the desk of the organisations this shift stands for: whoever reads a handover reads the same one."""
    return replace(actor, orgs=force.kept_for(org_id), roles=frozenset({Role.DESK}))


def pattern_of(org_id: int, moment: datetime) -> rules.Pattern:
    """How an organisation's day is cut into shifts; a setting nobody can read counts as none."""
    day = clock.local(moment).date()
    try:
        return rules.pattern(settings_tree.value(org_id, rules.PATTERN_KEY, day))
    except ValueError:
        return rules.Pattern()


def pattern_owners(actor: Actor) -> list[tuple[int, str]]:
    """The organisations an administrator sets shifts for: bureau, county, stations, shared desks; names for a choice."""
    kinds = ("bureau", "county", "branch", "station", "centre")
    paired = Organisation.objects.filter(mode="paired", desk_id__isnull=False).values("desk_id")
    found = Organisation.objects.filter(in_force(), id__in=managed(actor)).filter(Q(kind__in=kinds) | Q(id__in=paired))
    return list(found.order_by("id").values_list("id", "name"))


def settings_held(org_id: int) -> dict[str, Any]:
    """The settings of shifts in force for an organisation, its own or inherited, the defaults where none is."""
    held = pattern_of(org_id, clock.now())
    return {
        rules.PATTERN_KEY: {"hours": held.hours, "starts": f"{held.starts:%H:%M}"},
        rules.SIGN_BY_KEY: settings_tree.value(org_id, rules.SIGN_BY_KEY, default=rules.DEFAULT_SIGN_BY),
        rules.KIT_KEY: list(rules.kit(settings_tree.value(org_id, rules.KIT_KEY))),
        TEMPLATE_KEY: settings_tree.value(org_id, TEMPLATE_KEY, default=""),
    }


def settings_of(org_id: int) -> dict[str, Any]:
    """The same as a form begins with it."""
    held = settings_held(org_id)
    pattern, kit = held[rules.PATTERN_KEY], held[rules.KIT_KEY]
    return {
        "org_id": org_id, "hours": pattern["hours"], "starts": pattern["starts"], "sign_by": held[rules.SIGN_BY_KEY], "kit": "\n".join(kit),
        "template": held[TEMPLATE_KEY] or DEFAULT,
    }  # fmt: skip


def running(org_id: int, moment: datetime | None = None) -> Shift | None:
    """The shift of an organisation at a moment (default now)."""
    return Shift.objects.filter(org_id=org_id, during__contains=moment or clock.now()).first()


def shift_for_update(actor: Actor, shift_id: uuid.UUID) -> Shift:
    """A shift through the actor's eyes, locked. NotThere otherwise."""
    policies.may_read(actor)
    return locked(policies.shifts_visible_to(actor), id=shift_id)


def passing_for_update(actor: Actor, passing_id: uuid.UUID) -> Passing:
    """A quarrel of the night through the actor's eyes, locked. NotThere otherwise."""
    policies.may_read(actor)
    return locked(policies.passings_visible_to(actor), id=passing_id)


def handover_for_update(shift: Shift) -> Handover:
    """What was given of a shift, locked. Its shift has been loaded through the actor's eyes."""
    return Handover.objects.select_for_update(no_key=True).get(shift=shift, withdrawn_at=None)


def current(actor: Actor) -> Shown | None:
    """The running shift of the actor's station; None when none was begun."""
    policies.may_read(actor)
    rows = _rows(actor).filter(org_id=keeper(actor), during__contains=clock.now())
    return _first(rows)


def find(actor: Actor, shift_id: uuid.UUID) -> Shown:
    """One shift. NotThere otherwise."""
    policies.may_read(actor)
    found = _first(_rows(actor).filter(id=shift_id))
    if found is None:
        raise NotThere
    return found


def listed(actor: Actor, *, before: str = "", limit: int = PAGE) -> tuple[list[Shown], str]:
    """Shifts of the actor's organisations, newest first, and the cursor of the next page."""
    policies.may_read(actor)
    rows = _rows(actor)
    if at := cursors.read(before):
        rows = rows.filter(Q(created_at__lt=at[0]) | Q(created_at=at[0], id__lt=at[1]))
    found = list(rows.order_by("-created_at", "-id")[: limit + 1])
    more = found[limit - 1] if len(found) > limit else None
    return _shown(found[:limit]), cursors.write(more.created_at, more.id) if more else ""


def _rows(actor: Actor) -> QuerySet[Shift]:
    return policies.shifts_visible_to(actor).select_related("org")


def _first(rows: QuerySet[Shift]) -> Shown | None:
    found = _shown(rows[:1])
    return found[0] if found else None


def _shown(rows: Iterable[Shift]) -> list[Shown]:
    taken = list(rows)
    given = Handover.objects.filter(shift__in=taken, withdrawn_at=None).select_related("given_by", "taken_by", "leader")
    papers = {paper.shift_id: paper for paper in given} if taken else {}
    return [
        Shown(
            id=row.id, org_id=row.org_id, org=row.org.name, begin=clock.local(row.during.lower), end=clock.local(row.during.upper),
            hours=row.hours, night=row.night, state=row.state, passed_at=row.passed_at, released_at=row.released_at,
            signed=_signatures(papers.get(row.id)), body=papers[row.id].body if row.id in papers else None,
            handover_id=papers[row.id].id if row.id in papers else None,
        )
        for row in taken
    ]  # fmt: skip


def _signatures(paper: Handover | None) -> Signed:
    if paper is None:
        return Signed()
    return Signed(
        given_by=paper.given_by.name, given_by_id=paper.given_by_id, given_at=paper.given_at,
        taken_by=paper.taken_by.name if paper.taken_by else "", taken_by_id=paper.taken_by_id, taken_at=paper.taken_at,
        leader=paper.leader.name if paper.leader else "", signed_at=paper.signed_at,
    )  # fmt: skip


# --- who ------------------------------------------------------------------------------------------------------------------


def crew(actor: Actor, shift: Shown | Shift) -> list[Crew]:
    """Who is on duty in the shift, by the roster: leader on duty, main, second, auxiliaries."""
    begin, end = (shift.begin, shift.end) if isinstance(shift, Shown) else (shift.during.lower, shift.during.upper)
    lines = force.on_duty(actor, shift.org_id, begin, end)
    found = [Crew(line["name"], rules.part(line["task"], line["staff_kind"]), line["account_id"]) for line in lines]
    return sorted(found, key=lambda one: list(rules.PARTS).index(one.part))


def leader_on_duty(actor: Actor, org_id: int, moment: datetime) -> int | None:
    """The account of the leader on duty at a moment: by the roster, else a leader of the station; None without any."""
    for line in force.on_duty(actor, org_id, moment, moment + timedelta(minutes=1)):
        if line["task"] == "lead" and line["account_id"]:
            return int(line["account_id"])
    return next(iter(force.leaders(org_id)), None)


def leads(org_id: int) -> int | None:
    """The account of the leader on duty in the shift that runs at an organisation; None while none runs or nobody leads it.
    Served in `core.approvals`, in the open scope of whoever asks or decides.
    """
    keeper = force.roster_keeper(org_id)
    shift = Shift.objects.filter(org_id=keeper, during__contains=clock.now()).exclude(state="closed").first()
    return force.lead_of(keeper, clock.now()) if shift else None


# --- the log --------------------------------------------------------------------------------------------------------------

_LOG = """
SELECT e.id, e.recorded_at, e.act, a.name, e.about, e.facts::text, e.subjects::text
FROM core_event e JOIN core_account a ON a.id = e.account_id
WHERE e.org_id = ANY(%s) AND e.act = ANY(%s) AND e.recorded_at >= %s AND e.recorded_at < %s AND e.cause IS NULL
ORDER BY e.recorded_at DESC, e.id DESC LIMIT %s
"""


def acts_logged() -> list[str]:
    """The acts a duty log shows."""
    return sorted(name for name in SENTENCES if name.startswith(LOGGING) and name not in SILENT)


def log(actor: Actor, shift: Shown, *, limit: int = LOGGED) -> list[Entry]:
    """值班日志: everything the station's people did in the shift, newest first, and the lines written into it.

    One line for what one of them did: acts called inside another (a dispute's hand-over of its matter) are left out.
    """
    orgs = list(force.kept_for(shift.org_id))
    upto = shift.until + timedelta(microseconds=1)
    with connection.cursor() as cursor:
        cursor.execute(_LOG, [orgs, acts_logged(), shift.begin, upto, limit])
        rows = [(*row[:5], orjson.loads(row[5]), orjson.loads(row[6])) for row in cursor.fetchall()]
    rows = [row for row in rows if not row[5].get("history")]
    written = _words([row[0] for row in rows if row[4] == shift.id])
    names = lookup.labels(actor, {row[4] for row in rows if row[4] != shift.id})
    return [
        Entry(
            event=row[0], at=clock.local(row[1]), sentence=_sentence(row[2], row[5]), who=row[3],
            number=names[row[4]].number if row[4] in names else str(row[5].get("number", "")),
            url=_address(row[4] in names, row[4], row[6]), text=str(written.get(row[0], {}).get("text", "")),
        )
        for row in rows
    ]  # fmt: skip


def _sentence(act: str, facts: dict[str, Any]) -> str:
    word = SENTENCES.get(act, act)
    return f"{word}：再次发生" if facts.get("again") else word


def _address(is_matter: bool, about: uuid.UUID, subjects: list[list[str]]) -> str:
    kind, ident = next(((k, i) for k, i, _ in subjects if k in ("dispute", "promise", "task", "shift")), ("", ""))
    pages = {"dispute": "disputes", "promise": "promises", "task": "tasks", "shift": "shifts"}
    if kind:
        return f"/{pages[kind]}/{ident}/"
    return f"/matters/{about}/" if is_matter else ""


def _words(events: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    bodies = Content.objects.filter(event_id__in=events, compartment="police").values_list("event_id", "body") if events else []
    return {event: orjson.loads(body) for event, body in bodies}


def history(actor: Actor, shift: Shown) -> list[TimeLine]:
    """Everything recorded about the shift itself, oldest first: lines, additions, signatures."""
    return timeline(actor, [shift.id], limit=1000)[::-1]


def opened(actor: Actor, shift_id: uuid.UUID, purpose: str = "值班交接") -> tuple[Shown, list[TimeLine]]:
    """A shift with the words written into it; one line to the access log."""
    shown = find(actor, shift_id)
    access.opened(actor, "shift", shift_id, purpose, ["text"])
    return shown, history(actor, shown)


# --- the night's quarrels -------------------------------------------------------------------------------------------------


def night_of(actor: Actor, shift_id: uuid.UUID) -> list[Night]:
    """The quarrels a shift passed on, unsigned first."""
    return _nights(actor, policies.passings_visible_to(actor).filter(shift_id=shift_id))


def night_waiting(actor: Actor) -> list[Night]:
    """夜间事项待我签收: passed to the actor and not signed for, or passed on to them as leader on duty."""
    if actor.roles.isdisjoint(policies.SIGNS):
        return []
    mine = Q(to_id=actor.account_id, raised_at=None) | Q(leader_id=actor.account_id)
    if actor.has(Role.LEADER):
        mine |= Q(leader=None, raised_at__isnull=False)
    return _nights(actor, policies.passings_visible_to(actor).filter(mine, signed_at=None))


def night_unsigned(actor: Actor) -> list[Night]:
    """Every quarrel of the night in the actor's organisations that nobody signed for yet."""
    return _nights(actor, policies.passings_visible_to(actor).filter(signed_at=None))


def _nights(actor: Actor, rows: QuerySet[Passing]) -> list[Night]:
    taken = list(rows.select_related("to", "leader", "signed_by").order_by("due_at", "id")[:PAGE])
    names = intake.briefly(actor, [row.about for row in taken]) if taken else {}
    found = [
        Night(
            id=row.id, shift_id=row.shift_id, about=row.about, number=row.number, title=names[row.about].title if row.about in names else "",
            to=row.to.name if row.to else "", to_id=row.to_id, due_at=row.due_at, raised_at=row.raised_at,
            leader=row.leader.name if row.leader else "", signed_at=row.signed_at,
            signed_by=row.signed_by.name if row.signed_by else "",
            mine=row.signed_at is None
            and (actor.account_id in (row.to_id, row.leader_id) or (actor.has(Role.LEADER) and row.raised_at is not None)),
        )
        for row in taken
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.signed_at is not None)


def late(actor: Actor) -> list[uuid.UUID]:
    """Quarrels of the night past their time that nobody signed for and that went to no leader yet; for the job."""
    rows = policies.passings_visible_to(actor).filter(signed_at=None, raised_at=None, due_at__lt=clock.now())
    return list(rows.order_by("due_at", "id").values_list("id", flat=True))


def to_pass(actor: Actor) -> list[uuid.UUID]:
    """Night shifts whose time is over and whose quarrels were not passed on yet; for the job."""
    rows = policies.shifts_visible_to(actor).filter(night=True, passed_at=None, during__endswith__lte=clock.now())
    return list(rows.exclude(state="closed").order_by("id").values_list("id", flat=True))


def waiting_for(actor: Actor) -> list[Shown]:
    """Handovers that wait for the actor's signature: given ones for the next shift, taken ones for the leader."""
    if actor.roles.isdisjoint(policies.SIGNS):
        return []
    states = ["given", "taken"] if actor.has(Role.LEADER) else ["given"]
    mine = [keeper(actor)] if actor.has(Role.CENTRE) else actor.orgs
    rows = _shown(_rows(actor).filter(org_id__in=mine, state__in=states).order_by("created_at", "id")[:PAGE])
    rows = [one for one in rows if actor.account_id not in (one.signed.given_by_id, one.signed.taken_by_id)]
    if actor.has(Role.LEADER, Role.DESK, Role.CENTRE):
        return rows
    return [one for one in rows if _comes_next(actor, one)]


def _comes_next(actor: Actor, shift: Shown) -> bool:
    """Does the actor stand on the roster of the shift that follows this one?"""
    line = force.on_duty(actor, shift.org_id, shift.end, shift.end + timedelta(minutes=1))
    return actor.account_id in {one["account_id"] for one in line}


def names(accounts: Iterable[int]) -> dict[int, str]:
    """Names of accounts by id: staff, not residents."""
    return dict(Account.objects.filter(id__in=set(accounts)).values_list("id", "name"))
