"""A drawing of outlines without map tiles: paths for an SVG, north up, kinds laid over each other."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from fengqiao.places.outlines import Outline

LAYERS = {"village": 0, "community": 0, "grid": 1, "police": 2}
WIDTH = 720  # px of the drawing; its height follows


@dataclass(frozen=True, slots=True)
class Shape:
    """One outline as an SVG path, and where its name stands."""

    area_id: int
    kind: str
    name: str
    path: str
    x: float
    y: float
    here: bool = False


@dataclass(frozen=True, slots=True)
class Sketch:
    width: int
    height: int
    shapes: list[Shape]


def draw(outlines: Iterable[Outline], here: int | None = None) -> Sketch | None:
    """The outlines to scale (equirectangular at their middle latitude); None when there are none. `here` stands out."""
    ordered = sorted(outlines, key=lambda o: (o.id == here, LAYERS.get(o.kind, 1)))
    if not ordered:
        return None
    west, south = (min(o.shape.bounds[i] for o in ordered) for i in (0, 1))
    east, north = (max(o.shape.bounds[i] for o in ordered) for i in (2, 3))
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 8) / max((east - west) * narrow, north - south, 1e-9)

    def point(lon: float, lat: float) -> tuple[float, float]:
        return round(4 + (lon - west) * narrow * scale, 1), round(4 + (north - lat) * scale, 1)

    shapes = []
    for one in ordered:
        middle = one.shape.representative_point()
        x, y = point(middle.x, middle.y)
        shapes.append(Shape(one.id, one.kind, one.name, _path(one.shape, 0.5 / scale, point), x, y, one.id == here))
    return Sketch(math.ceil((east - west) * narrow * scale) + 8, math.ceil((north - south) * scale) + 8, shapes)


def _path(shape: BaseGeometry, tolerance: float, point: Callable[[float, float], tuple[float, float]]) -> str:
    simple = shape.simplify(tolerance)
    polygons = getattr(simple, "geoms", [simple])
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return " ".join("M" + "L".join(" ".join(map(str, point(*at))) for at in ring.coords[:-1]) + "Z" for ring in rings)
