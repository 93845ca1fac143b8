"""Reads of areas. Borders are no secret inside the bureau: a report finds its grid wherever it comes in."""

from datetime import date

import shapely
from django.db import connection

from fengqiao.core.actor import Actor
from fengqiao.places.models import Border
from fengqiao.places.outlines import Outline, OutlineIndex

_held: tuple[object, OutlineIndex] | None = None  # this process's index and the edition of the map it was made from


def outline_index(actor: Actor | None) -> OutlineIndex:
    """The index of all borders of all days as they stand now. For many points, ask once and call its `at`."""
    global _held
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM places_edition")
        mark = cursor.fetchone()[0]
    held = _held
    if held is None or held[0] != mark:
        borders = Border.objects.select_related("area").only(
            "polygon", "since", "until", "area__ref", "area__kind", "area__grid_kind", "area__code", "area__name",
            "area__org_id", "area__parent_id",
        )  # fmt: skip
        held = _held = (mark, OutlineIndex(_outline(border) for border in borders))
    return held[1]


def _outline(border: Border) -> Outline:
    area = border.area
    shape = shapely.from_wkb(bytes(border.polygon))
    return Outline(
        area.id, area.ref, area.kind, area.grid_kind, area.code, area.name, area.org_id, area.parent_id,
        shape, border.since, border.until,
    )  # fmt: skip


def area_at(actor: Actor | None, lat: float, lon: float, on: date, kind: str = "grid") -> Outline | None:
    """The area of a kind (rules.KINDS) whose border of day `on` holds the point (WGS-84 degrees), or None."""
    return outline_index(actor).at(lat, lon, on, kind)
