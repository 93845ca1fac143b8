"""法定期限: counts every limit of core/data/deadlines.csv as 程序规定 art. 35 has it.

- The starting day or hour is not counted. A limit in days ends with its last day (23:59:59, Asia/Shanghai).
- A last day that is not worked moves to the first working day after it, unless the rule says otherwise
  (liberty, retention). A limit in hours counts hours, holidays included, unless its rule is set to move.
- Months and years end on the corresponding day, or the last of the month (民法典 art. 202).
- Pauses (鉴定期间) are [from, to): the day it began is not counted, the day it ended is. Extensions add units.
- In a year whose holidays are not in the calendar, days are counted as calendar days and the last one stays (按自然日计):
  the strict reading, marked in `Due.complete` and `Due.notes`.
- Minutes are elapsed time, a service promise and not a period of law. "once" means without delay: due at once.

Every rule has editions with dates; which one holds is asked by the day of the step or of the conduct, as the rule
says. 待核 rules may remind, never block, and their article is not printed.
"""

import calendar as months
import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from fengqiao.core.rules import BadInput
from fengqiao.core.rules.workdays import WorkCalendar

DATA = Path(__file__).parents[1] / "data"
SHANGHAI = ZoneInfo("Asia/Shanghai")
VERIFIED, UNVERIFIED = "已核", "待核"
UNITS = {
    "once": "立即",
    "minutes": "分钟",
    "hours": "小时",
    "days": "日",
    "workdays": "个工作日",
    "months": "个月",
    "years": "年",
}
AS_AGREED = "约定"

Pause: TypeAlias = tuple[date | datetime, date | datetime]
M = TypeVar("M", date, datetime)


class NoEdition(LookupError):
    """No rule of that id, or none in force on that day."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One edition of one step's limit. `kind`: limit 期限, gate 程序要求 (no clock), fact 说明.

    `limit` counts `unit`s; `extension` is the most that may be added (None: as the parties agree). `basis` says
    whose day chooses the edition: "step" or "conduct". `mark` is the source mark of the specification (✔ ▲ ◇).
    """

    id: str
    edition: str
    step: str
    kind: Literal["limit", "gate", "fact"]
    limit: int | None
    unit: str
    extension: int | None
    extension_by: str
    pauses: str
    rolls: bool
    basis: Literal["step", "conduct"]
    law: str
    article: str
    valid_from: date | None
    valid_to: date | None
    mark: str
    state: str
    on_expiry: str
    blocks: bool
    module: str
    note: str

    @property
    def verified(self) -> bool:
        """已核: checked against the text of the law."""
        return self.state == VERIFIED

    @property
    def may_block(self) -> bool:
        """May an act be refused on this rule? Only on a verified one."""
        return self.blocks and self.verified

    @property
    def citation(self) -> str:
        """《law》第…条 for pages and papers; empty while 待核, because an unverified article is not printed."""
        if not (self.verified and self.article):
            return ""
        parts = (re.sub(r"^(\d+)(.*)$", r"第\1条\2", part) for part in self.article.split("、"))
        return f"《{self.law}》{'、'.join(parts)}"

    @property
    def limit_words(self) -> str:
        """The limit as people say it: 30日, 7个工作日, 立即."""
        if self.limit is None:
            return ""
        if self.unit == "days" and self.limit == 0:
            return "当日"
        return UNITS[self.unit] if self.unit == "once" else f"{self.limit}{UNITS[self.unit]}"

    def holds(self, on: date) -> bool:
        """Is this edition in force on that day (both ends included)?"""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)


@dataclass(frozen=True, slots=True)
class Due:
    """When a step must be done. `at`: the last instant in time (aware, Asia/Shanghai). `begins`: the first instant
    counted. `counted`: units counted, extension included. `excluded`: time left out by pauses. `complete`: False when
    a year without published holidays was counted through. `notes`: what happened on the way, in Chinese."""

    at: datetime
    begins: datetime
    counted: int
    excluded: timedelta
    complete: bool
    notes: tuple[str, ...]

    @property
    def day(self) -> date:
        """The day of `at` in Asia/Shanghai."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left until `Due.at`; negative when over. `words` for the screen: 还剩 2 天 3 小时（到 11月23日）."""

    left: timedelta
    overdue: bool
    words: str


