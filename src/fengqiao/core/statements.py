"""Statements of the hot path, planned once a connection.

Django writes values into a statement's text, so PostgreSQL plans it anew each time: with row-level security that costs
more than writing the row. Here the text stays the same and the values travel beside it (a prepared statement).
"""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections


def ask(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a prepared statement on Django's connection, in its transaction; the rows it gives."""
    return _sent(statement, values).fetchall()


def tell(statement: str, values: Sequence[Any] = ()) -> int:
    """The same for a statement that gives nothing back; how many rows it touched."""
    return _sent(statement, values).rowcount


def tell_each(statement: str, each: Iterable[Sequence[Any]]) -> None:
    """One statement for many rows, planned once and sent without waiting in between."""
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        psycopg.Cursor(connection.connection).executemany(statement, each)


def _sent(statement: str, values: Sequence[Any]) -> Any:
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    if connection.queries_logged:  # somebody counts or explains the statements
        cursor: Any = connection.cursor()
        cursor.execute(statement, list(values))
        return cursor
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        return psycopg.Cursor(connection.connection).execute(statement, list(values), prepare=True)
