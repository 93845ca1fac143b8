"""The place of a report: found while typing, chosen with its position, written freely, put right in triage."""

from datetime import timedelta

import pytest
from shapely import box

from fengqiao.core import clock
from fengqiao.core.listeners import News
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.intake import acts, forms, jobs, matching, queries
from fengqiao.intake.models import Fingerprint, Matter, Report
from fengqiao.intake.rules import PlaceIn, ReportIn
from fengqiao.places import acts as places
from fengqiao.places.queries import area_at

DOOR = "枫溪县城关镇枫桥社区5幢2单元"
FORM = {f"p{i}-role": "party" for i in range(forms.ROWS)} | {"text": "两家为界墙争吵", "occurred": "刚才", "kind": "D02", "channel": "window"}


@pytest.fixture
def town(cast):
    """枫桥社区 with two grids, and one earlier report from a door in it."""
    community = places.draw_area(cast.zhao, kind="community", name="枫桥社区", code="999999001001", outline=box(120.30, 29.70, 120.32, 29.72))
    grids = [
        places.draw_area(cast.zhao, kind="grid", name=name, parent_id=community.id, outline=box(x, 29.70, x + 0.01, 29.72))
        for name, x in (("第一网格", 120.30), ("枫桥社区第二网格", 120.31))
    ]
    told = acts.receive(cast.wang, report=ReportIn(channel="110", text="楼上漏水", place_text=DOOR, lat=29.712345, lon=120.315))
    return {"grids": grids, "told": told}


def found(actor, typed):
    with scope(actor):
        return queries.spots(actor, typed)


@pytest.mark.parametrize("typed", ["枫桥社区第", "fqsqd", "楓橋 一"])
def test_a_grid_is_found_by_characters_or_initials_with_its_community_before_it(cast, town, typed):
    assert found(cast.wang, typed)[0].text == "枫桥社区第一网格"


def test_an_address_of_the_own_station_comes_with_its_position_and_once(cast, town):
    acts.receive(cast.wang, report=ReportIn(channel="window", text="又漏水", place_text=DOOR + " "))
    [one] = found(cast.wang, "5z2d")
    assert (one.text, one.times, one.kind) == (DOOR, 2, "address")
    assert (one.lat, one.lon) == (29.712345, 120.315)


def test_the_next_station_and_who_is_no_police_are_shown_no_addresses(cast, town):
    assert found(cast.chen, "5z2d") == []
    assert [spot.kind for spot in found(cast.gao, "枫桥")] == ["community", "grid", "grid"]


def test_what_is_chosen_fills_text_and_position_and_goes_into_the_record(sign_on, cast, town, words):
    client = sign_on("sun")
    listed = client.post("/reports/places/", {"place_text": "5z2d"})
    assert DOOR in words(listed) and "有坐标" in words(listed)
    filled = client.post("/reports/place/", {"place_text": DOOR, "lat": "29.712345", "lon": "120.315000"})
    assert f'value="{DOOR}"' in filled.content.decode() and "29.712345" in filled.content.decode()
    client.post("/reports/new/", FORM | {"place_text": DOOR + "301", "place_of": DOOR, "lat": "29.712345", "lon": "120.315000", "system": "WGS84"})
    with scope(cast.wang):
        report = Report.objects.select_related("matter").latest("created_at")
    assert (report.lat, report.lon, report.given_system) == (29.712345, 120.315, "WGS84")
    assert report.matter.grid_id == town["grids"][1].id
    assert report.cell == matching.cell_of(29.712345, 120.315)


def test_a_position_of_another_text_is_not_taken(sign_on, cast, town, words):
    client = sign_on("sun")
    asked = {"place_text": "石桥村二组", "place_of": DOOR, "lat": "29.712345", "lon": "120.315000", "system": "WGS84"}
    assert "原来的经纬度不再采用" in words(client.post("/reports/places/", asked))
    client.post("/reports/new/", FORM | asked)
    with scope(cast.wang):
        assert Report.objects.latest("created_at").lat is None


