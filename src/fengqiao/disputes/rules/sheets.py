"""A paper as data: the sheet of a kind (papers/<file>.txt), its fields, filled in with words, masked for the public.

The source is plain text a lawyer can read and correct, one block a line:

    # 标题                     the paper's name
    ## 小标题
    | 名称 | {字段}            a row of the table; |3 gives it room for three lines
    ? 字段：问题               asked when the paper is made, if nothing known fills the field
    @当事人                    everybody, one row each
    @页签 甲、乙               who signs at the foot of every page
    ___ 5                      five ruled lines to write on
    签 甲、乙                  who signs at the end, with date
    章 {单位}                  who seals
    依据 rule、rule            articles, as ids of the law table; only verified ones are printed
    注 …                       small print
    < 抬头                     a line without indent; anything else is a paragraph

What is not known is a blank to be filled by hand, never invented.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fengqiao.core.rules import BadInput

FOLDER = Path(__file__).parents[1] / "papers"
FIELD = re.compile(r"\{([^{}\s]{1,20})\}")
BLANK = "＿" * 6  # in running text; in a table an empty cell
DATE_BLANK = "　　　　年　　月　　日"

# Every field a sheet or a bureau's own Word template may name → what it is filled with.
FIELDS = {
    "文号": "文书的文号，定稿时给出", "事项编号": "事项编号", "纠纷编号": "纠纷编号", "接报编号": "首次接报的回执号", "案件编号": "案件编号",
    "单位": "主办单位", "单位电话": "主办单位电话", "承办人": "主办人", "制作人": "制作文书的人", "制作日期": "制作当日",
    "类别": "纠纷类别", "事由": "事由", "地点": "发生地点", "发生时间": "首次发生时间", "接报时间": "首次接报时间", "来源": "接报渠道",
    "接报人": "接报人", "报警人": "报警人", "报警电话": "报警人电话", "报警内容": "首次接报的内容", "接报次数": "接报次数",
    "甲方": "第一方当事人", "甲方证件号": "其证件号码", "甲方电话": "其电话", "乙方": "第二方当事人", "乙方证件号": "其证件号码",
    "乙方电话": "其电话", "丙方": "第三方当事人", "丙方证件号": "其证件号码", "丙方电话": "其电话", "各方": "全部当事人姓名",
    "对象": "文书的对象", "对象证件号": "其证件号码", "对象电话": "其电话", "对方": "对象以外的当事人",
    "经过": "事情经过", "结果": "办理结果", "履行情况": "履行情况", "回访时间": "最近一次回访时间", "回访方式": "回访方式",
    "回访结果": "回访结果", "调解组织": "调解委员会或者公安机关", "调解时间": "最近一次调解的时间", "调解地点": "调解地点",
    "主持人": "主持调解的人", "记录人": "记录人", "在场人员": "其他在场人员", "调解过程": "调解过程", "各方责任": "各方责任",
    "协议内容": "协议内容", "履行方式": "履行方式", "履行期限": "履行期限", "金额": "金额", "金额大写": "金额大写", "实收金额": "最近一次履行的金额", "实收大写": "其大写", "协议日期": "协议生效日",
    "送达文书": "送达的文书及文号", "原因": "不予调解、调解不成的原因", "请求": "申请的事项", "事实": "家庭暴力的事实", "权限": "委托的权限",
    "受托人": "受委托的人", "处置结果": "处置结果", "民警": "办理的民警", "人员": "当事人姓名和电话", "时间": "发生时间", "确认期限": "申请司法确认的最后一日",
    "下步措施": "下一步做什么", "调查对象": "被调查的人", "调查情况": "调查所知",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a sheet: its kind, its text, and a number (lines of room)."""

    kind: str
    text: str = ""
    value: str = ""
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A sheet as written, not yet filled."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def asks(self) -> dict[str, str]:
        """Field → question, for what a person may add when the paper is made."""
        return {one.text: one.value for one in self.blocks if one.kind == "ask"}

    @property
    def rules(self) -> list[str]:
        """Ids of the law table this sheet cites."""
        return [part for one in self.blocks if one.kind == "law" for part in _split(one.text)]


def parse(text: str, name: str = "") -> Source:
    """Read a sheet. BadInput naming the line when it cannot be read, or the fields nobody fills."""
    title, blocks = "", []
    for n, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("//"):
            continue
        if line.startswith("# "):
            title = line[2:].strip()
            continue
        try:
            blocks.append(_block(line))
        except ValueError as error:
            raise BadInput(f"{name}第 {n} 行读不懂：{line}") from error
    if not title:
        raise BadInput(f"{name}没有标题")
    source = Source(title, tuple(blocks))
    if strange := unknown(f"{one.text} {one.value}" for one in blocks):
        raise BadInput(f"{name}有不认识的字段：{'、'.join(strange)}")
    if strange := [field for field in source.asks if field not in FIELDS]:
        raise BadInput(f"{name}问了不认识的字段：{'、'.join(strange)}")
    return source


