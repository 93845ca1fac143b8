"""代码表: the importable code tables and what they may not hold.

A table is one CSV in core/data/vocabularies (UTF-8): code, name, parent, valid_from, valid_to, note, source and, for
a few, further columns. A bureau imports its own version of a table under the same name; `problems` says what is
wrong with it before anything is stored. Codes are never reused: a code that ends gets a valid_to.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "vocabularies"
COLUMNS = ("code", "name", "parent", "valid_from", "valid_to", "note", "source")

# S1, S2: no table may classify people. Words of the practices the specification forbids, not a list of people's kinds.
PERSON_WORDS = re.compile(
    "一般掌握|纳入视线|重点掌握|重点人|重点人员|重点人口|高危人|稳控|维稳对象|涉稳|前科|劣迹|刑满|刑释|吸毒人员|精神病人|精神障碍患者|"
    "上访人|上访户|信访人员|缠访|闹访|无上访|流动人口|外来人口|特殊人群|特殊人员|社区矫正对象|民族成份|民族成分|少数民族|汉族|回族|"
    "蒙古族|藏族|维吾尔族|宗教|信教|教徒|政治面貌|党员|群众身份|籍贯|血型|指纹|人脸|虹膜|病史|残疾人|人员等级|人员标签|人员积分|信用分"
)


@dataclass(frozen=True, slots=True)
class Code:
    """One line of a code table; `more` holds the columns only this table has."""

    code: str
    name: str
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""
    source: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    def valid(self, on: date) -> bool:
        """Is the code in use on that day (both ends included)?"""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)


def parse(lines: Iterable[str]) -> list[Code]:
    """Codes of one CSV text, in its order. ValueError when columns are missing or a date is not ISO."""
    reader = csv.DictReader(lines)
    lacking = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
    if lacking:
        raise ValueError(f"缺少列：{'、'.join(lacking)}")
    return [
        Code(
            code=row.pop("code").strip(),
            name=row.pop("name").strip(),
            parent=row.pop("parent").strip(),
            valid_from=_day(row.pop("valid_from")),
            valid_to=_day(row.pop("valid_to")),
            note=row.pop("note"),
            source=row.pop("source"),
            more=row,
        )
        for row in reader
    ]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def problems(codes: Iterable[Code]) -> list[str]:
    """What is wrong with a table, in Chinese, one sentence each; empty when it may be imported."""
    codes = list(codes)
    known: set[str] = set()
    found = []
    for line in codes:
        if not line.code or not line.name:
            found.append(f"代码“{line.code}”缺少代码或名称")
        if line.code in known:
            found.append(f"代码“{line.code}”重复")
        known.add(line.code)
        if line.valid_from and line.valid_to and line.valid_from > line.valid_to:
            found.append(f"代码“{line.code}”的启用日期晚于停用日期")
        if hit := PERSON_WORDS.search(line.name):
            found.append(f"代码“{line.code}”的名称含“{hit[0]}”：不得对人分类，只能对纠纷和场所分级")
    parents = {line.code: line.parent for line in codes}
    for line in codes:
        if line.parent and line.parent not in parents:
            found.append(f"代码“{line.code}”的上级“{line.parent}”不存在")
        elif _circular(line.code, parents):
            found.append(f"代码“{line.code}”的上级关系成环")
    return found


def _circular(code: str, parents: Mapping[str, str]) -> bool:
    above = parents[code]
    for _ in parents:
        if above == code:
            return True
        above = parents.get(above, "")
    return False


@cache
def vocabulary(name: str) -> dict[str, Code]:
    """The table shipped under this name (dispute_types, channels …), by code. KeyError when there is none."""
    file = FOLDER / f"{name}.csv"
    if not re.fullmatch(r"[a-z_]+", name) or not file.is_file():
        raise KeyError(name)
    with file.open(encoding="utf-8", newline="") as lines:
        return {line.code: line for line in parse(lines)}


def names() -> list[str]:
    """The names of all tables shipped."""
    return sorted(file.stem for file in FOLDER.glob("*.csv"))
