"""The first rows of a list over several organisations, each read in the order of its own index.

An index (org, at, id) gives one organisation's rows in order. Asked for those of several at once, PostgreSQL would read
and sort all of them to show fifty. So the first of each are taken (LATERAL) and merged: as many rows read as there are
organisations times a page, however many are held, and one plan however many organisations.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

M = TypeVar("M", bound=Model)


def of_each(rows: QuerySet[M], holders: Sequence[int], size: int) -> QuerySet[M]:
    """The first `size` of ordered `rows` over the organisations `holders`, in the same order.

    rows     ordered by columns of its own table, each "name" or "-name"
    holders  organisations whose rows are wanted; none: the order is the planner's affair
    """
    if not holders:
        return rows[:size]
    if len(holders) == 1:
        return rows.filter(org_id=holders[0])[:size]
    order = [str(name) for name in rows.query.order_by]
    inner, values = _each(rows, size, "id", *(name.lstrip("-") for name in order if name.lstrip("-") != "id"))
    merged = ", ".join(f"one.{connection.ops.quote_name(name.lstrip('-'))}{' DESC' if name.startswith('-') else ''}" for name in order)
    sql = f"SELECT one.id FROM unnest(%s::int[]) AS holder (org) CROSS JOIN LATERAL ({inner}) AS one ORDER BY {merged} LIMIT %s"
    return rows.model._default_manager.filter(pk__in=RawSQL(sql, [list(holders), *values, size])).order_by(*order)


def these(ids: QuerySet[Any, Any]) -> RawSQL:
    """For `id__in`: the few ids of a one-column query are found first, then looked up by their index.

    IN (SELECT …) alone leaves the planner free to walk the large table beside them.
    """
    sql, values = ids.query.sql_with_params()
    return RawSQL(f"SELECT unnest(ARRAY({sql}))", values)


def counted(rows: QuerySet[Any], holders: Sequence[int], most: int) -> int:
    """How many there are, counted up to `most`."""
    if len(holders) < 2:
        return of_each(rows, holders, most).values("id").count()
    inner, values = _each(rows, most, "id")
    sql = f"SELECT count(*) FROM (SELECT FROM unnest(%s::int[]) AS holder (org) CROSS JOIN LATERAL ({inner}) AS one LIMIT %s) AS first"
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(holders), *values, most])
        return int(cursor.fetchone()[0])


def _each(rows: QuerySet[Any], size: int, *columns: str) -> tuple[str, tuple[Any, ...]]:
    """The SELECT of one organisation's first rows, correlated with `holder.org`."""
    return rows.filter(org_id=RawSQL("holder.org", [])).values(*columns)[:size].query.sql_with_params()
