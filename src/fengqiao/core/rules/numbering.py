"""编号: how the house writes its numbers, and how it reads them back.

One scheme for everything people name to each other (接报回执, 事项, 矛盾纠纷, 流转, 指令):

    D2611-A00042          series D (矛盾纠纷), November 2026, zone A, the 42nd
    J2611-A00042-M        the same for a receipt, with a check character: residents read it out by telephone

The zone letter says on which network the number was given, so that two networks joined only by delayed files
never give the same one. The running part has at least five digits and may grow; whoever stores it decides
whether it restarts each month or runs on: either way the number is unique and, by `sort_key`, rising.
Gaps are allowed here.

Legal papers carry a 文号 instead, gapless per organisation, kind and year:

    枫公（城关）接报字〔2026〕12号

Storage, locking and the list of voided papers are the database's business, not this module's.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

from fengqiao.core.rules import BadInput

ZONES = {"A": "公安信息网", "B": "移动警务网", "C": "电子政务网", "D": "互联网"}
SERIES = {"J": "接报回执", "S": "事项", "D": "矛盾纠纷", "L": "流转", "Z": "指令任务", "Q": "权利申请"}
RECEIPT = "J"

_SHORT = re.compile(
    r"(?P<series>[A-Z])(?P<year>\d\d)(?P<month>0[1-9]|1[0-2])-(?P<zone>[A-Z])(?P<seq>\d{5,9})(?:-(?P<check>[0-9A-Z]))?"
)
_DASHES = str.maketrans(dict.fromkeys("－—–‐‑‒―−﹣", "-"))


@dataclass(frozen=True, slots=True)
class ShortNumber:
    """A number people name: series letter, year, month, zone letter, running number."""

    series: str
    year: int
    month: int
    zone: str
    seq: int

    @property
    def sort_key(self) -> tuple[int, int, int]:
        """Rises with time inside one series and zone."""
        return self.year, self.month, self.seq

    def __str__(self) -> str:
        head = f"{self.series}{self.year % 100:02d}{self.month:02d}"
        tail = f"{self.zone}{self.seq:05d}"
        if self.series != RECEIPT:
            return f"{head}-{tail}"
        return f"{head}-{tail}-{mod_37_36.calc_check_digit(head + tail)}"


def short_number(series: str, day: date, zone: str, seq: int) -> str:
    """The number of series `series` (a key of SERIES) given on `day` in `zone` as the `seq`-th (from 1)."""
    if series not in SERIES or zone not in ZONES:
        raise ValueError(f"unknown series or zone: {series!r}, {zone!r}")
    if not 1 <= seq <= 999_999_999:
        raise ValueError(f"running number out of range: {seq}")
    return str(ShortNumber(series, day.year, day.month, zone, seq))


def receipt_number(day: date, zone: str, seq: int) -> str:
    """接报回执号: unique, rising, with zone and check character."""
    return short_number(RECEIPT, day, zone, seq)


def matter_number(day: date, zone: str, seq: int) -> str:
    """事项编号. The dispute opened on a matter has its own number of series D."""
    return short_number("S", day, zone, seq)


def parse_number(text: str) -> ShortNumber:
    """Read a number as people type it (lower case, full width, any dash, spaces); BadInput when it is none.

    Two-digit years are of this century. A wrong check character of a receipt is named as such.
    """
    clean = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).translate(_DASHES)).upper()
    found = _SHORT.fullmatch(clean)
    if not found or found["series"] not in SERIES or found["zone"] not in ZONES or int(found["seq"]) == 0:
        raise BadInput("编号格式不对，应类似 S2611-A00042")
    if (found["series"] == RECEIPT) != bool(found["check"]):
        raise BadInput("回执编号末尾应有一位校验码，其他编号没有校验码")
    if found["check"]:
        try:
            mod_37_36.validate(clean.replace("-", ""))
        except ValidationError:
            raise BadInput("回执编号的校验码不符，请核对是否抄错") from None
    year, month = 2000 + int(found["year"]), int(found["month"])
    return ShortNumber(found["series"], year, month, found["zone"], int(found["seq"]))


_ORG = r"[\u3400-\u9fff\U00020000-\U0003ffff]{1,12}"
_PAPER = re.compile(
    rf"(?P<bureau>{_ORG})(?:（(?P<unit>{_ORG})）)?(?P<kind>{_ORG})字〔(?P<year>\d{{4}})〕(?P<seq>[1-9]\d{{0,6}})号"
)
_PAPER_ALONE = re.compile(
    rf"(?P<bureau>{_ORG}公)(?P<kind>{_ORG})字〔(?P<year>\d{{4}})〕(?P<seq>[1-9]\d{{0,6}})号"
)
_BRACKETS = str.maketrans("()[]【】［］", "（）〔〕〔〕〔〕")


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """文号 of a legal paper: bureau short name (枫公), unit short name (城关, may be empty), kind (接报), year, running number."""

    bureau: str
    unit: str
    kind: str
    year: int
    seq: int

    @property
    def counter(self) -> tuple[str, str, str, int]:
        """Inside one counter the running numbers have no gap."""
        return self.bureau, self.unit, self.kind, self.year

    def __str__(self) -> str:
        unit = f"（{self.unit}）" if self.unit else ""
        return f"{self.bureau}{unit}{self.kind}字〔{self.year}〕{self.seq}号"


def paper_number(bureau: str, unit: str, kind: str, year: int, seq: int) -> str:
    """文号, e.g. paper_number("枫公", "城关", "接报", 2026, 12) → 枫公（城关）接报字〔2026〕12号.

    `bureau` ends with 公 (so that it can be told from `kind` when there is no unit). Full-width brackets, no leading zeros.
    """
    number = PaperNumber(bureau, unit, kind, year, seq)
    if not bureau.endswith("公") or parse_paper_number(str(number)) != number:
        raise ValueError(f"not a document number: {number}")
    return str(number)


def parse_paper_number(text: str) -> PaperNumber:
    """Read a 文号 back, whatever brackets were typed; BadInput when it is none."""
    digits = {ord("０") + i: str(i) for i in range(10)}
    clean = re.sub(r"\s+", "", text).translate(_BRACKETS).translate(digits)
    found = (_PAPER if "（" in clean else _PAPER_ALONE).fullmatch(clean)
    if not found:
        raise BadInput("文号格式不对，应类似 枫公（城关）接报字〔2026〕12号")
    parts = found.groupdict()
    return PaperNumber(
        parts["bureau"], parts.get("unit") or "", parts["kind"], int(parts["year"]), int(parts["seq"])
    )


def missing(used: Iterable[int]) -> list[int]:
    """Running numbers skipped below the highest one used: for a legal paper this list must be empty."""
    seen = set(used)
    return [n for n in range(1, max(seen, default=0)) if n not in seen]
