"""Long forms in groups, so that a page asks first what is always needed."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms


def grouped(form: forms.Form, groups: Iterable[tuple[str, Iterable[str]]], filled: Callable[[str], bool]) -> list[dict[str, Any]]:
    """Fields as a page shows them: {"title", "fields", "open"}; the first group, and those with something in them or wrong, open.

    groups  titles and names of fields; names the form does not have are left out, and a group without fields with them.
    A field in no group stands in the first: none is ever lost.
    """
    every = [(title, list(names)) for title, names in groups]
    listed = {name for _, names in every for name in names}
    every[0][1].extend(name for name in form.fields if name not in listed)
    shown = []
    for number, (title, names) in enumerate(every):
        there = [name for name in names if name in form.fields]
        if there:
            opened = number == 0 or any(form.errors.get(name) or filled(name) for name in there)
            shown.append({"title": title, "fields": [form[name] for name in there], "open": opened})
    return shown
