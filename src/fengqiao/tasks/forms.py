"""Forms of tasks."""

import re
from datetime import datetime
from typing import Any

from django import forms

from fengqiao.core import clock
from fengqiao.core.forms import offer
from fengqiao.core.rules.vocabularies import vocabulary
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



class MeetingForm(forms.Form):
    """会商、例会: names by role, what was agreed with owner and day."""

    ACTIONS = 8

    kind = forms.ChoiceField(label="种类", choices=list(rules.MEETINGS.items()))
    area_id = forms.TypedChoiceField(label="辖区", coerce=int, empty_value=None, required=False)
    topic = forms.CharField(label="议题", max_length=100)
    held_at = forms.DateTimeField(
        label="时间", required=False, help_text="不填为现在。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    text = forms.CharField(label="新议程", required=False, help_text="一行一项。", widget=forms.Textarea(attrs={"rows": 3}))
    minutes = forms.CharField(label="记录", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, areas: list[tuple[int, str]], people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area_id", [("", "全所"), *areas])
        for code, one in vocabulary("attendee_roles").items():
            self.fields[f"present_{code}"] = forms.CharField(label=one.name, required=False, max_length=200)
        for n in range(1, self.ACTIONS + 1):
            self.fields[f"text_{n}"] = forms.CharField(label=f"议定事项 {n}", required=False, max_length=100)
            self.fields[f"owner_{n}"] = forms.TypedChoiceField(
                label="承办人", coerce=int, empty_value=None, required=False, choices=[("", "请选择"), *people]
            )
            self.fields[f"due_{n}"] = forms.DateField(label="期限", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    @property
    def people(self) -> list[forms.BoundField]:
        """Who was there, one field a role."""
        return [self[f"present_{code}"] for code in vocabulary("attendee_roles")]

    @property
    def actions(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """What was agreed: what, who, by when."""
        return [(self[f"text_{n}"], self[f"owner_{n}"], self[f"due_{n}"]) for n in range(1, self.ACTIONS + 1)]

    def told(self) -> dict[str, Any]:
        """As the act takes it."""
        given = self.cleaned_data
        actions = [(given[f"text_{n}"], given[f"owner_{n}"], given[f"due_{n}"]) for n in range(1, self.ACTIONS + 1)]
        return {
            "kind": given["kind"], "area_id": given["area_id"], "topic": given["topic"], "held_at": given["held_at"],
            "minutes": given["minutes"], "items": given["text"].splitlines(),
            "present": [(code, name) for code in vocabulary("attendee_roles") for name in NAMES.split(given[f"present_{code}"]) if name],
            "actions": [rules.Action(text, owner, clock.day_end(day) if day else None) for text, owner, day in actions if text or owner or day],
        }  # fmt: skip


NAMES = re.compile(r"[、，,;；\s]+")


class FindingForm(forms.Form):
    """What a round found."""

    text = forms.CharField(label="发现了什么", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    place_text = forms.CharField(label="地点", required=False, max_length=200)
    found_at = forms.DateTimeField(
        label="发现时间", required=False, help_text="不填为现在。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class DecisionForm(forms.Form):
    """The evening's decision."""

    decision = forms.ChoiceField(label="决定", choices=list(rules.DECISIONS.items()))
    owner_id = forms.TypedChoiceField(label="承办人", coerce=int, empty_value=None, required=False, help_text="交办时必选。")
    due_at = forms.DateTimeField(
        label="期限", required=False, help_text="交办时必填。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label="理由或要求", required=False, max_length=5000, help_text="不需处理时写明理由。", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner_id", [("", "请选择"), *people])
