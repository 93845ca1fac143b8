"""The paper a person is handed: what is held about them, why, until when, who looked. One PDF, made by typst."""

import json
from collections.abc import Sequence
from typing import Any

import typst

from fengqiao.core import clock
from fengqiao.core.queries.rights import HeldMatter
from fengqiao.home import font_dirs

# Values come in as JSON through sys.inputs and are laid as text, so that nothing a person wrote is ever run as markup.
SOURCE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: "个人信息查询结果")
#set page(paper: "a4", margin: (x: 22mm, y: 20mm), numbering: "1 / 1")
#set text(font: ("Noto Sans SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei"), size: 10pt, lang: "zh")
#set par(leading: 0.8em)
#align(center, text(size: 16pt, weight: "bold")[个人信息查询结果])
#grid(columns: (1fr, 1fr), row-gutter: 6pt,
  [请求编号：#told.number], [受理单位：#told.org],
  [请求事项：#told.asks], [制作时间：#told.made])
#if told.matters.len() == 0 [经查找，未保存您的个人信息。]
#for m in told.matters [
  == #m.title
  #if m.withheld != "" [依法不予提供：#m.withheld。] else [
    #table(columns: (22mm, 1fr, 1fr), inset: 5pt, stroke: 0.4pt,
      table.header([*项目*], [*内容*], [*用途、依据、可见范围、保存期限*]),
      ..m.items.map(i => (i.word, i.value, text(size: 8.5pt, i.purpose + "；" + i.basis + "；来源：" + i.source + "；可见：" + i.seen_by + "；保存至：" + i.until))).flatten())
    #if m.files.len() > 0 [材料：#m.files.join("；")]
    #parbreak()
    #if m.looks.len() > 0 [
      查阅记录：
      #table(columns: (34mm, 1fr, 1fr), inset: 4pt, stroke: 0.4pt, table.header([*时间*], [*单位与岗位*], [*事由*]), ..m.looks.flatten())
    ] else [查阅记录：无。]
  ]
]
#v(6pt)
#if told.withheld > 0 [另有 #told.withheld 个事项依法不予提供，理由已在上文逐项注明（个人信息保护法第十八条第一款、第三十五条、第四十五条第一款）。]
#text(size: 9pt)[对结果有异议的，可以请求更正、补充或者删除；请求被拒绝的，可以依法向人民法院提起诉讼（个人信息保护法第四十六条、第四十七条、第五十条）。]
"""


def held(number: str, asks: str, org: str, matters: Sequence[HeldMatter]) -> bytes:
    """The PDF of what is held. Matters withheld are named by nothing but the reason."""
    told: dict[str, Any] = {
        "number": number,
        "asks": asks,
        "org": org,
        "made": f"{clock.local(clock.now()):%Y年%-m月%-d日 %H:%M}",
        "withheld": sum(bool(m.withheld) for m in matters),
        "matters": [_told(m) for m in matters],
    }
    made: bytes = typst.compile(  # type: ignore[misc]
        SOURCE.encode(),
        font_paths=[str(p) for p in font_dirs()],
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )
    return made


def _told(matter: HeldMatter) -> dict[str, Any]:
    if matter.withheld:
        return {
            "title": "依法不予提供的事项",
            "withheld": matter.withheld,
            "items": [],
            "files": [],
            "looks": [],
        }
    return {
        "title": f"{matter.number}　{matter.org}　{clock.local(matter.opened_at):%Y年%-m月%-d日}受理",
        "withheld": "",
        "items": [
            {
                "word": i.word,
                "value": i.value,
                "purpose": i.purpose,
                "basis": i.basis,
                "source": i.source,
                "seen_by": i.seen_by,
                "until": i.until,
            }
            for i in matter.items
        ],
        "files": [f"{name}（{clock.local(at):%Y年%-m月%-d日}）" for _, name, at, _ in matter.files],
        "looks": [[f"{clock.local(at):%Y-%m-%d %H:%M}", who, purpose] for at, who, purpose in matter.looks],
    }
