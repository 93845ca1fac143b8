"""Between the coordinate systems of Chinese maps. Degrees throughout; nothing undeclared is guessed.

GCJ-02 (火星坐标) lies some 100 to 700 m off WGS-84, BD-09 (百度) further still; CGCS2000 and WGS-84 differ by
decimetres and are taken as equal. Latitudes and longitudes are numbers, or numpy arrays of them.
"""

import math
from types import ModuleType
from typing import Any

import numpy as np

_A = 6378245.0  # semi-major axis of the Krassovsky ellipsoid, on which the offset of GCJ-02 is defined
_EE = 0.00669342162296594323
SOUTH, WEST, NORTH, EAST = 0.8293, 72.004, 55.8271, 137.8347  # outside of it GCJ-02 is WGS-84


def inside(lat: Any, lon: Any) -> Any:
    """Does the offset of GCJ-02 apply here?"""
    return (lat >= SOUTH) & (lat <= NORTH) & (lon >= WEST) & (lon <= EAST)


def wgs84_to_gcj02(lat: Any, lon: Any) -> tuple[Any, Any]:
    """By the published formula; points outside China stay what they are."""
    calc: ModuleType = np if isinstance(lat, np.ndarray) else math
    x, y = lon - 105.0, lat - 35.0
    common = 20 * (calc.sin(6 * x * math.pi) + calc.sin(2 * x * math.pi))
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * calc.sqrt(abs(x))
    d_lat += (common + 20 * calc.sin(y * math.pi) + 40 * calc.sin(y / 3 * math.pi)) * 2 / 3
    d_lat += (160 * calc.sin(y / 12 * math.pi) + 320 * calc.sin(y * math.pi / 30)) * 2 / 3
    d_lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * calc.sqrt(abs(x))
    d_lon += (common + 20 * calc.sin(x * math.pi) + 40 * calc.sin(x / 3 * math.pi)) * 2 / 3
    d_lon += (150 * calc.sin(x / 12 * math.pi) + 300 * calc.sin(x / 30 * math.pi)) * 2 / 3
    radians = calc.radians(lat)
    magic = 1 - _EE * calc.sin(radians) ** 2
    root = calc.sqrt(magic)
    here = inside(lat, lon)
    d_lat = d_lat * 180 / (_A * (1 - _EE) / (magic * root) * math.pi)
    d_lon = d_lon * 180 / (_A / root * calc.cos(radians) * math.pi)
    return lat + d_lat * here, lon + d_lon * here


def gcj02_to_wgs84(lat: Any, lon: Any) -> tuple[Any, Any]:
    """Inverse of `wgs84_to_gcj02` by iteration, to some 1e-9 degrees."""
    true_lat, true_lon = lat, lon
    for _ in range(8):
        seen_lat, seen_lon = wgs84_to_gcj02(true_lat, true_lon)
        true_lat, true_lon = true_lat + lat - seen_lat, true_lon + lon - seen_lon
    return true_lat, true_lon


def bd09_to_gcj02(lat: float, lon: float) -> tuple[float, float]:
    """百度坐标 as GCJ-02, by the published formula."""
    x, y = lon - 0.0065, lat - 0.006
    z = math.hypot(x, y) - 0.00002 * math.sin(y * math.pi * 3000 / 180)
    theta = math.atan2(y, x) - 0.000003 * math.cos(x * math.pi * 3000 / 180)
    return z * math.sin(theta), z * math.cos(theta)
