"""工作日历: which days are worked, as an editable table of exceptions to Monday to Friday.

The shipped table (core/data/workdays.csv) was read out of `chinesecalendar` up to 2026; later years are added by
the bureau when the State Council publishes them. A year without its holidays still answers by Saturday and Sunday,
but says that it is not complete; limits count its days as calendar days (`counts`), and every one counted so says it.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import chinese_calendar
from chinese_calendar.constants import holidays, workdays

# A published year always names these four; the other festivals may fall together.
_PUBLISHED = frozenset({"元旦", "春节", "劳动节", "国庆节"})
SATURDAY = 5
DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True)
class Exceptional:
    """One line of the table: a day worked or not against the weekday's rule, and the festival it belongs to."""

    day: date
    working: bool
    name: str


class WorkCalendar:
    """Answers whether a day is worked (`works`) and whether that answer rests on a published year (`knows`)."""

    def __init__(self, table: Iterable[Exceptional]):
        self._days: dict[date, bool] = {}
        names: dict[int, set[str]] = {}
        for line in table:
            self._days[line.day] = line.working
            if not line.working:
                names.setdefault(line.day.year, set()).add(line.name)
        self._years = frozenset(year for year, seen in names.items() if seen >= _PUBLISHED)

    def works(self, day: date) -> bool:
        """Is it a working day? Weekends and holidays are not, weekends made up for (调休) are."""
        return self._days.get(day, day.weekday() < SATURDAY)

    def knows(self, day: date) -> bool:
        """Is the year's holiday arrangement in the table?"""
        return day.year in self._years

    def counts(self, day: date) -> bool:
        """Is it counted as a working day? In a year whose holidays are not published every day is (按自然日计), which
        never lets a limit run longer than the law does."""
        return not self.knows(day) or self.works(day)

    def next_counted(self, day: date) -> date:
        """The day itself when it counts as worked, otherwise the first one after it that does."""
        while not self.counts(day):
            day += timedelta(days=1)
        return day

    def told(self, first: int, last: int) -> dict[str, Any]:
        """The years first to last as data: which of them are published, and their days that differ from the weekday's rule."""
        days = {day.isoformat(): works for day, works in sorted(self._days.items()) if first <= day.year <= last}
        return {"years": [year for year in range(first, last + 1) if year in self._years], "days": days}


def parse(lines: Iterable[str]) -> Iterator[Exceptional]:
    """Lines of the table: date (ISO), working (0 or 1), name. ValueError for anything else."""
    for row in csv.DictReader(lines):
        if row["working"] not in {"0", "1"}:
            raise ValueError(f"working must be 0 or 1: {row}")
        yield Exceptional(date.fromisoformat(row["date"]), row["working"] == "1", row["name"])


def library_table(year: int) -> list[Exceptional]:
    """The year's exceptions as the installed `chinesecalendar` knows them; empty for a year it lacks.

    A newer release of that library can so fill a coming year: the caller adds these lines to the bureau's table.
    """
    chinese: Mapping[str, str] = {kind.value: kind.chinese for kind in chinese_calendar.Holiday}
    marked = [(day, False, name) for day, name in holidays.items() if day.year == year]
    marked += [(day, True, name) for day, name in workdays.items() if day.year == year]
    return [Exceptional(day, working, chinese[name]) for day, working, name in sorted(marked)]


@cache
def published() -> dict[date, Exceptional]:
    """The shipped table with the two years after it, as far as the installed library knows them."""
    with (DATA / "workdays.csv").open(encoding="utf-8", newline="") as lines:
        table = {line.day: line for line in parse(lines)}
    last = max(table).year
    return table | {line.day: line for year in (last + 1, last + 2) for line in library_table(year)}


@cache
def shipped() -> WorkCalendar:
    """The calendar of the shipped table."""
    with (DATA / "workdays.csv").open(encoding="utf-8", newline="") as lines:
        return WorkCalendar(parse(lines))
