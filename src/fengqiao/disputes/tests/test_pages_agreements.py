"""The screens of agreements as an officer meets them: form with its plan, receipt, calls, reviews, outbox."""

from datetime import timedelta

import pytest
from django.urls import reverse

from fengqiao.core import clock
from fengqiao.core.models import Deadline, Message
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, jobs, queries
from fengqiao.disputes.models import Obligation, Party, Review, Revisit
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import ReportIn

from .conftest import LI, WANG, agreed

IN_A_MONTH = clock.today() + timedelta(days=30)


@pytest.fixture
def sides(cast, dispute):
    with scope(cast.wang):
        return [str(one) for one in Party.objects.filter(dispute_id=dispute).order_by("created_at", "id").values_list("id", flat=True)]


def filled(sides, **more):
    return {
        "way": "written", "kind": "people", "debtor": sides[0], "creditor": sides[1], "amount": "6.9万", "due_on": IN_A_MONTH.isoformat(),
        "number": "3", "interval": "month", "content": "分三期赔偿", **more,
    }  # fmt: skip


def test_the_form_shows_the_plan_line_by_line_before_it_is_saved_and_takes_it_as_shown(cast, dispute, sides, sign_on, words):
    wang, there = sign_on("wang"), reverse("disputes:agree", args=[dispute])
    assert "金额" in words(wang.get(there))
    plan = words(wang.post(reverse("disputes:plan", args=[dispute]), filled(sides)))
    assert "¥23,000" in plan and "¥69,000" in plan and "王某某 → 李某某" in plan
    assert "两种读法" in words(wang.post(reverse("disputes:plan", args=[dispute]), filled(sides, amount="两万三")))
    late = filled(sides, due_on=(clock.today() - timedelta(days=1)).isoformat())
    refused = wang.post(there, late)
    assert refused.status_code == 422 and "履行期限已过" in words(refused)
    assert wang.post(there, filled(sides)).status_code == 302
    shown = words(wang.get(reverse("disputes:page", args=[dispute])))
    assert "协议与履行" in shown and "¥23,000" in shown and "申请司法确认" in shown
    with scope(cast.wang):
        assert [o.amount for o in Obligation.objects.order_by("seq")] == [23_000] * 3


def test_who_pays_is_never_proposed_and_of_two_sides_the_other_one_is_paid(cast, dispute, sides, sign_on, words):
    wang, there = sign_on("wang"), reverse("disputes:agree", args=[dispute])
    form = wang.get(there).context["form"]
    assert {field.name for group in form.groups() for field in group["fields"]} == set(form.fields)
    assert not form["debtor"].value() and not form["creditor"].value()
    refused = wang.post(there, filled(sides, debtor="", creditor=""))
    assert refused.status_code == 422 and "请选择由谁向谁履行" in words(refused)
    assert wang.post(there, filled(sides, debtor=sides[1], creditor="")).status_code == 302
    with scope(cast.wang):
        assert {(str(o.debtor_id), str(o.creditor_id)) for o in Obligation.objects.all()} == {(sides[1], sides[0])}


def test_part_paid_at_once_and_a_promise_to_apologise(cast, dispute, sides, sign_on):
    given = filled(sides, amount="六十九万", paid_now="9万", number="1", other_kind="apology", other_debtor=sides[1], other="当面道歉", other_due_on=IN_A_MONTH.isoformat())
    assert sign_on("wang").post(reverse("disputes:agree", args=[dispute]), given).status_code == 302
    with scope(cast.wang):
        rows = list(Obligation.objects.order_by("seq").values_list("kind", "amount", "state"))
        assert rows == [("money", 90_000, "performed"), ("money", 600_000, "pending"), ("apology", None, "pending")]
        assert queries.dispute_page(cast.wang, dispute).performance == "partly"


def test_a_receipt_is_noted_from_the_page_and_what_is_over_time_names_the_next_step(cast, dispute, sign_on, words):
    first, _ = agreed(cast.wang, dispute, owed=[500, 700], kind="security")
    with clock.at(clock.now() + timedelta(days=31)):
        jobs.find_breaches()
        wang = sign_on("wang")
        shown = words(wang.get(reverse("disputes:page", args=[dispute])))
        assert "逾期未履行" in shown and "第一百八十五条" in shown and "登记履行 e" in shown
        there = reverse("disputes:perform", args=[first])
        assert wang.post(there, {"amount": "600", "proof": "receipt", "on": clock.today().isoformat()}).status_code == 422
        assert wang.post(there, {"amount": "五百", "proof": "receipt", "on": clock.today().isoformat()}).status_code == 302
        assert "已履行" in words(wang.get(reverse("disputes:page", args=[dispute])))


