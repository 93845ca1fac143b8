"""Outlines of a declared coordinate system as WGS-84. Nothing undeclared is guessed (规格 2.3).

GCJ-02 (火星坐标) lies some 100 to 700 m off; CGCS2000 and WGS-84 differ by decimetres and are taken as equal.
"""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from fengqiao.engine.coordinates import gcj02_to_wgs84

SYSTEMS = {"wgs84": "WGS-84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02"}  # vocabulary coordinate_systems


def to_wgs84(shape: BaseGeometry, system: str) -> BaseGeometry:
    """The shape (x = longitude, y = latitude, degrees of `system`) in WGS-84. ValueError for an undeclared system."""
    if system not in SYSTEMS:
        raise ValueError(system)
    return shapely.transform(shape, _from_gcj02) if system == "gcj02" else shape


def _from_gcj02(points: np.ndarray) -> np.ndarray:
    lat, lon = gcj02_to_wgs84(points[:, 1], points[:, 0])
    return np.column_stack([lon, lat])
