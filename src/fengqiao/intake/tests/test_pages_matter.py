"""The page of one matter: masked until a purpose is given, one next step, two people at once."""

import pytest

from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.scope import scope
from fengqiao.engine.triage import load_lexicon
from fengqiao.intake import acts, queries, rules
from fengqiao.intake.models import Matter, Report
from fengqiao.intake.rules import PartyIn, ReportIn

QUARREL = ReportIn(
    channel="window", text="王大山说邻居李四把他家院墙推倒了一段", place_text="枫桥村三组12号", kind="D03",
    parties=(PartyIn(name="王大山", phone="13800001234", id_number="999999199001010016", role="caller"), PartyIn(name="李四")),
)  # fmt: skip


@pytest.fixture
def known(cast):
    return acts.receive(cast.sun, report=QUARREL)


@pytest.fixture
def at(known):
    """Address of the matter's page, or of one of its steps."""
    return lambda step="": f"/matters/{known.matter_id}/" + (f"do/{step}/" if step else "")


def state(cast, known) -> str:
    with scope(cast.wang):
        return Matter.objects.get(id=known.matter_id).state


def test_the_page_masks_names_everywhere_and_writes_no_access_line(sign_on, at, words, looked):
    answer = sign_on("wang").get(at())
    shown = words(answer)
    assert answer.status_code == 200
    assert "王某某" in shown and "138****1234" in shown and "李某" in shown
    assert "王大山" not in answer.content.decode() and "李四" not in answer.content.decode()
    assert looked() == []


def test_full_names_need_a_purpose_and_write_exactly_one_access_line(sign_on, at, words, looked):
    client = sign_on("wang")
    refused = client.post(at() + "unmasked/", {"purpose": " "})
    assert refused.status_code == 422 and "请写明查阅事由" in words(refused) and "王大山" not in refused.content.decode()
    assert looked() == []
    shown = client.post(at() + "unmasked/", {"purpose": "联系当事人"})
    assert "王大山说邻居李四" in words(shown) and "138 0000 1234" in words(shown)
    assert [(action, purpose) for action, purpose, _ in looked()] == [("unmask", "联系当事人")]
    assert "999999199001010016" not in shown.content.decode(), "the number stays sealed but for its last four"


def test_the_page_of_another_station_reads_like_one_that_does_not_exist(sign_on, at):
    assert sign_on("wang").get(at()).status_code == 200
    client = sign_on("chen")
    hidden = client.get(at())
    missing = client.get("/matters/00000000-0000-7000-8000-000000000000/")
    assert hidden.status_code == missing.status_code == 404
    assert client.post(at() + "unmasked/", {"purpose": "看看"}).status_code == 404
    assert client.get(at("triage")).status_code == 404


@pytest.mark.parametrize("who", ["guan", "yi"])
def test_who_may_not_read_matters_gets_no_page(sign_on, at, who):
    assert sign_on(who).get(at()).status_code in (403, 404)
    assert sign_on("lin").get(at()).status_code == 200


@pytest.mark.parametrize(
    ("who", "offered"),
    [("wang", "分流 e"), ("deng", "分流 e"), ("lin", "暂不能分流 由民警、所领导或综合指挥室分流。"), ("sun", "暂不能分流")],
)
def test_next_is_one_act_or_the_reason_why_not(sign_on, at, words, who, offered):
    shown = words(sign_on(who).get(at()))
    assert offered in shown.split("下一步", 1)[1][:80]


@pytest.mark.spec("NP-32")
def test_from_waiting_to_closed_by_the_buttons_and_never_without_a_revisit(sign_on, cast, known, at, words):
    """闭环处: closing without a revisit is refused. The sources of one quarrel and the delay are proved elsewhere."""
    client = sign_on("wang")
    client.post(at("triage"), {"kind": "D03", "police": "yes", "owner_id": cast.wang.account_id})
    assert state(cast, known) == "open"
    assert client.post(at("settle"), {"outcome": "settled"}).status_code == 302
    assert "登记回访" in words(client.get(at())).split("下一步", 1)[1][:30]
    refused = client.post(at("close"), {"outcome": ""})
    assert refused.status_code == 409 and "须先回访" in words(refused)
    assert state(cast, known) == "settled"
    client.post(at("revisit"), {"manner": "phone", "result": "not_performed"})
    assert "处理后再回访" in words(client.post(at("close"), {"outcome": ""}))
    client.post(at("revisit"), {"manner": "visit", "result": "stable", "text": "双方都说好了"})
    assert "结案 e" in words(client.get(at()))
    assert client.post(at("close"), {"outcome": ""}).status_code == 302
    assert state(cast, known) == "closed"