def parse(lines: Iterable[str]) -> list[Rule]:
    """Rules of a table in the shape of deadlines.csv, in its order."""
    return [_rule(row) for row in csv.DictReader(lines)]


def _rule(row: dict[str, Any]) -> Rule:
    limit, extension = row.pop("limit"), row.pop("extension")
    typed: dict[str, Any] = {
        "limit": int(limit) if limit else None,
        "extension": None if extension == AS_AGREED else int(extension or 0),
        "rolls": row.pop("rolls") == "yes",
        "blocks": row.pop("blocks") == "yes",
    }
    for bound in ("valid_from", "valid_to"):
        text = row.pop(bound)
        typed[bound] = date.fromisoformat(text) if text else None
    return Rule(**row, **typed)


@cache
def rules() -> tuple[Rule, ...]:
    """All rules shipped, every edition."""
    with (DATA / "deadlines.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(parse(lines))


def edition_for(
    rule_id: str, step: date, conduct: date | None = None, *, among: Sequence[Rule] | None = None
) -> Rule:
    """The edition of a rule that holds for a step taken on `step` about conduct of day `conduct`.

    Rules whose basis is "conduct" are chosen by the conduct's day, or by the step's while that is unknown. `among`
    replaces the shipped table by the bureau's own. NoEdition when nothing is in force.
    """
    for rule in rules() if among is None else among:
        if rule.id == rule_id and rule.holds((conduct or step) if rule.basis == "conduct" else step):
            return rule
    raise NoEdition(f"{rule_id} on {step}")


def due(
    rule: Rule,
    start: date | datetime,
    calendar: WorkCalendar,
    pauses: Iterable[Pause] = (),
    extension: int = 0,
) -> Due:
    """When a step that began at `start` must be done.

    `start` and pauses: aware datetimes, or dates for limits counted in days. `extension`: units granted in all.
    BadInput when the extension exceeds what the law allows; ValueError for a rule without a limit or a naive datetime.
    """
    if rule.limit is None:
        raise ValueError(f"{rule.id} has no limit")
    if extension < 0 or (rule.extension is not None and extension > rule.extension):
        most = f"{rule.extension}{UNITS[rule.unit]}" if rule.extension else ""
        raise BadInput(f"延长不得超过{most}" if most else "这一期限不得延长")
    notes = [f"经{rule.extension_by}延长{extension}{UNITS[rule.unit]}"] if extension else []
    count = rule.limit + extension
    if rule.unit in {"once", "minutes", "hours"}:
        return _by_the_clock(rule, _instant(start), calendar, _instants(pauses), count, notes)
    return _by_the_day(rule, _day(start), calendar, [(_day(a), _day(b)) for a, b in pauses], count, notes)


def _by_the_clock(
    rule: Rule,
    start: datetime,
    calendar: WorkCalendar,
    pauses: list[tuple[datetime, datetime]],
    count: int,
    notes: list[str],
) -> Due:
    begins = start
    if rule.unit == "hours" and count:
        begins = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        notes.append(f"起算之时不计，自{begins:%H:%M}起算")
    length = {"once": timedelta(0), "minutes": timedelta(minutes=count), "hours": timedelta(hours=count)}[
        rule.unit
    ]
    at = _stretch(begins, begins + length, pauses)
    excluded = at - begins - length
    complete = not rule.rolls or calendar.knows(at.date())
    if rule.rolls and not calendar.counts(at.date()):
        moved = calendar.next_counted(at.date())
        complete = calendar.knows(moved)
        notes.append(_moved(at.date(), moved))
        at = datetime.combine(moved, at.timetz())
    return Due(at, begins, count, excluded, complete, _told(notes, excluded, complete))


def _by_the_day(
    rule: Rule,
    start: date,
    calendar: WorkCalendar,
    pauses: list[tuple[date, date]],
    count: int,
    notes: list[str],
) -> Due:
    first = start + timedelta(days=1)
    if rule.unit == "workdays":
        last = _nth_workday(start, count, calendar, pauses)
        excluded = timedelta(days=(last - _nth_workday(start, count, calendar, [])).days)
    else:
        plain = (
            start + timedelta(days=count)
            if rule.unit == "days"
            else _months_on(start, count * (12 if rule.unit == "years" else 1))
        )
        last = _stretch(first, plain + timedelta(days=1), pauses) - timedelta(days=1)
        excluded = last - plain
    final = calendar.next_counted(last) if rule.rolls else last
    if final != last:
        notes.append(_moved(last, final))
    asked_from = first if rule.unit == "workdays" else last
    looked_up = rule.rolls or rule.unit == "workdays"
    complete = not looked_up or all(
        calendar.knows(date(y, 1, 1)) for y in range(asked_from.year, final.year + 1)
    )
    at = datetime.combine(final, time(23, 59, 59), SHANGHAI)
    begins = datetime.combine(first, time(0), SHANGHAI)
    return Due(at, begins, count, excluded, complete, _told(notes, excluded, complete))


def _stretch(begins: M, ends: M, pauses: Iterable[tuple[M, M]]) -> M:
    """`ends` (exclusive) pushed on by every paused stretch that falls between `begins` and the end so far."""
    for a, b in _merged(pauses):
        if max(a, begins) < ends and b > begins:
            ends += b - max(a, begins)
    return ends


def _merged(pauses: Iterable[tuple[M, M]]) -> list[tuple[M, M]]:
    """Pauses in order, overlapping ones joined, empty and turned ones dropped."""
    merged: list[tuple[M, M]] = []
    for a, b in sorted(p for p in pauses if p[0] < p[1]):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def _nth_workday(start: date, count: int, calendar: WorkCalendar, pauses: list[tuple[date, date]]) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        if calendar.counts(day) and not any(a <= day < b for a, b in pauses):
            count -= 1
    return day


def _months_on(start: date, count: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))


