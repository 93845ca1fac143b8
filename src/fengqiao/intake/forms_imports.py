"""Forms of an import: the upload, and what each column of the file is."""

from typing import Any

from django import forms

from fengqiao.core.forms import offer
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.intake.importing import Column
from fengqiao.intake.tabular import FIELDS
from fengqiao.intake.tabular.results import shown

DEFAULT_CHANNEL = "department"


class UploadForm(forms.Form):
    """选择文件. What the file is, is read from its content; what may be taken of it is decided column by column."""

    impersonal = {"file": "a table; its columns are matched with the collection list before a line is read"}
    file = forms.FileField(
        label="文件", allow_empty_file=True, max_length=200,
        error_messages={"required": "请选择文件。", "max_length": "文件名过长，请改短后再上传。"},
    )  # fmt: skip
    channel = forms.ChoiceField(label="来源渠道", initial=DEFAULT_CHANNEL, help_text="文件里没有写明来源的行按此登记")
    history = forms.BooleanField(label="作为历史台账导入", required=False, help_text="历史台账只供查阅和比对，不提醒、不分流")

    def __init__(self, *args: Any, **given: Any):
        super().__init__(*args, **given)
        offer(self, "channel", [(code.code, code.name) for code in vocabulary("channels").values() if code.code != "register"])


class ColumnsForm(forms.Form):
    """列的对应: one choice for each column that may be taken; field `c<index>`."""

    def __init__(self, data: Any = None, *, columns: list[Column]):
        super().__init__(data)
        self.columns = columns
        fields = [("", "不导入"), *((name, field.label) for name, field in FIELDS.items())]
        for column in columns:
            if not column.dropped:
                self.fields[f"c{column.index}"] = forms.ChoiceField(
                    label=column.heading, choices=fields, required=False, initial=column.field
                )

    @property
    def rows(self) -> list[tuple[Column, forms.BoundField, list[str]]]:
        """Each column that may be taken, with its choice and its samples, people masked in them."""
        return [
            (column, self[f"c{column.index}"], [shown(column.field, sample) for sample in column.samples if sample])
            for column in self.columns
            if not column.dropped
        ]

    @property
    def dropped(self) -> list[Column]:
        return [column for column in self.columns if column.dropped]

    def changes(self) -> dict[int, str]:
        """What the person chose otherwise than guessed (column → field), of a valid form."""
        chosen = {column.index: self.cleaned_data[f"c{column.index}"] for column in self.columns if not column.dropped}
        return {column.index: chosen[column.index] for column in self.columns if chosen.get(column.index, column.field) != column.field}
