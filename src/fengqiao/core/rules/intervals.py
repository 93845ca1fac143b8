"""发生时间: what people say about when something occurred, as an interval with its precision.

昨晚八点左右, 今天上午, 11月3日晚, 3天前, 上周六, 2026-05-03 20:10, 昨晚8点到10点 … relative to a given now.
The words stay beside the interval: they are what was said, the interval is only how we read them.

Grammar: [day] [part of the day] [clock] [约], or "N ago", or two of them joined by 到/至. Hours are read with the part
of the day (下午3点 = 15:00, 晚上12点 = midnight after, 晚上1点 = the small hours after); a bare hour is the 24-hour clock.
A date without year, a weekday or an hour alone is the latest one not after now, unless the future is allowed.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import cn2an

from fengqiao.core.rules import BadInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
PRECISIONS = ("exact", "about", "hour", "part", "day", "span")  # codes of vocabulary occurrence_precision
AROUND = timedelta(minutes=30)
UNREADABLE = "看不懂这个时间，可写作：昨晚八点左右、11月3日上午、3天前、2026-05-03 20:10"


@dataclass(frozen=True, slots=True)
class Occurred:
    """[start, end) in Asia/Shanghai, one of PRECISIONS, and the words it was read from."""

    start: datetime
    end: datetime
    precision: str
    text: str


# hours of a part of the day, from and to; past 24 means the small hours after that evening
_PARTS = {
    "凌晨": (0, 6), "清晨": (5, 8), "清早": (5, 8), "一早": (5, 9), "早晨": (5, 9), "早上": (5, 9), "早": (5, 9),
    "上午": (8, 12), "中午": (11, 14), "午间": (11, 14), "下午": (12, 18), "午后": (12, 18), "傍晚": (17, 20),
    "晚上": (18, 24), "晚间": (18, 24), "夜间": (18, 30), "夜里": (18, 30), "深夜": (22, 29), "半夜": (22, 29),
    "午夜": (23, 25), "晚": (18, 24), "夜": (18, 30), "白天": (6, 18),
}  # fmt: skip
_DAYS_BACK = {
    "大前天": 3,
    "前天": 2,
    "昨天": 1,
    "昨日": 1,
    "今天": 0,
    "今日": 0,
    "当天": 0,
    "明天": -1,
    "明日": -1,
    "后天": -2,
}
_SHORT_DAYS = {"前": 2, "昨": 1, "今": 0, "当": 0, "明": -1}  # 昨晚, 今早, 前天夜里
_WEEK = "一二三四五六日"
_UNITS = {
    "分钟": "minutes",
    "小时": "hours",
    "钟头": "hours",
    "天": "days",
    "日": "days",
    "周": "weeks",
    "星期": "weeks",
    "礼拜": "weeks",
}

_N = r"\d+|[零〇一二两三四五六七八九十百]+"
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_CLOCK = rf"""
    (?: (?P<hh>\d{{1,2}}):(?P<mm>\d{{1,2}})(?::(?P<ss>\d{{1,2}}))?
      | (?P<hour>{_N})(?:点钟?|时)(?: (?P<half>半) | (?P<quarter>[一三])刻 | (?P<minute>{_N})分? | (?P<more>多|来钟|过) )? )
"""
_DAY = rf"""
    (?: (?P<word>{"|".join(sorted(_DAYS_BACK, key=len, reverse=True))})
      | (?P<short>[{"".join(_SHORT_DAYS)}])(?=(?:{_PART}))
      | (?P<weeks>上+|本|这|下)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])
      | (?: (?P<yearword>前年|去年|今年) | (?P<year>\d{{4}})[年\-/.] )? (?P<month>{_N})[月\-/.]份?(?P<day>{_N})[日号]?
      | (?P<monthword>上个?月|本月|这个?月) (?P<monthday>{_N})[日号]
      | (?P<onlyday>{_N})[日号] )
