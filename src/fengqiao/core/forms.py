"""What every form of the office does alike: offer choices, show beside its fields what an act refused."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms

from fengqiao.core.errors import Invalid


def offer(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    """Give a field of choices what it offers here and now."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def blame(form: forms.BaseForm, error: Invalid, renamed: Mapping[str, str] | None = None, rest: str | None = None) -> None:
    """Put what an act refused beside the fields it names.

    renamed  the act's name of a thing → the form's field for it
    rest     where what belongs to no field stands; default on top of the form
    """
    for name, message in error.fields.items():
        name = (renamed or {}).get(name, name)
        form.add_error(name if name in form.fields else rest, message)


def done(
    form: forms.BaseForm, act: Callable[..., Any], /, *told: Any, renamed: Mapping[str, str] | None = None, **given: Any
) -> Any:
    """Call an act; what it finds wrong is put beside the form's fields, and None returned. Else what the act gave, or True."""
    try:
        return act(*told, **given) or True
    except Invalid as error:
        blame(form, error, renamed)
        return None