def test_a_revisit_that_finds_it_flared_up_opens_the_matter_again(sign_on, cast, known, at):
    acts.take_over(cast.wang, matter_id=known.matter_id)
    acts.settle(cast.wang, matter_id=known.matter_id, outcome="settled")
    sign_on("wang").post(at("revisit"), {"manner": "visit", "result": "flared_up"})
    assert state(cast, known) == "open"


@pytest.mark.parametrize(
    ("results", "leader", "free"),
    [
        ([], False, False), (["stable"], False, True), (["stable", "not_performed"], False, False),
        (["unreachable"] * 2, True, False), (["unreachable"] * 3, False, False), (["unreachable"] * 3, True, True),
    ],
)  # fmt: skip
def test_three_times_unreachable_the_leader_decides(results, leader, free):
    assert (rules.not_closed_yet(results, leader=leader) == "") == free


def test_a_form_refused_by_the_act_shows_why_beside_the_field(sign_on, at, words):
    answer = sign_on("wang").post(at("case"), {"case_number": "12"})
    assert answer.status_code == 422 and "6 至 40 位" in words(answer) and 'value="12"' in answer.content.decode()
    answer = sign_on("wang").post(at("merge"), {"number": "S0000-0"})
    assert answer.status_code == 422 and "没有编号为 S0000-0 的事项" in words(answer)


def test_an_auxiliary_triages_nothing_even_by_hand(sign_on, cast, known, at):
    form = {"kind": "D03", "police": "yes"}
    assert sign_on("lin").post(at("triage"), form).status_code == 403
    assert sign_on("wang").post(at("triage"), form).status_code == 302


def test_two_people_change_different_fields_and_both_changes_stay(sign_on, cast, known, at):
    wang, zhao = sign_on("wang"), sign_on("zhao")
    version = wang.get(at("edit")).context["form"].initial["version"]
    for client, change in ((wang, {"title": "界墙纠纷", "place_text": QUARREL.place_text}), (zhao, {"title": QUARREL.text, "place_text": "枫桥村祠堂旁"})):
        assert client.post(at("edit"), change | {"version": version}).status_code == (302 if client is wang else 409)
    with scope(cast.wang):
        assert Matter.objects.get().title == "界墙纠纷"


@pytest.mark.spec("U6")
def test_two_people_change_the_same_field_and_the_second_sees_both_versions(sign_on, cast, known, at, words):
    """Both versions are kept and shown. U6 also: the same between phones that were offline; it comes with the phone."""
    wang, zhao = sign_on("wang"), sign_on("zhao")
    form = {"place_text": QUARREL.place_text, "version": wang.get(at("edit")).context["form"].initial["version"]}
    assert wang.post(at("edit"), form | {"title": "界墙纠纷"}).status_code == 302
    answer = zhao.post(at("edit"), form | {"title": "院墙纠纷"})
    assert answer.status_code == 409 and "data-stale" in answer.content.decode()
    assert "事由 不同 界墙纠纷 院墙纠纷" in words(answer)
    with scope(cast.wang):
        assert Matter.objects.get().title == "界墙纠纷"


def test_opening_the_title_to_change_it_is_logged_because_it_may_hold_names(sign_on, at, looked):
    assert "王大山说邻居" in sign_on("wang").get(at("edit")).content.decode()
    assert [purpose for _, purpose, _ in looked()] == ["修改事项"]


def test_the_timeline_tells_who_did_what_in_which_post_and_what_changed(sign_on, cast, known, at, words):
    acts.triage(cast.zhao, matter_id=known.matter_id, kind="D02", owner_id=cast.wang.account_id)
    acts.note(cast.wang, matter_id=known.matter_id, text="上门看过现场，王大山在家")
    shown = words(sign_on("wang").get(at())).split("经过", 1)[1]
    assert "分流 赵启明 所长 城关派出所" in shown
    assert "类别 房屋、宅基地纠纷 → 邻里纠纷" in shown and "主办人 （空） → 王砚" in shown and "状态 待分流 → 办理中" in shown
    assert "上门看过现场，王某某在家" in shown
    assert "接报 孙敏 窗口 城关派出所 窗口" in shown and known.receipt in shown


