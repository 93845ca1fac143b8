"""A field called like what scripts ask of a form hides it: `<input name="form">` made htmx fail and the form was never sent."""

import importlib
import pkgutil
from collections.abc import Iterator

from django import forms

import fengqiao

# what htmx and the office's own scripts read of a form or of any element, and a named field would stand in for
READ = {
    "form", "elements", "method", "action", "target", "submit", "reset", "requestSubmit", "noValidate", "checkValidity", "matches", "closest",
    "dataset", "style", "classList", "children", "parentElement", "parentNode", "isConnected", "querySelector", "querySelectorAll",
    "getAttribute", "setAttribute", "hasAttribute", "addEventListener", "dispatchEvent", "contains", "isSameNode", "nodeName", "tagName",
    "attributes", "prepend", "id", "length",
}  # fmt: skip


def kinds(of: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for one in of.__subclasses__():
        yield one
        yield from kinds(one)


def test_no_field_hides_what_the_scripts_ask_of_a_form():
    for module in pkgutil.walk_packages(fengqiao.__path__, "fengqiao."):
        if module.name.split(".")[-1].startswith("form") or ".forms." in module.name:
            importlib.import_module(module.name)
    ours = [one for one in kinds(forms.BaseForm) if one.__module__.startswith("fengqiao.")]
    assert len(ours) > 50
    assert {(one.__name__, name) for one in ours for name in READ & set(one.base_fields)} == set()