def test_without_script_plain_text_and_a_written_position_do(sign_on, cast, town):
    """A grid's name alone gives the grid; 高德's degrees are put into WGS-84, as they came they are kept."""
    client = sign_on("sun")
    client.post("/reports/new/", FORM | {"place_text": "枫桥社区第一网格3号楼"})
    client.post("/reports/new/", FORM | {"text": "又吵", "place_text": "桥头", "lat": "29°42′44.4″", "lon": "120.3195", "system": "GCJ02"})
    with scope(cast.wang):
        named, measured = Report.objects.select_related("matter").order_by("created_at")[1:]
        assert (named.lat, named.matter.grid_id) == (None, town["grids"][0].id)
        assert (measured.given_x, measured.given_y, measured.given_system) == (120.3195, pytest.approx(29.7123333), "GCJ02")
        assert measured.lat != measured.given_y
        assert measured.matter.grid_id == area_at(cast.wang, measured.lat, measured.lon, clock.today()).id


@pytest.mark.parametrize("lat, lon, said", [("29.7", "", "须同时填写"), ("北纬", "120", "不是数字"), ("0", "0", "没有填写"), ("3123456", "512345", "平面坐标")])
def test_a_position_that_is_none_is_told_beside_the_field(sign_on, cast, town, words, lat, lon, said):
    answer = sign_on("sun").post("/reports/new/", FORM | {"place_text": "桥头", "lat": lat, "lon": lon, "system": "WGS84"})
    assert answer.status_code == 422
    assert said in words(answer)


def test_triage_puts_the_place_right_and_the_look_up_knows_it_then(cast, town):
    receipt = acts.receive(cast.wang, report=ReportIn(channel="110", text="两家争吵", place_text="桥头那边"))
    place = PlaceIn(DOOR, 29.712345, 120.315)
    acts.triage(cast.wang, matter_id=receipt.matter_id, kind="D02", place=place)
    with scope(cast.wang):
        matter = Matter.objects.get(id=receipt.matter_id)
        assert (matter.place_text, matter.lat, matter.grid_id) == (DOOR, 29.712345, town["grids"][1].id)
        event = Event.objects.filter(about=matter.id, act="intake.triage").get()
        assert (event.facts["located"], event.facts["changed"]) == (True, ["place_text"])
        assert DOOR not in str(event.facts)
    news = News(1, event.id, event.act, event.org_id, event.about, event.recorded_at, event.subjects, event.facts)
    with scope(system_actor("匹配")):
        jobs.index_and_match(system_actor("匹配"), [news])
        assert Fingerprint.objects.get(report_id=receipt.report_id).cell == matter.cell


def test_triage_by_its_form_changes_no_position_that_was_not_touched(sign_on, cast, town):
    client = sign_on("wang")
    address = f"/matters/{town['told'].matter_id}/do/triage/"
    page = client.get(address).content.decode()
    assert 'value="29.712345"' in page and 'id="spots"' in page
    client.post(address, {"kind": "D02", "police": "yes", "place_text": DOOR + "301室", "lat": "29.712345", "lon": "120.315000", "system": "WGS84"})
    with scope(cast.wang):
        matter = Matter.objects.get(id=town["told"].matter_id)
    assert (matter.kind, matter.place_text, matter.lat, matter.lon) == ("D02", DOOR + "301室", 29.712345, 120.315)
    client.post(address, {"kind": "D03", "police": "yes"})
    with scope(cast.wang):
        assert Matter.objects.get(id=matter.id).place_text == DOOR + "301室"


def test_a_matter_without_position_takes_that_of_a_report_attached_to_it(cast, town):
    first = acts.receive(cast.wang, report=ReportIn(channel="110", text="两家争吵", place_text="桥头"))
    acts.attach(cast.wang, report=ReportIn(channel="window", text="又来了", lat=29.715, lon=120.305), matter_id=first.matter_id)
    with scope(cast.wang):
        matter = Matter.objects.get(id=first.matter_id)
    assert (matter.lat, matter.grid_id) == (29.715, town["grids"][0].id)


def test_a_grid_that_has_ended_names_no_new_place(cast, town):
    tomorrow = clock.today() + timedelta(days=1)
    places.merge_areas(cast.zhao, area_ids=[grid.id for grid in town["grids"]], name="枫桥社区大网格", on=tomorrow)
    with clock.at(clock.now() + timedelta(days=2)):
        assert "枫桥社区第一网格" not in [spot.text for spot in found(cast.wang, "枫桥")]
