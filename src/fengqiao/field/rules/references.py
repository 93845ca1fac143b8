"""`op:<uuid>`: what an earlier operation made, named before the server gave it an id."""

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

PATTERN = re.compile(r"op:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/([a-z]{1,20}))?")
DEEP = 8  # levels an operation's data may have


def named(value: Any, depth: int = 0) -> Iterator[uuid.UUID]:
    """The operations a value names, however deep."""
    if isinstance(value, str):
        if found := PATTERN.fullmatch(value):
            yield uuid.UUID(found[1])
    elif isinstance(value, dict) and depth < DEEP:
        for one in value.values():
            yield from named(one, depth + 1)
    elif isinstance(value, list) and depth < DEEP:
        for one in value:
            yield from named(one, depth + 1)


def resolved(value: Any, made: Mapping[uuid.UUID, Mapping[str, Any]], depth: int = 0) -> Any:
    """The value with every name replaced by the id of what was made (`op:<uuid>/dispute` for another than the first).

    KeyError for an operation that made nothing of that name.
    """
    if isinstance(value, str):
        if found := PATTERN.fullmatch(value):
            return made[uuid.UUID(found[1])][found[2] or "id"]
        return value
    if isinstance(value, dict) and depth < DEEP:
        return {name: resolved(one, made, depth + 1) for name, one in value.items()}
    if isinstance(value, list) and depth < DEEP:
        return [resolved(one, made, depth + 1) for one in value]
    return value
