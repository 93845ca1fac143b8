"""每日警情通报 on paper: the text as it stands, its first line as the heading."""

import json

import typst

from fengqiao.home import font_dirs

SOURCE = """
#let d = json(bytes(sys.inputs.data))
#set document(title: "每日警情通报")
#set page(paper: "a4", margin: (x: 28mm, y: 30mm))
#set text(lang: "zh", region: "cn", size: 14pt, font: ("Noto Serif SC", "Noto Serif CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei"))
#set par(leading: 1em, justify: true)
#align(center, text(size: 20pt, weight: "bold", d.head))
#v(6mm)
#for line in d.lines [#par(first-line-indent: (amount: 2em, all: true), line)]
"""


def bulletin(text: str) -> bytes:
    """The bulletin as PDF. Words go in as JSON and are set as they stand."""
    head, *lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    fonts = font_dirs()
    made: bytes = typst.compile(  # type: ignore[misc]
        SOURCE.encode(), font_paths=fonts, ignore_system_fonts=bool(fonts),
        sys_inputs={"data": json.dumps({"head": head, "lines": lines}, ensure_ascii=False)},
    )  # fmt: skip
    return made
