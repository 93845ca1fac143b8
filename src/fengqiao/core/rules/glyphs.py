"""字形: which characters a font file can show, read from its cmap table. Pure: bytes in, ranges out.

A character no font has is set as a box (tofu); on a legal paper that must be found before it is printed.
"""

import struct
import unicodedata
from collections.abc import Iterable

Ranges = list[tuple[int, int]]  # first and last code point of each run, both included


def coverage(font: bytes) -> Ranges:
    """Runs of code points the font (TrueType, OpenType; of a collection the first face) maps to a glyph.

    ValueError when it is no font or has no Unicode map of format 4 or 12.
    """
    try:
        start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
        (tables,) = struct.unpack_from(">H", font, start + 4)
        for n in range(tables):
            tag, _, offset, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * n)
            if tag == b"cmap":
                return _best(font, offset)
    except struct.error as error:
        raise ValueError("the font file is cut short") from error
    raise ValueError("no cmap table")


def _best(font: bytes, cmap: int) -> Ranges:
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    subtables = [cmap + struct.unpack_from(">I", font, cmap + 8 + 8 * n)[0] for n in range(count)]
    formats = {struct.unpack_from(">H", font, at)[0]: at for at in subtables}
    if 12 in formats:
        at = formats[12]
        (groups,) = struct.unpack_from(">I", font, at + 12)
        return [struct.unpack_from(">II", font, at + 16 + 12 * n) for n in range(groups)]
    if 4 in formats:
        at = formats[4]
        half = struct.unpack_from(">H", font, at + 6)[0] // 2
        ends = struct.unpack_from(f">{half}H", font, at + 14)
        starts = struct.unpack_from(f">{half}H", font, at + 16 + 2 * half)
        return [(first, last) for first, last in zip(starts, ends, strict=True) if first != 0xFFFF]
    raise ValueError("no Unicode map")


def lacking(text: str, fonts: Iterable[Ranges]) -> str:
    """Characters of `text` that none of the fonts has, each once, in order. Spaces and controls need no glyph."""
    ranges = [pair for font in fonts for pair in font]
    wanted = dict.fromkeys(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))
    return "".join(c for c in wanted if not any(first <= ord(c) <= last for first, last in ranges))
