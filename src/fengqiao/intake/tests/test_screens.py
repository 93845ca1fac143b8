"""接报 as each post sees it: sixty seconds at night, what is similar beside it, the receipt."""

import re
from datetime import datetime
from html.parser import HTMLParser

import pytest

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.intake import acts, forms
from fengqiao.intake.models import Matter, Report, Suggestion
from fengqiao.intake.rules import PartyIn, ReportIn

NIGHT = {f"p{i}-role": "party" for i in range(forms.ROWS)} | {
    "text": "邻居王大山和李四喝了酒在楼道里吵架，推搡了几下",
    "place_text": "城关镇枫桥村三组12号",
    "occurred": "刚才",
    "kind": "D02",
    "channel": "window",
    "p0-role": "caller", "p0-name": "王大山", "p0-phone": "13800001234", "p0-id_number": "999999199001010016",
    "p1-name": "李四",
}  # fmt: skip
BEFORE = ReportIn(
    channel="110", text="枫桥村三组王大山和李四因院墙吵架", place_text="枫桥村三组12号",
    parties=(PartyIn(name="王大山", phone="13800001234", role="caller"), PartyIn(name="李四")),
)  # fmt: skip


class Tags(HTMLParser):
    """All start tags of a page."""

    def __init__(self, answer):
        super().__init__()
        self.found = []
        self.feed(answer.content.decode())

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, tag, **attrs):
        return [a for t, a in self.found if t == tag and all(a.get(k.replace("_", "-")) == v for k, v in attrs.items())]


def test_ten_past_three_one_post_makes_receipt_matter_and_both_parties(sign_on, cast, words):
    with clock.at(datetime(2026, 11, 21, 3, 10, tzinfo=clock.SHANGHAI)):
        answer = sign_on("sun").post("/reports/new/", NIGHT, follow=True)
    with scope(cast.wang):
        report = Report.objects.get()
        assert [p.name for p in report.parties.order_by("created_at", "id")] == ["王大山", "李四"]
        assert (report.matter.kind, report.channel, report.matter.state) == ("D02", "window", "waiting")
    assert answer.redirect_chain == [(f"/reports/{report.id}/", 302)]
    assert f'data-receipt>{report.receipt}<' in answer.content.decode()
    assert "已受理" in words(answer)
    assert "王大山" not in words(answer) and "王某某" in words(answer)


def test_last_night_about_eight_is_kept_as_an_interval(sign_on, cast):
    with clock.at(datetime(2026, 11, 21, 3, 10, tzinfo=clock.SHANGHAI)):
        sign_on("sun").post("/reports/new/", NIGHT | {"occurred": "昨晚八点左右"})
    with scope(cast.wang):
        report = Report.objects.get()
    assert [f"{clock.local(t):%d %H:%M}" for t in (report.occurred_start, report.occurred_end)] == ["20 19:30", "20 20:30"]
    assert report.precision == "about"


def test_the_same_form_sent_twice_makes_one_report_and_shows_its_receipt_again(sign_on, cast):
    client, form = sign_on("sun"), NIGHT | {"idempotency_key": "f" * 32}
    first, second = (client.post("/reports/new/", form, follow=True) for _ in range(2))
    assert first.redirect_chain == second.redirect_chain
    with scope(cast.wang):
        assert Report.objects.count() == 1


