"""Pure rules of the front door: states of a matter, what counts as the same place and time, what is missing."""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fengqiao.core.rules.masking import mask_name
from fengqiao.engine.text import normalise

STATES = {
    "waiting": "待分流",
    "open": "办理中",
    "handed": "已流转",
    "settled": "已化解",
    "told": "已告知去处",
    "closed": "已结案",
    "merged": "已归并",
}

# state → states an act may move it to (merging and undoing move in and out of `merged`)
MOVES: dict[str, frozenset[str]] = {
    "waiting": frozenset({"open", "handed", "told", "closed"}),
    "open": frozenset({"handed", "settled", "told", "closed", "waiting"}),
    "handed": frozenset({"open", "waiting", "settled", "told", "closed"}),
    "settled": frozenset({"open", "closed"}),
    "told": frozenset({"open", "waiting", "closed"}),
    "closed": frozenset({"open"}),
    "merged": frozenset(),
}
LIVE = frozenset({"waiting", "open", "handed", "settled"})
UNDECIDED = frozenset({"waiting", "open"})  # it may still turn out to be another matter's
ASKED_FOR = timedelta(days=7)  # so long a pair stands on the list of what waits once somebody works on it

# what the engine's word list calls an office → code of vocabulary elsewhere (E01 …)
OFFICES = {
    "12345": "E22", "12315": "E04", "labour": "E03", "court": "E01", "housing": "E05", "land": "E07", "levy": "E09",
    "environment": "E06", "health": "E10", "education": "E18", "traffic": "E17", "tourism": "E22", "legal": "E02",
    "119": "E15", "120": "E16",
}  # fmt: skip

SEPARATE = timedelta(hours=6)  # reports over 6 h apart tell of separate incidents
NEAR_DAYS = 30  # how far back a look-up with a place goes
FAR_DAYS = 60  # and one without
SAME_SURE = 0.80  # score above which 待签收 opens on the suggestion
SAME_SHOWN = 0.35  # below this nothing is suggested

CHANNEL_LIMIT = 200  # candidates compared in one look-up


def same_address(a: str, b: str) -> bool:
    """Do two places as written name one door? The shorter ends the longer (枫桥村三组12号, 枫溪县城关镇枫桥村三组12号) and has
    a number and at least five characters, so that a village alone is no address.
    """
    short, long = sorted((normalise(one).replace(" ", "").lower() for one in (a, b)), key=len)
    return len(short) >= 5 and any(c.isdecimal() for c in short) and long.endswith(short)


def may_move(old: str, new: str) -> bool:
    """Is this move of a matter's state allowed?"""
    return new in MOVES[old]


def hide_names(text: str, names: Iterable[str]) -> str:
    """`text` with the full names of these parties masked (王大山 → 王某某); places and numbers stay.

    Names of one character are left, they would hit everywhere; names nobody entered as a party are not known here.
    """
    wanted = sorted({n.strip() for n in names if len(n.strip()) > 1}, key=len, reverse=True)
    if not wanted or not text:
        return text
    return re.sub("|".join(map(re.escape, wanted)), lambda hit: mask_name(hit[0]), text)


def hide_within(content: Any, names: Sequence[str]) -> Any:
    """The same content with these parties' names masked, however deep they stand."""
    if isinstance(content, dict):
        return {key: hide_within(value, names) for key, value in content.items()}
    if isinstance(content, list):
        return [hide_within(value, names) for value in content]
    return hide_names(content, names) if isinstance(content, str) else content


def separate_incidents(a: datetime, b: datetime) -> bool:
    """Do two reports of one matter tell of separate incidents? (over 6 h apart)"""
    return abs(a - b) > SEPARATE


MANNERS = {"visit": "上门", "phone": "电话"}
TRIES = 3  # unreachable so often: the station's leader decides


def not_closed_yet(results: Sequence[str], *, leader: bool) -> str:
    """Why a settled quarrel may not be closed yet, by its revisits since it was settled; empty when it may."""
    if not results:
        return "结案前须先回访。请先登记回访结果。"
    if results[-1] == "stable":
        return ""
    if results[-1] == "unreachable":
        if results.count("unreachable") < TRIES:
            return f"已有 {results.count('unreachable')} 次联系不上，满 {TRIES} 次由所领导决定是否结案。"
        return "" if leader else f"已 {TRIES} 次联系不上，由所领导决定是否结案。"
    return "最近一次回访不是“稳定”，处理后再回访，稳定方可结案。"


@dataclass(frozen=True, slots=True)
class PartyIn:
    """A party as it comes in. `role`: caller 报警人, party 当事人, contact 联系人."""

    name: str = ""
    phone: str = ""
    id_number: str = ""
    role: str = "party"
    language: str = ""


@dataclass(frozen=True, slots=True)
class PlaceIn:
    """A place as it comes in. Position in WGS-84 degrees; `given` (x, y, declared system) as it came."""

    text: str = ""
    lat: float | None = None
    lon: float | None = None
    given: tuple[float, float, str] | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class ReportIn:
    """A report as it comes in, whatever the channel. Positions in WGS-84 degrees; `given` as they came."""

    channel: str
    title: str = ""
    text: str = ""
    place_text: str = ""
    lat: float | None = None
    lon: float | None = None
    given: tuple[float, float, str] | None = None  # x, y, declared system
    outside: bool = False
    occurred: tuple[datetime, datetime] | None = None
    precision: str = "exact"
    received_at: datetime | None = None
    captured_at: datetime | None = None
    parties: tuple[PartyIn, ...] = ()
    kind_given: str = ""
    kind: str = ""
    outer_id: str = ""
    body_hash: bytes | None = None
    history: bool = False
    state: str = ""  # of a historical line: settled, closed, handed
    outcome: str = ""


LIMITS = {"title": 200, "place_text": 200, "text": 20_000, "kind_given": 60, "outer_id": 64}


def problems(report: ReportIn, channels: frozenset[str], now: datetime) -> dict[str, str]:
    """What keeps a report from being taken: field → what is wrong and what to do. Empty when it can be taken."""
    found: dict[str, str] = {}
    if report.channel not in channels:
        found["channel"] = "来源渠道不在代码表中，请选择 110、12345、窗口等渠道。"
    if not (report.title.strip() or report.text.strip()):
        found["text"] = "请写一句话说明发生了什么。"
    for name, limit in LIMITS.items():
        if len(getattr(report, name)) > limit:
            found[name] = f"超过 {limit} 字，请缩短后再提交；全文可作为材料上传。"
    if (report.lat is None) != (report.lon is None):
        found["lat"] = "经度和纬度须同时填写。"
    elif (
        report.lat is not None
        and report.lon is not None
        and not (-90 <= report.lat <= 90 and -180 <= report.lon <= 180)
    ):
        found["lat"] = "坐标不在经纬度范围内，请核对，或留空。"
    if report.occurred:
        start, end = report.occurred
        if end < start:
            found["occurred"] = "发生时间的止早于起，请核对。"
        elif start > now + timedelta(hours=1):
            found["occurred"] = "发生时间晚于现在，请核对。"
    if any("\x00" in value for value in (report.title, report.text, report.place_text)):
        found["text"] = "文字中含有无法保存的控制字符，请删去后再提交。"
    return found


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the one who reports takes away. `already`: it was known; `first` is the first number if it is theirs."""

    report_id: uuid.UUID
    receipt: str
    matter_id: uuid.UUID
    matter_number: str
    already: bool = False
    first: str = ""
    warnings: tuple[str, ...] = field(default=())
