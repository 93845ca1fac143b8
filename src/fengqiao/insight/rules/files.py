"""Which forms are taken, before anything opens them: kind, size, how many sheets, what a filling would lose."""

import io
import zipfile
from dataclasses import dataclass

from fengqiao.core.rules import BadInput, filetypes

MAX_BYTES = 5 * 1024**2
MAX_UNPACKED = 60 * 1024**2
MAX_SHEETS = 60
MAX_CELLS = 200_000
MAX_MARKS = 5_000
MAX_ROWS = 20_000  # lines a filled form may have; a longer register is exported from its list
LOST = {
    "xl/charts/": "图表", "xl/media/": "图片", "xl/slicers/": "切片器", "xl/ctrlProps/": "控件", "xl/activeX/": "控件",
    "xl/drawings/drawing": "图形", "xl/diagrams/": "图示", "xl/threadedComments/": "讨论批注",
}  # fmt: skip


class BadForm(ValueError):
    """A form that cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a mark comes to. `value`: a number, text or None (nothing to divide by); `percent`: a share of one; `said`: as
    it reads in a sentence, when rounding the number would say it worse; `by`, `code`, `name`: the line of a breakdown it is of."""

    value: int | float | str | None
    percent: bool = False
    said: str = ""
    by: str = ""
    code: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        """As it is read inside a sentence."""
        if self.value is None or self.said:
            return self.said or "—"
        if self.percent and not isinstance(self.value, str):
            return f"{self.value * 100:.1f}%"
        return f"{self.value:g}" if isinstance(self.value, float) else str(self.value)


def checked(name: str, data: bytes) -> str:
    """xlsx or docx, when the file may be used as a form. Raises BadForm."""
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix not in ("xlsx", "docx"):
        raise BadForm("样表须为 .xlsx 或 .docx 文件；.xls、.doc 请用表格或文字软件另存为新格式后再传")
    if len(data) > MAX_BYTES:
        raise BadForm(f"样表超过 {MAX_BYTES // 1024**2} 兆，没有接收。请删去数据和图片，只留空表")
    try:
        filetypes.media_type(name, data)
    except BadInput as error:
        raise BadForm(str(error)) from error
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(member.file_size for member in packed.infolist()) > MAX_UNPACKED:
            raise BadForm("样表展开后过大，没有接收。请删去数据，只留空表")
    return suffix


def lost(data: bytes) -> list[str]:
    """What a workbook holds that filling it would lose, in words."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = packed.namelist()
    return list(dict.fromkeys(word for prefix, word in LOST.items() if any(name.startswith(prefix) for name in names)))