def _block(line: str) -> Block:
    if line.startswith("## "):
        return Block("head", line[3:].strip())
    if line.startswith("|"):
        found = re.fullmatch(r"\|(\d*)\s*([^|]+)\|(.*)", line)
        if not found:
            raise ValueError(line)
        return Block("row", found[2].strip(), found[3].strip(" |"), int(found[1] or 1))
    if line.startswith("? "):
        field, question = line[2:].split("：", 1)
        return Block("ask", field.strip(), question.strip())
    if line.startswith("___"):
        return Block("lines", lines=int(line[3:]))
    for mark, kind in (("@当事人", "parties"), ("@页签", "foot"), ("签 ", "sign"), ("章 ", "seal"), ("依据 ", "law"), ("注 ", "note"), ("< ", "flush")):
        if line.startswith(mark):
            return Block(kind, line[len(mark) :].strip())
    return Block("text", line)


def _split(text: str) -> list[str]:
    """Parts between 、 that do not stand in brackets."""
    return [part.strip() for part in re.split(r"、(?![^（]*）)", text) if part.strip()]


def _signers(text: str, parties: list[Mapping[str, str]]) -> list[str]:
    """Who signs: 当事人（…） once for each party, by name; two open ones when nobody is known."""
    found: list[str] = []
    for who in _split(text):
        names = [party.get("name", "") for party in parties] or ["", ""]
        found += [f"当事人{name}{who[3:]}" for name in names] if who.startswith("当事人") else [who]
    return found


def unknown(texts: Iterable[str]) -> list[str]:
    """Fields named in these texts that nobody fills, each once."""
    return [name for name in dict.fromkeys(f for text in texts for f in FIELD.findall(text)) if name not in FIELDS]


@cache
def sheet(file: str) -> Source:
    """The shipped sheet of this name."""
    return parse((FOLDER / f"{file}.txt").read_text(encoding="utf-8"), f"{file}.txt ")


def fill(
    source: Source, words: Mapping[str, str], parties: Iterable[Mapping[str, str]], cited: Callable[[list[str]], str]
) -> dict[str, Any]:
    """The sheet with its words: {"title", "number", "foot": [who], "blocks": [{"kind", …}]}, as it is kept and printed.

    words    field → text; a missing or empty one becomes a blank
    parties  rows of @当事人: role, name, id_number, phone
    cited    ids of the law table → the articles that may be printed, as one text; empty when none may
    """
    blocks: list[dict[str, Any]] = []
    foot: list[str] = []
    sides = list(parties)
    written = False
    for one in source.blocks:
        if one.kind == "text":
            fields = FIELD.findall(one.text)
            written = bool(fields) and all(words.get(field, "").strip() for field in fields)
        if one.kind == "row":
            rows = blocks[-1]["rows"] if blocks and blocks[-1]["kind"] == "rows" else None
            if rows is None:
                rows = []
                blocks.append({"kind": "rows", "rows": rows})
            rows.append([one.text, _filled(one.value, words, blank=""), one.lines])
        elif one.kind == "parties":
            keys = ("role", "name", "id_number", "phone")
            blocks.append({"kind": "parties", "rows": [[p.get(key, "") for key in keys] for p in sides]})
        elif one.kind == "lines":
            if not written:  # ruled lines after a text that is there would leave room to add to it
                blocks.append({"kind": "lines", "lines": one.lines})
        elif one.kind == "foot":
            foot = _signers(one.text, sides)
        elif one.kind == "sign":
            blocks.append({"kind": "sign", "who": _signers(_filled(one.text, words), sides)})
        elif one.kind == "law":
            if articles := cited(_split(one.text)):
                blocks.append({"kind": "law", "text": articles})
        elif one.kind != "ask" and not _empty(one.text, words):
            blocks.append({"kind": one.kind, "text": _filled(one.text, words)})
    return {"title": source.title, "number": words.get("文号", ""), "foot": foot, "blocks": blocks}


def _empty(text: str, words: Mapping[str, str]) -> bool:
    """A line that is nothing but a field nobody knows: the ruled lines below it are there to write on."""
    whole = FIELD.fullmatch(text)
    return whole is not None and not words.get(whole[1], "").strip()


def _filled(text: str, words: Mapping[str, str], blank: str = BLANK) -> str:
    def put(found: re.Match[str]) -> str:
        value = words.get(found[1], "").strip()
        dated = blank and found[1].endswith(("日期", "时间", "期限"))
        return value or (DATE_BLANK if dated else blank)

    return FIELD.sub(put, text)


def strings(filled: Any, change: Callable[[str], str]) -> Any:
    """A filled sheet with every text changed: masking for the public, marks for what a font lacks."""
    if isinstance(filled, dict):
        return {key: value if key == "kind" else strings(value, change) for key, value in filled.items()}
    if isinstance(filled, list):
        return [strings(value, change) for value in filled]
    return change(filled) if isinstance(filled, str) else filled


def all_text(filled: Any) -> str:
    """Everything a filled sheet says, for finding characters no font has."""
    said: list[str] = []

    def keep(text: str) -> str:
        said.append(text)
        return text

    strings(filled, keep)
    return "".join(said)
