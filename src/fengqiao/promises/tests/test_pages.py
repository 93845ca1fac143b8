"""The pages of hand-overs, asked for as a browser does; and the slip of an office without an account."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.promises import acts
from fengqiao.promises.models import Promise, Slip

from .test_acts import refer, row


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def text(response):
    return response.content.decode()


def test_the_inbox_shows_what_waits_and_signs_it_at_one_press(cast, matter, sign_on):
    sent = refer(cast, matter)
    shi = sign_on(cast.shi)
    shown = text(shi.get(reverse("promises:boxes")))
    assert sent.number in shown and "城关派出所" in shown and "请组织调解" not in shown
    assert sent.number not in text(sign_on(cast.chen).get(reverse("promises:boxes")))
    assert shi.post(reverse("promises:move", args=[sent.id, "sign"])).status_code == 302
    assert row(cast.wang, sent).state == "signed"


def test_the_page_of_a_hand_over_names_holder_hours_law_and_next_step(cast, matter, sign_on):
    sent = refer(cast, matter, to="yunling", kind="handover", channel="")
    shown = text(sign_on(cast.wang).get(reverse("promises:page", args=[sent.id])))
    for words in ("移送 L", "云岭派出所（已 0 小时）", "公安机关办理行政案件程序规定", "催办", "撤回", "请组织调解"):
        assert words in shown
    assert sign_on(cast.shi).get(reverse("promises:page", args=[sent.id])).status_code == 404


def test_a_return_without_words_comes_back_with_its_form_and_with_words_it_is_done(cast, matter, sign_on):
    sent = refer(cast, matter)
    shi, address = sign_on(cast.shi), reverse("promises:move", args=[sent.id, "return"])
    assert "退回理由" in text(shi.get(address))
    refused = shi.post(address, {"reason": "R01", "text": ""})
    assert refused.status_code == 422 and "有 1 处需要更正" in text(refused)
    assert row(cast.wang, sent).state == "sent"
    assert shi.post(address, {"reason": "R01", "text": "应由法院办理"}).status_code == 302
    back = sign_on(cast.wang).get(reverse("promises:box", args=["returned"]))
    assert sent.number in text(back) and "另行流转" in text(back)


def test_sending_and_sending_on_by_form(cast, matter, sign_on):
    wang = sign_on(cast.wang)
    address = reverse("promises:send", args=[matter])
    given = {"to_org_id": cast.org["justice"], "kind": "referral", "channel": "GT", "text": "请调解"}
    assert wang.post(address, given | {"channel": ""}).status_code == 422
    assert wang.post(address, given).status_code == 302
    with scope(cast.wang):
        sent = Promise.objects.get(about=matter)
    acts.return_(cast.shi, promise_id=sent.id, reason="R01", text="应由法院办理")
    on = given | {"to_org_id": cast.org["court"], "channel": "ST"}
    assert wang.post(reverse("promises:again", args=[sent.id]), on).status_code == 302
    with scope(cast.wang):
        assert [p.state for p in Promise.objects.filter(number=sent.number).order_by("id")] == ["passed", "slip"]
    assert sign_on(cast.chen).post(address, given).status_code == 404


def test_a_form_sent_twice_hands_over_once(cast, matter, sign_on):
    wang, address = sign_on(cast.wang), reverse("promises:send", args=[matter])
    given = {"to_org_id": cast.org["justice"], "kind": "referral", "channel": "GT", "text": "请调解", "idempotency_key": "k1"}
    first, second = wang.post(address, given), wang.post(address, given)
    assert first.status_code == second.status_code == 302 and first.url == second.url
    with scope(cast.wang):
        assert Promise.objects.filter(about=matter).count() == 1
    assert wang.post(address, given | {"text": "别的"}).status_code == 409


def test_a_joint_hand_over_by_form(cast, matter, sign_on):
    orgs = {"disputes_office": "dispute_office", "petition_office": "petition", "grid_office": "grid_office"}
    given = {code: cast.org[org] for code, org in orgs.items()} | {"lead": "grid_office", "text": "请共同调处"}
    wang, address = sign_on(cast.wang), reverse("promises:joint", args=[matter])
    assert wang.post(address, given | {"lead": ""}).status_code == 422
    assert wang.post(address, given).status_code == 302
    with scope(cast.wang):
        assert sorted(Promise.objects.filter(about=matter, lead=True).values_list("channel", flat=True)) == ["grid_office"]


@pytest.fixture
def slip(cast, matter):
    """A hand-over to the town government, which has no account, and the secret of its slip."""
    sent = refer(cast, matter, to="town", channel="ZT", text="请会同处理<脚本>")
    return sent, acts.issue_slip(cast.wang, promise_id=sent.id)


def test_a_printed_slip_is_one_page_with_what_it_says_and_no_secret_is_kept(cast, slip, sign_on):
    sent, token = slip
    printed = sign_on(cast.wang).post(reverse("promises:slip_pdf", args=[sent.id]))
    assert printed["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(printed.content)).pages
    words = pages[0].extract_text().replace("\n", "")
    assert len(pages) == 1
    for said in (sent.number, "城关派出所", "城关镇人民政府", "S2611-A00042", "请会同处理<脚本>", "签收回执", "自送达起 7 日内"):
        assert said in words
    with scope(cast.wang):
        assert all(token.encode() not in bytes(s.token_hash) for s in Slip.objects.all())
    assert sign_on(cast.chen).post(reverse("promises:slip_pdf", args=[sent.id])).status_code == 404


def test_an_office_without_an_account_signs_by_its_slip_and_the_clock_runs_from_then(cast, slip):
    sent, token = slip
    address = reverse("promises:slip", args=[token])
    later = clock.now() + timedelta(days=2)
    with clock.at(later):
        shown = text(Client().get(address))
        assert sent.number in shown and "请会同处理&lt;脚本&gt;" in shown
        assert Client().post(address, {"name": "李文书", "stamp": ""}).status_code == 422
        assert "已签收" in text(Client().post(address, {"name": "李文书", "stamp": "收-17"}))
    signed = row(cast.wang, sent)
    assert (signed.state, signed.signed_name, signed.stamp) == ("signed", "李文书", "收-17")
    assert signed.started_at == signed.delivered_at == later
    assert signed.due_at == later + timedelta(days=7)
    again = Client().post(address, {"name": "别人", "stamp": "1"})
    assert again.status_code == 409
    assert row(cast.wang, sent).signed_name == "李文书"


def test_a_slip_shows_only_its_own_hand_over_and_not_for_ever(cast, slip):
    sent, token = slip
    assert Client().get(reverse("promises:slip", args=["x" * 32])).status_code == 404
    with clock.at(clock.now() + timedelta(days=31)):
        assert Client().get(reverse("promises:slip", args=[token])).status_code == 404


def test_a_slip_is_not_looked_at_without_limit(cast, slip):
    client = Client()
    codes = [client.get(reverse("promises:slip", args=["guess"])).status_code for _ in range(31)]
    assert codes[:30] == [404] * 30 and codes[30] == 429
    assert client.get(reverse("promises:slip", args=[slip[1]])).status_code == 429


def test_delivery_by_hand_is_written_down_with_its_time_and_starts_the_clock(cast, slip, sign_on):
    sent, _ = slip
    wang = sign_on(cast.wang)
    given = {"how": "hand", "at": ""}
    with clock.at(clock.now() + timedelta(hours=6)):
        assert wang.post(reverse("promises:move", args=[sent.id, "deliver"]), given).status_code == 302
        delivered = row(cast.wang, sent)
        assert (delivered.state, delivered.holder_id) == ("delivered", cast.org["town"])
        assert delivered.due_at == clock.now() + timedelta(days=7)
        assert "对方签收人" in text(wang.get(reverse("promises:move", args=[sent.id, "sign"])))


def test_the_part_for_the_matters_page_names_each_hop(cast, matter):
    from django.template.loader import render_to_string

    from fengqiao.promises import queries

    sent = refer(cast, matter)
    acts.return_(cast.shi, promise_id=sent.id, reason="R03", text="缺材料")
    with scope(cast.wang):
        html = render_to_string("promises/_of_matter.html", {"promises": queries.for_matter(cast.wang, matter)})
    assert "公调对接：城关派出所 → 城关司法所" in html and "退回：材料不全" in html and "现由城关派出所办" in html


def test_the_file_holds_exactly_the_rows_of_the_filter_on_screen_and_no_words(cast, matter, sign_on):
    kept = refer(cast, matter)
    refer(cast, matter, to="yunling", kind="handover", channel="")
    wang, box = sign_on(cast.wang), reverse("promises:export", args=["waiting"]) + "?kind=referral"
    file = b"".join(wang.get(box + "&format=csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(file.splitlines()))
    assert [row["流转编号"] for row in rows] == [kept.number]
    assert (rows[0]["渠道"], rows[0]["现由谁办"], rows[0]["是否超时"]) == ("公调对接", "城关司法所", "否")
    assert "请组织调解" not in file
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(wang.get(box + "&format=xlsx").streaming_content))).active
    assert [list(map(str, line)) for line in sheet.iter_rows(values_only=True)][1][0] == kept.number
    assert sheet.max_row == 2
    assert len(b"".join(sign_on(cast.chen).get(box).streaming_content).splitlines()) == 1
