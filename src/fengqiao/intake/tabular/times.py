"""Times as people write them in registers and exports, read as local time of Asia/Shanghai."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_YEAR = 1949
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (a serial number has no zone)


@dataclass(frozen=True, slots=True)
class When:
    """A moment (aware, Asia/Shanghai) and how exactly it was written: "day", "minute" or "second"."""

    at: datetime
    precision: str


class BadTime(Exception):
    """The words are no time; `reason_zh` says why and how to write it."""

    def __init__(self, reason_zh: str):
        super().__init__(reason_zh)
        self.reason_zh = reason_zh


_WRITTEN = re.compile(
    r"""(?P<y>\d{4}|\d{2}(?=\s*[年.])) \s*[-/.年]\s* (?P<m>\d{1,2}) \s*[-/.月]\s* (?P<d>\d{1,2}) \s*[日号]?
        (?: [\sT,]* (?:[(]?(?:星期|周).[)]?)? \s* (?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚|夜里|夜间|[AaPp][Mm])? \s*
            (?P<H>\d{1,2}) \s*[:时点]\s* (?:(?P<M>\d{1,2}|半)\s*分?)? (?:[:\s]*(?P<S>\d{1,2})(?:\.\d+)?\s*秒?)?
            \s* (?P<after>[AaPp][Mm])? \s* (?P<zone>Z|[+-]\d{2}:?\d{2})? (?:许|左右)? )? \s* $""",
    re.VERBOSE,
)
_YEARLESS = re.compile(r"(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})\s*[日号]?(?P<rest>\s*\d{1,2}[:时点].*)?$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})[\sT]*(?:(\d{2}):?(\d{2}):?(\d{2})?)?$")
_FAST = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2}) (\d{1,2}):(\d{2}):(\d{2})$")
_YEAR_LAST = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_AFTERNOON = {"下午", "傍晚", "晚上", "晚", "夜里", "夜间", "pm"}
_HOW = "请写成 2026-05-03 20:10 这样的形式。"


def parse(cell: object, year: int | None = None) -> When:
    """The moment `cell` (text, number, date or datetime) means; `year` completes dates written without one.

    Text without a zone is local time. Numbers are Excel days, or seconds or milliseconds since 1970.
    Raises BadTime for what is no time and for days that do not exist.
    """
    if isinstance(cell, str):
        fast = _FAST.match(cell)
        if fast:
            y, _, m, d, hour, minute, second = fast.groups()
            return _made(int(y), int(m), int(d), int(hour), int(minute), int(second))
        return _from_text(cell, year)
    if isinstance(cell, datetime):
        cell = (cell + timedelta(milliseconds=500)).replace(microsecond=0)  # Excel's fractions of a day are never exact
        at = cell.replace(tzinfo=SHANGHAI) if cell.tzinfo is None else cell.astimezone(SHANGHAI)
        return _checked(at, "day" if (at.hour, at.minute, at.second) == (0, 0, 0) else "second")
    if isinstance(cell, date):
        return _checked(datetime(cell.year, cell.month, cell.day, tzinfo=SHANGHAI), "day")
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        written = str(int(cell)) if math.isfinite(cell) and cell == int(cell) else ""
        return _from_text(written, None) if _COMPACT.match(written) else _from_number(cell)
    raise BadTime(f"不是时间。{_HOW}")


def is_time(cell: object) -> bool:
    """Whether `cell` reads as a time; used to recognise columns."""
    try:
        return bool(parse(cell, year=2000))
    except BadTime:
        return False


def is_clock(cell: object) -> bool:
    """Whether `cell` is a time of day without a date (20:10, 20时10分)."""
    return isinstance(cell, time) or isinstance(cell, str) and bool(re.fullmatch(r"\s*\d{1,2}[:：时点]\d{0,2}.{0,5}", cell))


def _from_text(text: str, year: int | None) -> When:
    plain = unicodedata.normalize("NFKC", text[:100]).strip().removesuffix("许").removesuffix("左右")
    if not plain.isascii() and not any(ch.isdigit() and ch.isascii() for ch in plain):
        plain = _chinese_numbers(plain)
    if compact := _COMPACT.match(plain):
        y, m, d, hour, minute, second = compact.groups()
        if hour is None:
            return _made(int(y), int(m), int(d))
        return _made(int(y), int(m), int(d), int(hour), int(minute), int(second) if second else None)
    if year and (short := _YEARLESS.match(plain)):
        plain = f"{year}-{short['m']}-{short['d']}{' ' + short['rest'].strip() if short['rest'] else ''}"
    elif re.fullmatch(r"\d+(\.\d+)?", plain):
        return _from_number(float(plain))
    written = _WRITTEN.match(plain)
    if not written:
        if _YEAR_LAST.match(plain):
            return _year_last(plain)
        raise BadTime(f"看不懂这个时间。{_HOW}")
    y = int(written["y"]) + (2000 if len(written["y"]) == 2 else 0)
    day = (y, int(written["m"]), int(written["d"]))
    if written["H"] is None:
        return _made(*day)
    hour = int(written["H"])
    part = (written["part"] or written["after"] or "").lower()
    if part in _AFTERNOON and 1 <= hour < 12 or part == "中午" and hour <= 2:
        hour += 12
    if part in {"am", "晚上", "夜里", "夜间"} and hour == 12 and written["part"] != "中午":
        hour = 0 if part == "am" else 24
    minute = 30 if written["M"] == "半" else int(written["M"] or 0)
    return _made(*day, hour, minute, int(written["S"]) if written["S"] else None, zone=written["zone"])


def _year_last(plain: str) -> When:
    first, second, y = (int(number) for number in re.findall(r"\d+", plain)[:3])
    if first <= 12 and second <= 12 and first != second:
        raise BadTime(f"分不清哪个是月、哪个是日。{_HOW}")
    month, day = (second, first) if first > 12 else (first, second)
    rest = re.sub(r"^\d+\D\d+\D\d+", "", plain)
    return _from_text(f"{y}-{month}-{day}{rest}", None)


def _chinese_numbers(text: str) -> str:
    """二〇一九年三月十五日 → 2019年3月15日."""
    text = re.sub(r"([二三四五])?十([一二三四五六七八九])?",
                  lambda n: f"{'一二三四五'.find(n[1] or '一') + 1}{'一二三四五六七八九'.find(n[2]) + 1 if n[2] else 0}", text)  # fmt: skip
    return text.translate(_DIGITS)


def _from_number(number: float) -> When:
    if 10_000 <= number < 80_000:  # Excel counts days; 10,000 is 1927, 80,000 is 2119
        naive = _EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))
        return _checked(naive.replace(tzinfo=SHANGHAI), "day" if number == int(number) else "second")
    if 6e8 <= number < 5e9:
        return _checked(datetime.fromtimestamp(number, UTC).astimezone(SHANGHAI), "second")
    if 6e11 <= number < 5e12:
        return _checked(datetime.fromtimestamp(number / 1000, UTC).astimezone(SHANGHAI), "second")
    raise BadTime(f"这个数字不是时间。{_HOW}")


def _made(y: int, m: int, d: int, hour: int | None = None, minute: int = 0, second: int | None = None, zone: str | None = None) -> When:
    if not 1 <= m <= 12:
        raise BadTime(f"没有 {m} 月。请核对原始记录后改正。")
    precision = "day" if hour is None else "minute" if second is None else "second"
    next_day = hour == 24 and minute == 0 and not second  # 24:00 ends the day
    try:
        at = datetime(y, m, d, 0 if next_day else hour or 0, minute, second or 0, tzinfo=SHANGHAI)
    except ValueError:
        try:
            date(y, m, d)
        except ValueError:
            raise BadTime(f"{y} 年 {m} 月没有 {d} 日。请核对原始记录后改正。") from None
        raise BadTime(f"没有 {hour} 时 {minute} 分 {second or 0} 秒。请核对原始记录后改正。") from None
    if zone:
        offset = timezone.utc if zone == "Z" else datetime.strptime(zone, "%z").tzinfo  # noqa: UP017
        at = at.replace(tzinfo=offset).astimezone(SHANGHAI)
    return _checked(at + timedelta(days=1) if next_day else at, precision)


def _checked(at: datetime, precision: str) -> When:
    if not FIRST_YEAR <= at.year <= 2100:
        raise BadTime(f"{at.year} 年不可能是本地记录的时间。请核对年份后改正。")
    return When(at, precision)
