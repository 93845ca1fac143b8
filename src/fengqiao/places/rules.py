"""Areas and their codes, without a database: kinds, 网格 codes, what a split or merge must satisfy."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from shapely import Polygon, STRtree
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

KINDS = {"community": "社区", "village": "村", "police": "警务区", "grid": "网格"}
COMMUNITIES = ("community", "village")
GRID_KINDS = {"basic": "基础网格", "dedicated": "专属网格"}
VENUE_KINDS = {"room": "调解室", "pavilion": "调解亭", "online": "线上"}

SLIVER = 0.01
"""Hand-drawn borders never meet exactly: up to this share of an area may overlap or be missing."""


def check_code(kind: str, code: str, parent_code: str = "") -> str | None:
    """What is wrong with an area's code, in Chinese; None when it may stand.

    Communities and villages: 12 digits (统计用区划代码) or 15 (GA/T 2000.33-2020). Grids: the community's code
    and a 3-digit sequence (DB6101/T 3185-2024). Police areas are numbered apart (ND-13): 1 to 20 letters and digits.
    """
    if kind in COMMUNITIES:
        return None if code.isascii() and code.isdecimal() and len(code) in (12, 15) else "村（社区）编码应为 12 位或 15 位数字。"
    if kind == "grid":
        tail = code.removeprefix(parent_code)
        fits = code.startswith(parent_code) and tail.isascii() and tail.isdecimal() and len(tail) == 3
        return None if fits else f"网格编码应为所属村（社区）编码 {parent_code} 加 3 位顺序号。"
    return None if code.isascii() and code.isalnum() and len(code) <= 20 else "警务区编码应为 1 至 20 位字母或数字。"


def free_codes(prefix: str, used: Collection[str]) -> Iterator[str]:
    """Codes after the highest sequence ever used under this prefix; ended codes are not given again."""
    tails = (code.removeprefix(prefix) for code in used if code.startswith(prefix))
    last = max((int(tail) for tail in tails if len(tail) == 3 and tail.isdecimal()), default=0)
    return (f"{prefix}{n:03d}" for n in range(last + 1, 1000))


def reading_order(polygons: Sequence[Polygon]) -> list[int]:
    """Positions of the polygons in rows from north to south, each row from west to east, as grids are numbered.

    A row is as high as the polygons are on average.
    """
    if not polygons:
        return []
    height = sum(p.bounds[3] - p.bounds[1] for p in polygons) / len(polygons) or 1.0
    north = max(p.centroid.y for p in polygons)
    row = [round((north - p.centroid.y) / height) for p in polygons]
    return sorted(range(len(polygons)), key=lambda i: (row[i], polygons[i].centroid.x))


def check_outline(shape: BaseGeometry) -> str | None:
    """What is wrong with an outline (WGS-84 degrees), in Chinese; None when it can be a border."""
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        return "边界应为闭合的面。"
    if not shape.is_valid:
        return "边界线自相交叉，请改正后再导入。"
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return "坐标不是经纬度，请核对坐标系和经纬度次序。"
    return None


def check_split(whole: BaseGeometry, parts: Sequence[BaseGeometry]) -> str | None:
    """A split's parts cover the whole and do not overlap, up to slivers. None when they do."""
    if len(parts) < 2:
        return "拆分至少得到两个单元。"
    if unary_union(parts).symmetric_difference(whole).area > SLIVER * whole.area:
        return "拆分后的各部分合起来应等于原边界。"
    if sum(p.area for p in parts) - unary_union(parts).area > SLIVER * whole.area:
        return "拆分后的各部分不能重叠。"
    return None


def overlaps(
    shapes: Sequence[tuple[str, BaseGeometry]], standing: Sequence[tuple[str, BaseGeometry]]
) -> dict[int, list[str]]:
    """Which new outlines (by position) lie over which others, standing or new before them (by label).

    Both are given as (label, outline). Every place has one basic grid and one police area, so these may not overlap beyond slivers.
    """
    every = [*standing, *shapes]
    if not shapes:
        return {}
    tree = STRtree([shape for _, shape in every])
    found: dict[int, list[str]] = {}
    for mine, other in tree.query([shape for _, shape in shapes], predicate="intersects").T:
        if other >= mine + len(standing):  # itself, or a later one that will meet this one
            continue
        shape, (label, other_shape) = shapes[mine][1], every[other]
        if shape.intersection(other_shape).area > SLIVER * min(shape.area, other_shape.area):
            found.setdefault(int(mine), []).append(label)
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split: its name, its outline (None while unmapped), its code when not given by sequence."""

    name: str
    outline: BaseGeometry | None = None
    code: str = ""
