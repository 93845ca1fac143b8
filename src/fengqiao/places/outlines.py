"""Which area a point lies in on a day: an index of outlines, made once per edition of the map."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Outline:
    """An area with one of its borders. `id` is the area's; `since` and `until` are the border's days."""

    id: int
    ref: uuid.UUID
    kind: str
    grid_kind: str
    code: str
    name: str
    org_id: int
    parent_id: int | None
    shape: BaseGeometry
    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


class OutlineIndex:
    """Outlines of all days, by kind, in an STR tree each. Immutable, so threads may share it."""

    def __init__(self, outlines: Iterable[Outline]):
        by_kind: dict[str, list[Outline]] = {}
        # A dedicated grid (商圈, 园区) lies on top of basic ones and wins; on a shared border the lower code does.
        for one in sorted(outlines, key=lambda o: (o.grid_kind != "dedicated", o.code, o.since)):
            by_kind.setdefault(one.kind, []).append(one)
        self._kinds = {}
        for kind, ones in by_kind.items():
            shapes = [one.shape for one in ones]
            shapely.prepare(shapes)
            self._kinds[kind] = (STRtree(shapes), ones)

    def at(self, lat: float, lon: float, on: date, kind: str) -> Outline | None:
        """The area of this kind whose border of day `on` holds the point (WGS-84 degrees), or None."""
        if kind not in self._kinds:
            return None
        tree, outlines = self._kinds[kind]
        for position in sorted(tree.query(shapely.Point(lon, lat))):
            one = outlines[position]
            if one.holds(on) and shapely.intersects_xy(one.shape, lon, lat):
                return one
        return None

    def of(self, on: date, *kinds: str) -> list[Outline]:
        """Every outline of these kinds (all, if none are named) as it stood on a day."""
        wanted = kinds or tuple(self._kinds)
        return [one for kind in wanted if kind in self._kinds for one in self._kinds[kind][1] if one.holds(on)]
