"""Pure rules of a review (复盘): why one is opened, and which closed disputes the monthly sample draws."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from uuid import UUID

WHY = {"reopened": "反弹", "case": "民转刑、转为案件", "sample": "每月抽查"}
DAYS = 15  # days to write a review down, unless the setting says otherwise
SAMPLE = 2  # closed serious disputes of a station drawn a month


def sample(closed: Iterable[UUID], month: date, number: int) -> list[UUID]:
    """`number` of the disputes closed in a month, the same ones whoever asks: nobody can choose what is looked at."""
    return sorted(closed, key=lambda one: sha256(f"{month:%Y-%m}:{one}".encode()).digest())[:number]


def previous_month(day: date) -> tuple[date, date]:
    """First day of the month before, and of this one."""
    first = day.replace(day=1)
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1), first
