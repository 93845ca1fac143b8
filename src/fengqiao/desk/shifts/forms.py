"""Forms of shifts: a line of the log, an addition to the handover, the count of the kit."""

from collections.abc import Iterable
from typing import Any

from django import forms

from fengqiao.core.collection import notice
from fengqiao.core.forms import offer
from fengqiao.desk.briefing.rules import DEFAULT, TEMPLATE_KEY
from fengqiao.desk.shifts import rules


def purpose() -> dict[str, str]:
    """What a text field of a shift says about what is written into it."""
    return notice("core.Content", "body")


class LogForm(forms.Form):
    """One line of the duty log."""

    text = forms.CharField(label="记一条", max_length=rules.TEXT, widget=forms.TextInput(attrs={"autocomplete": "off", "data-focus": ""}))


class LineForm(forms.Form):
    """An addition to a section of the handover."""

    section = forms.ChoiceField(label="栏目", choices=[(code, rules.SECTIONS[code]) for code in rules.HAND if code != "kit"])
    text = forms.CharField(label="内容", max_length=rules.TEXT, widget=forms.Textarea(attrs={"rows": 2}))


class KitForm(forms.Form):
    """How many of each thing are there. Empty: not counted this time."""

    def __init__(self, items: Iterable[tuple[str, int | None, str]], data: Any = None) -> None:
        super().__init__(data)
        self.items = [one for one, _, _ in items]
        for n, (item, count, remark) in enumerate(items):
            self.fields[f"n{n}"] = forms.IntegerField(label=item, min_value=0, max_value=9999, required=False, initial=count)
            self.fields[f"r{n}"] = forms.CharField(label=f"{item}备注", max_length=100, required=False, initial=remark)

    @property
    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Each thing with its two fields."""
        return [(item, self[f"n{n}"], self[f"r{n}"]) for n, item in enumerate(self.items)]

    def given(self) -> dict[str, Any]:
        """Counts and remarks as the act wants them."""
        got = self.cleaned_data
        counts = {item: got[f"n{n}"] for n, item in enumerate(self.items) if got.get(f"n{n}") is not None}
        return {"counts": counts, "remarks": {item: got[f"r{n}"] for n, item in enumerate(self.items) if got.get(f"r{n}")}}


class SettingsForm(forms.Form):
    """How a station's day is cut, by when the night's quarrels are signed for, what is counted, how the bulletin reads."""

    org_id = forms.TypedChoiceField(label="单位", coerce=int)
    hours = forms.TypedChoiceField(label="班次", coerce=int, choices=list(rules.HOURS.items()))
    starts = forms.TimeField(label="首班起始时刻", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    sign_by = forms.TimeField(label="夜间事项签收时限", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    kit = forms.CharField(label="清点项目", help_text="每行一项", widget=forms.Textarea(attrs={"rows": 6}), max_length=800)
    template = forms.CharField(
        label="每日警情通报模板", required=False, widget=forms.Textarea(attrs={"rows": 8}), max_length=3000,
        help_text="花括号内为自动填写的栏目；留空用通用模板",
    )  # fmt: skip
    impersonal = {"kit": "names of things", "template": "wording of a bulletin"}

    def __init__(self, *args: Any, orgs: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "org_id", orgs)

    def clean_kit(self) -> list[str]:
        """The lines, each a word of at most twenty characters."""
        items = list(dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["kit"].splitlines()))))
        if any(len(one) > 20 for one in items) or len(items) > rules.KIT_MOST:
            raise forms.ValidationError(f"每项不超过 20 字，最多 {rules.KIT_MOST} 项。")
        return items

    def settings(self) -> dict[str, Any]:
        """Setting → value, as the form says."""
        got = self.cleaned_data
        return {
            rules.PATTERN_KEY: {"hours": got["hours"], "starts": f"{got['starts']:%H:%M}"},
            rules.SIGN_BY_KEY: f"{got['sign_by']:%H:%M}",
            rules.KIT_KEY: got["kit"],
            TEMPLATE_KEY: "" if got["template"].split() == DEFAULT.split() else got["template"].strip(),
        }

