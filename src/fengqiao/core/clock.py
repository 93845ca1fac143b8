"""The one clock. Instants are aware UTC; days are counted in Asia/Shanghai."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_pinned: ContextVar[datetime | None] = ContextVar("pinned", default=None)


def now() -> datetime:
    """The present instant (UTC), or the one pinned by `at`."""
    return _pinned.get() or datetime.now(UTC)


def today() -> date:
    """The present day in Asia/Shanghai."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same instant on the wall clock of Asia/Shanghai."""
    return moment.astimezone(SHANGHAI)


def day_start(day: date) -> datetime:
    """Midnight at which a day begins in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def day_end(day: date) -> datetime:
    """The last second of a day in Asia/Shanghai: when what is due on that day is due."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Pin the clock: the demo county's history and tests live at a chosen instant."""
    token = _pinned.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pinned.reset(token)
