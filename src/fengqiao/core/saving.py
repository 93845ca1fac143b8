"""Saving several new rows in one statement: the front door's hot path makes four rows for each report.

Each ORM insert costs 0.2–0.5 ms, nine tenths of it in building SQL. Here the rows travel as JSON and PostgreSQL
takes them apart by the table's own row type; foreign keys are deferred, so their order does not matter.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import orjson
from django.db import connection, models

from fengqiao.core.statements import tell


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, str], ...]:
    return tuple((f.attname, str(f.column)) for f in model._meta.local_concrete_fields)


@cache
def _statement(kinds: tuple[type[models.Model], ...]) -> str:
    parts = []
    for i, model in enumerate(kinds):
        table = model._meta.db_table
        columns = ", ".join(f'"{column}"' for _, column in _columns(model))
        insert = f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb)'
        parts.append(f"r{i} AS ({insert})" if i < len(kinds) - 1 else insert)
    return ("WITH " + ", ".join(parts[:-1]) + " " if len(parts) > 1 else "") + parts[-1]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def insert_all(*groups: Sequence[models.Model]) -> None:
    """Insert new rows, one group a model, in one statement. Every column must have its value: no database defaults."""
    held = [group for group in groups if group]
    bodies = []
    for group in held:
        columns = _columns(type(group[0]))
        bodies.append(orjson.dumps([{column: _plain(getattr(row, name)) for name, column in columns} for row in group]).decode())
    tell(_statement(tuple(type(group[0]) for group in held)), bodies)
    for group in held:
        for row in group:
            row._state.adding = False
            row._state.db = connection.alias
