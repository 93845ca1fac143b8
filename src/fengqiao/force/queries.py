"""Reads of the force: which desk answers for whom, who stands where, what is missing."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q
from psycopg.types.range import Range

from fengqiao.core import clock, settings_tree
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Organisation, Post
from fengqiao.core.queries.organisations import in_force
from fengqiao.core.statements import ask
from fengqiao.force import policies, rules
from fengqiao.force.models import Duty, Placement, TemplateUse
from fengqiao.places import queries as places
from fengqiao.places.managing import managed
from fengqiao.places.ports import Standing
from fengqiao.places.validity import holds

# --- which desk, which roster ----------------------------------------------------------------------------------------

_STATION = """
SELECT s.id, s.mode, d.id
FROM core_organisation o JOIN core_organisation s ON s.id = ANY (o.lineage) AND s.kind = 'station'
LEFT JOIN core_organisation d ON d.id = s.desk_id AND (d.valid_to IS NULL OR d.valid_to >= %s)
WHERE o.id = %s
"""


def _station(org_id: int) -> tuple[int, str, int | None] | None:
    """Station, mode and named desk of an organisation; None outside every station."""
    found = ask(_STATION, [clock.today(), org_id])
    return found[0] if found else None


def desk_for(org_id: int) -> int:
    """The organisation whose desk a matter of `org_id` goes to, by its station's mode (NP-17, rules.desk_of).

    An organisation outside every station (bureau, partner) is its own desk. One query where the station names its desk.
    """
    found = _station(org_id)
    if found is None:
        return org_id
    station, mode, named = found
    if named:
        return named
    own = centre = None
    if mode == "standard":
        own = Organisation.objects.filter(in_force(), parent_id=station, kind="desk").values_list("id", flat=True).first()
    elif mode == "loose":
        lineage = Organisation.objects.values_list("lineage", flat=True).get(id=station)
        centres = Organisation.objects.filter(in_force(), parent_id__in=lineage, kind="centre").values_list("id", "parent_id")
        centre = max(centres, key=lambda row: lineage.index(row[1]), default=(None,))[0]
    return rules.desk_of(mode, station=station, own=own, centre=centre)


def roster_keeper(org_id: int) -> int:
    """The organisation that keeps the duty roster of `org_id`: the shared desk of a 紧密型 pair, else its station."""
    found = _station(org_id)
    if found is None:
        return org_id
    station, mode, named = found
    return named if mode == "paired" and named else station


def roster(actor: Actor, org_id: int, day: date | None = None) -> list[dict[str, Any]]:
    """The duty roster of a day (Asia/Shanghai) for an organisation's station; a 紧密型 pair has one and the same."""
    policies.may_read(actor)
    start = clock.day_start(day or clock.today())
    lines = policies.duties_visible_to(actor).filter(
        org_id=roster_keeper(org_id), cancelled_at=None, during__overlap=Range(start, start + timedelta(days=1))
    )
    rows = lines.order_by("during", "task", "id").values(
        "id", "task", "during", "service__name", "service__staff_kind", "service__org__name"
    )
    return [dict(row) for row in rows]


def kept_for(keeper_id: int) -> tuple[int, ...]:
    """The organisations whose roster `keeper_id` keeps: a shared desk those of its pair, everybody else itself and below."""
    paired = Organisation.objects.filter(kind="station", mode="paired", desk_id=keeper_id).values_list("id", flat=True)
    tops = list(paired) or [keeper_id]
    return tuple(Organisation.objects.filter(lineage__overlap=tops).order_by("id").values_list("id", flat=True))


def keepers(on: date | None = None) -> list[int]:
    """Every organisation that keeps a duty roster: stations, the shared desks of pairs, county centres."""
    found = Organisation.objects.filter(in_force(on), kind__in=("station", "centre")).order_by("id").values_list("kind", "mode", "desk_id", "id")
    return sorted({desk if kind == "station" and mode == "paired" and desk else org for kind, mode, desk, org in found})


