"""A filled sheet as PDF."""

from pathlib import Path
from typing import Any

from fengqiao.core import press
from fengqiao.disputes.rules import sheets

SOURCE = Path(__file__).with_name("sheet.typ")


def pdf(sheet: dict[str, Any], *, mark: str = "") -> bytes:
    """The sheet (rules.sheets.fill) on A4. `mark`: a word at the head of every page (草稿, 公开文本).

    A character no font has is left open to be written by hand, and said at the end of the paper. Refused 503 without
    a Chinese font.
    """
    if open_ones := press.lacking(sheets.all_text(sheet)):
        sheet = sheets.strings(sheet, lambda text: text.translate({ord(c): "〔　〕" for c in open_ones}))
        codes = "、".join(f"U+{ord(c):04X}" for c in open_ones)
        note = {"kind": "note", "text": f"〔　〕处的字本机字库没有，请手写（{codes}）。"}
        sheet = {**sheet, "blocks": [*sheet["blocks"], note]}
    return press.pdf(SOURCE, {**sheet, "mark": mark})
