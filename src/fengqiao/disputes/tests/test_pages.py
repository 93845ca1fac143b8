"""The pages of disputes, asked for as a browser does."""

import io

import openpyxl
from django.urls import reverse

from fengqiao.core import collection
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, forms
from fengqiao.disputes.models import Dispute
from fengqiao.intake.rules import PartyIn

from .conftest import LI, WANG, agreed, told


def do(client, dispute, name, **given):
    return client.post(reverse("disputes:step", args=[dispute, name]), given)


def test_one_quarrel_from_the_matters_page_to_its_end(cast, matter, sign_on, stands, words):
    wang = sign_on("wang")
    opened = wang.post(reverse("intake:open", args=[matter, "dispute"]))
    with scope(cast.wang):
        dispute = Dispute.objects.get().id
    there = reverse("disputes:page", args=[dispute])
    assert opened.status_code == 302 and opened.url == there
    shown = words(wang.get(there))
    assert "登记结果 e" in shown and "王某" in shown and "王大山" not in shown and "须先登记结果并回访" in shown
    assert do(wang, dispute, "note", text="双方约定周六丈量").status_code == 302
    assert do(wang, dispute, "settle", outcome="settled", performance="performed").status_code == 302
    shown = words(wang.get(there))
    assert "登记回访 e" in shown and "结案前须先回访" in shown and "还剩 7 天" in shown
    refused = do(wang, dispute, "close")
    assert refused.status_code == 409 and "结案前须先回访" in words(refused)
    assert do(sign_on("lin"), dispute, "revisit", manner="phone", result="stable").status_code == 302
    assert "结案 e" in words(wang.get(there))
    assert do(wang, dispute, "close").status_code == 302
    shown = words(wang.get(there))
    assert stands(dispute).matter.state == "closed" and "双方约定周六丈量" in shown and "登记回访 e" in shown
    assert shown.count("已登记结果") <= 1 and "intake." not in shown and "disputes." not in shown


def test_a_form_with_something_missing_comes_back_with_it_named_beside_the_field(cast, dispute, sign_on, stands, words):
    wang = sign_on("wang")
    answer = do(wang, dispute, "settle", outcome="settled", performance="", text="约定各退一步")
    assert answer.status_code == 422 and "请选择履行情况" in words(answer) and "约定各退一步" in answer.content.decode()
    answer = do(wang, dispute, "revisit", manner="phone")
    assert answer.status_code == 422 and "请选择。" in words(answer)
    assert stands(dispute).dispute.state == "working"


def test_the_same_form_sent_twice_notes_once(cast, dispute, sign_on, words):
    wang = sign_on("wang")
    for _ in range(2):
        assert do(wang, dispute, "note", text="看过现场", idempotency_key="k1").status_code == 302
    assert words(wang.get(reverse("disputes:page", args=[dispute]))).count("看过现场") == 1


def test_names_in_full_are_shown_after_a_purpose_was_given_and_logged(cast, dispute, sign_on, access_lines, words):
    wang, there = sign_on("wang"), reverse("disputes:unmasked", args=[dispute])
    assert wang.post(there, {"purpose": ""}).status_code == 422 and access_lines() == []
    assert "王大山" in words(wang.post(there, {"purpose": "联系当事人"}))
    (line,) = access_lines()
    assert (line["action"], line["purpose"], line["subject_id"]) == ("unmask", "联系当事人", dispute)


def test_earlier_disputes_are_looked_up_by_a_press_and_name_nobody(cast, sign_on, stands, words):
    first = acts.open_dispute(cast.wang, matter_id=told(cast))
    now = acts.open_dispute(cast.wang, matter_id=told(cast))
    wang = sign_on("wang")
    assert stands(first).dispute.number not in words(wang.get(reverse("disputes:page", args=[now])))
    shown = words(wang.post(reverse("disputes:earlier", args=[now])))
    assert stands(first).dispute.number in shown and "本次查询已记录" in shown and "王" not in shown and "李" not in shown
    assert wang.get(reverse("disputes:earlier", args=[now])).status_code == 405


def test_domestic_violence_offers_no_outcome_by_agreement_and_says_why(cast, sign_on, words):
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast, kind="D01V"))
    wang = sign_on("wang")
    shown = words(wang.get(reverse("disputes:page", args=[dispute])))
    assert "不以调解或和解结案" in shown and "反家庭暴力法" in shown
    form = words(wang.get(reverse("disputes:step", args=[dispute, "settle"])))
    assert "转为案件办理" in form and "调解成功" not in form and "自行和解" not in form
    assert do(wang, dispute, "settle", outcome="settled").status_code == 422


def test_another_kind_is_asked_for_when_it_closes(cast, sign_on, stands):
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast, kind="D15"))
    acts.settle(cast.wang, dispute_id=dispute, outcome="self_settled", performance="none")
    acts.revisit(cast.wang, dispute_id=dispute, manner="phone", result="stable")
    wang = sign_on("wang")
    assert do(wang, dispute, "close").status_code == 422
    assert do(wang, dispute, "close", kind="D14").status_code == 302
    assert stands(dispute).dispute.kind == "D14"


def test_handing_over_from_its_page_and_taking_it_at_the_other_station(cast, dispute, sign_on, stands, words):
    wang, zhao = sign_on("wang"), sign_on("zhao")
    sent = do(zhao, dispute, "hand-over", kind="handover", to_org_id=cast.org["yunling"], reason="发生地在云岭")
    assert sent.status_code == 302 and "已流转，待对方签收" in words(wang.get(reverse("disputes:page", args=[dispute])))
    chen = sign_on("chen")
    shown = words(chen.get(reverse("disputes:page", args=[dispute])))  # shared, not yet theirs
    assert "纠纷由城关派出所主办" in shown
    assert do(chen, dispute, "reopen", reason="不归我们").status_code == 403


