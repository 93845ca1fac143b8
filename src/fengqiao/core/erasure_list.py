"""The list of erasures outside the database: one file each in settings.ERASURES_DIR, without names, replayed after a restore.

A file is written inside the act's transaction as `<event>.pending` and becomes `<event>.json` once that is committed.
A crash between the two leaves a pending file: `settle` keeps it when its erasure is in the database and drops it when not.
After a restore the database cannot say, so a pending file counts: what was about to be erased is erased.
"""

import os
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from fengqiao.core.rules.traces import Word


@dataclass(frozen=True, slots=True)
class Line:
    """One row: which columns were blanked (`how` = "blank"), masked in part ("mask") or which content went ("content")."""

    table: str
    row: uuid.UUID
    columns: tuple[str, ...]
    how: str = "blank"


@dataclass(slots=True)
class Order:
    """One erasure: what it covers and what to look for. Holds no name, phone or number."""

    root: str  # label of the records the family belongs to, e.g. "intake.Matter"
    family: list[uuid.UUID]  # the record and all it was ever joined with
    salt: str  # makes the hashes of this erasure comparable with those of no other
    at: datetime
    lines: list[Line] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    everything: bool = False  # retention: all content of the family goes, whatever it holds
    event: uuid.UUID | None = None


def write(order: Order) -> Path:
    """Write the order as pending, fsynced with its folder; returns its path for `confirm`."""
    folder = Path(settings.ERASURES_DIR)
    path = folder / f"{order.event}.pending"
    body = {"format": 1} | asdict(order)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(orjson.dumps(body, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    _flush(folder)
    return path


def confirm(path: Path) -> None:
    """The erasure is committed: its file is final."""
    path.rename(path.with_suffix(".json"))
    _flush(path.parent)


def drop(path: Path) -> None:
    """The erasure was rolled back: nothing was erased, nothing is to be replayed."""
    path.unlink(missing_ok=True)
    _flush(path.parent)


def pending() -> list[Path]:
    return sorted(Path(settings.ERASURES_DIR).glob("*.pending"))


def orders() -> Iterator[Order]:
    """Every erasure on the list, oldest first, pending ones included."""
    found = [_read(path) for path in Path(settings.ERASURES_DIR).glob("*.json")] + [
        _read(path) for path in pending()
    ]
    yield from sorted(found, key=lambda order: (order.at, str(order.event)))


def _read(path: Path) -> Order:
    body: dict[str, Any] = orjson.loads(path.read_bytes())
    return Order(
        root=body["root"],
        family=[uuid.UUID(one) for one in body["family"]],
        salt=body["salt"],
        at=datetime.fromisoformat(body["at"]),
        lines=[Line(x["table"], uuid.UUID(x["row"]), tuple(x["columns"]), x["how"]) for x in body["lines"]],
        words=[Word(x["length"], x["hash"]) for x in body["words"]],
        everything=body["everything"],
        event=uuid.UUID(body["event"]),
    )


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