def _instant(moment: date | datetime) -> datetime:
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError(f"a limit in hours needs an aware instant, not {moment!r}")
    return moment.astimezone(SHANGHAI)


def _instants(pauses: Iterable[Pause]) -> list[tuple[datetime, datetime]]:
    return [(_instant(a), _instant(b)) for a, b in pauses]


def _day(moment: date | datetime) -> date:
    return _instant(moment).date() if isinstance(moment, datetime) else moment


def _moved(last: date, final: date) -> str:
    return f"最后一日{last.month}月{last.day}日不是工作日，顺延至{final.month}月{final.day}日"


def _told(notes: list[str], excluded: timedelta, complete: bool) -> tuple[str, ...]:
    if excluded:
        words = f"{excluded.days}日" if not excluded.seconds else f"{excluded.total_seconds() / 3600:.1f}小时"
        notes = [*notes, f"扣除不计入的期间{words}"]
    return tuple(notes if complete else [*notes, "工作日历不完整，按自然日计，节假日公布后请重新核对"])


def remaining(now: datetime, due: Due) -> Remaining:
    """What is left at `now` (aware): in days and hours, hours and minutes, or minutes; over-time said in words."""
    left = due.at - now.astimezone(SHANGHAI)
    overdue = left < timedelta(0)
    minutes = int(abs(left).total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        length = f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    elif hours:
        length = f"{hours} 小时 {minutes} 分" if minutes else f"{hours} 小时"
    else:
        length = f"{minutes} 分"
    if due.at.year == now.astimezone(SHANGHAI).year:
        until = f"{due.at.month}月{due.at.day}日"
    else:
        until = f"{due.at.year}年{due.at.month}月{due.at.day}日"
    words = f"已超 {length}（应于 {until}）" if overdue else f"还剩 {length}（到 {until}）"
    return Remaining(left, overdue, words)
