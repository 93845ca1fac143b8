"""A filled sheet as Word file to edit; a bureau's own Word template, checked and filled.

A template marks where a field goes by its name in braces, {{甲方}}, anywhere in text, tables, heads and feet. The names
are `rules.sheets.FIELDS`; docs/papers.md lists them.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from fengqiao.core.rules import BadInput
from fengqiao.disputes.rules import sheets

MARK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
UNFINISHED = re.compile(r"\{\{[^}]*$|^[^{]*\}\}")
NUMBER = "（定稿时编号）"  # where a draft leaves room for its 文号
BODY, HEAD = "宋体", "黑体"  # what the station's own machines have; nothing is embedded


def docx(sheet: dict[str, Any], *, to_be_numbered: bool = False) -> bytes:
    """The sheet (rules.sheets.fill) as .docx: the same words and blanks as the print, free to be changed.

    to_be_numbered  leave room for the 文号 a draft gets when it is issued (`numbered`)
    """
    word = Document()
    style = word.styles["Normal"]
    style.font.name, style.font.size = BODY, Pt(12)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.6)
    _line(word, sheet["title"], size=18, font=HEAD, align=WD_ALIGN_PARAGRAPH.CENTER)
    if number := sheet["number"] or (NUMBER if to_be_numbered else ""):
        _line(word, number, align=WD_ALIGN_PARAGRAPH.RIGHT)
    for block in sheet["blocks"]:
        _block(word, block)
    if sheet["foot"]:
        page.footer.paragraphs[0].text = "　　".join(f"{who}：＿＿＿＿＿＿" for who in sheet["foot"])
    word.core_properties.author = word.core_properties.comments = ""
    return _bytes(word)


def _block(word: Word, block: dict[str, Any]) -> None:
    kind = block["kind"]
    if kind == "rows":
        table = word.add_table(0, 2, style="Table Grid")
        for label, value, lines in block["rows"]:
            cells = table.add_row().cells
            cells[0].width, cells[1].width = Cm(3.4), Cm(12.4)
            cells[0].text, cells[1].text = label, value + "\n" * (lines - 1 if len(value) < 60 else 0)
        word.add_paragraph()
    elif kind == "parties":
        table = word.add_table(1, 5, style="Table Grid")
        for cell, name in zip(table.rows[0].cells, ("", "姓名", "身份证件号码", "电话", "住址、工作单位"), strict=True):
            cell.text = name
        for role, name, number, phone in block["rows"] or [("当事人", "", "", "")] * 2:
            for cell, value in zip(table.add_row().cells, (role, name, number, phone, ""), strict=True):
                cell.text = value
        word.add_paragraph()
    elif kind == "lines":
        for _ in range(block["lines"]):
            word.add_paragraph("＿" * 38)
    elif kind == "sign":
        for who in block["who"]:
            _line(word, f"{who}：＿＿＿＿＿＿＿＿　　　　　　年　　月　　日")
    elif kind == "seal":
        for text in (block["text"], "（盖章）　　", "　　　　年　　月　　日"):
            _line(word, text, align=WD_ALIGN_PARAGRAPH.RIGHT)
    elif kind == "head":
        _line(word, block["text"], font=HEAD)
    elif kind == "law":
        _line(word, f"依据：{block['text']}。", indent=True)
    else:
        _line(word, block["text"], indent=kind == "text", size=10 if kind == "note" else 12)


def _line(word: Word, text: str, *, size: int = 12, font: str = "", align: Any = None, indent: bool = False) -> None:
    line = word.add_paragraph()
    run = line.add_run(text)
    run.font.size = Pt(size)
    if font:
        run.font.name = font
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    line.alignment = align
    if indent:
        line.paragraph_format.first_line_indent = Pt(24)


def template_problems(data: bytes) -> list[str]:
    """What is wrong with a bureau's own template, one sentence each, naming the field and where it stands."""
    word, found = _opened(data), []
    for where, line in _lines(word):
        for name in MARK.findall(line.text):
            if name not in sheets.FIELDS:
                found.append(f"{where}的字段“{name}”不认识，请改为字段表中的名称")
        if UNFINISHED.search(MARK.sub("", line.text)):
            found.append(f"{where}的花括号没有成对：{line.text.strip()[:30]}")
    if not found and not any(MARK.search(line.text) for _, line in _lines(word)):
        found.append("模板里没有任何字段，请用双花括号标出要填的位置，例如 {{甲方}}")
    return found


def fill_template(data: bytes, words: Mapping[str, str]) -> bytes:
    """A bureau's own template filled: every mark replaced by its word, or by a blank when nothing is known.

    BadInput naming every field nobody fills.
    """
    if problems := template_problems(data):
        raise BadInput("；".join(problems))
    word = _opened(data)
    for _, line in _lines(word):
        if MARK.search(line.text):
            _put(line, words)
    return _bytes(word)


def _put(line: Paragraph, words: Mapping[str, str]) -> None:
    """Replace marks in a paragraph. Word splits a mark over several runs as it likes: the first one keeps the text."""
    for run in line.runs:  # a mark within one run keeps the others' looks
        run.text = MARK.sub(lambda found: words.get(found[1]) or sheets.BLANK, run.text)
    if MARK.search(line.text):
        whole = MARK.sub(lambda found: words.get(found[1]) or sheets.BLANK, line.text)
        for n, run in enumerate(line.runs):
            run.text = "" if n else whole


def _opened(data: bytes) -> Word:
    try:
        return Document(io.BytesIO(data))
    except (PackageNotFoundError, BadZipFile, XMLSyntaxError, KeyError, ValueError, OSError) as error:
        raise BadInput("文件不是可以打开的 Word 文档（.docx）") from error


def _lines(word: Word) -> Iterator[tuple[str, Paragraph]]:
    """Every paragraph of a document with where it stands, in words."""
    for n, line in enumerate(word.paragraphs, 1):
        yield f"正文第 {n} 段", line
    yield from _cells(word.tables, "")
    for section in word.sections:
        for where, part in (("页眉", section.header), ("页脚", section.footer)):
            for line in part.paragraphs:
                yield where, line
            yield from _cells(part.tables, where)


def _cells(tables: Any, within: str) -> Iterator[tuple[str, Paragraph]]:
    for t, table in enumerate(tables, 1):
        for r, row in enumerate(table.rows, 1):
            seen: set[int] = set()
            for c, cell in enumerate(row.cells, 1):
                if id(cell._tc) in seen:  # a merged cell comes once for each column it spans
                    continue
                seen.add(id(cell._tc))
                where = f"{within}表格 {t} 第 {r} 行第 {c} 列"
                for line in cell.paragraphs:
                    yield where, line
                yield from _cells(cell.tables, where + "内")


def _bytes(word: Word) -> bytes:
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def numbered(data: bytes, number: str) -> bytes:
    """An edited paper with its 文号: where the draft left room for it, else as its first line."""
    word = _opened(data)
    for _, line in _lines(word):
        if NUMBER in line.text:
            _swap(line, NUMBER, number)
            return _bytes(word)
    if number:
        first = word.paragraphs[0] if word.paragraphs else word.add_paragraph()
        above = first.insert_paragraph_before(number)
        above.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return _bytes(word)


def _swap(line: Paragraph, mark: str, text: str) -> None:
    whole = line.text.replace(mark, text)
    for n, run in enumerate(line.runs):
        run.text = "" if n else whole
