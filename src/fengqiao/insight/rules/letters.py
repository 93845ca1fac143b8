"""Marked .docx forms: paragraphs, tables, headers and footers; a row of a table with a register's marks is repeated."""

import copy
import io
from collections.abc import Callable, Iterator
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn

from fengqiao.insight.rules import files, marks
from fengqiao.insight.rules.files import BadForm, Line
from fengqiao.insight.rules.marks import MARK, Found, Known, Look, Mark, Wrong

Told = Callable[[Mark, Any], Line]  # as in workbooks
Repeats = Callable[[str], list[Any]]
P, T, TR, TBL = qn("w:p"), qn("w:t"), qn("w:tr"), qn("w:tbl")
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def look(data: bytes, known: Known) -> Look:
    """The marks of a document and what is wrong where. Raises BadForm when it cannot be read."""
    document = _open(data)
    found: list[Found] = []
    wrong: list[Wrong] = []
    for name, root in _parts(document):
        tables = list(root.iter(TBL))
        for n, paragraph in enumerate(root.iter(P), 1):
            at, row = _address(name, n, paragraph, tables)
            here = marks.marks_in(at, _text(paragraph), known, found, wrong)
            for source in marks.sources(here):
                if row is None:
                    wrong.append(Wrong(at, source, "台账、清单和分列只能写在表格的一行里"))
    for _, root in _parts(document):
        for n, row in enumerate(root.iter(TR), 1):
            if len(sources := _sources(row, known)) > 1:
                wrong.append(Wrong(f"表格第{n}行", "", f"一行只能按一样东西重复，这里有{'、'.join(sorted(sources))}"))
    if len(found) > files.MAX_MARKS:
        raise BadForm(f"样表有 {len(found):,} 处标记，最多 {files.MAX_MARKS:,} 处，请拆成几张样表")
    return Look(found, wrong, [])


def fill(data: bytes, known: Known, told: Told, repeats: Repeats) -> tuple[bytes, list[tuple[str, Mark, Line]]]:
    """The filled document, and every mark's value with where it stood in the form."""
    document = _open(data)
    filled: list[tuple[str, Mark, Line]] = []
    for name, root in _parts(document):
        tables = list(root.iter(TBL))
        for row in list(root.iter(TR)):
            if row.getparent() is not None and (sources := _sources(row, known)):
                _repeat(row, sources.pop(), known, told, repeats, filled)
        for n, paragraph in enumerate(root.iter(P), 1):
            at, _ = _address(name, n, paragraph, tables)
            _write(paragraph, known, told, None, filled, at)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue(), filled


def _open(data: bytes) -> Document:
    try:
        return docx.Document(io.BytesIO(data))
    except Exception as error:  # a damaged file makes it raise almost anything
        raise BadForm("这不是能读取的 Word 文件，或已损坏、加了密码。请用文字软件打开后另存为 .docx 再传") from error


def _parts(document: Document) -> Iterator[tuple[str, Any]]:
    yield "", document.element.body
    for section in document.sections:
        for word, edge in (("页眉", section.header), ("页脚", section.footer)):
            if not edge.is_linked_to_previous:
                yield word, edge._element


def _own(paragraph: Any) -> list[Any]:
    """The text nodes of this paragraph, not of a text box inside it."""
    return [node for node in paragraph.iter(T) if next(node.iterancestors(P)) is paragraph]


def _text(paragraph: Any) -> str:
    return "".join(node.text or "" for node in _own(paragraph))


def _sources(row: Any, known: Known) -> set[str]:
    found = set()
    for paragraph in row.iter(P):
        if next(paragraph.iterancestors(TR)) is row:
            for one in MARK.finditer(_text(paragraph)):
                try:
                    found |= marks.sources([marks.read(one[1], known)])
                except marks.Unknown:
                    continue
    return found


def _address(part: str, n: int, paragraph: Any, tables: list[Any]) -> tuple[str, Any]:
    row = next(paragraph.iterancestors(TR), None)
    if row is None:
        return f"{part}第{n}段", None
    table = next(row.iterancestors(TBL))
    rows = list(table.iter(TR))
    cells = [cell for cell in row if cell.tag.endswith("}tc")]
    inside = next((i for i, cell in enumerate(cells, 1) if paragraph in cell.iter(P)), 1)
    return f"{part}表{tables.index(table) + 1}第{rows.index(row) + 1}行第{inside}格", row


def _repeat(row: Any, source: str, known: Known, told: Told, repeats: Repeats, filled: list[tuple[str, Mark, Line]]) -> None:
    items = repeats(source)
    if len(items) > files.MAX_ROWS:
        raise BadForm(f"{source}有 {len(items):,} 行，一份报表最多 {files.MAX_ROWS:,} 行，请缩短报告期或从清单导出")
    for n, item in enumerate(items):
        line = copy.deepcopy(row) if n < len(items) - 1 else row
        if line is not row:
            row.addprevious(line)
        for paragraph in line.iter(P):
            _write(paragraph, known, told, item, filled, f"{source}第{n + 1}行")
    if not items:
        for n, paragraph in enumerate(p for p in row.iter(P) if MARK.search(_text(p))):
            _put(paragraph, "无" if n == 0 else "")


def _write(paragraph: Any, known: Known, told: Told, item: Any, filled: list[tuple[str, Mark, Line]], at: str) -> None:
    """Put values where marks are; what stands around a mark keeps its format, the value takes the mark's first letter's."""
    while one := MARK.search(text := _text(paragraph)):
        mark = marks.read(one[1], known)
        line = told(mark, item)
        filled.append((at, mark, line))
        # braces in a value would be read as a mark again
        _replace(paragraph, one.start(), one.end(), line.text.replace("{{", "{ {"))
        if text == _text(paragraph):
            break


def _replace(paragraph: Any, start: int, end: int, value: str) -> None:
    at, first = 0, True
    for node in _own(paragraph):
        text = node.text or ""
        begins, ends = max(start - at, 0), min(end - at, len(text))
        if begins < ends:
            node.text = text[:begins] + (value if first else "") + text[ends:]
            node.set(SPACE, "preserve")
            first = False
        at += len(text)


def _put(paragraph: Any, text: str) -> None:
    for n, node in enumerate(_own(paragraph)):
        node.text = text if n == 0 else ""
