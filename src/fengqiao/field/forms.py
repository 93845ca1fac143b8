"""Forms that settle what came from phones."""

from typing import ClassVar

from django import forms


class AsideForm(forms.Form):
    """Why it is not taken over."""

    collects: ClassVar[dict[str, str]] = {"reason": "body"}
    reason = forms.CharField(label="不予采纳的理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class NoteForm(forms.Form):
    """Which matter its words go to."""

    impersonal: ClassVar[dict[str, str]] = {"number": "number of a matter"}
    number = forms.CharField(label="记入事项", max_length=20, help_text="事项编号，如 S2611-A00012-3。")


class BundleForm(forms.Form):
    """A file a phone exported."""

    impersonal: ClassVar[dict[str, str]] = {"file": "sealed for the station; its operations are collected where they go"}
    file = forms.FileField(label="手机数据包")
