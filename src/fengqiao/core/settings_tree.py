"""Settings of organisations: effective-dated, inherited down the tree; the nearest organisation's value holds."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from django.db import connection

from fengqiao.core import clock

_FIND = """
SELECT s.value FROM core_setting s JOIN core_organisation o ON o.id = %s
WHERE s.key = %s AND s.org_id = ANY (o.lineage) AND s.valid_from <= %s AND (s.valid_to IS NULL OR s.valid_to >= %s)
ORDER BY array_position(o.lineage, s.org_id) DESC, s.valid_from DESC LIMIT 1
"""


def value(org_id: int, key: str, on: date | None = None, default: Any = None) -> Any:
    """The value of `key` in force for the organisation on that day (default today); `default` when none is set."""
    day = on or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [org_id, key, day, day])
        row = cursor.fetchone()
    if row is None:
        return default
    return orjson.loads(row[0]) if isinstance(row[0], str) else row[0]


_SEVERAL = """
SELECT DISTINCT ON (s.key) s.key, s.value FROM core_setting s JOIN core_organisation o ON o.id = %s
WHERE s.key = ANY (%s) AND s.org_id = ANY (o.lineage) AND s.valid_from <= %s AND (s.valid_to IS NULL OR s.valid_to >= %s)
ORDER BY s.key, array_position(o.lineage, s.org_id) DESC, s.valid_from DESC
"""


def values(org_id: int, keys: Sequence[str], on: date | None = None) -> dict[str, Any]:
    """Like `value` for several keys in one query; keys that are not set are left out."""
    day = on or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_SEVERAL, [org_id, list(keys), day, day])
        rows = cursor.fetchall()
    return {key: orjson.loads(value) if isinstance(value, str) else value for key, value in rows}


_INHERITED = """
SELECT DISTINCT ON (s.org_id) array_position(o.lineage, s.org_id), s.value FROM core_setting s JOIN core_organisation o ON o.id = %s
WHERE s.key = %s AND s.org_id = ANY (o.lineage) AND s.valid_from <= %s AND (s.valid_to IS NULL OR s.valid_to >= %s)
ORDER BY s.org_id, s.valid_from DESC
"""


def inherited(org_id: int, key: str, on: date | None = None) -> list[Any]:
    """Every value of `key` in force from the root of the tree down to the organisation, for settings that are joined."""
    day = on or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_INHERITED, [org_id, key, day, day])
        rows = sorted(cursor.fetchall(), key=lambda row: row[0])
    return [orjson.loads(value) if isinstance(value, str) else value for _, value in rows]
