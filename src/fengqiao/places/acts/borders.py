"""划分辖区: areas drawn, split, merged; borders moved; police areas mapped to grids. What ended stays (ND-13)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.loading import locked
from fengqiao.core.spine import act, record
from fengqiao.places import coordinates, policies, queries, rules
from fengqiao.places.managing import managing
from fengqiao.places.models import Area, AreaLink, Border, Descent
from fengqiao.places.rules import Part
from fengqiao.places.validity import holds


@act("划定辖区单元")
@managing
def draw_area(
    actor: Actor,
    *,
    kind: str,
    name: str,
    outline: BaseGeometry | None = None,
    system: str = "wgs84",
    org_id: int | None = None,
    parent_id: int | None = None,
    code: str = "",
    grid_kind: str = "basic",
    since: date | None = None,
) -> Area:
    """Draw a community, village, police area or grid.

    outline    polygon in degrees of `system` (x = longitude); None while there is no map of it yet.
    org_id     who polices it; default the actor's station.
    code       a grid's and a police area's is made when left out (rules.free_codes).
    since      first day, also a past one: a bureau's borders are older than its software.
    Errors: Invalid by field, Forbidden, NotThere when org or parent is not the actor's.
    """
    policies.may_draw(actor)
    parent = _mine(actor, parent_id) if parent_id is not None else None
    shape, since = converted(outline, system), since or clock.today()
    area = create(actor, kind, name, code, grid_kind, org_id or actor.station_id, parent, shape, system, since)
    _clear(area, shape, since)
    record(
        actor,
        about=area.ref,
        subjects=[("area", area.ref, "new")],
        facts=facts(area) | {"since": since},
        content={"police": {"name": name}},
        org_id=area.org_id,
    )
    return area


@act("调整界线")
@managing
def move_border(
    actor: Actor, *, area_id: int, outline: BaseGeometry, system: str = "wgs84", on: date | None = None
) -> Area:
    """Give an area another border from day `on` (today or later); earlier days keep the earlier border."""
    policies.may_draw(actor)
    area, on = _running(actor, area_id, on)
    shape = converted(outline, system)
    redraw(area, shape, system, on)
    _clear(area, shape, on)
    _touch(area)
    record(actor, about=area.ref, subjects=[("area", area.ref, "moved")], facts=facts(area) | {"on": on}, org_id=area.org_id)
    return area


@act("拆分辖区单元")
@managing
def split_area(
    actor: Actor, *, area_id: int, parts: Sequence[Part], system: str = "wgs84", on: date | None = None
) -> list[Area]:
    """Split an area into `parts` from day `on`. The old one ends and keeps its records; the parts inherit its links.

    Parts must make up the old border and not overlap (rules.check_split); without a map they need only names.
    """
    policies.may_draw(actor)
    area, on = _running(actor, area_id, on)
    _no_parts_inside(area, on)
    old = _shape(area, on)
    shapes = [converted(part.outline, system) for part in parts]
    if old is not None and all(shape is not None for shape in shapes):
        wrong = rules.check_split(old, [shape for shape in shapes if shape is not None])
    else:
        wrong = None if len(parts) > 1 else "拆分至少得到两个单元。"
    if wrong:
        raise Invalid({"parts": wrong})
    _end([area], on)
    made = [
        create(actor, area.kind, part.name, part.code, area.grid_kind, area.org_id, area.parent, shape, system, on)
        for part, shape in zip(parts, shapes, strict=True)
    ]
    _descend([area], made, on, dict(zip([m.id for m in made], shapes, strict=True)))
    record(
        actor,
        about=area.ref,
        subjects=[("area", area.ref, "ended"), *(("area", one.ref, "new") for one in made)],
        facts=facts(area) | {"on": on, "into": [one.code for one in made]},
        content={"police": {"names": [one.name for one in made]}},
        org_id=area.org_id,
    )
    return made


@act("合并辖区单元")
@managing
def merge_areas(
    actor: Actor, *, area_ids: Sequence[int], name: str, code: str = "", on: date | None = None
) -> Area:
    """Make one area of several of the same kind, station and community, from day `on`. The old ones end and stay."""
    policies.may_draw(actor)
    olds = []
    for area_id in sorted(set(area_ids)):  # one order of locking for everybody
        area, on = _running(actor, area_id, on)
        _no_parts_inside(area, on)
        olds.append(area)
    first = olds[0] if olds else None
    if first is None or on is None or len(olds) < 2:
        raise Invalid({"areas": "合并至少需要两个单元。"})
    if len({(a.kind, a.grid_kind, a.org_id, a.parent_id) for a in olds}) > 1:
        raise Invalid({"areas": "只能合并同一派出所、同一村（社区）内的同类单元。"})
    shapes = [shape for area in olds if (shape := _shape(area, on)) is not None]
    shape = unary_union(shapes) if len(shapes) == len(olds) else None
    _end(olds, on)
    made = create(actor, first.kind, name, code, first.grid_kind, first.org_id, first.parent, shape, "wgs84", on)
    _descend(olds, [made], on, {made.id: shape})
    record(
        actor,
        about=made.ref,
        subjects=[("area", made.ref, "new"), *(("area", one.ref, "ended") for one in olds)],
        facts=facts(made) | {"on": on, "from": [one.code for one in olds]},
        content={"police": {"name": name}},
        org_id=made.org_id,
    )
    return made


@act("警务区对应网格")
@managing
def link_areas(actor: Actor, *, police_id: int, grid_id: int, on: date | None = None) -> None:
    """Let a police area answer for a grid from day `on`. Many to many; the grid may belong to another station."""
    policies.may_draw(actor)
    police, on = _running(actor, police_id, on)
    grid = Area.objects.filter(holds(on), id=grid_id, kind="grid").first()
    if police.kind != "police" or grid is None:
        raise Invalid({"grid": "请选择一个警务区和一个在用的网格。"})
    if AreaLink.objects.filter(holds(on), police=police, grid=grid).exists():
        raise Refused("两者已经对应。")
    AreaLink.objects.create(police=police, grid=grid, since=on)
    record(
        actor,
        about=police.ref,
        subjects=[("area", police.ref, "police"), ("area", grid.ref, "grid")],
        facts={"police": police.code, "grid": grid.code, "on": on},
        org_id=police.org_id,
    )


@act("解除警务区与网格对应")
@managing
def unlink_areas(actor: Actor, *, police_id: int, grid_id: int, on: date | None = None) -> None:
    """End a police area's answering for a grid with day `on`; it stays known for the days before."""
    policies.may_draw(actor)
    police, on = _running(actor, police_id, on)
    link = AreaLink.objects.select_related("grid").filter(holds(on), police=police, grid_id=grid_id).first()
    if link is None:
        raise NotThere
    AreaLink.objects.filter(id=link.id).update(until=on)
    record(
        actor,
        about=police.ref,
        subjects=[("area", police.ref, "police"), ("area", link.grid.ref, "grid")],
        facts={"police": police.code, "grid": link.grid.code, "on": on},
        org_id=police.org_id,
    )


