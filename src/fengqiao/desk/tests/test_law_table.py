"""法定期限与程序 in the settings: everybody reads it, the administration adds an edition."""

from datetime import date

import pytest
from django.urls import reverse

from fengqiao.core.queries import law


@pytest.fixture(autouse=True)
def afresh():
    law.forget()
    yield
    law.forget()


def test_the_table_says_which_rules_are_checked_and_prints_no_article_of_the_others(cast, sign_on, words):
    wang = sign_on("wang")
    shown = words(wang.get(reverse("desk:law")))
    assert "再次治安调解 7个工作日 《公安机关办理行政案件程序规定》第183条" in shown and "增加版本" not in shown
    unread = words(wang.get(reverse("desk:law"), {"state": "待核"}))
    assert "治安案件办理期限" in unread and "第118条" not in unread and "再次治安调解" not in unread
    assert wang.get(reverse("desk:law_edition", args=["second_mediation"])).status_code == 403


def test_the_administration_checks_a_line_and_it_is_cited_from_then_on(cast, django_capture_on_commit_callbacks, sign_on, words):
    guan, there = sign_on("guan"), reverse("desk:law_edition", args=["case_decision"])
    assert "治安案件办理期限" in words(guan.get(there)) and guan.get(reverse("desk:law_edition", args=["none"])).status_code == 404
    given = {"edition": "2025核", "valid_from": "2026-01-01", "article": "118", "checked": "公报2025年第5号", "replaces": "2025"}
    wrong = guan.post(there, given | {"edition": "2012"})
    assert wrong.status_code == 422 and "已有同名版本" in words(wrong)
    overlap = guan.post(there, {k: v for k, v in given.items() if k != "replaces"} | {"valid_from": "2025-06-01"})
    assert overlap.status_code == 409 and "不得重叠" in words(overlap)
    with django_capture_on_commit_callbacks(execute=True):
        assert guan.post(there, given).status_code == 302
    assert law.edition_for("case_decision", date(2026, 6, 1)).citation == "《治安管理处罚法》第118条"
    assert "《治安管理处罚法》第118条" in words(guan.get(reverse("desk:law")))