def test_a_dispute_is_opened_by_a_form_when_kind_or_owner_are_to_be_chosen(cast, sign_on, stands, words):
    matter = told(cast, kind="D04", owner=None)
    wang, there = sign_on("wang"), reverse("disputes:open", args=[matter])
    assert "立为纠纷" in words(wang.get(there))
    assert wang.post(there, {"kind": "X"}).status_code == 422
    opened = wang.post(there, {"kind": "D05", "owner_id": cast.wang.account_id})
    assert opened.status_code == 302
    with scope(cast.wang):
        assert Dispute.objects.get().kind == "D05"


def test_the_list_filters_and_exports_exactly_what_it_shows(cast, sign_on, stands, access_lines, words):
    one = acts.open_dispute(cast.wang, matter_id=told(cast, kind="D02"))
    two = acts.open_dispute(cast.deng, matter_id=told(cast, kind="D04", text="=cmd|欠款三万不还", parties=(LI, PartyIn(name="赵小兰")), owner="deng"))
    agreed(cast.deng, two, owed=[30_000])
    numbers = [stands(d).dispute.number for d in (one, two)]
    wang = sign_on("wang")

    def shown(**chosen):
        page = words(wang.get(reverse("disputes:list"), chosen))
        return [n in page for n in numbers]

    assert shown() == [True, True]
    assert shown(kind="D02") == [True, False] == shown(owner="me") == shown(state="working") == shown(number=numbers[0].lower())
    assert shown(due="wait") == [False, True] == shown(outcome="settled") and shown(due="late") == [False, False]
    assert shown(since="2099-01-01") == [False, False] == shown(org="shared")
    assert shown(cursor="broken", since="gestern", org="'; --") == [True, True]
    sheet = wang.get(reverse("disputes:export"), {"kind": "D04", "format": "csv"})
    lines = b"".join(sheet.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and numbers[1] in lines[1] and "'=cmd" in lines[1] and "赵某" in lines[1] and "赵小兰" not in lines[1]
    book = wang.get(reverse("disputes:export"), {"kind": "D02", "format": "xlsx"})
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.values)
    assert len(rows) == 2 and rows[1][0] == numbers[0]
    assert [line["action"] for line in access_lines()] == ["export", "export"]


def test_pages_of_a_long_list_go_forth_and_back(cast):
    from fengqiao.disputes import queries

    ids = [acts.open_dispute(cast.wang, matter_id=told(cast)) for _ in range(5)][::-1]
    with scope(cast.wang):
        first = queries.found(cast.wang, queries.Filter(), size=2)
        second = queries.found(cast.wang, queries.Filter(), size=2, cursor=first.next_cursor)
        back = queries.found(cast.wang, queries.Filter(), size=2, cursor=second.previous_cursor)
        assert [r.id for r in first.rows + second.rows] == ids[:4] and back == first and first.total == 5
        assert [r.id for r in queries.export_rows(cast.wang, queries.Filter(), chunk=2)] == ids


def test_another_stations_officer_and_those_without_the_right_get_nothing(cast, dispute, sign_on, stands, words):
    number = stands(dispute).dispute.number
    chen = sign_on("chen")
    assert number not in words(chen.get(reverse("disputes:list")))
    for there in (reverse("disputes:page", args=[dispute]), reverse("disputes:step", args=[dispute, "close"])):
        assert chen.get(there).status_code == 404
    for name in ("gao", "yi", "guan"):
        assert sign_on(name).get(reverse("disputes:list")).status_code == 403
        assert sign_on(name).get(reverse("disputes:page", args=[dispute])).status_code in (403, 404)
        assert sign_on(name).get(reverse("disputes:export")).status_code == 403
    lin = sign_on("lin")
    assert "由民警、所领导、值班人员或调解员登记" in words(lin.get(reverse("disputes:page", args=[dispute])))
    assert do(lin, dispute, "settle", outcome="failed").status_code == 403


def test_every_free_field_of_the_forms_is_on_the_collection_list():
    for form in (forms.OpenForm, forms.SettleForm, forms.RevisitForm, forms.CloseForm, forms.WithdrawForm, forms.ReopenForm):
        assert collection.unlisted(form) == []


def test_a_dispute_with_a_very_long_title_and_rare_names_shows(cast, sign_on):
    parties = (PartyIn(name="阿卜杜热西提·麦麦提托合提"), PartyIn(name="𠮷野家"), WANG)
    dispute = acts.open_dispute(cast.wang, matter_id=told(cast, text="争" * 5000, parties=parties))
    assert sign_on("wang").get(reverse("disputes:page", args=[dispute])).status_code == 200


def test_the_lists_of_disputes_stand_beside_each_other_and_each_post_sees_those_it_may_open(cast, sign_on):
    def beside(name):
        page = sign_on(name).get(reverse("disputes:list"))
        return [tab["label"] for tab in page.context["tabs"]], [tab["url"] for tab in page.context["tabs"]]

    every = ["台账", "回访", "复盘", "未回填", "文号登记簿", "待发短信"]
    assert beside("wang")[0] == every
    assert beside("lin")[0] == ["台账", "回访", "复盘", "待发短信"]
    assert beside("he")[0] == ["台账", "回访", "复盘", "文号登记簿", "待发短信"]
    for name in ("wang", "lin", "he", "wu", "shi"):
        client = sign_on(name)
        assert {client.get(url).status_code for url in beside(name)[1]} == {200}