# --- shared with importing -------------------------------------------------------------------------------------------


def converted(outline: BaseGeometry | None, system: str) -> BaseGeometry | None:
    """The outline in WGS-84, checked. Raises Invalid."""
    if outline is None:
        return None
    if system not in coordinates.SYSTEMS:
        raise Invalid({"system": "请先说明坐标系：WGS-84、CGCS2000 或 GCJ-02。"})
    if wrong := rules.check_outline(outline):
        raise Invalid({"outline": wrong})
    return coordinates.to_wgs84(outline, system)


def create(
    actor: Actor,
    kind: str,
    name: str,
    code: str,
    grid_kind: str,
    org_id: int,
    parent: Area | None,
    shape: BaseGeometry | None,
    system: str,
    since: date,
) -> Area:
    """Store an area and its first border after checking them; writes no event. `shape` is in WGS-84."""
    if org_id not in actor.orgs:
        raise NotThere
    wrong = {}
    if kind not in rules.KINDS:
        raise Invalid({"kind": "类型应为社区、村、警务区或网格。"})
    if not 0 < len(name.strip()) <= 60:
        wrong["name"] = "请填写 60 字以内的名称。"
    if kind == "grid":
        if grid_kind not in rules.GRID_KINDS:
            wrong["grid_kind"] = "网格类型应为基础网格或专属网格。"
        if parent is None or parent.kind not in rules.COMMUNITIES:
            raise Invalid(wrong | {"parent": "每个网格须属于一个村（社区）。"})
        code = code or _next_code(parent.code, Area.objects.filter(parent=parent))
    elif kind == "police":
        code = code or _next_code(f"J{org_id:06d}", Area.objects.filter(org_id=org_id, kind="police"))
    if trouble := rules.check_code(kind, code, parent.code if parent else ""):
        wrong["code"] = trouble
    elif Area.objects.filter(code=code).exists():
        wrong["code"] = f"编码 {code} 已用过；编码不重复使用。"
    if wrong:
        raise Invalid(wrong)
    area = Area.objects.create(
        org_id=org_id, kind=kind, grid_kind=grid_kind if kind == "grid" else "", code=code, name=name.strip(),
        parent=parent, since=since,
    )  # fmt: skip
    if shape is not None:
        Border.objects.create(area=area, polygon=shapely.to_wkb(shape), system=system, since=since)
    return area


