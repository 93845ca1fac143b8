"""The pages of approvals: what waits for me, the call at night, its signature, the table; and the start page."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fengqiao.core import clock
from fengqiao.core.acts import approvals as acts
from fengqiao.core.errors import Forbidden, NotThere, Refused
from fengqiao.core.models import Account, Content, Event, Notice, Post
from fengqiao.core.queries import approvals as queries
from fengqiao.core.queries.organisations import about
from fengqiao.core.scope import scope
from fengqiao.core.signon import actor_of
from fengqiao.disputes import acts as disputes
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import ReportIn
from fengqiao.tasks import acts as tasks

MORNING = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai


@pytest.fixture(autouse=True)
def _morning():
    with clock.at(MORNING):
        yield


def ask(cast, actor=None, kind="handover"):
    given = {"text": "流转 X2611-0001 至司法所", "url": "/promises/", "change": {}, "reason": "当事人申请人民调解"}
    org = cast.org["chengguan"]
    return acts.ask(actor or cast.wang, kind=kind, about=about(org), subject=("paper", uuid.uuid4()), org_id=org, **given)


def test_what_waits_for_me_stands_on_the_start_page_and_on_the_page_of_approvals(cast, sign_on, words):
    asked = ask(cast)
    zhao = sign_on(cast.zhao)
    assert f"/approvals/{asked}/" in zhao.get("/").content.decode()
    shown = words(zhao.get("/approvals/"))
    assert "流转 X2611-0001 至司法所" in shown and "王砚" in shown
    page = words(zhao.get(f"/approvals/{asked}/"))
    assert "当事人申请人民调解" in page and "同意" in page
    assert f"/approvals/{asked}/" not in sign_on(cast.wang).get("/").content.decode()
    assert "流转 X2611-0001" in words(sign_on(cast.wang).get("/approvals/?tab=asked"))


def test_a_refusal_without_reason_comes_back_and_with_one_is_done_once(cast, sign_on, words):
    asked = ask(cast)
    zhao = sign_on(cast.zhao)
    answer = zhao.post(f"/approvals/{asked}/decide/", {"granted": "no"})
    assert answer.status_code == 422 and "请写明理由" in words(answer)
    assert zhao.post(f"/approvals/{asked}/decide/", {}).status_code == 422
    given = {"granted": "no", "reason": "先走访", "idempotency_key": "k"}
    assert [zhao.post(f"/approvals/{asked}/decide/", given).status_code for _ in range(2)] == [302, 302]
    assert "先走访" in words(sign_on(cast.wang).get(f"/approvals/{asked}/"))
    assert "不同意" in words(zhao.get("/approvals/?tab=decided"))


def test_a_call_is_written_down_at_night_and_signed_in_the_morning(cast, sign_on, words):
    with clock.at(MORNING - timedelta(hours=8)):
        asked = ask(cast)
        deng = sign_on(cast.deng)
        assert "记录电话请示" in words(deng.get(f"/approvals/{asked}/"))
        assert "所长 赵启明" in words(deng.get(f"/approvals/{asked}/telephone/"))
        wrong = deng.post(f"/approvals/{asked}/telephone/", {"by_account_id": cast.zhao.account_id, "granted": "yes", "words": ""})
        assert wrong.status_code == 422 and "请记下通话内容" in words(wrong)
        given = {"by_account_id": cast.zhao.account_id, "granted": "yes", "at": "刚才", "words": "同意移交"}
        assert deng.post(f"/approvals/{asked}/telephone/", given).status_code == 302
    zhao = sign_on(cast.zhao)
    start = words(zhao.get("/"))
    assert "电话审批待补签" in start and "补签" in start
    assert "同意移交" in words(zhao.get(f"/approvals/{asked}/"))
    assert zhao.post(f"/approvals/{asked}/sign/", {"stands": "yes"}).status_code == 302
    assert "电话审批待补签" not in words(zhao.get("/"))
    assert "补签" in words(zhao.get(f"/approvals/{asked}/"))


def test_the_next_station_finds_no_such_approval(cast, sign_on):
    asked = ask(cast)
    for way in ("", "telephone/"):
        assert sign_on(cast.chen).get(f"/approvals/{asked}/{way}").status_code == 404
    assert str(asked) not in sign_on(cast.chen).get("/approvals/?tab=decided").content.decode()


def test_the_administrator_changes_a_line_of_the_table_and_the_station_reads_it(cast, sign_on, words):
    guan = sign_on(cast.guan)
    bureau, station = cast.org["bureau"], cast.org["chengguan"]
    at = f"/approvals/table/{bureau}/handover/"
    assert 'value="leader" ' in guan.get(at).content.decode()
    assert guan.post(at, {"titles": "", "sample": "0"}).status_code == 422
    assert guan.post(at, {"roles": ["desk"], "titles": "值班长", "sample": "0", "own": "on"}).status_code == 302
    with scope(cast.deng):
        assert queries.may_decide(cast.deng, station, "handover", asked_by=cast.deng.account_id)
    shown = words(sign_on(cast.wang).get("/approvals/table/"))
    assert "综合指挥室（值班长）" in shown and "变更" not in shown
    assert sign_on(cast.wang).get(at).status_code == 403
    assert sign_on(cast.zhao).get(f"/approvals/table/{cast.org['yunling']}/").status_code == 404


def test_an_unanswered_violation_sign_stands_on_top_of_the_daily_list(cast, sign_on):
    told = intake.receive(cast.sun, report=ReportIn(channel="window", text="两家争吵"))
    intake.triage(cast.deng, matter_id=told.matter_id, kind="D02", owner_id=cast.wang.account_id)
    dispute = disputes.open_dispute(cast.wang, matter_id=told.matter_id)
    with clock.at(MORNING - timedelta(days=2)):
        tasks.create(cast.zhao, title="超时的任务", due_at=MORNING - timedelta(hours=5), to_org_id=cast.wang.org_id, owner_id=cast.wang.account_id)
    disputes.add_signs(cast.wang, dispute_id=dispute, signs=["weapon"])
    todo = sign_on(cast.wang).get("/").content.decode().split('id="todo"')[1].split("</section>")[0]
    assert todo.index("使用器械") < todo.index("超时的任务")
    assert "使用器械" in sign_on(cast.zhao).get("/").content.decode() and "使用器械" not in sign_on(cast.chen).get("/").content.decode()


@pytest.fixture
def second(cast):
    """The station's political instructor: a second leader."""
    account = Account.objects.create(username="dao", name="导向", password="x", pin="x")
    Post.objects.create(account=account, org_id=cast.org["chengguan"], role="leader", staff_kind="民警", title="教导员", valid_from=date(2024, 1, 1))
    return actor_of(account.id)


