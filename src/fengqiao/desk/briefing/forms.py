"""The morning's instruction: what, who, until when."""

from datetime import timedelta
from typing import Any

from django import forms

from fengqiao.core import clock
from fengqiao.core.forms import offer


class InstructionForm(forms.Form):
    """晨会指令: becomes an order with person and time."""

    title = forms.CharField(label="指令", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    owner_id = forms.TypedChoiceField(label="承办人", coerce=int)
    due_at = forms.DateTimeField(
        label="期限", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    number = forms.CharField(label="事项编号", max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    impersonal = {"number": "number of a matter"}

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner_id", [("", "请选择"), *people])
        evening = clock.local(clock.now()).replace(hour=18, minute=0, second=0, microsecond=0)
        self.initial.setdefault("due_at", evening if evening > clock.now() else evening + timedelta(days=1))
