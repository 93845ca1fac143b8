"""The residents' page: open to everybody, says how, takes little, and is limited in number."""

import pytest
from django.core.cache import cache

from fengqiao.core.models import Event, RightsRequest
from fengqiao.core.scope import scope
from fengqiao.portal import views

FORM = {"asks": "access", "name": "巴特尔", "phone": "13899990017", "text": "想知道存了什么"}


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.mark.spec("S12")
def test_a_resident_asks_without_an_account_and_gets_a_number_and_a_day(cast, client):
    page = client.get("/ask/").content.decode()
    assert (
        "身份证件" in page and "起诉" in page and "个人信息保护法" in page and 'name="id_number"' not in page
    )
    answer = client.post("/ask/", FORM | {"org": cast.org["bureau"]})
    with scope(cast.quan):
        row = RightsRequest.objects.latest("created_at")
        assert (row.name, row.state, row.identity_checked, row.org_id) == (
            "巴特尔",
            "asked",
            "",
            cast.org["bureau"],
        )
        assert Event.objects.get(about=row.id).facts["checked"] == ""
    assert answer.status_code == 200 and row.number in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"phone": "12"}, {"name": ""}, {"org": "999"}, {"org": "4"}, {"asks": "x"}, {"text": "长" * 3000}],
)
def test_what_cannot_be_taken_comes_back_with_what_was_typed(cast, client, wrong):
    answer = client.post("/ask/", FORM | {"org": cast.org["bureau"]} | wrong)
    assert answer.status_code == 422
    with scope(cast.quan):
        assert not RightsRequest.objects.exists()


def test_nobody_floods_the_desk(cast, client):
    given = FORM | {"org": cast.org["bureau"]}
    codes = [client.post("/ask/", given).status_code for _ in range(views.MOST + 2)]
    assert codes == [200] * views.MOST + [429] * 2
    assert client.post("/ask/", given, REMOTE_ADDR="192.0.2.7").status_code == 200, (
        "another address is another person"
    )


def test_the_page_tells_nothing_of_what_is_held(cast, client):
    first = client.post("/ask/", FORM | {"org": cast.org["bureau"]}).content
    second = client.post("/ask/", FORM | {"name": "无此人", "org": cast.org["bureau"]}).content
    strip = lambda page: [p for p in page.decode().split("<dd>")[2:]]  # noqa: E731
    assert strip(first) == strip(second)


def test_without_a_rights_desk_the_page_sends_people_to_the_window(cast, client, monkeypatch):
    monkeypatch.setattr(views.queries, "desks", list)
    page = client.get("/ask/").content.decode()
    assert "到派出所窗口" in page and "<form" not in page
