"""Outlines of a declared coordinate system as WGS-84. Nothing undeclared is guessed (规格 2.3).

GCJ-02 (火星坐标) lies some 100 to 700 m off; CGCS2000 and WGS-84 differ by decimetres and are taken as equal.
"""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

SYSTEMS = {"wgs84": "WGS-84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02"}  # vocabulary coordinate_systems

_A = 6378245.0  # semi-major axis of the Krassovsky ellipsoid, on which the offset of GCJ-02 is defined
_EE = 0.00669342162296594323
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north: outside, GCJ-02 is WGS-84


def to_wgs84(shape: BaseGeometry, system: str) -> BaseGeometry:
    """The shape (x = longitude, y = latitude, degrees of `system`) in WGS-84. ValueError for an undeclared system."""
    if system not in SYSTEMS:
        raise ValueError(system)
    return shapely.transform(shape, _from_gcj02) if system == "gcj02" else shape


def to_gcj02(points: np.ndarray) -> np.ndarray:
    """WGS-84 points, shape (n, 2) of lon, lat in degrees, as GCJ-02, by the published formula."""
    lon, lat = points[:, 0], points[:, 1]
    west, south, east, north = _CHINA
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    x, y = lon - 105.0, lat - 35.0
    root, wave = np.sqrt(np.abs(x)), 20 * (np.sin(6 * x * np.pi) + np.sin(2 * x * np.pi))
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    d_lat += (wave + 20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    d_lat += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    d_lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    d_lon += (wave + 20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    d_lon += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    radians = np.radians(lat)
    magic = 1 - _EE * np.sin(radians) ** 2
    d_lat *= 180 / (_A * (1 - _EE) / (magic * np.sqrt(magic)) * np.pi)
    d_lon *= 180 / (_A / np.sqrt(magic) * np.cos(radians) * np.pi)
    return points + np.where(inside[:, None], np.column_stack([d_lon, d_lat]), 0.0)


def _from_gcj02(points: np.ndarray) -> np.ndarray:
    """Inverse of `to_gcj02` by iteration, to some 1e-9 degrees."""
    true = points.copy()
    for _ in range(8):
        true += points - to_gcj02(true)
    return true
