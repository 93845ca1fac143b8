"""坐标: what registers and exports write as a position, read as WGS-84 degrees with the original kept beside it."""

import math
import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from fengqiao.engine.coordinates import bd09_to_gcj02, gcj02_to_wgs84

SYSTEMS = {
    "WGS84": re.compile(r"WGS[\s_-]*(19)?84|4326|GPS|地球坐标"),
    "GCJ02": re.compile(r"GCJ[\s_-]*(20)?02|火星|国测局|高德|腾讯|AMAP|GAODE"),
    "CGCS2000": re.compile(r"CGCS[\s_-]*2000|国家\s*2000|2000\s*国家|大地\s*2000|4490|天地图"),
    "BD09": re.compile(r"BD[\s_-]*09|百度|BAIDU"),
}
"""Declared systems. CGCS2000 and WGS-84 differ by decimetres and are taken as equal."""


class Bounds(NamedTuple):
    """The county's bounding box, degrees WGS-84."""

    south: float
    west: float
    north: float
    east: float

    def hold(self, lat: float, lon: float) -> bool:
        return self.south <= lat <= self.north and self.west <= lon <= self.east


@dataclass(frozen=True, slots=True)
class Position:
    """A place on earth. `lat`, `lon`: degrees WGS-84; `given_lat`, `given_lon`: degrees as written in each column,
    in `system`."""

    lat: float
    lon: float
    given_lat: float
    given_lon: float
    system: str
    swapped: bool = False
    outside: bool = False


class BadPosition(Exception):
    """The words are no position; `reason_zh` says why."""

    def __init__(self, reason_zh: str):
        super().__init__(reason_zh)
        self.reason_zh = reason_zh


def system_of(text: str) -> str:
    """The name of a declared coordinate system (火星坐标 → GCJ02). Raises BadPosition for unknown ones."""
    for name, pattern in SYSTEMS.items():
        if pattern.search(text.upper()):
            return name
    raise BadPosition(f"不认识坐标系“{text[:20]}”")


def degrees(cell: object) -> float:
    """Decimal degrees from a number, `106.209`, `N38.5`, `106°12′30″E` or `106度12分30秒`. South and west are negative."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    text = str(cell).strip()
    try:
        return float(text)
    except ValueError:
        pass
    found = re.fullmatch(
        r"([东西南北][经纬]|[NSEWnsew])?\s*(-?\d+(?:\.\d+)?)\s*[°º度]?\s*(?:(\d+(?:\.\d+)?)\s*[′'’分]\s*)?(?:(\d+(?:\.\d+)?)\s*(?:[″\"”秒]|''))?\s*([NSEWnsew])?",
        text,
    )
    if not found:
        raise BadPosition("坐标不是数字")
    side = (found[1] or found[5] or "").upper()
    value = float(found[2]) + float(found[3] or 0) / 60 + float(found[4] or 0) / 3600
    return -value if side[:1] in {"S", "W", "南", "西"} else value


def read(lat_cell: object, lon_cell: object, system: str = "WGS84", bounds: Bounds | None = None) -> Position:
    """The position two cells mean in `system`, converted to WGS-84.

    Latitude and longitude in each other's column are put right when only that makes sense: the latitude is beyond
    90°, or, with `bounds`, only the exchanged point lies inside. `outside` says the point is not within `bounds`.
    Raises BadPosition for values that are nowhere on earth, among them 0,0 and metres of a projection.
    """
    lat, lon = degrees(lat_cell), degrees(lon_cell)
    given = (lat, lon)
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise BadPosition("坐标不是数字")
    if abs(lat) > 1000 or abs(lon) > 1000:
        raise BadPosition("坐标像是以米计的平面坐标，请换算成经纬度")
    if lat == 0 and lon == 0:
        raise BadPosition("坐标为零，等于没有填写")
    swapped = abs(lat) > 90 >= abs(lon) and abs(lat) <= 180
    if not swapped and bounds and abs(lon) <= 90:
        swapped = not bounds.hold(*to_wgs84(lat, lon, system)) and bounds.hold(*to_wgs84(lon, lat, system))
    if swapped:
        lat, lon = lon, lat
    if abs(lat) > 90 or abs(lon) > 180:
        raise BadPosition("地球上没有这个坐标")
    lat, lon = to_wgs84(lat, lon, system)
    return Position(lat, lon, *given, system, swapped, bounds is not None and not bounds.hold(lat, lon))


def read_pair(cell: object, system: str = "WGS84", bounds: Bounds | None = None) -> Position:
    """The position in one cell (`106.2,38.5` or `38.5 106.2`): the number beyond 54 is the longitude in China."""
    numbers = re.findall(r"-?\d+(?:\.\d+)?", str(cell))
    if len(numbers) != 2:
        raise BadPosition("应当是一对经纬度")
    first, second = map(float, numbers)
    as_written = read(first, second, system, bounds)
    if as_written.swapped or bounds and not as_written.outside:
        return replace(as_written, swapped=False)
    if abs(first) > 54 >= abs(second):
        return read(second, first, system, bounds)
    return as_written


def to_wgs84(lat: float, lon: float, system: str) -> tuple[float, float]:
    """Degrees of `system` as WGS-84."""
    if system == "BD09":
        lat, lon = bd09_to_gcj02(lat, lon)
    return gcj02_to_wgs84(lat, lon) if system in {"GCJ02", "BD09"} else (lat, lon)
