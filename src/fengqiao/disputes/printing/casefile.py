"""成卷: cover, contents with page numbers, every paper, closing note; one PDF with continuous page numbers.

A paper stands in it as its signed scan when there is one, else as our print. Numbers stand at the head of every page,
beginning with the first paper; cover and contents carry none.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError

from fengqiao.core import press
from fengqiao.core.errors import Refused
from fengqiao.disputes.printing import picture

SOURCE = Path(__file__).with_name("casefile.typ")
STAMP = (90, 18)  # points, as casefile.typ sets them
PAGES_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One paper of a file. `note`: 扫描件 or 打印件."""

    title: str
    number: str
    day: str
    data: bytes
    media_type: str = "application/pdf"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """The whole file, how many numbered pages it has, and the page each part begins on."""

    data: bytes
    pages: int
    starts: list[int]


def bind(words: dict[str, Any], parts: Sequence[Part]) -> Bound:
    """Bind parts to one PDF.

    words  what cover and closing note say: org, number, matter, title, kind, parties, opened, closed, outcome, owner, by,
           day; unsigned, voided, missing: lists of names
    Refused naming the paper whose file cannot be read; 503 without a Chinese font.
    """
    readers = [_pages(part) for part in parts]
    starts, pages = [], 1
    for reader in readers:
        starts.append(pages)
        pages += len(reader.pages)
    if pages > PAGES_LIMIT:
        raise Refused(f"卷宗超过 {PAGES_LIMIT} 页，请分卷。")
    told = [
        {"title": part.title, "number": part.number, "day": part.day, "start": start, "note": part.note}
        for part, start in zip(parts, starts, strict=True)
    ]
    said = {**words, "parts": told, "pages": pages}  # the closing note is the last numbered page
    front, back, stamps = (PdfReader(io.BytesIO(press.pdf(SOURCE, {**said, "part": part}))) for part in ("front", "back", "stamps"))
    writer = PdfWriter()
    writer.append(front, import_outline=False)
    writer.add_outline_item("封面、目录", 0)
    before = len(writer.pages)
    for part, reader, start in zip(parts, readers, starts, strict=True):
        writer.append(reader, import_outline=False)
        writer.add_outline_item(f"{part.title} {part.number}".strip(), before + start - 1)
    writer.append(back, import_outline=False)
    writer.add_outline_item("备考表", len(writer.pages) - 1)
    for page, stamp in zip(writer.pages[before:], stamps.pages, strict=True):
        _number(page, stamp)
    writer.add_metadata({"/Title": f"{words['number']} {words['title']}", "/Producer": "枫桥"})
    out = io.BytesIO()
    writer.write(out)
    return Bound(out.getvalue(), pages, starts)


def _pages(part: Part) -> PdfReader:
    """A part as PDF pages; a picture becomes one."""
    data = part.data
    try:
        if part.media_type != "application/pdf":
            data = picture.page(data, part.media_type)
        reader = PdfReader(io.BytesIO(data))
        if not len(reader.pages):
            raise ValueError("no pages")
        return reader
    except (PyPdfError, ValueError, KeyError, TypeError, OSError) as error:
        raise Refused(f"“{part.title}”的扫描件无法读取，请重新上传后再成卷。") from error


def _number(page: PageObject, stamp: PageObject) -> None:
    """Lay a page number over the head of a page, at its outer edge, whatever its size and turn."""
    if page.rotation:
        page.transfer_rotation_to_content()
    box = page.mediabox
    x, y = float(box.right) - STAMP[0] - 28, float(box.top) - STAMP[1] - 14
    page.merge_transformed_page(stamp, Transformation().translate(x, y))
