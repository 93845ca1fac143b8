"""The pages of the force: who may open them, what they show, what their forms do."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.force import acts, queries
from fengqiao.force.models import Placement
from fengqiao.places import acts as places

LONG_AGO = date(2024, 1, 1)
PAGES = ["placements", "gaps", "teams", "roster", "stations"]


@pytest.fixture
def grid(cast):
    home = places.draw_area(cast.zhao, kind="community", name="桂花社区", code="999999001001", since=LONG_AGO)
    return places.draw_area(cast.zhao, kind="grid", name="一格", parent_id=home.id, since=LONG_AGO)


@pytest.fixture
def wang(cast):
    return acts.enlist(cast.zhao, name="王砚", staff_kind="officer", org_id=cast.org["cg_community"], since=LONG_AGO)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("who", "status"), [("wang", 200), ("zhao", 200), ("wu", 200), ("shi", 403), ("he", 403), ("gao", 403), ("yi", 403)])
def test_the_force_is_seen_inside_the_police(sign_on, page, who, status):
    assert sign_on(who).get(reverse(f"force:{page}")).status_code == status


def test_an_administrator_sees_how_stations_are_made_up_and_nobody_placed(sign_on):
    answers = {page: sign_on("guan").get(reverse(f"force:{page}")).status_code for page in PAGES}
    assert answers == {"placements": 403, "gaps": 403, "teams": 403, "roster": 403, "stations": 200}


def test_totals_open_the_list_behind_them(sign_on, cast, grid, wang):
    acts.place(cast.zhao, service_id=wang.id, area_id=grid.id)
    page = sign_on("zhao").get(reverse("force:placements"))
    stat = next(s for s in page.context["stats"] if s["label"] == "一级网格")
    assert stat["value"] == 1
    rows = sign_on("zhao").get(reverse("force:placements") + stat["url"]).context["lists"][0][1]["rows"]
    assert [row["cells"][0] for row in rows] == ["王砚"]
    assert sign_on("zhao").get(reverse("force:placements") + "?tier=2").context["lists"][0][1]["rows"] == []


def test_both_gap_lists_stand_on_one_page(sign_on, cast, grid, wang):
    text = sign_on("zhao").get(reverse("force:gaps")).content.decode()
    assert "一格" in text and "王砚" in text
    sign_on("zhao").post(reverse("force:step", args=["placement"]), {"service_id": wang.id, "area_id": grid.id, "since": clock.today()})
    page = sign_on("zhao").get(reverse("force:gaps"))
    assert [shown["total"] for _, shown in page.context["lists"]] == [0, 0]


def test_the_page_of_areas_shows_who_stands_there_and_what_the_team_lacks(sign_on, cast, grid, wang):
    text = sign_on("wang").get(reverse("places:areas")).content.decode()
    assert "缺社区民警 1 人" in text
    acts.place(cast.zhao, service_id=wang.id, area_id=grid.id)
    text = sign_on("wang").get(reverse("places:areas")).content.decode()
    assert "缺社区民警" not in text and "王砚" in text


def test_a_placement_is_moved_and_ended_by_its_page(sign_on, cast, grid, wang):
    other = places.draw_area(cast.zhao, kind="grid", name="二格", parent_id=grid.parent_id, since=LONG_AGO)
    first = acts.place(cast.zhao, service_id=wang.id, area_id=grid.id, since=LONG_AGO)
    client = sign_on("zhao")
    address = reverse("force:placement", args=[first.id])
    assert client.get(address).status_code == 200
    assert client.post(address, {"area_id": other.id, "on": clock.today()}).status_code == 302
    with scope(cast.zhao):
        second = Placement.objects.get(area=other)
    assert client.post(reverse("force:end", args=[second.id]), {"on": clock.today()}).status_code == 302
    with scope(cast.zhao):
        assert queries.placements(cast.zhao) == []
    assert client.post(reverse("force:end", args=[second.id]), {"on": ""}).status_code == 422
    assert sign_on("wang").post(address, {"area_id": other.id, "on": clock.today()}).status_code == 403
    assert sign_on("chen").get(address).status_code == 404


def roll(encoding="utf-8", code="999999001001001"):
    return f"姓名,人员类别,网格编码\n甲,民警,{code}\n乙,辅警,{code}\n丙,村民,{code}\n".encode(encoding)


def workbook():
    book = openpyxl.Workbook()
    for line in (["姓名", "人员类别", "网格编码", "警号"], ["甲", "民警", "999999001001001", 12345.0], ["乙", "辅警", "999999001001001", None], ["丙", "村民", "999999001001001"]):
        book.active.append(line)
    book.save(kept := io.BytesIO())
    return kept.getvalue()


@pytest.mark.parametrize("body", [roll(), roll("gb18030"), roll("utf-8-sig"), workbook()])
def test_a_roll_comes_in_as_csv_or_workbook_and_names_what_was_refused(sign_on, cast, grid, body):
    answer = sign_on("zhao").post(reverse("force:import"), {"file": SimpleUploadedFile("r", body), "on": "2024-05-01"})
    assert answer.status_code == 200
    assert [stat["value"] for stat in answer.context["stats"]] == [2, 0, 1]
    assert answer.context["lists"][0][1]["rows"][0]["cells"][0] == "第 3 行"


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04broken", b"\xff\xff\xff", b"a\0b", "姓名,人员类别\n".encode()])
def test_a_file_that_is_no_roll_comes_back_with_words(sign_on, grid, body):
    answer = sign_on("zhao").post(reverse("force:import"), {"file": SimpleUploadedFile("r", body), "on": "2024-05-01"})
    assert answer.status_code == 422


def test_the_roster_is_written_by_the_desk_for_a_day(sign_on, wang):
    given = {"service_id": wang.id, "task": "lead", "start": "2026-11-21T08:00", "end": "2026-11-22T08:00"}
    assert sign_on("deng").post(reverse("force:step", args=["duty"]), given).status_code == 302
    page = sign_on("wang").get(reverse("force:roster"), {"day": "2026-11-21"})
    assert "王砚" in page.content.decode() and "带班" in page.content.decode()
    assert sign_on("wang").get(reverse("force:roster"), {"day": "2026-11-25"}).context["lists"][0][1]["rows"] == []
    assert sign_on("wang").get(reverse("force:roster"), {"day": "gestern"}).status_code == 404
    assert sign_on("wang").post(reverse("force:step", args=["duty"]), given).status_code == 403


def test_an_administrator_applies_a_template_and_sets_the_formula_by_form(sign_on, cast):
    client = sign_on("guan")
    answer = client.post(reverse("force:template", args=[cast.org["yunling"]]), {"template": "2T1R", "on": clock.today()})
    assert answer.status_code == 302
    assert "陈岩" in client.get(reverse("force:stations")).content.decode()  # in none of the three units
    given = {"org_id": cast.org["bureau"], "text": "1+2+N", "on": clock.today()}
    assert client.post(reverse("force:step", args=["formula"]), given).status_code == 302
    assert queries.formula_of(cast.org["chengguan"]).text == "1+2+N"
    assert client.post(reverse("force:step", args=["formula"]), given | {"text": "若干"}).status_code == 422
    assert sign_on("zhao").get(reverse("force:step", args=["formula"])).status_code == 403
    assert sign_on("guan").get(reverse("force:template", args=[10**6])).status_code == 404
