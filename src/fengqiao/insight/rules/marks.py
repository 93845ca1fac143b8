"""Marked cells: `{{ 新增 }}`, `{{ 化解率.上期 }}`, `{{ 按类别.新增 }}`, `{{ 未化解清单.责任民警 }}`.

A mark is one to four words with dots between. The first says what: a word of the heading (单位, 报告期 …), a figure, a
breakdown that repeats its row (按类别, 按社区, 按单位), or a register that repeats its row (台账, 未化解清单 …).
"""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

MARK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
LOOSE = re.compile(r"\{\{|\}\}")
HEADINGS = {
    "单位": "本单位名称", "报告期": "如 2026年10月", "上期": "上一报告期", "去年同期": "上年同期", "期初": "起始日期", "期末": "截止日期",
    "报告年": "年份数字", "报告月": "月份数字", "填报日期": "制表当天", "填报人": "制表人", "统计时点": "数据截至何时",
    "零报告": "期内无新增时写明，否则为空",
}  # fmt: skip
SHIFTS = {"上期": "before", "去年同期": "year_before"}
CHANGES = {"环比": "before", "同比": "year_before"}
GROUPS = {"按类别": "kind", "按社区": "grid", "按单位": "org"}
NAME = "名称"
REGISTERS = {
    "台账": ("disputes.inflow", ""),
    "新增清单": ("disputes.inflow", "new"),
    "化解清单": ("disputes.outflow", "resolved"),
    "未化解清单": ("disputes.outflow", "open"),
}
COLUMNS = {
    "序号": "", "编号": "", "事项编号": "", "日期": "立为纠纷之日", "类别": "", "社区": "", "地点": "", "事由": "", "当事人": "姓名以某代",
    "状态": "", "结果": "", "化解日期": "", "等级": "红橙黄蓝", "责任民警": "", "包案领导": "", "下步措施": "", "期限": "下次回访",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark, understood."""

    text: str  # as it stands between the braces
    what: str  # "heading" | "figure" | "group" | "register"
    word: str = ""  # heading or column; "" for a group's name
    figure: str = ""  # its key
    part: str = ""
    shift: str = ""  # "" | "before" | "year_before"
    change: bool = False  # not the number itself but by how much it changed since `shift`
    code: str = ""  # a breakdown's code, told in the cell
    by: str = ""  # of the code, or the breakdown that repeats the row
    source: str = ""  # the group or register that repeats the row


@dataclass(frozen=True, slots=True)
class Known:
    """What marks may name: word → (figure, part); breakdown codes by word; why a word is refused."""

    words: Mapping[str, tuple[str, str]]
    codes: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # word or code → (by, code)
    breakdowns: Mapping[str, Collection[str]] = field(default_factory=dict)  # figure → what it may be broken down by
    refused: Mapping[str, str] = field(default_factory=dict)  # pattern → why


class Unknown(ValueError):
    """A mark that names nothing there is; the message says what to do."""


def read(text: str, known: Known) -> Mark:
    """Understand one mark's text. Raises Unknown."""
    words = [word.strip() for word in re.split(r"[.．。]", text)]
    if not text or not all(words):
        raise Unknown("标记是空的，请在 {{ }} 内写明要填的内容")
    if len(words) == 1 and words[0] in HEADINGS:
        return Mark(text, "heading", words[0])
    if words[0] in REGISTERS:
        if len(words) != 2 or words[1] not in COLUMNS:
            raise Unknown(f"“{words[0]}”的列可写：{'、'.join(COLUMNS)}")
        figure, part = REGISTERS[words[0]]
        return Mark(text, "register", words[1], figure, part, source=words[0])
    if words[0] in GROUPS:
        by = GROUPS[words[0]]
        if words[1:] == [NAME]:
            return Mark(text, "group", "", by=by, source=words[0])
        if len(words) < 2:
            raise Unknown(f"“{words[0]}”后请写“.{NAME}”或数据项，如 {words[0]}.新增")
        return _figure(text, words[1:], known, by=by, source=words[0])
    return _figure(text, words, known)


def _figure(text: str, words: list[str], known: Known, by: str = "", source: str = "") -> Mark:
    name, rest = words[0], words[1:]
    if rest and f"{name}.{rest[0]}" in known.words:
        name, rest = f"{name}.{rest[0]}", rest[1:]
    if name not in known.words:
        raise Unknown(_hint(name, known))
    figure, part = known.words[name]
    shift, change, code = "", False, ""
    for word in rest:
        if word in SHIFTS and not shift:
            shift = SHIFTS[word]
        elif word in CHANGES and not shift:
            shift, change = CHANGES[word], True
        elif word in known.codes and not by:
            by, code = known.codes[word]
        else:
            raise Unknown(f"“{name}”后的“{word}”不认识，可写：{'、'.join([*SHIFTS, *CHANGES])}，或纠纷类别、社区、单位的名称")
    if by and by != "org" and by not in known.breakdowns.get(figure, ()):
        raise Unknown(f"“{name}”不能按{'类别' if by == 'kind' else '社区'}分列")
    return Mark(text, "group" if source else "figure", name, figure, part, shift, change, code, by, source)


def _hint(name: str, known: Known) -> str:
    for pattern, why in known.refused.items():
        if re.search(pattern, name, re.I):
            return f"“{name}”不提供：{why.rstrip('。')}"
    near = difflib.get_close_matches(name, [*known.words, *HEADINGS, *REGISTERS, *GROUPS], 3, 0.4)
    return f"没有“{name}”这个数据项" + (f"，是否为：{'、'.join(near)}" if near else "")


@dataclass(frozen=True, slots=True)
class Found:
    """A mark where it stands."""

    at: str  # "Sheet1!B3", "表1 第2行第3格", "第4段"
    mark: Mark


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a form, where."""

    at: str
    text: str
    why: str

    @property
    def words(self) -> str:
        return f"{self.at}{f'“{{{{ {self.text} }}}}”' if self.text else ''}：{self.why}。"


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a form: its marks, what is wrong, what would not survive the filling."""

    found: list[Found]
    wrong: list[Wrong]
    lost: list[str]
    sheets: int = 1


def marks_in(at: str, text: str, known: Known, found: list[Found], wrong: list[Wrong]) -> list[Mark]:
    """The marks in one cell's or paragraph's text, added to `found` or `wrong`."""
    here = []
    for one in MARK.finditer(text):
        try:
            here.append(read(one[1], known))
        except Unknown as error:
            wrong.append(Wrong(at, one[1], str(error)))
    if LOOSE.search(MARK.sub("", text)):
        wrong.append(Wrong(at, "", "标记的花括号不成对"))
    found += [Found(at, mark) for mark in here]
    return here


def sources(marks: list[Mark]) -> set[str]:
    """The groups and registers a row's marks repeat it for."""
    return {mark.source for mark in marks if mark.source}
