"""Forms of insight's pages: a period and whose; a form's file; a filing's days; where it was sent."""

from typing import Any

from django import forms

from fengqiao.core.forms import offer
from fengqiao.insight.rules.states import KINDS


class PeriodForm(forms.Form):
    """报告期 and 单位."""

    org_id = forms.TypedChoiceField(label="单位", coerce=int)
    first = forms.DateField(label="起", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(label="止", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], **given: Any):
        super().__init__(*args, **given)
        offer(self, "org_id", organisations)


class UploadForm(forms.Form):
    """样表."""

    impersonal = {"name": "title of an empty form", "file": "an empty form; its marks are checked cell by cell"}
    name = forms.CharField(label="名称", max_length=80)
    kind = forms.ChoiceField(label="种类", choices=list(KINDS.items()))
    file = forms.FileField(label="文件", allow_empty_file=True, max_length=200, error_messages={"required": "请选择文件。"})


class SendForm(forms.Form):
    """报送."""

    impersonal = {"to": "name of an office"}
    to = forms.CharField(label="报送单位", max_length=100)