def on_duty(actor: Actor, keeper_id: int, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Whose duty lies in [start, end), leaders on duty first: name, staff_kind, task, account_id (None: they do not sign on)."""
    lines = policies.duties_visible_to(actor).filter(org_id=keeper_id, cancelled_at=None, during__overlap=Range(start, end))
    rows = lines.order_by("during", "id").values(
        "id", "task", "service_id", name=F("service__name"), staff_kind=F("service__staff_kind"), account_id=F("service__post__account_id")
    )  # fmt: skip
    return sorted((dict(row) for row in rows), key=lambda row: list(rules.TASKS).index(row["task"]))


def lead_of(keeper_id: int, moment: datetime) -> int | None:
    """The account of the leader on duty (带班) at a moment by the roster; None where none stands in it or signs on."""
    rows = Duty.objects.filter(org_id=keeper_id, task="lead", cancelled_at=None, during__contains=moment, service__post__account_id__isnull=False)
    return rows.order_by("during", "id").values_list("service__post__account_id", flat=True).first()


def leaders(keeper_id: int) -> list[int]:
    """Accounts in a leader's post today in the organisations whose roster this one keeps."""
    posts = Post.objects.filter(in_force(), role="leader", org_id__in=kept_for(keeper_id), account__is_active=True)
    return list(posts.order_by("org_id", "id").values_list("account_id", flat=True))


# --- how a station is made up ----------------------------------------------------------------------------------------


def running_units(station_id: int, on: date) -> list[Organisation]:
    """The organisations directly under a station on a day, units of a template or not."""
    return list(Organisation.objects.filter(in_force(on), parent_id=station_id).order_by("id"))


def template_of(station_id: int, on: date) -> str:
    """Code of the template a station is made up by on a day; 两队一室 where none was ever applied."""
    use = TemplateUse.objects.filter(holds(on), org_id=station_id).first()
    return use.template if use else rules.DEFAULT_TEMPLATE


def stations(actor: Actor, on: date | None = None) -> list[dict[str, Any]]:
    """The actor's stations with mode, template, units (None = missing) and whether the station is flagged.

    Flagged: a 标准型 station that lacks a unit of its template (NP-17 d). Other modes share or lend theirs.
    """
    policies.may_read_stations(actor)
    on = on or clock.today()
    found = Organisation.objects.filter(in_force(on), id__in=managed(actor), kind="station").order_by("id")
    uses = dict(TemplateUse.objects.filter(holds(on), org__in=found).values_list("org_id", "template"))
    children: dict[int | None, list[Organisation]] = defaultdict(list)
    for org in Organisation.objects.filter(in_force(on), parent__in=found).order_by("id"):
        children[org.parent_id].append(org)
    rows = []
    for station in found:
        template = uses.get(station.id, rules.DEFAULT_TEMPLATE)
        made_of = [
            (unit.name, next((org for org in children[station.id] if unit.filled_by(org.kind, org.name)), None))
            for unit in rules.units(template)
        ]
        lacking = [name for name, org in made_of if org is None]
        rows.append(
            {
                "id": station.id, "name": station.name, "mode": station.mode, "template": template,
                "applied": station.id in uses, "units": made_of, "lacking": lacking,
                "flagged": station.mode == "standard" and bool(lacking),
            }
        )  # fmt: skip
    return rows


def posts_in_no_unit(actor: Actor, on: date | None = None) -> list[dict[str, Any]]:
    """Running posts of the actor's stations that stand in no running unit of the station's template (NP-15).

    Stations without a template applied, and not 标准型, have no units anybody could be missing from.
    """
    policies.may_read_stations(actor)
    on = on or clock.today()
    rows = [row for row in stations(actor, on) if row["applied"] or row["mode"] == "standard"]
    names = {row["id"]: row["name"] for row in rows}
    inside = {org.id for row in rows for _, org in row["units"] if org}
    posts = Post.objects.filter(in_force(on), org__lineage__overlap=list(names)).select_related("org", "account")
    return [
        {
            "post": post.id, "name": post.account.name, "role": post.role, "staff_kind": post.staff_kind,
            "title": post.title, "org": post.org.name, "station": next(names[i] for i in post.org.lineage if i in names),
        }
        for post in posts.order_by("org_id", "id")
        if not inside.intersection(post.org.lineage)
    ]  # fmt: skip


# --- who stands where ------------------------------------------------------------------------------------------------


def placements(
    actor: Actor, on: date | None = None, *, tier: str = "", staff_kind: str = "", area_id: int | None = None
) -> list[dict[str, Any]]:
    """Who stands where on a day. `tier` "1" "2" "3", or "0" for those outside the tiers; filters may be combined."""
    policies.may_read(actor)
    found = _placed(actor, on or clock.today())
    if tier:
        found = found.filter(tier=int(tier) or None) if tier != "0" else found.filter(tier=None)
    if staff_kind:
        found = found.filter(service__staff_kind=staff_kind)
    if area_id:
        found = found.filter(area_id=area_id)
    return list(
        found.order_by("area__code", "role", "service__name").values(
            "id", "service_id", "service__name", "service__staff_kind", "service__org__name", "area_id", "area__code",
            "area__name", "area__kind", "tier", "role", "since",
        )
    )  # fmt: skip


def posted_at(area_ids: Iterable[int], on: date | None = None) -> set[int]:
    """Accounts of the staff who stand in one of these areas on a day (乡警、村警 of a place, NP-18)."""
    on = on or clock.today()
    rows = Placement.objects.filter(holds(on), holds(on, "service__"), area_id__in=list(area_ids), service__post__isnull=False)
    return set(rows.values_list("service__post__account_id", flat=True))


def totals(actor: Actor, on: date | None = None) -> dict[str, Any]:
    """People (not rows) placed on a day: in all, by tier and by staff kind. Each opens the list behind it."""
    policies.may_read(actor)
    people = set(_placed(actor, on or clock.today()).values_list("service_id", "tier", "service__staff_kind"))
    return {
        "all": len({service for service, _, _ in people}),
        "tier": Counter(tier for _, tier, _ in people),
        "staff_kind": Counter(kind for _, _, kind in people),
    }


def _placed(actor: Actor, on: date) -> Any:
    """Placements that hold on a day: person and area both still run. A grid that was split away holds nobody."""
    return policies.placements_visible_to(actor).filter(holds(on), holds(on, "service__"), holds(on, "area__"))


@dataclass(frozen=True, slots=True)
class Gaps:
    """格中有警、每警有责 (ND-12): both must be empty."""

    grids_without_officer: list[dict[str, Any]]
    people_without_grid: list[dict[str, Any]]


def gaps(actor: Actor, on: date | None = None) -> Gaps:
    """Grids no officer answers for, and police staff who answer for no grid, on a day (ND-12).

    An officer answers for a grid by a placement in it, in its community, or in a police area mapped to it.
    Expected to hold a grid: officers, auxiliaries and assistants of stations and their community teams; not those of
    case team, command room and patrol team, and not station leaders (社区警务工作规范 第五条).
    """
    policies.may_read(actor)
    on = on or clock.today()
    grids = places.areas(actor, on, "grid")
    polices: dict[int, set[int]] = defaultdict(set)
    for link in places.links(actor, on):
        polices[link["grid"]].add(link["police"])
    covering = {grid["id"]: {grid["id"], grid["parent_id"]} | polices[grid["id"]] for grid in grids}
    useful = set().union(*covering.values())
    manned: set[int] = set()
    answering: set[uuid.UUID] = set()
    for service, area, kind in _placed(actor, on).values_list("service_id", "area_id", "service__staff_kind"):
        if kind == "officer":
            manned.add(area)
        if area in useful:
            answering.add(service)
    return Gaps(
        [grid for grid in grids if manned.isdisjoint(covering[grid["id"]])],
        [person for person in _expected(actor, on) if person["id"] not in answering],
    )


def _expected(actor: Actor, on: date) -> list[dict[str, Any]]:
    """Staff who ought to hold a grid."""
    exempt = {
        org_id
        for org_id, kind, name in Organisation.objects.filter(id__in=actor.orgs).values_list("id", "kind", "name")
        if rules.unit_kind(kind, name) in rules.NO_GRID
    }
    in_stations = Organisation.objects.filter(id__in=actor.orgs, kind="station").values_list("id", flat=True)
    rows = (
        policies.visible_to(actor)
        .filter(holds(on), staff_kind__in=rules.tiered(), org__lineage__overlap=list(in_stations))
        .exclude(org_id__in=exempt)
        .exclude(Q(post__isnull=False) & Q(post__role="leader"))
        .order_by("org_id", "staff_kind", "name")
        .values("id", "name", "staff_kind", unit=F("org__name"))
    )
    return [dict(row) for row in rows]


# --- the team of a community -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Team:
    """A community's team against its bureau's formula (WZ-10). `flagged`: nobody in the 1, or a number not met."""

    area: dict[str, Any]
    formula: rules.Formula
    counts: Counter[str]
    lacking: dict[str, int]

    @property
    def flagged(self) -> bool:
        return bool(self.lacking)

    @property
    def words(self) -> str:
        """齐, or who is missing: 缺社区民警 1 人."""
        return "、".join(f"缺{rules.ROLES[role]} {n} 人" for role, n in self.lacking.items()) or "齐"


def composition(actor: Actor, community_id: int | None = None, on: date | None = None) -> list[Team]:
    """The teams of the actor's communities on a day, flagged ones first.

    Counted once per person: placed in the community, in its grids, or in a police area mapped to one of them.
    """
    policies.may_read(actor)
    on = on or clock.today()
    communities = places.areas(actor, on, "community", "village")
    if community_id is not None:
        communities = [area for area in communities if area["id"] == community_id]
    home = {grid["id"]: grid["parent_id"] for grid in places.areas(actor, on, "grid")}
    where: dict[int, set[int]] = defaultdict(set)  # area → communities it serves
    for area in communities:
        where[area["id"]].add(area["id"])
    for grid, community in home.items():
        where[grid].add(community)
    for link in places.links(actor, on):
        if link["grid"] in home:
            where[link["police"]].add(home[link["grid"]])
    people: dict[int, set[tuple[str, uuid.UUID]]] = defaultdict(set)
    for service, area_id, role in _placed(actor, on).values_list("service_id", "area_id", "role"):
        for community in where.get(area_id, ()):
            people[community].add((role, service))
    formulas = {org_id: formula_of(org_id, on) for org_id in {area["org_id"] for area in communities}}
    teams = []
    for area in communities:
        counts = Counter(role for role, _ in people[area["id"]])
        formula = formulas[area["org_id"]]
        teams.append(Team(area, formula, counts, formula.lacking(counts)))
    return sorted(teams, key=lambda team: (not team.flagged, team.area["code"]))


def formula_of(org_id: int, on: date | None = None) -> rules.Formula:
    """The team formula in force for an organisation: its own, else the nearest above it, else 1+X+N."""
    return rules.formula(settings_tree.value(org_id, rules.FORMULA_KEY, on, rules.DEFAULT_FORMULA))


def answering(actor: Actor, grid_id: int | None, on: date | None = None) -> list[int]:
    """Accounts of the officers who answer for a grid on a day, nearest first: in the grid, in its community, in a police
    area mapped to it. Empty where nobody who signs on stands there, or the place lies in no grid.
    """
    if grid_id is None:
        return []
    on = on or clock.today()
    grid = places.area_named(actor, grid_id, on)
    if grid is None:
        return []
    near = {grid_id: 0, grid["parent_id"]: 1} | {area: 2 for area in grid["police"]}
    rows = policies.placements_visible_to(actor).filter(
        holds(on), holds(on, "service__"), area_id__in=[area for area in near if area], service__staff_kind="officer",
        service__post__account__is_active=True,
    )  # fmt: skip
    found = rows.order_by("since", "id").values_list("area_id", "service__post__account_id")
    return list(dict.fromkeys(account for _, account in sorted(found, key=lambda row: near[row[0]])))


def staffing(actor: Actor, on: date | None = None) -> dict[int, Standing]:
    """Who stands in which area, and how the teams of communities meet the formula: for the pages of areas."""
    if not actor.is_police:
        return {}
    on = on or clock.today()
    names: dict[int, list[str]] = defaultdict(list)
    for area_id, name in _placed(actor, on).order_by("role", "service__name").values_list("area_id", "service__name"):
        names[area_id].append(name)
    teams = {team.area["id"]: team for team in composition(actor, on=on)}
    return {
        area: Standing(tuple(names[area]), team.words if (team := teams.get(area)) else "", bool(team and team.flagged))
        for area in {*names, *teams}
    }


def service_choices(actor: Actor, on: date | None = None) -> list[tuple[str, str]]:
    """Serving staff for a form's choice: (id, name · unit)."""
    policies.may_read(actor)
    rows = policies.visible_to(actor).filter(holds(on or clock.today())).order_by("org_id", "name")
    return [(str(key), f"{name} · {unit}") for key, name, unit in rows.values_list("id", "name", "org__name")]


def placement(actor: Actor, placement_id: uuid.UUID) -> Placement:
    """One placement the actor may see, with whom and where. NotThere otherwise."""
    policies.may_read(actor)
    rows = policies.placements_visible_to(actor).select_related("service__org", "area")
    found = rows.filter(id=placement_id).first()
    if found is None:
        raise NotThere
    return found


def units(actor: Actor) -> list[tuple[int, str]]:
    """The actor's running organisations that staff may serve in: (id, name)."""
    policies.may_read(actor)
    return list(Organisation.objects.filter(in_force(), id__in=actor.orgs).order_by("id").values_list("id", "name"))


def formula_owners(actor: Actor) -> list[tuple[int, str]]:
    """The organisations a formula may be set for: bureau, county and stations the actor looks after."""
    kinds = ("bureau", "county", "branch", "station")
    found = Organisation.objects.filter(in_force(), id__in=managed(actor), kind__in=kinds)
    return list(found.order_by("id").values_list("id", "name"))