def test_not_a_police_matter_is_told_where_to_go_with_words_and_telephone(sign_on, cast, known, at, words):
    answer = sign_on("wang").post(at("elsewhere"), {"where": "E03", "written": ""}, follow=True)
    assert "12333" in words(answer) and "工资和劳动关系的问题由劳动监察和仲裁机构处理" in words(answer)
    assert state(cast, known) == "told"


def test_handed_over_it_waits_for_the_other_sides_signature(sign_on, cast, known, at, words):
    client = sign_on("wang")
    wrong = client.post(at("hand-over"), {"kind": "referral", "to_org_id": cast.org["justice"], "reason": "请调解", "due_at": "昨天"})
    assert wrong.status_code == 422
    client.post(at("hand-over"), {"kind": "referral", "channel": "GT", "to_org_id": cast.org["justice"], "reason": "请调解"})
    assert state(cast, known) == "handed"
    assert "暂不能办理 已流转，待对方签收" in words(client.get(at()))
    assert sign_on("shi").get(at()).status_code == 200, "the other side now sees it"


def test_the_receiver_of_a_share_may_write_but_not_decide(sign_on, cast, known, at, words):
    acts.hand_over(cast.wang, matter_id=known.matter_id, to_org_id=cast.org["justice"], kind="referral", reason="请调解", channel="GT")
    client = sign_on("shi")
    assert "事项由城关派出所主办" in words(client.get(at()))
    assert client.post(at("note"), {"text": "已约双方周三到司法所"}).status_code == 302
    assert client.post(at("triage"), {"kind": "D03", "police": "yes"}).status_code == 403
    assert "已约双方周三到司法所" in words(sign_on("wang").get(at()))


def test_one_report_moves_out_and_a_merge_by_number_can_be_undone(sign_on, cast, known, at, words):
    client = sign_on("wang")
    other = acts.attach(cast.sun, report=QUARREL, matter_id=known.matter_id)
    moved = client.post(f"/reports/{other.report_id}/detach/")
    assert moved.status_code == 302 and moved.url != at()
    with scope(cast.wang):
        number = Matter.objects.exclude(id=known.matter_id).get().number
    answer = client.post(f"{moved.url}do/merge/", {"number": known.matter_number}, follow=True)
    assert "打开归并后的事项" in words(answer)
    page = client.get(at())
    assert number in words(page) and "撤销归并" in words(page)
    undo = page.context["page"].joins[0]["id"]
    assert client.post(f"/joins/{undo}/undo/", follow=True).status_code == 200
    with scope(cast.wang):
        assert sorted(m.reports for m in Matter.objects.all()) == [1, 1]


def test_a_report_can_be_counted_as_another_occurrence(sign_on, cast, known):
    again = acts.attach(cast.sun, report=QUARREL, matter_id=known.matter_id)
    assert sign_on("lin").post(f"/reports/{again.report_id}/again/").status_code == 403
    assert sign_on("wang").post(f"/reports/{again.report_id}/again/").status_code == 302
    with scope(cast.wang):
        assert Matter.objects.get().occurrences == 2


def test_a_step_that_does_not_exist_is_not_there(sign_on, at):
    assert sign_on("wang").get(at("vanish")).status_code == 404


@pytest.mark.parametrize("step", ["triage", "note", "settle", "revisit", "close", "reopen", "case", "elsewhere", "hand-over", "edit", "merge"])
def test_every_step_has_a_page_with_one_button_and_a_cursor(sign_on, at, step):
    page = sign_on("wang").get(at(step)).content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    assert page.count('class="btn btn-primary">') == 1 and page.count("data-focus") >= 1
    assert f'data-form="intake.{step}.' in page and "<script>" not in page


def test_every_office_the_word_list_names_has_its_words_for_the_caller():
    assert set(load_lexicon("elsewhere").names) == set(rules.OFFICES)
    assert set(rules.OFFICES.values()) <= set(vocabulary("elsewhere"))


def test_reading_a_matter_costs_the_same_for_ten_reports_as_for_one(sign_on, cast, known, at, django_assert_max_num_queries):
    for _ in range(9):
        acts.attach(cast.sun, report=QUARREL, matter_id=known.matter_id)
    client = sign_on("wang")
    client.get(at())
    with django_assert_max_num_queries(45):
        client.get(at())
    with scope(cast.wang):
        assert Report.objects.count() == 10 and queries.matter_page(cast.wang, known.matter_id).occurrences == 1
