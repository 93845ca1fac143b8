"""印刷: a typst source and words become a PDF, in process, with the fonts found on this machine.

Words go in as JSON, never into the source: whatever a name holds, it is set as it stands. Without a Chinese font, or
for a character no font has, typst would set boxes; here it is refused or told instead.
"""

import os
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import orjson
import typst

from fengqiao import home
from fengqiao.core.errors import Refused
from fengqiao.core.rules import glyphs

NO_FONT = "本机没有可用的中文字体，未予打印，以免印出空框。请联系管理员安装随产品提供的字体包后重试。"
_one_at_a_time = Lock()  # the compiler is not made for several threads; a page takes some hundredths of a second


def pdf(source: Path, words: dict[str, Any], **more: str) -> bytes:
    """`source` (a .typ file, which reads `sys.inputs.data`) set as PDF with `words`. `more`: further inputs, as text.

    Refused 503 when no Chinese font is installed.
    """
    given = {"data": orjson.dumps(words).decode(), **more}
    with _one_at_a_time:
        page = _setter(source.parent, tuple(_folders())).compile(str(source), format="pdf", sys_inputs=given)
    assert isinstance(page, bytes)
    return page


def picture(source: Path, data: bytes, media_type: str) -> bytes:
    """`source`, which sets the picture `sys.inputs.name` of format `sys.inputs.format`, as PDF.

    The picture lies in memory under a file's name: typst reads pictures as files, and plain bytes of a stored document
    do not go to the disk. ValueError when it cannot be read.
    """
    handle = os.memfd_create("picture")
    try:
        with open(handle, "wb", closefd=False) as file:
            file.write(data)
        given = {"name": f"/{handle}", "format": "jpg" if media_type == "image/jpeg" else "png"}
        made = typst.Compiler(root=Path("/proc/self/fd"), ignore_system_fonts=True)
        page = made.compile(source.read_bytes(), format="pdf", sys_inputs=given)
    except (typst.TypstError, RuntimeError) as error:
        raise ValueError("the picture cannot be read") from error
    finally:
        os.close(handle)
    assert isinstance(page, bytes)
    return page


def lacking(text: str) -> str:
    """Characters no installed font can show, each once. Refused 503 when there is no font at all."""
    return glyphs.lacking(text, (_covered(file) for folder in _folders() for file in sorted(folder.glob("*.[ot]t[fc]"))))


def _folders() -> list[Path]:
    folders = home.font_dirs()
    if not folders:
        raise Refused(NO_FONT, status=503)
    return folders


@cache
def _setter(root: Path, fonts: tuple[Path, ...]) -> typst.Compiler:
    """One compiler for a folder of sources: reading the Chinese fonts takes longer than setting a page."""
    return typst.Compiler(root=root, font_paths=[str(path) for path in fonts], ignore_system_fonts=True)


@cache
def _covered(file: Path) -> glyphs.Ranges:
    try:
        return glyphs.coverage(file.read_bytes())
    except (OSError, ValueError):
        return []
