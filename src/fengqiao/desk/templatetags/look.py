"""How times, money, names, levels and deadlines read on every page: `{% load look %}`.

Words first: a colour or a shape never stands alone. All instants are shown on the wall clock of Asia/Shanghai.
The functions are plain Python, so views may call them too when they build the cells of a list.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fengqiao.core import clock as wall
from fengqiao.core.rules import masking

register = template.Library()

WEEKDAYS = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]


# --- time -----------------------------------------------------------------------------------------------------------


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年11月21日."""
    shown = _local_day(value)
    return f"{shown.year}年{shown.month}月{shown.day}日" if shown else ""


@register.filter
def day_short(value: date | datetime | None) -> str:
    """11月21日; with the year when it is not this one."""
    shown = _local_day(value)
    if not shown:
        return ""
    return f"{shown.month}月{shown.day}日" if shown.year == wall.today().year else day(shown)


@register.filter
def day_feel(value: date | datetime | None) -> str:
    """今天 11月21日 周六; 昨天 …; otherwise only date and weekday."""
    shown = _local_day(value)
    if not shown:
        return ""
    near = {0: "今天 ", 1: "昨天 ", -1: "明天 "}.get((wall.today() - shown).days, "")
    return f"{near}{day_short(shown)} {WEEKDAYS[shown.weekday()]}"


@register.filter
def day_week(value: date | datetime | None) -> str:
    """11月21日 周六."""
    shown = _local_day(value)
    return f"{day_short(shown)} {WEEKDAYS[shown.weekday()]}" if shown else ""


@register.filter
def clock_time(value: datetime | None) -> str:
    """14:05."""
    return f"{wall.local(value):%H:%M}" if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """2026年11月21日 14:05."""
    return f"{day(value)} {clock_time(value)}" if value else ""


@register.filter
def moment_short(value: datetime | None) -> str:
    """14:05 today, otherwise 11月21日 14:05 (with the year when it is not this one)."""
    if not value:
        return ""
    if _local_day(value) == wall.today():
        return f"今天 {clock_time(value)}"
    return f"{day_short(value)} {clock_time(value)}"


@register.filter
def span(occurred: tuple[datetime | None, datetime | None] | None) -> str:
    """When something occurred, known only as an interval: 11月20日 20:00 至 22:00; one instant stands alone."""
    start, end = occurred or (None, None)
    if not start or not end or start == end:
        return moment_short(start or end)
    until = clock_time(end) if _local_day(start) == _local_day(end) else moment_short(end)
    return f"{moment_short(start)} 至 {until}"


