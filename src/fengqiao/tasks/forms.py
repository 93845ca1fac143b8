"""Forms of tasks."""

from datetime import datetime
from typing import Any

from django import forms

from fengqiao.core import clock
from fengqiao.core.forms import offer
from fengqiao.tasks import rules


class TaskForm(forms.Form):
    """Give a task, or set one for oneself (自办)."""

    kind = forms.ChoiceField(label="种类", choices=list(rules.KINDS.items()))
    title = forms.CharField(label="要办什么", max_length=100)
    text = forms.CharField(label="说明", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    to_org_id = forms.TypedChoiceField(label="承办单位", coerce=int, empty_value=None, required=False)
    owner_id = forms.TypedChoiceField(
        label="承办人", coerce=int, empty_value=None, required=False, help_text="不选则由单位内签收的人承办。"
    )
    due_at = forms.DateTimeField(
        label="期限", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(
        self, *args: Any, kinds: list[str], units: list[tuple[int, str]], people: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(kind, rules.KINDS[kind]) for kind in kinds])
        offer(self, "to_org_id", [("", "本单位"), *units])
        offer(self, "owner_id", [("", "不指定"), *people])
        if kinds == ["own"]:
            del self.fields["to_org_id"], self.fields["owner_id"]
        self.initial.setdefault("due_at", _this_evening())


class FinishForm(forms.Form):
    result = forms.CharField(label="办理情况", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))


class CancelForm(forms.Form):
    reason = forms.CharField(label="取消理由", max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))


class ReassignForm(forms.Form):
    owner_id = forms.TypedChoiceField(label="改派给", coerce=int)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner_id", [("", "请选择"), *people])


def _this_evening() -> datetime:
    return clock.local(clock.now()).replace(hour=23, minute=59, second=0, microsecond=0)