"""
_POINT = re.compile(
    rf"(?P<about>大概|大约|约|可能)?(?:{_DAY})?的?(?P<part>{_PART})?的?(?:{_CLOCK})?(?P<left>左右|上下|前后|许|的?时候|期间)*",
    re.VERBOSE,
)
_AGO = re.compile(
    rf"(?:大概|大约|约)?(?P<n>{_N}|半)个?(?P<half>半)?(?P<unit>{'|'.join(_UNITS)})(?P<extra>半)?(?:左右|多)?之?以?前(?P<part>{_PART})?"
)
_MONTHS_AGO = re.compile(rf"(?P<n>{_N})个月之?以?前")
_SPAN = re.compile(
    rf"(?:(?P<yearword>前年|去年|今年)|(?P<year>\d{{4}})年)?(?:(?P<month>{_N})月份?|(?P<monthword>上个?月|本月|这个?月))?"
    r"(?P<third>初|上旬|中旬|下旬|底|末)?|(?P<week>上+个?|本|这)(?:周|星期|礼拜)"
)
_JUST_NOW = re.compile("刚才|刚刚|方才|现在|此刻")


def occurred(text: str, now: datetime, *, allow_future: bool = False) -> Occurred:
    """Read `text` as seen at `now` (aware). BadInput says in Chinese what cannot be read, does not exist or lies ahead.

    `allow_future` reads appointments (明天下午三点) and dates without year that are still to come.
    """
    here = now.astimezone(SHANGHAI)
    clean = re.sub(r"\s+(?=\D)|(?<=\D)\s+", "", unicodedata.normalize("NFKC", text).strip()).rstrip("。，,;")
    clean = re.sub(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})[T\s]?(?=\d{1,2}:)", r"\1日", clean)
    clean = re.sub(
        r"[〇零一二三四五六七八九]{4}(?=年)",
        lambda year: str(cn2an.cn2an(year[0].replace("〇", "零"), "smart")),
        clean,
    )
    if not clean:
        raise BadInput("请填写发生时间")
    try:
        left, right = _split(clean)
        found = _read(left, text, here, allow_future)
        if right:
            found = _until(found, left, right, text, here, allow_future)
    except BadInput:
        raise
    except (ValueError, OverflowError):  # 十十点, 99999999天前
        raise BadInput(UNREADABLE) from None
    if not allow_future and found.start > here:
        raise BadInput("发生时间晚于现在，请核对")
    return found


def _split(clean: str) -> tuple[str, str]:
    """Two ends joined by 到, 至 or a dash (not the dash inside a date)."""
    joint = re.search(r"到|至|~|—+|(?<=[点时分日号半\d])-(?=[^-]*$)(?!\d{1,2}(?:日|$))", clean)
    if not joint or not joint.start():
        return clean, ""
    return clean[: joint.start()].removeprefix("从"), clean[joint.end() :].removesuffix("之间").removesuffix(
        "期间"
    )


def _until(first: Occurred, left: str, right: str, text: str, here: datetime, allow_future: bool) -> Occurred:
    """The second end borrows what it leaves unsaid (day, part of the day) from the first."""
    point, before = _POINT.fullmatch(right), _POINT.fullmatch(left)
    if right in {"现在", "今", "今天"}:
        return Occurred(first.start, here, "span", text)
    if point and before and not _has_day(point):
        part = point["part"] or (before["part"] if point["hour"] or point["hh"] else "") or ""
        clock = right[
            point.start("hour") if point["hour"] else point.start("hh") if point["hh"] else len(right) :
        ]
        second = _clocked(first.start.date(), part, _POINT.fullmatch(clock) if clock else None, text)
        if second.end <= first.start:  # 昨晚11点到凌晨2点
            second = _clocked(
                first.start.date() + timedelta(days=1), part, _POINT.fullmatch(clock) if clock else None, text
            )
    elif (
        before
        and (before["month"] or before["monthday"] or before["onlyday"])
        and re.fullmatch(rf"(?:{_N})[日号]?", right)
    ):
        second = _day_of(_date(first.start.year, first.start.month, _number(right.rstrip("日号"))), text)
    else:
        second = _read(right, text, here, allow_future)
    end = second.start if second.precision in {"exact", "hour", "about"} else second.end
    if end <= first.start:
        raise BadInput("结束时间早于开始时间，请核对")
    return Occurred(first.start, end, "span", text)


def _read(clean: str, text: str, here: datetime, allow_future: bool) -> Occurred:
    if _JUST_NOW.fullmatch(clean):
        return Occurred(here - timedelta(minutes=10), here, "about", text)
    if ago := _AGO.fullmatch(clean):
        return _ago(ago, text, here)
    if months := _MONTHS_AGO.fullmatch(clean):
        year, month = divmod(here.year * 12 + here.month - 1 - _number(months["n"]), 12)
        return _month(year, month + 1, text)
    point = _POINT.fullmatch(clean)
    if point and (_has_day(point) or any(point[g] for g in ("part", "hour", "hh"))):
        if point["weekday"] == "末":
            monday = _monday(point["weeks"], here.date())
            return _days(monday + timedelta(days=5), monday + timedelta(days=7), text)
        day = _which_day(point, here.date(), allow_future)
        found = _clocked(day, point["part"] or "", point, text)
        if (
            found.start > here and not _has_day(point) and not allow_future
        ):  # 晚上7点半, said at noon, was yesterday's
            found = _clocked(day - timedelta(days=1), point["part"] or "", point, text)
        return found
    span = _SPAN.fullmatch(clean)
    if span and any(span.groups()):
        return _span(span, text, here)
    raise BadInput(UNREADABLE)


def _has_day(point: re.Match[str]) -> bool:
    return any(point[g] for g in ("word", "short", "weekday", "month", "monthday", "onlyday"))


def _number(words: str) -> int:
    return int(words) if words.isdigit() else int(cn2an.cn2an(words.replace("〇", "零"), "smart"))


def _date(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise BadInput(f"没有{month}月，请核对日期")
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise BadInput(f"{year}年{month}月没有{day}日，请核对日期")
    return date(year, month, day)


def _year(point: re.Match[str], today: date) -> int | None:
    if point["year"]:
        year = int(point["year"])
        if not 1900 <= year <= 2200:
            raise BadInput(f"年份{year}不对，请核对日期")
        return year
    return today.year - {"前年": 2, "去年": 1, "今年": 0}[point["yearword"]] if point["yearword"] else None


def _which_day(point: re.Match[str], today: date, allow_future: bool) -> date:
    if point["word"] or point["short"]:
        back = _DAYS_BACK[point["word"]] if point["word"] else _SHORT_DAYS[point["short"]]
        return today - timedelta(days=back)
    if point["weekday"]:
        day = _monday(point["weeks"], today) + timedelta(
            days=_WEEK.index(point["weekday"].replace("天", "日"))
        )
        ahead = day > today and not point["weeks"] and not allow_future
        return day - timedelta(days=7) if ahead else day
    if point["month"]:
        month, number, year = _number(point["month"]), _number(point["day"]), _year(point, today)
        if year is not None:
            return _date(year, month, number)
        if (month, number) == (2, 29):  # the latest leap year
            year = next(
                y
                for y in range(today.year, 0, -1)
                if calendar.isleap(y) and (allow_future or date(y, 2, 29) <= today)
            )
            return _date(year, 2, 29)
        day = _date(today.year, month, number)
        return day if day <= today or allow_future else _date(today.year - 1, month, number)
    if point["monthday"] or point["onlyday"]:
        back = 1 if (point["monthword"] or "").startswith("上") else 0
        number = _number(point["monthday"] or point["onlyday"])
        if point["onlyday"] and number > today.day and not allow_future:
            back = 1
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        return _date(year, month + 1, number)
    return today


def _monday(weeks: str | None, today: date) -> date:
    back = weeks.count("上") if weeks else 0
    ahead = 1 if weeks == "下" else 0
    return today - timedelta(days=today.weekday() + 7 * back - 7 * ahead)


def _clocked(day: date, part: str, point: re.Match[str] | None, text: str) -> Occurred:
    """The instant or stretch of `day` that part of the day and clock name."""
    midnight = datetime.combine(day, time(0), SHANGHAI)
    if point and (point["hh"] or point["hour"]):
        hour = int(point["hh"]) if point["hh"] else _number(point["hour"])
        minute = 30 if point["half"] else {"一": 15, "三": 45}.get(point["quarter"] or "", 0)
        if point["mm"] or point["minute"]:
            minute = int(point["mm"]) if point["mm"] else _number(point["minute"])
        if hour > 24 or minute > 59 or (hour == 24 and minute) or int(point["ss"] or 0) > 59:
            raise BadInput(f"没有{hour}点{minute}分，请核对时间" if minute else f"没有{hour}点，请核对时间")
        start = midnight + timedelta(hours=_hour_in(part, hour), minutes=minute)
        if point["about"] or point["left"] and point["left"] not in {"的时候", "时候", "期间"}:
            return Occurred(start - AROUND, start + AROUND, "about", text)
        to_the_minute = point["mm"] or point["minute"] or point["half"] or point["quarter"]
        if to_the_minute:
            return Occurred(start, start + timedelta(minutes=1), "exact", text)
        return Occurred(start, start + timedelta(hours=1), "about" if point["more"] else "hour", text)
    if part:
        first, last = _PARTS[part]
        return Occurred(midnight + timedelta(hours=first), midnight + timedelta(hours=last), "part", text)
    return _day_of(day, text)


def _hour_in(part: str, hour: int) -> int:
    """The hour on a clock that runs on after midnight: 晚上8 → 20, 晚上12 → 24, 半夜1 → 25, 下午3 → 15, 中午1 → 13."""
    if hour > 12 or not part or part == "凌晨":
        return 0 if part == "凌晨" and hour in {12, 24} else hour
    if part in {"晚上", "晚间", "夜间", "夜里", "深夜", "半夜", "午夜", "晚", "夜"}:
        return 24 + hour % 12 if hour % 12 < 5 else hour + 12
    if part in {"下午", "午后", "傍晚"}:
        return hour % 12 + 12
    if part in {"中午", "午间"} and hour < 5:
        return hour + 12
    return hour


def _ago(ago: re.Match[str], text: str, here: datetime) -> Occurred:
    unit = _UNITS[ago["unit"]]
    amount = 0.5 if ago["n"] == "半" else _number(ago["n"]) + (0.5 if ago["half"] or ago["extra"] else 0)
    moment = here - timedelta(**{unit: amount})
    if unit in {"minutes", "hours"}:
        slack = timedelta(minutes=10) if unit == "minutes" else AROUND
        return Occurred(moment - slack, min(moment + slack, here), "about", text)
    return _clocked(moment.date(), ago["part"] or "", None, text)


def _span(span: re.Match[str], text: str, here: datetime) -> Occurred:
    today = here.date()
    if span["week"]:
        monday = _monday(span["week"], today)
        return _days(monday, monday + timedelta(days=7), text)
    year = _year(span, today)
    if span["monthword"]:
        back = 1 if span["monthword"].startswith("上") else 0
        whole_year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        return _third(whole_year, month + 1, span["third"], text)
    if span["month"]:
        month = _number(span["month"])
        if year is None:
            year = today.year if month <= today.month else today.year - 1
        return _third(year, month, span["third"], text)
    if year is None:
        raise BadInput("看不懂这个时间，请写明月份")
    if span["third"]:
        first, last = (1, 3) if span["third"] == "初" else (10, 12)
        return Occurred(_month(year, first, text).start, _month(year, last, text).end, "span", text)
    return _days(date(year, 1, 1), date(year + 1, 1, 1), text)


def _third(year: int, month: int, third: str | None, text: str) -> Occurred:
    whole = _month(year, month, text)
    first, after = {None: (1, 32), "初": (1, 11), "上旬": (1, 11), "中旬": (11, 21)}.get(third, (21, 32))
    start = whole.start.date()
    return _days(start.replace(day=first), min(start + timedelta(days=after - 1), whole.end.date()), text)


def _month(year: int, month: int, text: str) -> Occurred:
    start = _date(year, month, 1)
    return _days(start, start + timedelta(days=calendar.monthrange(year, month)[1]), text)


def _day_of(day: date, text: str) -> Occurred:
    start = datetime.combine(day, time(0), SHANGHAI)
    return Occurred(start, start + timedelta(days=1), "day", text)


def _days(first: date, after: date, text: str) -> Occurred:
    return Occurred(
        datetime.combine(first, time(0), SHANGHAI), datetime.combine(after, time(0), SHANGHAI), "span", text
    )
