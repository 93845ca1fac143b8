"""保存期限: how long after a record's end a personal column is kept, as an ISO 8601 duration (P3Y, P6M, P30D).

Days are counted in Asia/Shanghai; a duration of months that would end on a day a month does not have ends on its last.
"""

import calendar
import re
from datetime import datetime, timedelta

from fengqiao.core.clock import local

_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")


def parse(retention: str) -> tuple[int, int]:
    """An ISO 8601 duration of years, months and days as (months, days). Raises ValueError for anything else."""
    found = _DURATION.fullmatch(retention)
    if not found or not any(found.groups()):
        raise ValueError(f"not a retention: {retention!r}")
    years, months, days = (int(g or 0) for g in found.groups())
    return years * 12 + months, days


def ends(retention: str, closed_at: datetime) -> datetime:
    """The instant a column's retention ends, for a record closed at `closed_at` (aware); 29 February ends on the 28th."""
    months, days = parse(retention)
    end = local(closed_at)
    year, month = divmod(end.year * 12 + end.month - 1 + months, 12)
    day = min(end.day, calendar.monthrange(year, month + 1)[1])
    return end.replace(year=year, month=month + 1, day=day) + timedelta(days=days)


def until_words(retention: str, closed_at: datetime | None) -> str:
    """Until when a column is kept, in words: a day, or how long after the matter is closed."""
    if closed_at is not None:
        return f"{ends(retention, closed_at):%Y年%-m月%-d日}"
    months, days = parse(retention)
    spoken = [
        f"{months // 12} 年" if months >= 12 else "",
        f"{months % 12} 个月" if months % 12 else "",
        f"{days} 日" if days else "",
    ]
    return f"办结后 {''.join(spoken).strip()}"