@pytest.mark.spec("NJ-26")
def test_the_call_list_has_both_kinds_due_first_and_one_key_notes_the_result(cast, sign_on, access_lines, words):
    """落实回访机制: overdue ones stand first; the rest of the row is proved beside test_agreements."""
    matter = intake.receive(cast.sun, report=ReportIn(channel="110", text="为停车争吵", parties=(WANG, LI))).matter_id
    dispute = acts.open_dispute(cast.deng, matter_id=matter, kind="D02", owner_id=cast.wang.account_id)
    acts.settle(cast.wang, dispute_id=dispute, outcome="settled", performance="performed")
    deng, there = sign_on("deng"), reverse("disputes:calls")
    shown = words(deng.get(there))
    assert shown.index("警情回访：") < shown.index("纠纷回访") and "不满意 3" in shown and "王大山" not in shown
    with scope(cast.deng):
        alarm, again = (Deadline.objects.get(rule=rule).id for rule in (queries.CALL, queries.REVISIT))
    answer = deng.post(reverse("disputes:phones", args=[alarm]))
    full, dialled = words(answer), 'href="tel:13800001234"' in answer.content.decode()
    assert "王大山" in full and "138 0000 1234" in full and dialled and access_lines(cast.deng)[-1]["purpose"] == "回访"
    assert sign_on("lin").post(reverse("disputes:heard", args=[alarm]), {"result": "content"}).status_code == 403
    assert deng.post(reverse("disputes:heard", args=[alarm]), {"result": "content"}).status_code == 302
    assert deng.post(reverse("disputes:heard", args=[alarm]), {"result": "content"}).status_code == 404
    assert "反弹 3" in words(deng.get(there))
    assert sign_on("lin").post(reverse("disputes:heard", args=[again]), {"result": "flared_up"}).status_code == 302
    with scope(cast.wang):
        assert {r.kind: r.result for r in Revisit.objects.all()} == {"alarm": "content", "dispute": "flared_up"}
        assert Review.objects.get().why == "reopened"
    assert "待复盘" in words(deng.get(reverse("disputes:reviews")))
    assert "没有待回访的" in words(deng.get(there)) and sign_on("chen").get(there).status_code == 200


def test_a_violent_alarm_is_exempt_by_one_key_and_a_case_by_itself(cast, sign_on):
    def opened():
        matter = intake.receive(cast.sun, report=ReportIn(channel="110", text="打架", parties=(WANG, LI))).matter_id
        return acts.open_dispute(cast.deng, matter_id=matter, kind="D02", owner_id=cast.wang.account_id)

    def waits(dispute):
        with scope(cast.deng):
            return queries.call_waits(dispute)

    one, two = opened(), opened()
    with scope(cast.deng):
        call = Deadline.objects.get(rule=queries.CALL, subject_id=one).id
    sign_on("deng").post(reverse("disputes:heard", args=[call]), {"result": "violence"})
    acts.settle(cast.wang, dispute_id=two, outcome="case")
    assert not waits(one) and not waits(two)


def test_the_outbox_shows_masks_prints_in_full_and_ticks_off(cast, dispute, sign_on, access_lines, words):
    agreed(cast.wang, dispute, owed=[500])
    with clock.at(clock.now() + timedelta(days=28)):
        jobs.remind()
    deng = sign_on("deng")
    shown = words(deng.get(reverse("desk:outbox")))
    assert "王某某" in shown and "138****1234" in shown and "王大山" not in shown
    full = words(deng.post(reverse("desk:outbox_paper")))
    assert "王大山" in full and access_lines(cast.deng)[-1]["kind"] == "message"
    with scope(cast.deng):
        ids = [str(one) for one in Message.objects.values_list("id", flat=True)]
    deng.post(reverse("desk:outbox_printed"), {"id": ids, "how": "printed"})
    with scope(cast.deng):
        assert set(Message.objects.values_list("state", flat=True)) == {"printed"}
    assert "没有提醒" in words(deng.get(reverse("desk:outbox")))
    assert "没有提醒" in words(sign_on("he").get(reverse("desk:outbox")))  # of a single organisation


def test_of_two_pages_open_at_once_the_second_is_shown_the_newer_state(cast, dispute, sign_on, stands, words):
    agreed(cast.wang, dispute, owed=[500], form="on_the_spot", done=True)
    acts.revisit(cast.wang, dispute_id=dispute, manner="visit", result="stable")
    version = stands(dispute).dispute.version
    one, two = sign_on("wang"), sign_on("deng")
    assert one.post(reverse("disputes:step", args=[dispute, "close"]), {"version": version}).status_code == 302
    late = two.post(reverse("disputes:step", args=[dispute, "reopen"]), {"version": version, "reason": "又起争执"})
    assert late.status_code == 409 and "结案" in words(late) and stands(dispute).dispute.state == "closed"
