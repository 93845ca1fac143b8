"""Forms of shifts: a line of the log, an addition to the handover, the count of the kit."""

from collections.abc import Iterable
from typing import Any

from django import forms

from fengqiao.core.collection import notice
from fengqiao.core.errors import Invalid
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


def blame(form: forms.Form, error: Invalid) -> None:
    """Put an act's refusal beside the fields it names."""
    for name, message in error.fields.items():
        form.add_error(name if name in form.fields else None, message)
