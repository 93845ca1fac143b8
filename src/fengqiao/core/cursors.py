"""Where a page of a list ends: an instant and an id, as one opaque word in the address."""

import uuid
from datetime import datetime

from fengqiao.core import clock

FIRST = uuid.UUID(int=(1 << 128) - 1)


def write(at: datetime, last: uuid.UUID) -> str:
    """The word for a page that ends with this row."""
    return f"{at.timestamp():.6f}_{last.hex}"


def read(cursor: str) -> tuple[datetime, uuid.UUID] | None:
    """What a word says; None for one that says nothing (the first page is shown then)."""
    try:
        at, last = cursor.split("_")
        return datetime.fromtimestamp(float(at), clock.SHANGHAI), uuid.UUID(last)
    except (ValueError, OverflowError, OSError):
        return None


def start() -> tuple[datetime, uuid.UUID]:
    """Before everything, in a list with the newest first."""
    return clock.now(), FIRST
