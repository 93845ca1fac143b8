"""痕迹: finding a person's name, phone or id number in free text, also from a keyed hash alone.

A word is looked for in its *folded* form: width, script variant (吳/吴), case, spaces, separators and brackets taken
out, so that 王 建国, 13800001234 and 138-0000-1234 are found. A list of erasures must not hold names, so a word
there is (length of the folded form, keyed hash); a text is searched by hashing every window of that length.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fengqiao.core.rules.identity import MIDDLE_DOTS, simplified

MASK = "某"
LEAST = 2  # a single character is no name and stands in every text
_NOISE = re.compile(rf"[\s{re.escape(MIDDLE_DOTS)}'’\-‐.()（）\u180e\u200c\u200d]")
_NOBODY = {
    "匿名",
    "不详",
    "未知",
    "无名氏",
    "群众",
    "热心群众",
    "路人",
    "本人",
    "报警人",
    "当事人",
    "来访人",
    "业主",
    "村民",
    "邻居",
}
_AREA = re.compile(r"0?(10|2\d|[3-9]\d\d)")

Keyed = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Word:
    """One thing to look for: how long its folded form is, and the keyed hash of that form."""

    length: int
    hash: str


@lru_cache(maxsize=30_000)
def _folded_character(character: str) -> str:
    return "" if _NOISE.match(character) else _NOISE.sub("", simplified(character).casefold())


def fold(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the position it came from."""
    folded: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        for one in _folded_character(character):
            folded.append(one)
            positions.append(position)
    return "".join(folded), positions


def name_words(name: str) -> set[str]:
    """What to look for to find a name: the name itself, and its longer parts (阿卜杜拉·买买提 is called 阿卜杜拉)."""
    whole = fold(name)[0]
    if len(whole) < LEAST or MASK in whole or name.strip() in _NOBODY:
        return set()
    parts = {
        fold(part)[0]
        for part in re.split(rf"[\s{re.escape(MIDDLE_DOTS)}]", unicodedata.normalize("NFKC", name))
    }
    return {whole} | {part for part in parts if len(part) >= 3}


def number_words(number: str) -> set[str]:
    """What to look for to find a phone or id number: without +86, and a fixed line also without its area code."""
    digits = fold(number)[0]
    digits = digits.removeprefix("+").removeprefix("86") if digits.startswith("+86") else digits
    found = {digits}
    if not digits.startswith("1") and len(digits) in (9, 10, 11, 12) and (area := _AREA.match(digits)):
        found.add(digits[area.end() :])
    return {word for word in found if len(word) >= 7}


def words(folded: Iterable[str], keyed: Keyed) -> list[Word]:
    """The folded words as they may stand on a list of erasures."""
    return sorted({Word(len(one), keyed(one)) for one in folded}, key=lambda w: (w.length, w.hash))


def spans(text: str, wanted: Iterable[Word], keyed: Keyed, *, whole: bool = False) -> list[tuple[int, int]]:
    """Where in the text the words stand, as [start, end) of the text as typed; overlapping finds joined.

    whole: only finds not inside a longer word; for a column that holds a name, so that 王伟 leaves 王伟民 alone.
    """
    folded, positions = fold(text)
    by_length: dict[int, set[str]] = {}
    for word in wanted:
        by_length.setdefault(word.length, set()).add(word.hash)
    found = []
    for length, hashes in by_length.items():
        for i in range(len(folded) - length + 1):
            if keyed(folded[i : i + length]) in hashes:
                start, end = positions[i], positions[i + length - 1] + 1
                if whole and (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                    continue
                found.append((start, end))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def masked(value: Any, wanted: Iterable[Word], keyed: Keyed, *, whole: bool = False) -> Any:
    """The value (text, or lists and dicts of text) with every found word as 某."""
    if isinstance(value, str):
        for start, end in reversed(spans(value, wanted, keyed, whole=whole)):
            value = value[:start] + MASK + value[end:]
        return value
    if isinstance(value, list | tuple):
        return [masked(one, wanted, keyed, whole=whole) for one in value]
    if isinstance(value, dict):
        return {
            masked(key, wanted, keyed, whole=whole): masked(one, wanted, keyed, whole=whole)
            for key, one in value.items()
        }
    return value


def holds(value: Any, wanted: Iterable[Word], keyed: Keyed) -> bool:
    """Does the value (text, or lists and dicts of text) hold one of the words?"""
    return bool(masked(value, wanted, keyed) != value)
