"""The front door's pages as each post sees them."""

import re
import uuid

import pytest
from django.test import Client

from fengqiao.core.models import Account
from fengqiao.core.scope import scope
from fengqiao.intake import acts, queries
from fengqiao.intake.models import Matter, Party, Report, Suggestion
from fengqiao.intake.rules import PartyIn, ReportIn

NIGHT = {
    "text": "邻居王大山和李四喝了酒在楼道里吵架，推搡了几下",
    "place_text": "城关镇枫桥村三组12号",
    "occurred": "刚才",
    "kind": "D02",
    "channel": "window",
    "p0-role": "caller", "p0-name": "王大山", "p0-phone": "13800001234", "p0-id_number": "999999199001010016",
    "p1-role": "party", "p1-name": "李四",
}  # fmt: skip


def rows(count=8):
    """The roles of rows nobody typed into: a browser sends them too."""
    return {f"p{i}-role": "party" for i in range(count)}


@pytest.fixture
def sign_on(cast):
    """`sign_on("sun")` is a browser in which the window clerk is signed on."""

    def start(name: str, **given) -> Client:
        client = Client(**given)
        client.force_login(Account.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return start


def words(response) -> str:
    """The text of a page, tags and space runs taken out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_three_ten_at_the_window_one_post_makes_receipt_matter_and_both_parties(sign_on, cast):
    answer = sign_on("sun").post("/reports/new/", rows() | NIGHT, follow=True)
    assert answer.redirect_chain[-1][1] == 302
    with scope(cast.wang):
        report = Report.objects.get()
        assert [p.name for p in report.parties.order_by("created_at", "id")] == ["王大山", "李四"]
        assert (report.matter.kind, report.place_text) == ("D02", "城关镇枫桥村三组12号")
    assert report.receipt in words(answer)
    assert "已受理" in words(answer) and "王大山" not in words(answer)


def test_the_same_form_sent_twice_makes_one_report_and_shows_its_receipt_again(sign_on, cast):
    client, form = sign_on("sun"), rows() | NIGHT | {"idempotency_key": "f" * 32}
    first, second = (client.post("/reports/new/", form, follow=True) for _ in range(2))
    assert first.redirect_chain == second.redirect_chain
    with scope(cast.wang):
        assert Report.objects.count() == 1