def test_a_refused_form_keeps_its_key_and_goes_through_once_mended(sign_on, cast):
    client, form = sign_on("sun"), NIGHT | {"idempotency_key": "e" * 32}
    assert client.post("/reports/new/", form | {"text": ""}).status_code == 422
    assert client.post("/reports/new/", form).status_code == 302
    with scope(cast.wang):
        assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"text": " "}, "id_text", "请写一句话说明发生了什么"),
        ({"occurred": "老早以前"}, "id_occurred", "看不懂这个时间"),
        ({"p0-id_number": "999999199001010015"}, "id_p0-id_number", "校验位不符"),
        ({"p1-phone": "1380000"}, "id_p1-phone", "电话号码"),
        ({"p1-name": "", "p3-name": "李四", "p3-phone": "1"}, "id_p3-phone", "电话号码"),
        ({"channel": "grid110"}, "id_channel", "grid110"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(sign_on, cast, words, change, field, told):
    answer = sign_on("sun").post("/reports/new/", NIGHT | change)
    assert answer.status_code == 422
    page = Tags(answer)
    wrong = [a["id"] for t, a in page.found if a.get("aria-invalid") == "true"]
    assert wrong[0] == field
    assert told in words(answer)
    assert page.named("a", href=f"#{field}"), "the summary leads to the field"
    assert 'value="城关镇枫桥村三组12号"' in answer.content.decode()
    with scope(cast.wang):
        assert not Report.objects.exists()


def test_everything_wrong_is_told_at_once(sign_on):
    answer = sign_on("sun").post("/reports/new/", NIGHT | {"occurred": "老早以前", "p0-phone": "138", "p1-id_number": "9"})
    assert [a["id"] for _, a in Tags(answer).found if a.get("aria-invalid") == "true"] == ["id_occurred", "id_p0-phone", "id_p1-id_number"]


def test_the_form_is_made_for_the_keyboard_and_brings_no_script_of_its_own(sign_on):
    answer = sign_on("sun").get("/reports/new/")
    page = Tags(answer)
    assert "data-focus" in page.named("textarea", id="id_text")[0]
    form = page.named("form", id="receive")[0]
    assert form["data-form"] == "intake.receive"
    assert page.named("summary", data_key="p") and not page.named("button", type="submit", form="receive")
    panel = page.named("div", id="similar")[0]
    assert panel["hx-post"] == "/reports/similar/" and "delay:400ms" in panel["hx-trigger"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    inline = re.findall(r"<script(?![^>]*src=)[^>]*>", answer.content.decode()) + re.findall(r"\son\w+=", answer.content.decode())
    assert not inline


def test_every_personal_field_says_what_it_is_collected_for(sign_on, words):
    shown = words(sign_on("sun").get("/reports/new/"))
    assert "姓名、电话、公民身份号码用于受理报警求助" in shown
    assert "依据：公安机关办理行政案件程序规定第六十条" in shown and "保存：事项办结后 3 年" in shown


@pytest.mark.parametrize(
    ("who", "there", "absent"),
    [
        ("sun", "id_p0-name id_p0-phone id_p0-id_number id_p0-language card id_kind", "id_org"),
        ("lin", "id_p0-name id_p0-phone id_p0-id_number id_kind", "id_org"),
        ("wu", "id_p0-id_number id_org", ""),
        ("gao", "id_p0-name id_p0-phone id_kind", "id_p0-id_number id_p0-language card"),
        ("yi", "id_p0-name id_text", "id_p0-phone id_p0-id_number id_p0-language card id_kind"),
    ],
)
def test_each_post_is_asked_only_for_what_it_may_collect(sign_on, who, there, absent):
    """S8: grid workers take no id numbers, volunteers no phone or number of others."""
    ids = {a.get("id") for _, a in Tags(sign_on(who).get("/reports/new/")).found}
    assert set(there.split()) <= ids and not ids & set(absent.split())


@pytest.mark.parametrize(("who", "channel"), [("gao", "grid"), ("yi", "volunteer")])
def test_what_a_grid_worker_or_volunteer_sends_beyond_the_form_is_not_kept(sign_on, cast, who, channel):
    assert sign_on(who).post("/reports/new/", NIGHT | {"channel": channel}).status_code == 302
    with scope(cast.wang):
        party = Report.objects.get().parties.get(name="王大山")
        assert (party.id_hash, party.id_last4) == (None, "")
        assert bool(party.phone) == (who == "gao")


@pytest.mark.parametrize("who", ["gao", "yi", "shi"])
def test_who_works_outside_the_police_is_shown_nothing_of_other_peoples_matters(sign_on, cast, who):
    acts.receive(cast.sun, report=BEFORE)
    client = sign_on(who)
    assert client.post("/reports/similar/", NIGHT).status_code == 403
    assert 'id="similar"' not in client.get("/reports/new/").content.decode()
    assert sign_on("wang").post("/reports/similar/", NIGHT).status_code == 200  # the same, by an officer


@pytest.mark.parametrize("who", ["guan", "quan"])
def test_administrator_and_rights_desk_take_no_reports(sign_on, cast, who):
    client = sign_on(who)
    assert client.get("/reports/new/").status_code == 403
    assert client.post("/reports/new/", NIGHT).status_code == 403
    with scope(cast.wang):
        assert not Report.objects.exists()


def test_beside_the_form_stands_what_it_may_belong_to_with_the_reasons(sign_on, cast, compared, words):
    known = acts.receive(cast.sun, report=BEFORE)
    compared()
    answer = sign_on("sun").post("/reports/similar/", NIGHT)
    assert known.matter_number in words(answer) and "同一当事人" in words(answer)
    assert "类别建议" in words(answer)
    buttons = [(a["name"], a["value"], a.get("data-key")) for a in Tags(answer).named("button") if a.get("name")]
    assert buttons == [("attach", str(known.matter_id), "m"), ("again", str(known.matter_id), "o")]


def test_a_hit_of_another_station_names_only_the_station_and_the_distance(sign_on, cast, compared, words):
    acts.receive(cast.chen, report=BEFORE)
    compared()
    shown = words(sign_on("sun").post("/reports/similar/", NIGHT))
    assert "云岭派出所 有相似事项" in shown
    assert not any(word in shown for word in ("王某", "王大山", "S26", "同一当事人", "院墙"))


def test_what_is_no_police_matter_is_told_with_the_office_and_its_number(sign_on, words):
    shown = words(sign_on("sun").post("/reports/similar/", {"text": "老板拖欠三个月工资，劳动合同也不给"}))
    assert "可能不属公安职责" in shown and "12333" in shown


def test_looking_up_what_is_similar_stores_nothing(sign_on, cast):
    sign_on("sun").post("/reports/similar/", NIGHT)
    with scope(cast.wang):
        assert not Matter.objects.exists()


def test_attached_from_the_form_it_is_answered_already_with_their_first_number(sign_on, cast, words):
    known = acts.receive(cast.sun, report=BEFORE)
    answer = sign_on("sun").post("/reports/new/", NIGHT | {"attach": known.matter_id}, follow=True)
    assert "已在办" in words(answer) and known.receipt in words(answer)
    with scope(cast.wang):
        matter = Matter.objects.get()
        assert (matter.reports, matter.occurrences) == (2, 1)


def test_happened_again_from_the_form_counts_as_a_second_occurrence(sign_on, cast, words):
    known = acts.receive(cast.sun, report=BEFORE)
    answer = sign_on("sun").post("/reports/new/", NIGHT | {"again": known.matter_id}, follow=True)
    assert "再次发生" in words(answer)
    with scope(cast.wang):
        assert Matter.objects.get().occurrences == 2


def test_another_stations_matter_cannot_be_attached_to_by_guessing_its_id(sign_on, cast):
    known = acts.receive(cast.chen, report=BEFORE)
    assert sign_on("sun").post("/reports/new/", NIGHT | {"attach": known.matter_id}).status_code == 404
    assert sign_on("chen").post("/reports/new/", NIGHT | {"attach": known.matter_id}).status_code == 302


def test_a_pair_told_apart_before_saving_is_not_suggested_again(sign_on, cast, compared):
    known = acts.receive(cast.sun, report=BEFORE)
    compared()
    sign_on("sun").post("/reports/new/", NIGHT | {"not_same": known.matter_id})
    compared()
    with scope(cast.wang):
        assert [s.decided for s in Suggestion.objects.all()] == ["other"]


def test_the_suggested_kind_is_chosen_with_one_key(sign_on):
    answer = sign_on("sun").get("/reports/kind/D03/")
    chosen = [a for a in Tags(answer).named("option") if "selected" in a]
    assert [a["value"] for a in chosen] == ["D03"]
    assert Tags(answer).named("select")[0]["id"] == "id_kind"


CARD = "王大山|男|汉|19900101|枫溪县城关镇枫桥村三组12号|999999199001010016|枫溪县公安局"


def test_of_a_card_only_name_and_number_are_taken(sign_on):
    answer = sign_on("sun").post("/reports/card/", {"card": CARD, "p0-name": "李四", "p0-role": "caller"})
    values = [a["value"] for a in Tags(answer).named("input") if a.get("value")]
    assert values == ["李四", "王大山", "999999199001010016"]
    assert not any(word in answer.content.decode() for word in ("汉|", "19900101|", "三组12号"))


@pytest.mark.parametrize("text", ["", "王大山", "999999199001010016", "王大山|999999199001010015"])
def test_a_card_that_cannot_be_read_says_so_and_keeps_what_was_typed(sign_on, text):
    answer = sign_on("sun").post("/reports/card/", {"card": text, "p0-name": "李四"})
    assert Tags(answer).named("p", id="card-error")
    assert 'value="李四"' in answer.content.decode()


def test_a_grid_worker_has_no_card_reader(sign_on):
    assert sign_on("gao").post("/reports/card/", {"card": CARD}).status_code == 403
    assert sign_on("sun").post("/reports/card/", {"card": CARD}).status_code == 200


def test_a_session_that_ran_out_while_typing_is_told_to_the_script_and_loses_nothing(client, sign_on, cast):
    """The server's part: 401 and no page for htmx, so that the form stays; the browser's part is proved with the look."""
    answer = client.post("/reports/new/", NIGHT, headers={"HX-Request": "true"})
    assert answer.status_code == 401 and "<" not in answer.content.decode()
    assert client.post("/reports/similar/", NIGHT, headers={"HX-Request": "true"}).status_code == 401
    assert sign_on("sun").post("/reports/new/", NIGHT, headers={"HX-Request": "true"}).status_code == 302


def test_the_county_centre_says_for_which_station_it_takes_the_report(sign_on, cast):
    client, form = sign_on("wu"), NIGHT | {"channel": "110"}
    assert client.post("/reports/new/", form).status_code == 422
    assert client.post("/reports/new/", form | {"org": cast.org["yunling"]}).status_code == 302
    with scope(cast.chen):
        assert Report.objects.get().org_id == cast.org["yunling"]


def test_a_receipt_of_another_station_reads_like_one_that_does_not_exist(sign_on, cast):
    report = acts.receive(cast.sun, report=BEFORE).report_id
    assert sign_on("wang").get(f"/reports/{report}/").status_code == 200
    hidden, missing = (sign_on("chen").get(f"/reports/{i}/") for i in (report, "00000000-0000-7000-8000-000000000000"))
    assert (hidden.status_code, missing.status_code) == (404, 404)


def test_a_volunteer_sees_the_receipt_of_what_they_handed_in_and_no_other(sign_on, cast):
    mine = sign_on("yi").post("/reports/new/", NIGHT | {"channel": "volunteer"})
    other = acts.receive(cast.sun, report=BEFORE).report_id
    client = sign_on("yi")
    assert client.get(mine.url).status_code == 200
    assert client.get(f"/reports/{other}/").status_code == 404
