"""办理依据 as a browser sees it: the answer with its articles, the form of the ticks, domestic violence."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from fengqiao.core import clock, collection
from fengqiao.core.errors import Refused
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, forms, queries
from fengqiao.disputes.acts import papers
from fengqiao.disputes.queries import law
from fengqiao.disputes.views.law import section

from .conftest import told
from .test_pages import do

TICKS = {"violation": "yes", "civil": "on", "acts": ["beat", "damage"], "slight": "on", "grounds": ["familiar"], "officers": "2"}


def test_the_page_says_what_may_be_done_what_not_and_cites_the_article(cast, dispute, sign_on, page):
    wang = sign_on("wang")
    shown = page(wang, dispute)
    assert "办理依据" in shown and "未勾选“情节较轻”。 《公安机关办理行政案件程序规定》第178条" in shown and "先走： 人民调解" in shown
    assert do(wang, dispute, "facts", **TICKS, accepted_on="2026-11-20").status_code == 302
    shown = page(wang, dispute)
    assert "先走： 治安调解" in shown and "治安调解协议书" in shown and "未勾选“情节较轻”" not in shown
    assert "治安案件办理期限" in shown and "待核" in shown  # the 2025 law's clock reminds, and its article is not shown
    assert "第118条" not in shown and "第 1 次" in shown and "殴打他人；故意损毁财物" in shown
    assert do(wang, dispute, "facts", **TICKS | {"exclusions": ["gang"]}).status_code == 302
    shown = page(wang, dispute)
    assert "结伙斗殴或者其他寻衅滋事，不适用调解处理。 《公安机关办理行政案件程序规定》第179条" in shown and "先走： 案件办理" in shown


def test_the_form_begins_with_what_was_stated_and_names_what_cannot_be(cast, dispute, sign_on, words):
    wang, there = sign_on("wang"), reverse("disputes:step", args=[dispute, "facts"])
    assert do(wang, dispute, "facts", **TICKS, tries="2026-03-02，2026-03-09", conduct="2026-03-01").status_code == 302
    form = wang.get(there).content.decode()
    assert form.count("checked") >= 4 and "2026-03-02, 2026-03-09" in form
    answer = do(wang, dispute, "facts", **TICKS | {"violation": "none"})
    assert answer.status_code == 422 and "请改为“违反治安管理”或者去掉行为" in words(answer)
    answer = do(wang, dispute, "facts", **TICKS, tries="三月二日")
    assert answer.status_code == 422 and "请填写日期" in words(answer)
    with scope(cast.wang):
        assert law.stated(dispute).number == 1


def test_domestic_violence_goes_from_its_page_to_its_end_by_the_checklist_and_the_warning(cast, sign_on, page):
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast, kind="D01V"))
    wang = sign_on("wang")
    shown = page(wang, dispute)
    assert "请先填写家庭暴力安全核查" in shown and "先走： 家庭暴力处置" in shown and "安全核查" in shown
    answers = {"stopped": "yes", "child": "no", "injury": "yes", "treated": "yes", "weapon": "no", "threat": "no", "fear": "no",
               "evidence": "no", "told": "yes", "vulnerable": "no"}  # fmt: skip
    assert do(wang, dispute, "safety", **answers | {"child": ""}).status_code == 422
    assert do(wang, dispute, "safety", **answers).status_code == 302
    shown = page(wang, dispute)
    assert "还没有：已固定证据" in shown and "请先记录告诫书" in shown
    assert do(wang, dispute, "warning", decision="not_given").status_code == 422
    assert do(wang, dispute, "warning", decision="given", offender_on="2026-11-20", victim_on="2026-11-20").status_code == 302
    assert "须通知居民委员会或者村民委员会" in page(wang, dispute)
    given = {"decision": "given", "offender_on": "2026-11-20", "victim_on": "2026-11-20", "committee": "桂花社区居委会", "committee_on": "2026-11-21"}
    assert do(wang, dispute, "warning", **given).status_code == 302
    shown = page(wang, dispute)
    assert "通知桂花社区居委会" in shown and "暂不能结案 出具" not in shown
    assert "人民调解 家庭暴力不以调解或和解结案" in shown


@pytest.mark.parametrize("name", ["lin", "chen", "gao"])
def test_posts_without_the_right_and_other_stations_cannot_state_it(cast, dispute, sign_on, name):
    answer = do(sign_on(name), dispute, "facts", **TICKS)
    assert answer.status_code in (403, 404)
    with scope(cast.wang):
        assert law.stated(dispute) is None


def test_every_free_field_of_these_forms_is_on_the_collection_list():
    for form in (forms.FactsForm, forms.SafetyForm, forms.WarningForm):
        assert collection.unlisted(form) == []


def test_a_clock_into_a_year_without_holidays_says_on_the_page_that_it_counts_calendar_days(cast, dispute):
    with clock.at(datetime(2026, 12, 31, 2, tzinfo=UTC)):
        acts.state_facts(cast.wang, dispute_id=dispute, facts={"tries": ["2026-12-30"], "conduct": "2026-12-29", "acts": ["beat"]})
        with scope(cast.wang):
            shows = section(cast.wang, queries.dispute_page(cast.wang, dispute))
            (ends,) = shows["clocks"]
            assert ends.day == date(2027, 1, 6) and not ends.due.complete
            assert "工作日历不完整，按自然日计，节假日公布后请重新核对" in render_to_string(shows["template"], {"shows": shows})


def test_what_the_law_lets_one_do_besides_is_told_with_its_article(cast, dispute, sign_on, page):
    assert do(sign_on("wang"), dispute, "facts", **TICKS).status_code == 302
    shown = page(sign_on("wang"), dispute)
    assert "可以邀请居（村）委会人员或者双方熟悉的人参加帮助调解。 《公安机关办理行政案件程序规定》第182条" in shown
    assert "应当鉴定伤情。 《公安机关办理行政案件程序规定》第90条" in shown


def test_the_long_form_opens_only_the_parts_that_hold_something(cast, dispute, sign_on):
    form = sign_on("wang").get(reverse("disputes:step", args=[dispute, "facts"])).content.decode()
    assert form.count("<details class=\"fq-field-wide\"") == 5 and form.count("<details class=\"fq-field-wide\" open") == 1
    do(sign_on("wang"), dispute, "facts", **TICKS, age="under16", guardian="told")
    form = sign_on("wang").get(reverse("disputes:step", args=[dispute, "facts"])).content.decode()
    assert form.count("<details class=\"fq-field-wide\" open") == 2


@pytest.mark.spec("ND-35")
def test_domestic_violence_stated_among_the_conditions_is_treated_as_such_whatever_the_kind(cast, dispute, sign_on, words):
    """ND-35, for a dispute of another kind in which it was found: no mediation offered, checklist and 告诫书 before it is closed."""
    acts.state_facts(cast.wang, dispute_id=dispute, facts={"violence": True, "violation": "yes", "civil": True, "acts": ["beat"]})
    shown = words(sign_on("wang").get(reverse("disputes:page", args=[dispute])))
    assert "不以调解或和解结案" in shown and "约定调解" not in shown and "安全核查" in shown and "记录告诫书" in shown
    for refused in (
        lambda: acts.plan_session(cast.wang, dispute_id=dispute, kind="people", way="phone", start=clock.now() + timedelta(hours=1)),
        lambda: acts.settle(cast.wang, dispute_id=dispute, outcome="settled", performance="performed"),
        lambda: papers.make(cast.wang, dispute_id=dispute, kind="调解"),
    ):
        with pytest.raises(Refused):
            refused()
    acts.settle(cast.wang, dispute_id=dispute, outcome="explained", text="已固定证据，转为案件办理")
    acts.revisit(cast.wang, dispute_id=dispute, manner="visit", result="stable")
    with pytest.raises(Refused, match="安全核查|告诫书"):
        acts.close(cast.wang, dispute_id=dispute)
