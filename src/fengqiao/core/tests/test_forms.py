"""What forms and acts do alike: a refusal stands beside its field, free words are checked, days begin and end in Shanghai."""

from datetime import UTC, date, datetime

import pytest
from django import forms

from fengqiao.core import clock
from fengqiao.core.errors import Invalid
from fengqiao.core.forms import blame, done, offer
from fengqiao.core.wording import written


class Slip(forms.Form):
    name = forms.CharField(required=False)
    kind = forms.ChoiceField(required=False)


def act(**given):
    if "wrong" in given:
        raise Invalid(given["wrong"])
    return given.get("gives")


def test_what_is_done_answers_and_what_is_refused_stands_beside_its_field_or_on_top():
    assert done(Slip({}), act, gives="L1") == "L1" and done(Slip({}), act) is True
    form = Slip({})
    assert done(form, act, wrong={"name": "请填写。", "sum": "不足。"}) is None
    assert form.errors == {"name": ["请填写。"], "__all__": ["不足。"]}


def test_an_acts_name_of_a_thing_leads_to_the_forms_field_for_it():
    form = Slip({})
    assert done(form, act, renamed={"title": "name"}, wrong={"title": "过长。"}) is None
    blame(form, Invalid({"nowhere": "文件是空的。"}), rest="kind")
    assert form.errors == {"name": ["过长。"], "kind": ["文件是空的。"]}


def test_a_choice_offers_what_it_is_given_and_takes_nothing_else():
    for kind, fits in (("a", True), ("b", False)):
        form = Slip({"kind": kind})
        offer(form, "kind", {"a": "甲"}.items())
        assert form.is_valid() is fits


def test_free_words_are_stripped_and_refused_when_missing_too_long_or_not_storable():
    assert written("  走访  ", 2) == "走访" and written(" ", 2) == ""
    for text, told in ((" ", "请写明理由。"), ("三个字", "超过 2 字，请缩短。"), ("\x00x", "控制字符")):
        with pytest.raises(Invalid, match=told) as refused:
            written(text, 2, "请写明理由。", "reason")
        assert list(refused.value.fields) == ["reason"]


def test_a_day_begins_and_ends_in_shanghai():
    day = date(2026, 11, 22)
    assert clock.day_start(day) == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert clock.day_end(day) == datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
