"""Read areas from GeoJSON (RFC 7946), property names in Chinese or English as mapping offices write them."""

import json
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from fengqiao.places import coordinates, rules

NAMES = {
    "kind": ("kind", "类型", "类别", "单元类型"),
    "code": ("code", "编码", "代码", "网格编码", "社区编码"),
    "name": ("name", "名称", "网格名称", "社区名称"),
    "parent": ("parent", "所属社区", "所属村社区", "上级编码", "社区代码"),
    "org": ("org", "派出所", "管辖单位", "所属派出所"),
    "grid_kind": ("grid_kind", "网格类型", "网格种类"),
}
KINDS = {word: code for code, word in rules.KINDS.items()} | {"村委会": "village", "居委会": "community", "警格": "police"}
GRID_KINDS = {"基础": "basic", "基础网格": "basic", "专属": "dedicated", "专属网格": "dedicated", "专格": "dedicated"}
CRS = {"4326": "wgs84", "CRS84": "wgs84", "4490": "cgcs2000"}  # what a "crs" member of older files may name


@dataclass(frozen=True, slots=True)
class Feature:
    """One area of a file. `at`: its place in the file, from 1; `shape` in WGS-84 degrees."""

    at: int
    kind: str
    code: str
    name: str
    parent: str
    org: str
    grid_kind: str
    shape: BaseGeometry


def read(text: str | bytes, system: str) -> tuple[list[Feature], list[tuple[int, str]]]:
    """The areas of a FeatureCollection and the features that cannot be taken, with the reason in Chinese.

    system  the declared coordinate system (coordinates.SYSTEMS). ValueError, its text in Chinese, when it is not
            one of them, contradicts the file's own `crs`, or the file is no FeatureCollection.
    """
    if system not in coordinates.SYSTEMS:
        raise ValueError("请先说明坐标系：WGS-84、CGCS2000 或 GCJ-02。")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("文件不是可读的 GeoJSON。") from error
    if not isinstance(data, dict) or not isinstance(data.get("features"), list):
        raise ValueError("文件不是 GeoJSON 要素集合。")
    stated = str((data.get("crs") or {}).get("properties", {}).get("name", "")) if isinstance(data.get("crs"), dict) else ""
    for mark, named in CRS.items():
        if stated.endswith(mark) and named != system:
            raise ValueError(f"文件自述坐标系为 {coordinates.SYSTEMS[named]}，与所选不一致。")
    taken, refused = [], []
    for at, item in enumerate(data["features"], 1):
        try:
            taken.append(_feature(at, item, system))
        except ValueError as error:
            refused.append((at, str(error)))
    return taken, refused


def _feature(at: int, item: Any, system: str) -> Feature:
    given = item.get("properties") if isinstance(item, dict) else None
    if not isinstance(given, dict):
        raise ValueError("要素没有属性。")
    values = {
        key: next((str(given[name]).strip() for name in names if given.get(name) not in (None, "")), "")
        for key, names in NAMES.items()
    }
    kind = KINDS.get(values["kind"], values["kind"])
    if kind not in rules.KINDS:
        raise ValueError("类型应为社区、村、警务区或网格。")
    if not 0 < len(values["name"]) <= 60:
        raise ValueError("名称缺失或超过 60 字。")
    grid_kind = GRID_KINDS.get(values["grid_kind"], values["grid_kind"] or "basic") if kind == "grid" else ""
    if kind == "grid" and grid_kind not in rules.GRID_KINDS:
        raise ValueError("网格类型应为基础网格或专属网格。")
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(item.get("geometry"))))
    except shapely.errors.GEOSException as error:
        raise ValueError("边界不是可读的几何图形。") from error
    if shape is None or (wrong := rules.check_outline(shape)):
        raise ValueError(wrong if shape is not None else "要素没有边界。")
    shape = coordinates.to_wgs84(shape, system)
    return Feature(at, kind, values["code"], values["name"], values["parent"], values["org"], grid_kind, shape)
