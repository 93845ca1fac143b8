"""Rows as acts load them: among those the actor sees, locked, or not there."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from fengqiao.core.errors import NotThere

M = TypeVar("M", bound=Model)


def locked(rows: QuerySet[M], *also: str, **which: Any) -> M:
    """The one of these rows that `which` names, locked until the transaction ends. NotThere when there is none.

    rows  those the actor sees
    also  relations of `select_related` that are locked with it; only the row itself otherwise
    """
    found = rows.select_for_update(no_key=True, of=("self", *also)).filter(**which).first()
    if found is None:
        raise NotThere
    return found
