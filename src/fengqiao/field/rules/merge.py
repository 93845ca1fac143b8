"""Edits of one record from several places: fields changed apart merge, the same field is a conflict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Merge:
    """`take`: field → new value. `clash`: field → (base, mine, theirs). What agrees already is in neither."""

    take: dict[str, Any]
    clash: dict[str, tuple[Any, Any, Any]]


def merge(edits: Mapping[str, Mapping[str, Any]], current: Mapping[str, Any]) -> Merge:
    """Merge edits {field: {"base", "value"}} into the current values of these fields.

    A field still at its base takes the new value; one that says the same already is left; any other is a clash.
    """
    take: dict[str, Any] = {}
    clash: dict[str, tuple[Any, Any, Any]] = {}
    for name, edit in edits.items():
        base, value, theirs = edit["base"], edit["value"], current[name]
        if value in (theirs, base):
            continue
        if theirs == base:
            take[name] = value
        else:
            clash[name] = (base, value, theirs)
    return Merge(take, clash)