@register.filter
def duration(value: timedelta | None) -> str:
    """2 天 3 小时; 3 小时 20 分; 5 分; 不足 1 分. The two largest units, rounded down."""
    if value is None:
        return ""
    minutes = int(abs(value).total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{n} {unit}" for n, unit in ((days, "天"), (hours, "小时"), (minutes, "分")) if n]
    if days:
        parts = [part for part in parts if not part.endswith("分")]
    return " ".join(parts) or "不足 1 分"


class Clock(NamedTuple):
    """A deadline ready to be shown. `state`: running, soon (under a day), late, paused or met."""

    state: str
    text: str
    icon: str
    due: datetime
    title: str


def read_clock(
    due: datetime | None,
    *,
    met: datetime | None = None,
    paused: bool = False,
    short: bool = False,
    now: datetime | None = None,
) -> Clock | None:
    """Put a deadline into words: 还剩 2 天 3 小时（到 11月23日）, 已超 3 小时（应于 11月20日）, 已暂停, 按时完成.

    `met` is when the thing was done; `short` leaves out the day in brackets (dense tables); `now` defaults to the
    clock. No deadline gives None.
    """
    if due is None:
        return None
    title = f"期限 {moment(due)}"
    if met is not None:
        late = met > due
        text = f"超时 {duration(met - due)} 完成" if late else "按时完成"
        return Clock("late" if late else "met", text, "overtime" if late else "done", due, title)
    if paused:
        return Clock("paused", "计时已暂停", "paused", due, title)
    left = due - (now or wall.now())
    if left < timedelta(0):
        tail = "" if short else f"（应于 {_day_or_time(due)}）"
        return Clock("late", f"已超 {duration(left)}{tail}", "overtime", due, title)
    tail = "" if short else f"（到 {_day_or_time(due)}）"
    state = "soon" if left < timedelta(days=1) else "running"
    return Clock(state, f"还剩 {duration(left)}{tail}", "clock", due, title)


@register.filter
def remaining(due: datetime | None) -> str:
    """The words of a running deadline alone: 还剩 2 天 3 小时（到 11月23日）."""
    shown = read_clock(due)
    return shown.text if shown else ""


@register.simple_tag(name="clock")
def clock(
    due: datetime | None, met: datetime | None = None, paused: bool = False, short: bool = False
) -> SafeString:
    """A deadline with its icon and words; see `read_clock`. Nothing when there is none."""
    shown = read_clock(due, met=met, paused=paused, short=short)
    if shown is None:
        return SafeString("")
    return format_html(
        '<span class="fq-clock fq-clock-{}" title="{}">{}<time datetime="{}">{}</time></span>',
        shown.state,
        shown.title,
        icon(shown.icon, "fq-small"),
        wall.local(shown.due).isoformat(timespec="minutes"),
        shown.text,
    )


def _local_day(value: date | datetime | None) -> date | None:
    if isinstance(value, datetime):
        return wall.local(value).date()
    return value


def _day_or_time(due: datetime) -> str:
    """The day of a deadline; its hour when the day is today."""
    here = wall.local(due)
    if here.date() == wall.today():
        return "今天 24:00" if here.time() >= time(23, 59) else f"今天 {here:%H:%M}"
    return day_short(due)


# --- money, numbers, names ------------------------------------------------------------------------------------------


@register.filter
def money(yuan: Decimal | int | str | None) -> str:
    """¥690,000（69万元）. Amount in yuan; fen are shown only when there are any; the bracket from ten thousand up.

    A bracket that had to be rounded to two places says 约.
    """
    if yuan is None or yuan == "":
        return ""
    amount = Decimal(yuan).quantize(Decimal("0.01"), ROUND_HALF_UP)
    plain = f"¥{amount:,.0f}" if amount == amount.to_integral_value() else f"¥{amount:,.2f}"
    plain = plain.replace("¥-", "-¥")
    for unit, word in ((Decimal(10**8), "亿元"), (Decimal(10**4), "万元")):
        if abs(amount) >= unit:
            exact = amount / unit
            near = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
            about = "" if near == exact else "约"
            return f"{plain}（{about}{near.normalize():f}{word}）"
    return plain


@register.filter
def thousands(number: int | None) -> str:
    """12,345."""
    return "" if number is None else f"{number:,}"


@register.filter
def masked(name: str | None) -> str:
    """王某 for 王小明: names stand masked wherever the viewer needs no name (core.rules.masking)."""
    return masking.mask_name(name or "")


@register.filter
def masked_phone(number: str | None) -> str:
    """138****0000 (core.rules.masking)."""
    return masking.mask_phone(number or "")


@register.filter
def masked_id(number: str | None) -> str:
    """An id number with its middle hidden (core.rules.masking)."""
    return masking.mask_id(number or "")


# --- levels and icons -----------------------------------------------------------------------------------------------


class Mark(NamedTuple):
    """A risk level of a dispute or a place in word, shape and colour class."""

    word: str
    shape: str
    css: str


LEVELS = {
    "red": Mark("红", "▲", "red"),
    "orange": Mark("橙", "◆", "orange"),
    "yellow": Mark("黄", "●", "yellow"),
    "blue": Mark("蓝", "■", "blue"),
}
_BY_WORD = {mark.word: mark for mark in LEVELS.values()}


def level_mark(code: str | None) -> Mark | None:
    """The mark of a level by code ("red") or word ("红"); anything else has none."""
    return LEVELS.get(code or "") or _BY_WORD.get(code or "")


@register.simple_tag
def level(code: str | None) -> SafeString:
    """▲ 红, with its colour. Nothing for a record without a level."""
    mark = level_mark(code)
    if mark is None:
        return SafeString("")
    return format_html(
        '<span class="fq-level fq-level-{}"><span aria-hidden="true">{}</span>{}</span>',
        mark.css,
        mark.shape,
        mark.word,
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An outline from static/fengqiao/icons.svg; always beside words, so hidden from screen readers."""
    return format_html(
        '<svg class="fq-icon {}" width="18" height="18" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        static("fengqiao/icons.svg"),
        name,
    )


# --- forms ----------------------------------------------------------------------------------------------------------


CONTROLS = {
    "checkbox": "form-check-input",
    "radioselect": "fq-choice",
    "checkboxselectmultiple": "fq-choice",
    "select": "form-select",
    "selectmultiple": "form-select",
}


@register.simple_tag
def control(field: BoundField, purpose: Any = None, hint: str = "") -> SafeString:
    """The widget of a form field in our look, tied to its hint, notice and error for screen readers."""
    told = [
        f"{field.auto_id}-{part}"
        for part, there in (("hint", hint or field.help_text), ("purpose", purpose), ("error", field.errors))
        if there
    ]
    css = CONTROLS.get(field.widget_type, "form-control")
    attrs: dict[str, str | bool] = {"class": f"{field.field.widget.attrs.get('class', '')} {css}".strip()}
    if told:
        attrs["aria-describedby"] = " ".join(told)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


# --- lists ----------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context: template.Context, *pairs: Any) -> str:
    """The query string on screen with some values replaced: {% query "cursor" list.next_cursor "sort" None %}.

    None takes a value out. Sorting, pages, chips and export all go through here, so each keeps exactly the filter.
    """
    request = context.get("request")
    values: QueryDict = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in zip(pairs[::2], pairs[1::2], strict=True):
        if value is None:
            values.pop(name, None)
        else:
            values[name] = str(value)
    return f"?{values.urlencode()}"


@register.filter
def filled(filters: list[dict] | None) -> list[dict]:
    """The filters that are set; one that always has a value (`always`) narrows nothing."""
    return [one for one in filters or [] if one.get("value") not in (None, "") and not one.get("always")]


@register.filter
def shown(one: dict) -> str:
    """The word of a set filter: its own `shown`, else the chosen option's label, else the value."""
    labels = {str(value): label for value, label in one.get("options") or ()}
    return one.get("shown") or labels.get(str(one["value"])) or str(one["value"])


@register.filter
def desc_of(sort: str | None) -> str:
    """The key of a descending sort ("-due" → "due"), otherwise nothing."""
    return sort[1:] if sort and sort.startswith("-") else ""


@register.filter
def next_sort(key: str, current: str | None) -> str:
    """What a click on a column's head sorts by: first ascending, then descending."""
    return f"-{key}" if current == key else key


@register.filter
def any_act(rows: list[dict]) -> bool:
    """Does any row offer an act?"""
    return any(row.get("act") for row in rows)


KINDS: dict[str, Callable[[Any], str]] = {
    "at": moment_short,
    "day": day_short,
    "span": span,
    "money": money,
    "number": thousands,
    "masked": masked,
    "level": lambda value: level(value),
    "clock": lambda due: clock(due, short=True),
}


NONE = format_html('<span class="{}">—</span>', "fq-none")  # left out of a phone's list


@register.simple_tag
def cell(column: dict, value: Any) -> Any:
    """A value as its column's `kind` reads (see KINDS); without a kind as it is. An empty one is a dash."""
    if value is None or value == "":
        return NONE
    kind = KINDS.get(column.get("kind", ""))
    return kind(value) if kind else value


@register.filter
def under(cells: list, columns: list[dict]) -> list[tuple[dict, Any]]:
    """Each cell with its column."""
    return list(zip(columns, cells, strict=False))


@register.filter
def versions(theirs: dict[str, str] | None, mine: dict[str, str] | None) -> list[dict[str, Any]]:
    """Two versions of one record as rows for comparing: {label, left, right, same}, in the order of the first."""
    left, right = theirs or {}, mine or {}
    return [
        {
            "label": label,
            "left": left.get(label),
            "right": right.get(label),
            "same": left.get(label) == right.get(label),
        }
        for label in dict.fromkeys([*left, *right])
    ]
