"""The matter's one timeline in words: events' facts and content as `desk/_timeline.html` shows them."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from fengqiao.core import clock
from fengqiao.core.queries.timeline import Line
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.intake import queries
from fengqiao.intake.rules import MANNERS, STATES
from fengqiao.promises.rules import CHANNELS, KINDS

FIELDS = {
    "title": "事由", "place": "地点", "place_text": "地点", "kind": "类别", "police": "公安职责", "owner": "主办人", "state": "状态",
    "text": "内容", "case_number": "案件编号",
}  # fmt: skip
SOON = timedelta(minutes=1)  # a note from a phone with a line arrives at once
POLICE = {"yes": "属于", "no": "不属于", "unsure": "存疑"}
TEXTS = ("text", "reason", "words", "comment", "joined_title")  # content that is free words, folded on the timeline


class Names:
    """Names of the organisations and accounts a timeline's facts point to, fetched once."""

    def __init__(self, lines: Iterable[Line]):
        orgs: set[Any] = set()
        accounts: set[Any] = set()
        for line in lines:
            facts = line.facts
            orgs |= {_number(facts.get(k)) for k in ("to", "org_of_joined", "asked", "asked_by")}
            sides = [facts.get("old"), facts.get("new")]
            if line.act == "intake.move_to":
                orgs |= set(map(_number, sides))
            elif line.act == "intake.take_over":
                accounts |= set(map(_number, sides))
            accounts |= {_number(side.get("owner")) for side in sides if isinstance(side, dict)}
        self.orgs, self.accounts = queries.names((i for i in orgs if i), (i for i in accounts if i))

    def org(self, value: Any) -> str:
        number = _number(value)
        return self.orgs.get(number, "") if number else ""

    def account(self, value: Any) -> str:
        number = _number(value)
        return self.accounts.get(number, "") if number else ""


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def entries(lines: list[Line]) -> list[dict[str, Any]]:
    """Lines of the timeline as the page shows them, in the order given."""
    names = Names(lines)
    return [_entry(line, names) for line in lines]


def _entry(line: Line, names: Names) -> dict[str, Any]:
    text = next((str(line.content[k]) for k in TEXTS if line.content.get(k)), "")
    return {
        "id": line.id,
        "at": line.at,
        "sentence": line.sentence,
        "who": line.who,
        "post": line.post,
        "org": line.org,
        "origin": _name("channels", line.facts.get("channel")),
        "details": list(_details(line, names)),
        "changes": list(_changes(line, names)),
        "text": "这部分内容已依法删除，或不在当前岗位可读的范围内。" if line.withheld else text,
        "text_label": "内容未显示" if line.withheld else "归并前的事由" if "joined_title" in line.content else "查看内容",
    }


def _name(table: str, code: Any) -> str:
    known = vocabulary(table)
    return known[code].name if isinstance(code, str) and code in known else ""


# fact → label and how its value reads; what has no line here is not shown
SHOWN: dict[str, tuple[str, Callable[[Any, Names], str]]] = {
    "receipt": ("接报编号", lambda v, n: str(v)),
    "joined": ("并入", lambda v, n: str(v)),
    "from": ("移出自", lambda v, n: v if isinstance(v, str) else ""),
    "words": ("文号", lambda v, n: str(v)),
    "again": ("再次发生", lambda v, n: "是" if v is True else ""),
    "reopened": ("重新办理", lambda v, n: "是" if v is True else ""),
    "sources": ("接报数", lambda v, n: str(v)),
    "occurrences": ("发生次数", lambda v, n: str(v)),
    "org_of_joined": ("原单位", lambda v, n: n.org(v)),
    "asked": ("请求单位", lambda v, n: n.org(v)),
    "asked_by": ("提出单位", lambda v, n: n.org(v)),
    "to": ("去向", lambda v, n: n.org(v) or (v if isinstance(v, str) else "")),
    "where": ("告知去处", lambda v, n: _name("elsewhere", v)),
    "written": ("告知方式", lambda v, n: "书面" if v else "口头"),
    "outcome": ("结果", lambda v, n: _name("outcomes", v)),
    "result": ("结果", lambda v, n: _name("revisit_results", v)),
    "manner": ("方式", lambda v, n: MANNERS.get(v, "")),
    "paper_kind": ("文书", lambda v, n: _name("paper_kinds", v)),
}


