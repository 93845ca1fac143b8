"""Reporting periods and shares, exactly: no rounding before comparing, no clock, no database.

A period is counted in whole days of Asia/Shanghai. What was known by `as_of` counts; so a print of last year can be made
again as it was, whatever was recorded since.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST = 3660  # days: ten years


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both counted, as known at the instant `as_of`."""

    first: date
    last: date
    as_of: datetime

    def __post_init__(self) -> None:
        if not self.first <= self.last or (self.last - self.first).days > LONGEST:
            raise ValueError("统计起止日期不对：止于不得早于起于，最长十年。")

    @property
    def start(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def end(self) -> datetime:
        """The first instant no longer in it."""
        return datetime.combine(self.last + timedelta(days=1), time(), SHANGHAI)

    @property
    def words(self) -> str:
        """As a heading says it: 2026年10月, 2026年, 2026年10月5日至11日, …"""
        first, last = self.first, self.last
        if first == last:
            return f"{first.year}年{first.month}月{first.day}日"
        if self._whole_years() == 1:
            return f"{first.year}年"
        if self._whole_months() == 1:
            return f"{first.year}年{first.month}月"
        year = "" if first.year == last.year else f"{last.year}年"
        month = "" if (first.year, first.month) == (last.year, last.month) else f"{last.month}月"
        return f"{first.year}年{first.month}月{first.day}日至{year}{month}{last.day}日"

    def before(self) -> "Period":
        """上期: the period of the same kind just before (the month before a month, seven days before seven days), as known
        with the same delay after its end, so that a young period is not compared with one long settled."""
        last = self.first - timedelta(days=1)
        if months := self._whole_months():
            return self._like(_months(self.first, -months), last)
        return self._like(self.first - (self.last - self.first) - timedelta(days=1), last)

    def a_year_before(self) -> "Period":
        """去年同期: the same days of the year before (29 February: the 28th), as known with the same delay."""
        first, last = _months(self.first, -12), _months(self.last, -12)
        if self._whole_months():
            last = _months(self.last + timedelta(days=1), -12) - timedelta(days=1)
        return self._like(first, last)

    def known_at(self, moment: datetime) -> "Period":
        """The same days as known at another instant."""
        return replace(self, as_of=moment)

    def _like(self, first: date, last: date) -> "Period":
        other = Period(first, last, self.as_of)
        return replace(other, as_of=other.end + (self.as_of - self.end))

    def _whole_months(self) -> int:
        """How many calendar months it is, 0 when it is not made of whole ones."""
        following = self.last + timedelta(days=1)
        whole = self.first.day == 1 and following.day == 1
        return (following.year - self.first.year) * 12 + following.month - self.first.month if whole else 0

    def _whole_years(self) -> int:
        return self._whole_months() // 12 if self.first.month == 1 and self._whole_months() % 12 == 0 else 0


def month(day: date, as_of: datetime) -> Period:
    """The calendar month of a day."""
    first = day.replace(day=1)
    return Period(first, _months(first, 1) - timedelta(days=1), as_of)


def week(day: date, as_of: datetime) -> Period:
    """Monday to Sunday around a day."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), as_of)


def year(day: date, as_of: datetime) -> Period:
    """The calendar year of a day."""
    return Period(day.replace(month=1, day=1), day.replace(month=12, day=31), as_of)


def _months(day: date, by: int) -> date:
    """The same day so many months on; the month's last day when it has no such day."""
    at = day.year * 12 + day.month - 1 + by
    first = date(at // 12, at % 12 + 1, 1)
    following = date((at + 1) // 12, (at + 1) % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)


def share(hits: int, total: int) -> Fraction | None:
    """hits ÷ total as a fraction; None of nothing."""
    return Fraction(hits, total) if total else None


def at_least(value: Fraction | None, percent: Fraction | int) -> bool:
    """Does the share reach so many per cent? Compared as fractions: 792 of 900 reaches 88, 791 does not, nothing reaches nothing."""
    return value is not None and value * 100 >= percent


def as_percent(value: Fraction | None, places: int = 1) -> str:
    """88.9%; half of the last place rounds up. — when there is nothing to divide by."""
    if value is None:
        return "—"
    scaled = value * 100 * 10**places
    rounded = (abs(scaled) + Fraction(1, 2)).__floor__() * (-1 if scaled < 0 else 1)
    whole, rest = divmod(abs(rounded), 10**places)
    return f"{'-' if rounded < 0 else ''}{whole}{f'.{rest:0{places}}' if places else ''}%"


def change(now: int, then: int) -> Fraction | None:
    """By what share a count grew since then (同比, 环比); None when there was nothing then."""
    return Fraction(now - then, then) if then else None
