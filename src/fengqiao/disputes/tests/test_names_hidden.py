"""A quarrel told by name: wherever its words stand on a screen, the parties' names in them are masked until a purpose is given."""

import csv
import io

import pytest
from django.urls import reverse

from fengqiao.disputes import acts

from .conftest import told

NAMED = "王大山动手打伤李四海，扬言再打"


@pytest.fixture
def named(cast):
    return acts.open_dispute(cast.wang, matter_id=told(cast, text=NAMED))


def test_the_disputes_own_page_its_list_and_its_steps_mask_the_names_in_its_words(cast, named, sign_on, words):
    wang = sign_on("wang")
    acts.note(cast.wang, dispute_id=named, text="李四海说王大山先骂人")
    at_work = [reverse("disputes:page", args=[named]), reverse("disputes:list"), reverse("disputes:step", args=[named, "settle"])]
    settled = [reverse("disputes:calls"), reverse("disputes:feedback"), reverse("desk:today")]
    for addresses in (at_work, settled):
        for address in addresses:
            shown = words(wang.get(address))
            assert "王大山" not in shown and "李四海" not in shown, address
        if addresses is at_work:
            acts.settle(cast.wang, dispute_id=named, outcome="settled", performance="performed")
    assert "王某某动手打伤李某某" in words(wang.get(reverse("disputes:page", args=[named])))


def test_after_a_purpose_is_given_the_words_stand_in_full(cast, named, sign_on, words, access_lines):
    shown = words(sign_on("wang").post(reverse("disputes:unmasked", args=[named]), {"purpose": "核对当事人身份"}))
    assert NAMED in shown and access_lines()[-1]["action"] == "unmask"


def test_signs_reviews_and_clocks_of_the_start_page_mask_them_too(cast, named, sign_on, words):
    acts.add_signs(cast.wang, dispute_id=named, signs=["injury"])
    for who in ("wang", "zhao", "deng"):
        shown = words(sign_on(who).get(reverse("desk:today")))
        assert "王大山" not in shown and "李四海" not in shown, who


def test_the_exported_list_masks_names_and_doors(cast, named, sign_on):
    answer = sign_on("wang").get(reverse("disputes:export"), {"format": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode("utf-8-sig"))))
    text = "\n".join("，".join(row) for row in rows)
    assert "王某某动手打伤李某某" in text and "王大山" not in text and "李四海" not in text
    assert "枫桥村三组XX号" in text and "12号" not in text