def redraw(area: Area, shape: BaseGeometry | None, system: str, on: date) -> None:
    """End the area's border with day `on` and begin another; writes no event."""
    if Border.objects.filter(area=area, since__gt=on).exists():
        raise Refused("这一单元已有更晚生效的界线调整。")
    Border.objects.filter(holds(on), area=area).update(until=on)
    Border.objects.create(area=area, polygon=shapely.to_wkb(shape), system=system, since=on)


def exclusive(kind: str, grid_kind: str) -> bool:
    """Does a place have only one area of this kind? Dedicated grids (商圈, 园区) lie on top of basic ones."""
    return kind == "police" or kind == "grid" and grid_kind != "dedicated"


def facts(area: Area) -> dict[str, Any]:
    """What an event keeps of an area for ever: codes, no names."""
    return {"kind": area.kind, "grid_kind": area.grid_kind, "code": area.code}


def _mine(actor: Actor, area_id: int) -> Area:
    """The area, locked, if the actor's organisations police it."""
    return locked(policies.visible_to(actor).select_related("parent"), id=area_id)


def _running(actor: Actor, area_id: int, on: date | None) -> tuple[Area, date]:
    """The area, locked, and the day a change takes effect: not in the past, and while the area runs."""
    on = on or clock.today()
    area = _mine(actor, area_id)
    if on < clock.today():
        raise Refused("界线调整自当日或以后生效；此前的记录留在原界线内。")
    if on < area.since or (area.until is not None and on >= area.until):
        raise Refused("这一单元在该日没有启用。")
    return area, on


def _clear(area: Area, shape: BaseGeometry | None, on: date) -> None:
    """Raise Invalid when the new outline lies over another area of its kind."""
    if shape is None or not exclusive(area.kind, area.grid_kind):
        return
    standing = [
        (one.code, one.shape)
        for one in queries.outline_index(None).of(on, area.kind)
        if one.id != area.id and exclusive(one.kind, one.grid_kind)
    ]
    if clash := rules.overlaps([(area.code, shape)], standing):
        raise Invalid({"outline": f"与现有单元重叠：{'、'.join(clash[0][:5])}。"})


def _shape(area: Area, on: date) -> BaseGeometry | None:
    border = Border.objects.filter(holds(on), area=area).first()
    return shapely.from_wkb(bytes(border.polygon)) if border else None


def _no_parts_inside(area: Area, on: date) -> None:
    if Area.objects.filter(holds(on), parent=area).exists():
        raise Refused("该村（社区）下还有在用网格，请先调整网格。")


def _next_code(prefix: str, siblings: Any) -> str:
    try:
        return next(rules.free_codes(prefix, list(siblings.values_list("code", flat=True))))
    except StopIteration:
        raise Refused("顺序号已用完，请自行填写编码。") from None


def _touch(area: Area) -> None:
    area.version += 1
    area.save(update_fields=["version", "until"])


def _end(areas: Sequence[Area], on: date) -> None:
    for area in areas:
        if Border.objects.filter(area=area, since__gt=on).exists():
            raise Refused("这一单元已有更晚生效的界线调整。")
        Border.objects.filter(holds(on), area=area).update(until=on)
        area.until = on
        _touch(area)


def _descend(olds: Sequence[Area], news: Sequence[Area], on: date, shapes: dict[int, BaseGeometry | None]) -> None:
    """Write the descent and carry the links over: a new area answers to those of the old ones' partners it meets."""
    Descent.objects.bulk_create(Descent(predecessor=old, successor=new) for old in olds for new in news)
    side, other = ("police", "grid") if olds[0].kind == "police" else ("grid", "police")
    links = AreaLink.objects.filter(holds(on), **{f"{side}__in": olds})
    partners = sorted(set(links.values_list(f"{other}_id", flat=True)))
    links.update(until=on)
    borders = {b.area_id: shapely.from_wkb(bytes(b.polygon)) for b in Border.objects.filter(holds(on), area__in=partners)}
    for new in news:
        met = [p for p in partners if _meet(shapes.get(new.id), borders.get(p))] or partners
        AreaLink.objects.bulk_create(AreaLink(**{f"{side}_id": new.id, f"{other}_id": p}, since=on) for p in met)


def _meet(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    """Do two outlines overlap by more than slivers? Unmapped ones may, so they do."""
    if one is None or other is None:
        return True
    return bool(one.intersection(other).area > rules.SLIVER * min(one.area, other.area))
