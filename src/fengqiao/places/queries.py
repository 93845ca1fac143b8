"""Reads of areas. Borders are no secret inside the bureau: a report finds its grid wherever it comes in."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import shapely
from django.db.models import Count, Q

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Organisation
from fengqiao.core.queries.organisations import in_force
from fengqiao.core.statements import ask
from fengqiao.places import policies, rules
from fengqiao.places.managing import managed
from fengqiao.places.models import Area, AreaLink, Border, Venue
from fengqiao.places.outlines import Outline, OutlineIndex
from fengqiao.places.validity import holds

_held: tuple[object, OutlineIndex] | None = None  # this process's index and the edition of the map it was made from


def outline_index(actor: Actor | None) -> OutlineIndex:
    """The index of all borders of all days as they stand now. For many points, ask once and call its `at`."""
    global _held
    [(mark,)] = ask("SELECT mark FROM places_edition")
    held = _held
    if held is None or held[0] != mark:
        borders = Border.objects.select_related("area").only(
            "polygon", "since", "until", "area__ref", "area__kind", "area__grid_kind", "area__code", "area__name",
            "area__org_id", "area__parent_id",
        )  # fmt: skip
        held = _held = (mark, OutlineIndex(_outline(border) for border in borders))
    return held[1]


def _outline(border: Border) -> Outline:
    area = border.area
    shape = shapely.from_wkb(bytes(border.polygon))
    return Outline(
        area.id, area.ref, area.kind, area.grid_kind, area.code, area.name, area.org_id, area.parent_id,
        shape, border.since, border.until,
    )  # fmt: skip


def area_at(actor: Actor | None, lat: float, lon: float, on: date, kind: str = "grid") -> Outline | None:
    """The area of a kind (rules.KINDS) whose border of day `on` holds the point (WGS-84 degrees), or None."""
    return outline_index(actor).at(lat, lon, on, kind)


def called(actor: Actor, org_ids: Iterable[int]) -> list[tuple[str, str]]:
    """What people call the areas of these organisations today: (name, kind), a grid with its community before it."""
    return [(label, one.kind) for label, one in outline_index(actor).labels(org_ids, clock.today())]


def venues(org_ids: Iterable[int]) -> list[str]:
    """Names of the open venues of these organisations one can go to."""
    open_ones = Venue.objects.filter(org_id__in=list(org_ids), closed_at=None).exclude(kind="online")
    return list(open_ones.order_by("id").values_list("name", flat=True))


def outlines(actor: Actor, on: date | None = None) -> list[Outline]:
    """The outlines, of all kinds, of the areas the actor's organisations police, as of a day."""
    mine = set(managed(actor))
    return [one for one in outline_index(actor).of(on or clock.today()) if one.org_id in mine]


def stations(actor: Actor) -> list[tuple[int, str]]:
    """The stations whose areas the actor may draw: (id, name)."""
    found = Organisation.objects.filter(in_force(), id__in=managed(actor), kind="station")
    return list(found.order_by("id").values_list("id", "name"))


def areas(actor: Actor, on: date | None = None, *kinds: str) -> list[dict[str, Any]]:
    """The areas the actor's organisations police on a day, by kind and code, with their community and station.

    `links` counts the police areas of a grid, or the grids of a police area; `grids` the grids of a community.
    """
    on = on or clock.today()
    found = policies.visible_to(actor).filter(holds(on))
    if kinds:
        found = found.filter(kind__in=kinds)
    counted = found.annotate(
        grids=Count("parts", filter=holds(on, "parts__"), distinct=True),
        links=Count("grid_links", filter=holds(on, "grid_links__"), distinct=True)
        + Count("police_links", filter=holds(on, "police_links__"), distinct=True),
    )
    rows = counted.order_by("kind", "code").values(
        "id", "ref", "kind", "grid_kind", "code", "name", "org_id", "org__name", "parent_id", "parent__name",
        "since", "until", "grids", "links",
    )  # fmt: skip
    return [dict(row) for row in rows]


def area(actor: Actor, area_id: int, on: date | None = None) -> Area:
    """One area the actor's organisations police and that runs on the day. NotThere otherwise."""
    found = policies.visible_to(actor).filter(holds(on or clock.today()), id=area_id).first()
    if found is None:
        raise NotThere
    return found


def links(actor: Actor, on: date | None = None) -> list[dict[str, Any]]:
    """Which police area answers for which grid on a day, where the actor polices one of the two."""
    on = on or clock.today()
    orgs = managed(actor)
    mine = Q(police__org_id__in=orgs) | Q(grid__org_id__in=orgs)
    rows = AreaLink.objects.filter(holds(on), mine).order_by("police__code", "grid__code").values("police", "grid")
    return [dict(row) for row in rows]


def area_named(actor: Actor, area_id: int, on: date | None = None) -> dict[str, Any] | None:
    """What an area is called on a day, what it belongs to, and the police areas mapped to it; None when it runs no more."""
    on = on or clock.today()
    found = Area.objects.filter(holds(on), id=area_id).values("id", "kind", "name", "org_id", "parent_id", "parent__name").first()
    if found is None:
        return None
    police = AreaLink.objects.filter(holds(on), grid_id=area_id).order_by("id").values_list("police_id", flat=True)
    return dict(found) | {"police": list(police)}


def history(actor: Actor, area_id: int) -> dict[str, Any]:
    """An area, its borders and links through time, and where it came from and went to. NotThere for another's area."""
    area = policies.visible_to(actor).select_related("org", "parent").filter(id=area_id).first()
    if area is None:
        raise NotThere
    came = Area.objects.filter(successors__successor=area)
    went = Area.objects.filter(predecessors__predecessor=area)
    mapped = AreaLink.objects.filter(Q(police=area) | Q(grid=area)).order_by("since", "id")
    steps = ("id", "code", "name", "since", "until")
    return {
        "area": area,
        "borders": list(area.borders.order_by("since", "id").values("since", "until", "system")),
        "predecessors": list(came.order_by("code").values(*steps)),
        "successors": list(went.order_by("code").values(*steps)),
        "links": list(
            mapped.values("since", "until", "police", "police__code", "police__name", "grid", "grid__code", "grid__name")
        ),
    }


def unlinked(actor: Actor, on: date | None = None) -> list[dict[str, Any]]:
    """Grids no police area answers for and police areas that answer for no grid, on a day."""
    return [area for area in areas(actor, on, "grid", "police") if not area["links"]]


def communities() -> dict[int, tuple[int, str]]:
    """Each grid, and each village or community itself, with the community it belongs to: area → (community, name)."""
    rows = Area.objects.values_list("id", "kind", "name", "parent_id", "parent__name")
    return {
        area: (parent, parent_name) if kind == "grid" else (area, name)
        for area, kind, name, parent, parent_name in rows
        if kind in ("grid", *rules.COMMUNITIES)
    }


def areas_of(org_ids: Sequence[int]) -> list[int]:
    """The areas these organisations police or policed; ended ones too, for figures of their time."""
    return list(Area.objects.filter(org_id__in=org_ids).values_list("id", flat=True))
