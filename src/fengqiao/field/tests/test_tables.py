"""What a phone takes with it: the tables both sides judge and speak by."""

from datetime import date, timedelta

from fengqiao.core import clock
from fengqiao.core.models import Workday
from fengqiao.core.scope import scope


def test_the_tables_carry_the_law_with_editions_and_calendar_and_are_sent_once(client, cast):
    body = client.get("/field/v1/tables").json()
    law, year = body["law"], clock.today().year
    assert {"people", "security", "on_the_spot", "settle_by_agreement"} <= set(law["routes"])
    assert {"violence", "signs", "drunk", "child"} <= {one["name"] for one in law["objections"]}
    assert all(not one["blocks"] and not one["citation"] for one in law["editions"] if one["state"] == "待核")
    assert {day[:4] for day in law["calendar"]["days"]} <= {str(year - 1), str(year), str(year + 1)}
    assert client.get("/field/v1/tables", {"have": body["hash"]}).status_code == 304


def test_a_day_the_bureau_sets_makes_the_tables_new(client, cast):
    before = client.get("/field/v1/tables").json()["hash"]
    day = date(clock.today().year, 7, 1) + timedelta(days=2)
    with scope(cast.zhao):
        Workday.objects.create(day=day, works=False, note="本地放假")
    after = client.get("/field/v1/tables", {"have": before})
    assert after.status_code == 200 and after.json()["law"]["calendar"]["days"][day.isoformat()] is False
