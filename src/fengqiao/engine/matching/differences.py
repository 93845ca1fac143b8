"""Two texts side by side: what both say, and what only one says."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import rjieba


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in a comparison. side: "both", "left" (only there) or "right"."""

    side: str
    text: str


def mark_differences(left: str, right: str, longest: int = 5_000) -> list[Span]:
    """What two texts share and what only one holds, in reading order; spans of one side joined give that text.

    Compared word by word (Ratcliff/Obershelp, `difflib`). Only the first `longest` characters are compared; what follows stands as left and right.
    """
    a, b = rjieba.cut(left[:longest]), rjieba.cut(right[:longest])
    spans: list[Span] = []

    def put(side: str, text: str) -> None:
        if not text:
            return
        if spans and spans[-1].side == side:
            spans[-1] = Span(side, spans[-1].text + text)
        else:
            spans.append(Span(side, text))

    for op, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=len(a) > 800).get_opcodes():
        if op == "equal":
            put("both", "".join(a[i:j]))
        else:
            put("left", "".join(a[i:j]))
            put("right", "".join(b[k:m]))
    put("left", left[longest:])
    put("right", right[longest:])
    return spans
