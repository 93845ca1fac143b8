"""Which area a point lies in on a day: an index of outlines, made once per edition of the map."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

SPOKEN = ("community", "village", "grid")  # kinds of areas people name as a place


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


def _label(one: Outline, names: dict[int, str]) -> str:
    """第二网格 of 枫桥社区 is called 枫桥社区第二网格."""
    above = names.get(one.parent_id or 0, "") if one.kind == "grid" else ""
    return "".join((one.name if above in one.name else above + one.name).split())


class OutlineIndex:
    """Outlines of all days, by kind, in an STR tree each. Immutable, so threads may share it."""

    def __init__(self, outlines: Iterable[Outline]):
        by_kind: dict[str, list[Outline]] = {}
        # A dedicated grid (商圈, 园区) lies on top of basic ones and wins; on a shared border the lower code does.
        for one in sorted(outlines, key=lambda o: (o.grid_kind != "dedicated", o.code, o.since)):
            by_kind.setdefault(one.kind, []).append(one)
        names = {one.id: one.name for one in by_kind.get("community", []) + by_kind.get("village", [])}
        self._labels: dict[tuple[int, str], list[Outline]] = {}
        for one in (one for ones in by_kind.values() for one in ones if one.kind in SPOKEN):
            self._labels.setdefault((one.org_id, _label(one, names)), []).append(one)
        self._longest = max((len(label) for _, label in self._labels), default=0)
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

    def named(self, org_id: int, text: str, on: date) -> Outline | None:
        """The grid of the organisation with whose name (its community's before it) the text begins, if it is one only."""
        text = "".join(text[: 2 * self._longest].split())
        for length in range(min(len(text), self._longest), 3, -1):
            found = [o for o in self._labels.get((org_id, text[:length]), ()) if o.kind == "grid" and o.holds(on)]
            if found:
                return found[0] if len({o.id for o in found}) == 1 else None
        return None

    def labels(self, org_ids: Iterable[int], on: date) -> list[tuple[str, Outline]]:
        """Communities, villages and grids of these organisations as people call them, with their outlines of a day."""
        wanted = set(org_ids)
        return [(label, o) for (org, label), ones in self._labels.items() if org in wanted for o in ones if o.holds(on)]

    def of(self, on: date, *kinds: str) -> list[Outline]:
        """Every outline of these kinds (all, if none are named) as it stood on a day."""
        wanted = kinds or tuple(self._kinds)
        return [one for kind in wanted if kind in self._kinds for one in self._kinds[kind][1] if one.holds(on)]
