"""Forms of hand-overs. Each move that needs words has one; signing and accepting by account need none."""

from datetime import date, datetime
from typing import Any

from django import forms

from fengqiao.core import clock
from fengqiao.core.forms import offer
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.promises import rules


def _words(label: str, *, required: bool = True, rows: int = 3, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=5000, help_text=hint, widget=forms.Textarea(attrs={"rows": rows})
    )


def _pick(label: str, options: dict[str, str], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "请选择"), *options.items()], **more)


class Nothing(forms.Form):
    """A move without words."""


class SignForm(forms.Form):
    """Signing for an office without an account."""

    name = forms.CharField(label="对方签收人", max_length=60)
    stamp = forms.CharField(label="签收章编号", max_length=40, required=False, help_text="回执上盖章的编号，电话签收可不填。")


class SlipForm(forms.Form):
    """What the clerk of an office fills in on the slip's own page."""

    name = forms.CharField(label="签收人姓名", max_length=60)
    stamp = forms.CharField(label="签收章编号", max_length=40)


class AcceptForm(forms.Form):
    """Accepting for an office without an account."""

    name = forms.CharField(label="对方经办人", max_length=60)


class ReturnForm(forms.Form):
    reason = forms.ChoiceField(label="退回理由")
    text = _words("说明", hint="写明应由谁办理、缺哪些材料或依据的条款。")

    def __init__(self, *args: Any, paper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(code.code, code.name) for code in vocabulary("return_reasons").values()]
        offer(self, "reason", [("", "请选择"), *reasons])
        if paper:
            self.fields["name"] = forms.CharField(label="对方经办人", max_length=60)


class AnswerForm(forms.Form):
    result = _pick("办理结果", rules.RESULTS)
    text = _words("说明", required=False)


class RecallForm(forms.Form):
    text = _words("理由", rows=2)


class DeliverForm(forms.Form):
    how = _pick("送达方式", rules.DELIVERIES)
    at = forms.DateTimeField(
        label="送达时间", required=False, help_text="不填即现在。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip


class SendForm(forms.Form):
    """Hand over, or send on what came back."""

    to_org_id = forms.TypedChoiceField(label="承办单位", coerce=int)
    kind = _pick("种类", {k: v for k, v in rules.KINDS.items() if k != "joint"})
    channel = _pick("对接渠道", rules.CHANNELS, required=False, help_text="五调对接时选择。")
    text = _words("移送事项及请办内容", rows=5, hint="承办单位和流转单上看到的内容，只写办理所必需的。")
    due = forms.DateField(
        label="约定期限", required=False, help_text="不填则按种类的时限计算；移送依法为二十四小时。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, *args: Any, receivers: list[tuple[int, str, str]], again: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "to_org_id", [("", "请选择"), *((ident, name) for ident, name, _ in receivers)])
        if again:  # the clock runs on: there is no new end to agree on
            del self.fields["due"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["due_at"] = _end_of(given.pop("due", None))
        return given


class JointForm(forms.Form):
    """三办联动: which office is which organisation, and who leads."""

    lead = forms.ChoiceField(label="牵头单位", choices=[("", "请选择"), *rules.OFFICES.items()])
    text = _words("联动事项及分工", rows=5)
    due = forms.DateField(
        label="约定期限", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, receivers: list[tuple[int, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "不参加"), *((ident, name) for ident, name, _ in receivers)]
        for code, name in rules.OFFICES.items():
            self.fields[code] = forms.TypedChoiceField(
                label=name, choices=choices, coerce=int, empty_value=None, required=False,
                initial=next((ident for ident, known, _ in receivers if known == name), None),
            )  # fmt: skip
        self.order_fields([*rules.OFFICES, "lead", "text", "due"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = {code: given.pop(code, None) for code in rules.OFFICES}
        organisations = [org for org in chosen.values() if org]
        if len(set(organisations)) != len(organisations):
            self.add_error("text", "同一单位不能选两次。")
        given["offices"] = {org: code for code, org in chosen.items() if org}
        given["lead_org_id"] = chosen.get(given.pop("lead", ""))
        if given["lead_org_id"] is None:
            self.add_error("lead", "请在参加的单位中指定牵头单位。")
        given["due_at"] = _end_of(given.pop("due", None))
        return given


def _end_of(day: date | None) -> datetime | None:
    return clock.day_end(day) if day else None
