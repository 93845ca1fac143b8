"""材料的格式: which files are taken, known by their bytes and not by their name.

Pure: bytes in, media type out. Taken are PDF, pictures, office documents without macros, plain text, tables and sound
or video as phones make them. Everything else is refused with a reason a clerk can act on: a programme named .pdf, a
packed file that unfolds to gigabytes, a PDF that runs scripts.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import filetype
import pypdf
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from fengqiao.core.rules import BadInput

OFFICE = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word/document.xml"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xl/workbook.xml"),
}
TEXT = {"txt": "text/plain", "csv": "text/csv"}
SEEN = {  # extension → media types `filetype` may find in the bytes
    "pdf": {"application/pdf"},
    "jpg": {"image/jpeg"},
    "jpeg": {"image/jpeg"},
    "png": {"image/png"},
    "mp3": {"audio/mpeg"},
    "m4a": {"audio/mp4", "audio/m4a", "audio/x-m4a", "video/mp4"},
    "mp4": {"video/mp4", "video/x-m4v", "audio/mp4"},
    "webm": {"video/webm", "audio/webm"},  # voice notes of browsers on phones
    "ogg": {"audio/ogg", "video/ogg", "application/ogg"},
}
TAKEN = "PDF、JPG、PNG、DOCX、XLSX、TXT、CSV、MP3、M4A、MP4、WEBM、OGG"
UNPACKED_LIMIT = 300_000_000  # bytes an office file may unfold to
UNPACKED_RATIO = 200  # and how many times its own size, once it is larger than a page of text
UNPACKED_FREE = 5_000_000
MEMBERS_LIMIT = 10_000
PDF_OBJECTS_LIMIT = 200_000
_ACTIVE = {"/JavaScript": "脚本", "/Launch": "启动程序", "/ImportData": "导入数据", "/RichMedia": "嵌入程序"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


def media_type(name: str, data: bytes) -> str:
    """The media type of a file that may be taken. Raises BadInput saying why it may not."""
    extension = PurePath(name).suffix.lower().lstrip(".")
    if not data:
        raise BadInput("文件是空的，请重新选择")
    if extension in OFFICE:
        _check_office(extension, data)
        return OFFICE[extension][0]
    if extension in TEXT:
        _check_text(data)
        return TEXT[extension]
    if extension not in SEEN:
        raise BadInput(f"不收此种格式，可收：{TAKEN}")
    found = filetype.guess_mime(data)
    if found not in SEEN[extension]:
        raise BadInput("文件内容与扩展名不符，可能被改名或损坏，未予接收")
    if found == "application/pdf":
        _check_pdf(data)
    return found


def words_in(media: str, data: bytes) -> str | None:
    """The text a machine can read in a file of this media type; None when it can read none (pictures, sound, scans)."""
    if media in TEXT.values():
        return _decoded(data)
    if media == "application/pdf":
        try:
            text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
        except (PyPdfError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return text if text.strip() else None
    for kind, (known, _) in OFFICE.items():
        if media == known:
            return _office_text(kind, data)
    return None


def _check_text(data: bytes) -> None:
    if filetype.guess(data[:8192]) is not None or _decoded(data) is None:
        raise BadInput("文件不是纯文本，可能被改名或损坏，未予接收")


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    return None


def _check_office(kind: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            names = {m.filename for m in members}
            unfolded = sum(m.file_size for m in members)
            if len(members) > MEMBERS_LIMIT or unfolded > UNPACKED_LIMIT:
                raise BadInput("文件展开后过大，疑似压缩炸弹，未予接收")
            if unfolded > UNPACKED_FREE and unfolded > UNPACKED_RATIO * len(data):
                raise BadInput("文件展开后过大，疑似压缩炸弹，未予接收")
            if any(m.flag_bits & 1 for m in members):
                raise BadInput("文件已加密，无法核验，请去掉密码后再传")
            if "[Content_Types].xml" not in names or OFFICE[kind][1] not in names:
                raise BadInput("文件内容与扩展名不符，可能被改名或损坏，未予接收")
            if any(n.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for n in names):
                raise BadInput("文件含有宏或程序，未予接收，请另存为不含宏的文件")
            for (
                member
            ) in members:  # the sizes above are what the file says of itself; reading holds it to them
                with packed.open(member) as stream:
                    while stream.read(1 << 20):
                        pass
    except BadInput:
        raise
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise BadInput("文件内容与扩展名不符，可能被改名或损坏，未予接收") from error


def _office_text(kind: str, data: bytes) -> str:
    """All character data of a docx or xlsx, tags taken out and references resolved: a name split by formatting, or
    written as &#21016;, still reads whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = [packed.read(n) for n in packed.namelist() if n.endswith((".xml", ".rels"))]
    return "\n".join(html.unescape(re.sub(r"<[^>]*>", "", part.decode("utf-8", "replace"))) for part in parts)


def _check_pdf(data: bytes) -> None:
    if not data.startswith(b"%PDF-"):
        raise BadInput("文件内容与扩展名不符，可能被改名或损坏，未予接收")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise BadInput("文件已加密，无法核验，请去掉密码后再传")
        for dictionary in _dictionaries(reader):
            kind = dictionary.raw_get("/S") if "/S" in dictionary else None
            active = "/JavaScript" if "/JS" in dictionary else str(kind)
            if active in _ACTIVE or str(dictionary.get("/Subtype")) == "/RichMedia":
                raise BadInput(
                    f"文件含有会自行运行的内容（{_ACTIVE.get(active, '嵌入程序')}），未予接收，请打印为普通 PDF 后再传"
                )
    except BadInput:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput("这个 PDF 已损坏或无法读取，未予接收") from error


def _dictionaries(reader: pypdf.PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary reachable from the trailer, each once."""
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            key = (one.idnum, one.generation)
            if key in seen:
                continue
            seen.add(key)
            if len(seen) > PDF_OBJECTS_LIMIT:
                raise BadInput("这个 PDF 结构过于复杂，无法核验，未予接收")
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))