def sampled_of(cast, actor):
    """Forty yellow levels decided by the chief; those the month's sample of one in ten has drawn."""
    for _ in range(40):
        acts.decide(cast.zhao, approval_id=ask(cast, kind="level_mid"), granted=True)
    with scope(actor):
        return queries.sample(actor, MORNING - timedelta(days=1), MORNING + timedelta(days=1))


def test_who_looked_which_sampled_decision_through_and_what_was_found_is_written_down_once(cast, second, sign_on, words):
    """Station-day 3: yellow and blue by the head of the community team, plus a monthly sample."""
    drawn = sampled_of(cast, second)
    assert drawn and all(one.may_look for one in drawn)
    first, *rest = drawn
    at = f"/approvals/{first.id}/"
    desk = sign_on(second)
    assert "待抽查" in words(desk.get("/approvals/?tab=sample")) and "登记抽查" in words(desk.get(at))
    wrong = desk.post(f"{at}look/", {"found": "fix", "text": ""})
    assert wrong.status_code == 422 and "请写明哪里不对" in words(wrong)
    assert desk.post(f"{at}look/", {"found": "fix", "text": "理由写得太简单"}).status_code == 302
    page = desk.get(at)
    assert "须改正，导向" in words(page) and f'{at}look/' not in page.content.decode()
    listed = words(desk.get("/approvals/?tab=sample"))
    assert "抽查须改正" in listed and (not rest or "待抽查" in listed)
    with scope(cast.zhao):
        event = Event.objects.get(act="core.look_through")
        assert (event.account_id, event.facts["found"]) == (second.account_id, "fix") and "简单" not in str(event.facts)
        assert Content.objects.get(event_id=event.id).body.count("理由写得太简单") == 1
        assert Notice.objects.filter(account_id=cast.zhao.account_id, text__startswith="抽查须改正").exists()
    with pytest.raises(Refused, match="已抽查"):
        acts.look_through(second, approval_id=first.id, found="fine")


def test_nobody_looks_through_what_he_decided_what_was_not_drawn_or_what_is_anothers(cast, second):
    drawn = sampled_of(cast, second)
    with pytest.raises(Forbidden, match="其他所领导"):
        acts.look_through(cast.zhao, approval_id=drawn[0].id, found="fine")
    with pytest.raises(Forbidden, match="所领导"):
        acts.look_through(cast.wang, approval_id=drawn[0].id, found="fine")
    with pytest.raises(NotThere):
        acts.look_through(cast.chen, approval_id=drawn[0].id, found="fine")
    with scope(second):
        other = next(one for one in queries.decided(second) if one.id not in {row.id for row in drawn})
    with pytest.raises(Refused, match="没有被抽到"):
        acts.look_through(second, approval_id=other.id, found="fine")
    with pytest.raises(Refused, match="没有被抽到"):
        acts.look_through(second, approval_id=ask(cast, kind="level_mid"), found="fine")
    for broken in ("looked_by_id = decided_by_id, looked_at = now(), found = 'fine'", "found = 'fine'", "looked_at = now()"):
        with scope(second), pytest.raises(IntegrityError, match="approval_looked"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE core_approval SET {broken} WHERE id = %s", [drawn[0].id])


def test_what_was_left_of_last_months_sample_is_still_listed(cast, second, sign_on, words):
    drawn = sampled_of(cast, second)
    with clock.at(MORNING + timedelta(days=15)):
        assert words(sign_on(second).get("/approvals/?tab=sample")).count("待抽查") == len(drawn)


def test_the_sample_of_the_month_is_the_leaders_to_look_through(cast, sign_on, words):
    assert "每月抽查" in words(sign_on(cast.zhao).get("/approvals/")) and "每月抽查" not in words(sign_on(cast.wang).get("/approvals/"))
    made = [ask(cast, kind="level_mid") for _ in range(40)]
    for one in made:
        acts.decide(cast.zhao, approval_id=one, granted=True)
    with scope(cast.zhao):
        drawn = queries.sample(cast.zhao, MORNING - timedelta(days=1), MORNING + timedelta(days=1))
        assert 0 < len(drawn) < 40 and drawn == queries.sample(cast.zhao, MORNING - timedelta(days=1), MORNING + timedelta(days=1))
