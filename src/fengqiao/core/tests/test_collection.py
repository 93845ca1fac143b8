"""The collection list is the schema (NP-41, S3): what is not declared cannot exist, neither as a column nor on a form."""

import importlib
import pkgutil

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

import fengqiao
from fengqiao.core import collection
from fengqiao.core.models import RightsRequest
from fengqiao.core.rules import keeping

# Free text on forms that fills no personal column: what it is. A new field is put here with its reason, or declared.
NEUTRAL = {
    "pin": "a secret of staff, kept as a hash",
    "again": "the same once more",
    "key": "name of a setting or a page",
    "words": "search words, stored nowhere",
    "number": "number of a matter",
    "case_number": "number of a case",
    "stamp": "number on an office's stamp",
    "due_at": "a time",
    "at": "a time",
    "occurred": "a time as people say it",
    "purpose": "why a record is opened: access log",
    "reason": "why: content of the event (core.Content.body)",
    "short": "short name of an organisation",
    "staff_kind": "code of a kind of staff",
    "code": "code of an area",
    "outline": "border of an area",
    "names": "names of areas",
    "fengqiao.places.forms.ImportForm.file": "borders of areas",
    "fengqiao.force.forms.RollForm.file": "roll of staff: force.ServiceRecord",
}


def every(kind: type) -> list[type]:
    """All forms of the product, wherever they are."""
    for module in pkgutil.walk_packages(fengqiao.__path__, "fengqiao."):
        if module.name.rsplit(".", 1)[-1] == "forms":
            importlib.import_module(module.name)

    def below(one: type) -> list[type]:
        return [x for sub in one.__subclasses__() for x in (sub, *below(sub))]

    return [
        one
        for one in dict.fromkeys(below(kind))
        if one.__module__.startswith("fengqiao.") and ".tests" not in one.__module__
    ]


@pytest.mark.spec("NP-41", "S3")
def test_no_table_has_a_column_that_is_on_no_list():
    """Of NP-41 the schema side. The register's page, its refresh periods and its owner come with the task gate (M5)."""
    known = {"core.ListenerPosition.name"}  # names of listeners in the code
    assert set(collection.undeclared()) - known == set()


@pytest.mark.spec("NP-41")
@isolate_apps("fengqiao.core")
def test_a_new_column_for_personal_data_is_found_before_it_is_used(monkeypatch):
    class Rogue(models.Model):
        nickname = models.CharField(max_length=20)
        story = models.TextField()
        told = collection.impersonal(models.TextField(), "numbers")
        code = models.CharField(max_length=8)

        class Meta:
            app_label = "core"

    Rogue.__module__ = "fengqiao.core.models.rogue"
    monkeypatch.setattr(apps, "get_models", lambda: [Rogue])
    assert collection.undeclared() == ["core.Rogue.nickname", "core.Rogue.story"]


@pytest.mark.spec("NP-41")
def test_no_form_asks_for_what_is_on_no_list():
    found = [name for form in every(forms.BaseForm) for name in collection.unlisted(form)]
    assert [name for name in found if name not in NEUTRAL and name.rsplit(".", 1)[1] not in NEUTRAL] == []
    assert len(every(forms.BaseForm)) > 5


@pytest.mark.spec("NP-41")
def test_a_form_field_that_is_not_on_the_list_is_refused():
    class Rogue(forms.Form):
        name = forms.CharField()
        occupation = forms.CharField()
        picture = forms.FileField()
        more = forms.JSONField()
        day = forms.DateField()
        level = forms.CharField()
        collects = {"level": "no_such_column"}

    short = [name.rsplit(".", 1)[1] for name in collection.unlisted(Rogue)]
    assert short == ["occupation", "picture", "more", "level"]


@pytest.mark.spec("S3")
def test_every_element_says_why_by_what_law_from_whom_for_whom_and_how_long():
    listed = collection.listed()
    assert len(listed) > 20
    for model, column, element in listed:
        where = f"{model._meta.label}.{column.name}"
        assert all((element.purpose, element.basis, element.source, element.seen_by)), where
        assert "法" in element.basis or "条例" in element.basis or "规定" in element.basis, where
        assert keeping.parse(element.retention), where


def test_a_form_tells_what_a_field_is_collected_for():
    notice = collection.notice("core.RightsRequest", "name")
    assert notice["article"] == "个人信息保护法第四十四条至第五十条" and notice["retention"] == "办结后 3 年"
    with pytest.raises(AttributeError):
        collection.notice("core.RightsRequest", "state")
    assert RightsRequest


@pytest.mark.spec("NP-41")
def test_an_element_held_elsewhere_is_marked_for_reuse():
    column = collection.personal(
        models.CharField(),
        purpose="p",
        basis="b",
        source="s",
        seen_by="x",
        retention="P1Y",
        reuse="force.ServiceRecord.name",
    )
    assert column.collected.reuse == "force.ServiceRecord.name"
