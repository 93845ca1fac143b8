"""The registry of operations: what an act of the protocol is called, of which kind it is, and who carries it out.

Each subject has a file in `ops/` that registers its operations with `@operation(...)`; `config/wiring.py` loads them.
A handler calls acts of the trade, never copies them: what is allowed on the office's pages is allowed here, and no more.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from fengqiao.core.actor import Actor


class Data(BaseModel):
    """Base of every operation's data. Fields nobody knows are refused, so that nothing written is silently dropped."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


@dataclass(frozen=True, slots=True)
class Op:
    """One operation as a handler gets it: times judged, references resolved, `data` of the handler's shape."""

    op: uuid.UUID
    seq: int
    device: uuid.UUID
    about: uuid.UUID | None
    occurred_at: datetime
    precision: str
    claimed_at: datetime | None
    data: Any
    account: int = 0  # whose phone it was written on
    settling: bool = False  # an officer decided for it (待核, 待核对): it stands against what came in between


@dataclass(frozen=True, slots=True)
class Made:
    """What an operation came to. `ids`: what it made ("id" the first); `clash`: of an edit, field → both versions."""

    ids: dict[str, Any] = field(default_factory=dict)
    about: uuid.UUID | None = None
    clash: dict[str, Any] = field(default_factory=dict)


Run = Callable[[Actor, Op], Made]


@dataclass(frozen=True, slots=True)
class Handler:
    """One act of the protocol."""

    name: str
    kind: str  # rules.KINDS
    word: str  # what 待核 calls it
    shape: type[Data]
    run: Run


_handlers: dict[str, Handler] = {}


def operation(name: str, *, kind: str, word: str, shape: type[Data]) -> Callable[[Run], Run]:
    """Register a handler: fact, decision or edit, the shape of its data."""

    def register(run: Run) -> Run:
        _handlers[name] = Handler(name, kind, word, shape, run)
        return run

    return register


def handler(name: str) -> Handler | None:
    """Who carries an act out; None for an unknown one."""
    return _handlers.get(name)


def handlers() -> list[Handler]:
    """Every registered act, by name."""
    return [_handlers[name] for name in sorted(_handlers)]


def word(name: str) -> str:
    """What an act is called on pages."""
    known = _handlers.get(name)
    return known.word if known else name