def _details(line: Line, names: Names) -> Iterable[tuple[str, str]]:
    if line.act.startswith("core.") and isinstance(line.facts.get("granted"), bool):
        yield "审批", "同意" if line.facts["granted"] else "不同意"
    if approval := _name("approval_kinds", line.facts.get("approval")):
        yield "事项", approval
    if isinstance(phone := line.facts.get("phone"), dict):
        yield "手机记录", _from_phone(line, phone)
    if line.occurred[0] != line.at and line.act in ("intake.receive", "intake.attach"):
        yield "何时发生", _moment(line.occurred)
    for key, value in line.facts.items():
        if key == "kind":  # a hand-over's is its way, a report's is the trade's
            if value in KINDS:
                yield "方式", KINDS[value]
            elif shown := _name("dispute_types", value) or _name("alarm_kinds", value):
                yield "类别", shown
        elif key == "channel" and value in CHANNELS:
            yield "渠道", CHANNELS[value]
        elif key in SHOWN:
            label, read = SHOWN[key]
            if shown := read(value, names):
                yield label, shown


def _from_phone(line: Line, phone: dict[str, Any]) -> str:
    """When it was written down on a phone and when it came in; a clock nobody can believe is said to be one."""
    if line.at - line.occurred[0] > SOON:
        return f"{_moment((line.occurred[0],) * 2)} 写下，{_moment((line.at,) * 2)} 收到"
    try:
        claimed = datetime.fromisoformat(phone["claimed_at"]) + timedelta(milliseconds=phone.get("offset_ms") or 0)
    except (KeyError, TypeError, ValueError, OverflowError):
        return "手机时钟不可信，按收到时间登记"
    return "当时收到" if abs(line.at - claimed) <= SOON else "手机时钟不可信，按收到时间登记"


def _moment(occurred: tuple[datetime, datetime]) -> str:
    start, end = (clock.local(moment) for moment in occurred)
    head = f"{start.month}月{start.day}日 {start:%H:%M}"
    if start == end:
        return head
    return f"{head} 至 {end:%H:%M}" if start.date() == end.date() else f"{head} 至 {end.month}月{end.day}日 {end:%H:%M}"


def _changes(line: Line, names: Names) -> Iterable[tuple[str, str, str]]:
    for key, value in line.content.items():
        if isinstance(value, dict) and {"old", "new"} <= set(value) and key != "text":
            yield FIELDS.get(key, key), str(value["old"]), str(value["new"])
    old, new = line.facts.get("old"), line.facts.get("new")
    if isinstance(old, dict) and isinstance(new, dict):
        for key in new:
            before, now = (_value(key, side.get(key), names) for side in (old, new))
            if before != now:
                yield FIELDS.get(str(key), str(key)), before, now
    elif line.act == "intake.take_over":
        yield "主办人", names.account(old), names.account(new)
    elif line.act == "intake.move_to":
        yield "主办单位", names.org(old), names.org(new)
    elif line.act == "intake.accept_case":
        yield "案件编号", str(old or ""), str(new or "")
    elif isinstance(old, str) and old in STATES and (after := _after(line)):
        yield "状态", STATES[old], after


def _value(key: str, value: Any, names: Names) -> str:
    if key == "kind":
        return _name("dispute_types", value) or _name("alarm_kinds", value)
    if key == "police":
        return POLICE.get(value, "")
    if key == "owner":
        return names.account(value)
    return STATES.get(value, "") if key == "state" else str(value or "")


TO = {"settle": "settled", "close": "closed", "reopen": "open", "tell_elsewhere": "told", "hand_over": "handed"}


def _after(line: Line) -> str:
    """The state an act of the front door leads to."""
    app, _, name = line.act.partition(".")
    return STATES[TO[name]] if app == "intake" and name in TO else ""
