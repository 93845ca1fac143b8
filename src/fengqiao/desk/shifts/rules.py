"""Pure rules of shifts: when one begins and ends, what its handover goes through, by when the night's quarrels are signed for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Settings of a station, inherited down the tree.
PATTERN_KEY, NIGHT_KEY, SIGN_BY_KEY, KIT_KEY = "shifts.pattern", "shifts.night", "shifts.sign_by", "shifts.kit"
HOURS = {24: "24 小时一班", 12: "12 小时两班", 8: "8 小时三班"}
DEFAULT_NIGHT = ("00:00", "06:00")
DEFAULT_SIGN_BY = "10:00"
DEFAULT_KIT = ("对讲机", "执法记录仪", "单警装备", "警用车辆", "车辆钥匙", "房间钥匙")

STATES = {"running": "值班中", "given": "已交班", "taken": "已接班", "closed": "已归档"}
# move → (from, to); who is on duty gives, the next shift takes, the station leader closes
MOVES = {
    "give": ("running", "given"),
    "take_back": ("given", "running"),
    "take": ("given", "taken"),
    "close": ("taken", "closed"),
}
MOVE_WORDS = {"give": "交班", "take_back": "收回", "take": "接班", "close": "审签"}

# Sections of a handover in the order they are read out; those of HAND are also written by hand.
SECTIONS = {
    "open": "未办结",
    "feedback": "待反馈",
    "revisits": "待回访",
    "due": "到期事项",
    "unsigned": "流转未签收",
    "instructions": "领导批示",
    "orders": "上级指令",
    "kit": "装备、车辆、钥匙",
    "other": "其他",
}
HAND = ("open", "feedback", "instructions", "orders", "kit", "other")
PARTS = {"lead": "带班领导", "main": "主班", "standby": "副班", "auxiliary": "辅警"}
TEXT = 1000  # characters of a line
KIT_MOST = 30  # things counted at a handover


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a station's day is cut: shifts of `hours` (24, 12 or 8), the first beginning at `starts`."""

    hours: int = 24
    starts: time = time(8)


def pattern(value: Any) -> Pattern:
    """Read the setting {"hours": 12, "starts": "08:00"}; what is missing is the default. ValueError, its text in Chinese."""
    given = value or {}
    try:
        found = Pattern(int(given.get("hours", 24)), time.fromisoformat(str(given.get("starts", "08:00"))))
    except (AttributeError, TypeError, ValueError):
        raise ValueError("班次应写明时长和起始时刻，如 24 小时、08:00。") from None
    if found.hours not in HOURS:
        raise ValueError("班次时长应为 24、12 或 8 小时。")
    return found


def bounds(of: Pattern, moment: datetime) -> tuple[datetime, datetime]:
    """Begin and end (aware, Asia/Shanghai) of the shift that runs at `moment`; half-open."""
    here = moment.astimezone(SHANGHAI)
    first = datetime.combine(here.date(), of.starts, SHANGHAI)
    if first > here:
        first -= timedelta(days=1)
    length = timedelta(hours=of.hours)
    begin = first + ((here - first) // length) * length
    return begin, begin + length


def is_night(begin: datetime, end: datetime, night: Sequence[str] = DEFAULT_NIGHT) -> bool:
    """Does the shift cover some of the night (setting shifts.night, "HH:MM" twice)? Its quarrels then pass in the morning."""
    since, until = (time.fromisoformat(one) for one in night)
    day = begin.astimezone(SHANGHAI).date() - timedelta(days=1)
    while day <= end.astimezone(SHANGHAI).date():
        dark = datetime.combine(day, since, SHANGHAI)
        light = datetime.combine(day if since < until else day + timedelta(days=1), until, SHANGHAI)
        if dark < end and begin < light:
            return True
        day += timedelta(days=1)
    return False


def sign_by(end: datetime, passed_at: datetime, at: str = DEFAULT_SIGN_BY) -> datetime:
    """By when the responsible officer signs for a quarrel of a shift that ended at `end`: the next `at` o'clock.

    Passed on later than that, the officer has an hour.
    """
    here = end.astimezone(SHANGHAI)
    due = datetime.combine(here.date(), time.fromisoformat(at), SHANGHAI)
    if due <= here:
        due += timedelta(days=1)
    return due if passed_at < due else passed_at + timedelta(hours=1)


def allowed(state: str, move: str) -> bool:
    """May a shift in this state make the move?"""
    return MOVES[move][0] == state


def part(task: str, staff_kind: str) -> str:
    """What somebody of the roster is in the shift: leader on duty, main, second, auxiliary."""
    return "auxiliary" if staff_kind != "officer" else task


def whose(officers: Iterable[int], owner: int | None, crew: Iterable[int]) -> int | None:
    """Which account a quarrel of the night passes to; None: nobody answers for the place, so the leader on duty does.

    officers  who answer for the village, nearest first
    owner     who had the matter before the night; counts unless they are of the night's own crew
    """
    for officer in officers:
        return officer
    return owner if owner is not None and owner not in set(crew) else None


def kit(value: Any) -> tuple[str, ...]:
    """What is counted at a handover: the setting shifts.kit (a list of words), or the default."""
    if not isinstance(value, list) or not all(isinstance(one, str) and 0 < len(one.strip()) <= 20 for one in value):
        return DEFAULT_KIT
    return tuple(dict.fromkeys(one.strip() for one in value))[:KIT_MOST]


def title(begin: datetime, end: datetime) -> str:
    """11月21日 08:00 至 22日 08:00, as a shift is called."""
    a, b = begin.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    return f"{a.month}月{a.day}日 {a:%H:%M} 至 {_day(a.date(), b.date())}{b:%H:%M}"


def _day(begin: date, end: date) -> str:
    if begin == end:
        return ""
    return f"{end.day}日 " if begin.month == end.month else f"{end.month}月{end.day}日 "
