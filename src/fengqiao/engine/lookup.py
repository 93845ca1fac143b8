"""Type-ahead over short names: by their characters, simplified or traditional, or by the first letters of their pinyin.

fq, 枫q, 枫桥 and 楓橋 all find 枫桥社区; words parted by spaces must all be found, each anywhere: 枫桥 12.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import opencc

from fengqiao.engine.text import normalise

LONGEST = 40
"""Characters of what was typed that are looked for."""

Finder = list[re.Pattern[str]]


@cache
def _of_letter() -> dict[str, str]:
    """Letter → the characters a reading of which begins with it (GBK; after pypinyin's table of readings, MIT)."""
    with (Path(__file__).parent / "data/initials.csv").open(encoding="utf-8") as file:
        return {row["letter"]: row["characters"] for row in csv.DictReader(file)}


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


@cache
def _class(character: str) -> str:
    """A pattern of one character of a name that this typed (normalised, lower-case) character may stand for."""
    same = {character, character.upper(), _to_traditional().convert(character)}
    if "!" <= character <= "~":
        same |= {chr(ord(one) + 0xFEE0) for one in same if len(one) == 1 and "!" <= one <= "~"}
    return f"[{''.join(re.escape(one) for one in sorted(same) if len(one) == 1)}{_of_letter().get(character, '')}]"


def finder(typed: str) -> Finder:
    """Patterns a name must hold, one for each word typed; empty when nothing was typed that can be looked for."""
    words = [normalise(part).lower().replace(" ", "") for part in typed[:LONGEST].split()]
    return [re.compile(r"\s*".join(map(_class, word))) for word in words if word]


def at(patterns: Finder, name: str) -> int | None:
    """Where in the name what was typed first is found (0 = it begins with it); None when a word is missing."""
    first = None
    for pattern in patterns:
        found = pattern.search(name)
        if found is None:
            return None
        first = found.start() if first is None else first
    return first
