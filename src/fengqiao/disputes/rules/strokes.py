"""What was drawn on a screen, as the lines it is made of. Pure."""

import re

from fengqiao.core.rules import BadInput

MOST_STROKES, MOST_POINTS, SIDE = 200, 8000, 4000.0
_PATH = re.compile(r"(?:M\d{1,4}(?:\.\d{1,2})? \d{1,4}(?:\.\d{1,2})?(?:L\d{1,4}(?:\.\d{1,2})? \d{1,4}(?:\.\d{1,2})?)*)+")
Stroke = list[tuple[float, float]]


def read(path: str) -> list[Stroke]:
    """Strokes of an SVG path of lines alone (M1 2L3 4M…), in the drawing's own units, y downwards.

    BadInput for anything else, for nothing drawn, and for a drawing too large to be a signature.
    """
    if len(path) > 20 * MOST_POINTS or not _PATH.fullmatch(path):
        raise BadInput("签名读不出来，请重新签写。")
    drawn = [[_point(one) for one in stroke.split("L")] for stroke in path.split("M")[1:]]
    if len(drawn) > MOST_STROKES or sum(map(len, drawn)) > MOST_POINTS:
        raise BadInput("签名笔画过多，请重新签写。")
    if sum(map(len, drawn)) < 3 or max(max(x, y) for stroke in drawn for x, y in stroke) > SIDE:
        raise BadInput("请签写姓名。")
    return drawn


def _point(text: str) -> tuple[float, float]:
    x, _, y = text.partition(" ")
    return float(x), float(y)
