"""Forms of the force. They parse what was typed or uploaded; what may be taken is decided by the acts."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms

from fengqiao.core import clock
from fengqiao.core.forms import offer
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.force import rules

LARGEST = 10 * 1024 * 1024
MOST_ROWS = 20_000


def day_field(label: str = "生效日期", **given: Any) -> forms.DateField:
    """A day, today by default."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, initial=clock.today, widget=widget, **given)


def staff_kinds() -> list[tuple[str, str]]:
    """The staff kinds of the vocabulary."""
    return [(code, line.name) for code, line in vocabulary("staff_kinds").items()]


class Choosing(forms.Form):
    """A form whose choices are given when it is made: choices={"org_id": [(id, name)]}."""

    def __init__(self, *args: Any, choices: dict[str, Iterable[tuple[Any, str]]] | None = None, **more: Any):
        super().__init__(*args, **more)
        for name, these in (choices or {}).items():
            offer(self, name, these)


class EnlistForm(Choosing):
    name = forms.CharField(label="姓名", max_length=60)
    staff_kind = forms.ChoiceField(label="人员类别", choices=staff_kinds)
    org_id = forms.TypedChoiceField(label="单位", coerce=int)
    police_number = forms.CharField(label="警号", max_length=20, required=False)
    since = day_field("任职日期")


class PlaceForm(Choosing):
    service_id = forms.ChoiceField(label="人员")
    area_id = forms.TypedChoiceField(label="辖区单元", coerce=int)
    since = day_field("入格日期")


class MoveForm(Choosing):
    area_id = forms.TypedChoiceField(label="调到", coerce=int)
    on = day_field()


class EndForm(Choosing):
    on = day_field("停止日期", help_text="自该日起不再生效。")


class FormulaForm(Choosing):
    org_id = forms.TypedChoiceField(label="适用单位", coerce=int, help_text="下级单位未另设的，沿用上级。")
    text = forms.CharField(
        label="编组公式", max_length=20, help_text="三项依次为社区民警、社区辅警、网格力量；数字为至少人数，字母为不限，如 1+X+N、1+2+N、1+N。"
    )
    on = day_field()


class TemplateForm(Choosing):
    template = forms.ChoiceField(label="机构模板", choices=lambda: list(rules.templates().items()))
    on = day_field("启用日期")


class DutyForm(Choosing):
    service_id = forms.ChoiceField(label="人员")
    task = forms.ChoiceField(label="班次", choices=list(rules.TASKS.items()))
    start = forms.DateTimeField(label="开始", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    end = forms.DateTimeField(label="结束", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))


class RollForm(Choosing):
    """A roll of placements as CSV (UTF-8 or GB18030) or XLSX; the first row names the columns."""

    file = forms.FileField(
        label="名册文件", widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text="首行为表头：姓名、人员类别、网格编码为必填；警号、单位、网格级别、起始日期可选。",
    )  # fmt: skip
    on = day_field("入格日期")

    def clean_file(self) -> list[dict[str, Any]]:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("文件超过 10 兆。")
        rows = read_roll(file.read())
        if not rows:
            raise forms.ValidationError("文件中没有数据行。")
        if len(rows) > MOST_ROWS:
            raise forms.ValidationError(f"一次最多导入 {MOST_ROWS} 行。")
        return rows


def read_roll(body: bytes) -> list[dict[str, Any]]:
    """Rows of a CSV or XLSX file by heading. Raises ValidationError when it is neither."""
    if body[:4] == b"PK\x03\x04":
        import openpyxl  # 17 MB of memory for a page few open

        try:
            sheet = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True).worksheets[0]
            lines = [[_text(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
        except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
            raise forms.ValidationError("工作簿不能打开。") from error
    else:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = body.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        else:
            raise forms.ValidationError("文件不是可读的表格。")
        if "\0" in text:
            raise forms.ValidationError("文件不是可读的表格。")
        try:
            lines = list(csv.reader(io.StringIO(text)))
        except csv.Error as error:
            raise forms.ValidationError("文件不是可读的表格。") from error
    if not lines:
        return []
    head = [cell.strip() for cell in lines[0]]
    return [dict(zip(head, line, strict=False)) for line in lines[1:] if any(cell.strip() for cell in line)]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
