"""Pure rules of feedback (回填): which words another system wants, and in which order (station-day 4).

A profile is a setting of the bureau (`papers.profiles`, a list); these hold while it has set none. The systems open no
interface: the text is copied by hand, and a tick says that it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fengqiao.core.rules import BadInput
from fengqiao.disputes.rules import sheets

WHEN = {"110": "由110接报的", "case": "有案件编号的", "always": "每一件"}


@dataclass(frozen=True, slots=True)
class Profile:
    """How one system wants it. `fields` in its order; `join` stands between them; `labels`: is 时间：… written before each?"""

    system: str
    name: str
    fields: tuple[str, ...]
    join: str = "\n"
    labels: bool = True
    when: str = "always"


DEFAULTS: tuple[dict[str, Any], ...] = (
    {"system": "110", "name": "110接处警系统", "fields": ["时间", "地点", "人员", "经过", "处置结果", "民警"], "when": "110"},
    {"system": "jingzong", "name": "警综平台", "fields": ["事由", "类别", "时间", "地点", "人员", "经过", "处置结果", "民警"], "when": "case"},
    {"system": "banan", "name": "执法办案系统", "fields": ["案件编号", "事由", "时间", "地点", "人员", "经过", "处置结果", "民警"], "when": "case"},
)


def profiles(given: Any) -> list[Profile]:
    """The profiles of a setting's value. BadInput naming what is wrong: an unknown field, a system named twice."""
    found: list[Profile] = []
    try:
        for one in given:
            made = Profile(**{**one, "fields": tuple(one["fields"])})
            if strange := [name for name in made.fields if name not in sheets.FIELDS]:
                raise BadInput(f"{made.name}的字段“{'、'.join(strange)}”不认识")
            if not made.fields or made.when not in WHEN or not made.system.isascii() or len(made.system) > 20:
                raise BadInput(f"{made.name}的回填格式不完整")
            found.append(made)
    except (TypeError, KeyError, AttributeError) as error:
        raise BadInput("回填格式读不懂，请按说明填写") from error
    if len({one.system for one in found}) < len(found):
        raise BadInput("同一系统只能有一个回填格式")
    return found


def text(profile: Profile, words: Mapping[str, str]) -> str:
    """What is copied, in the order set for that system. What is not known is named and left open."""
    lines = (f"{name}：{words.get(name, '')}" if profile.labels else words.get(name, "") for name in profile.fields)
    return profile.join.join(" ".join(line.split()) for line in lines)


def applies(profile: Profile, *, channels: Iterable[str], case: bool) -> bool:
    """Is this dispute to be pasted into that system?"""
    return {"110": "110" in channels, "case": case}.get(profile.when, True)
