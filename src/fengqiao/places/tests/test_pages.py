"""The pages of areas: who may open them, what they show, what their forms do."""

import json
from datetime import date

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from shapely import box

from fengqiao.core import clock
from fengqiao.places import acts, queries
from fengqiao.places.models import Area

LONG_AGO = date(2024, 1, 1)


@pytest.fixture
def village(cast):
    home = acts.draw_area(cast.zhao, kind="village", name="柳溪村", code="999999001001", outline=box(106, 38, 106.02, 38.01), since=LONG_AGO)
    grid = acts.draw_area(cast.zhao, kind="grid", name="西格", parent_id=home.id, outline=box(106, 38, 106.01, 38.01), since=LONG_AGO)
    return home, grid


def file(*items):
    features = [
        {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))} for shape, properties in items
    ]
    return SimpleUploadedFile("a.geojson", json.dumps({"type": "FeatureCollection", "features": features}).encode())


def test_the_list_shows_areas_their_outline_and_nothing_of_other_stations(sign_on, village):
    page = sign_on("wang").get(reverse("places:areas"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "西格" in text and "<path d=" in text and "未对应" in text
    assert "西格" not in sign_on("chen").get(reverse("places:areas")).content.decode()


def test_the_filter_shows_what_it_says(sign_on, village):
    rows = sign_on("wang").get(reverse("places:areas"), {"kind": "grid"}).context["list"]["rows"]
    assert [row["cells"][0] for row in rows] == ["西格"]
    assert sign_on("wang").get(reverse("places:areas"), {"q": "无此格"}).context["list"]["rows"] == []
    assert sign_on("wang").get(reverse("places:areas"), {"cursor": "x"}).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("shi", 403), ("he", 403), ("yi", 403), ("gao", 200), ("guan", 200), ("zhao", 200)])
def test_who_may_see_the_map(sign_on, village, who, status):
    assert sign_on(who).get(reverse("places:areas")).status_code == status


def test_an_area_of_another_station_is_not_there(sign_on, village):
    assert sign_on("chen").get(reverse("places:area", args=[village[1].id])).status_code == 404
    assert sign_on("chen").get(reverse("places:area", args=[10**6])).status_code == 404


def test_only_who_draws_is_offered_a_change(sign_on, village):
    offered = sign_on("zhao").get(reverse("places:area", args=[village[1].id])).context
    assert offered["step"]["label"] == "调整界线"
    assert sign_on("wang").get(reverse("places:area", args=[village[1].id])).context["step"] is None
    assert sign_on("wang").get(reverse("places:step", args=[village[1].id, "split"])).status_code == 403


def test_an_administrator_draws_a_grid_by_form(sign_on, village):
    given = {
        "kind": "grid", "name": "东格", "parent_id": village[0].id, "grid_kind": "basic", "org_id": village[0].org_id,
        "outline": file((box(106.01, 38, 106.02, 38.01), {})), "system": "wgs84", "since": "2024-01-01",
    }  # fmt: skip
    answer = sign_on("guan").post(reverse("places:draw"), given)
    assert answer.status_code == 302
    assert queries.area_at(None, 38.005, 106.015, clock.today(), "grid").name == "东格"


def test_a_file_without_its_coordinate_system_comes_back_with_the_reason(sign_on, village):
    given = {"outline": file((box(106, 38, 106.005, 38.01), {})), "on": clock.today()}
    answer = sign_on("zhao").post(reverse("places:step", args=[village[1].id, "move"]), given)
    assert answer.status_code == 422
    assert "请先说明坐标系" in answer.content.decode()


@pytest.mark.parametrize("body", [b"", b"\xff", b"{}", b"[]", b'{"type": "FeatureCollection", "features": [1]}', b'{"type": "Feature"}', b"MZ\x90"])
def test_a_file_that_is_no_map_comes_back_with_words(sign_on, village, body):
    given = {"outline": SimpleUploadedFile("a.geojson", body), "system": "wgs84", "on": clock.today()}
    answer = sign_on("zhao").post(reverse("places:step", args=[village[1].id, "move"]), given)
    assert answer.status_code == 422


def test_a_grid_is_split_by_a_file_of_named_parts(sign_on, village):
    parts = file((box(106, 38, 106.01, 38.005), {"名称": "南"}), (box(106, 38.005, 106.01, 38.01), {"名称": "北"}))
    given = {"outline": parts, "system": "wgs84", "on": clock.today()}
    answer = sign_on("zhao").post(reverse("places:step", args=[village[1].id, "split"]), given)
    assert answer.status_code == 302
    assert set(Area.objects.filter(parent=village[0], until=None).values_list("name", flat=True)) == {"南", "北"}
    page = sign_on("zhao").get(reverse("places:area", args=[village[1].id])).content.decode()
    assert "停用" in page and "南" in page
    assert 'class="pl-grid pl-here"' in page  # drawn as it last was


def test_a_police_area_is_mapped_and_unmapped_by_page(sign_on, cast, village):
    police = acts.draw_area(cast.zhao, kind="police", name="一警务区", since=LONG_AGO)
    client = sign_on("zhao")
    assert client.post(reverse("places:step", args=[police.id, "link"]), {"grid_id": village[1].id, "on": clock.today()}).status_code == 302
    assert client.get(reverse("places:area", args=[police.id])).context["mapped"]["rows"][0]["cells"][0] == "西格"
    assert client.post(reverse("places:unlink", args=[police.id, village[1].id])).status_code == 302
    assert client.post(reverse("places:unlink", args=[police.id, village[1].id])).status_code == 404


def test_an_import_tells_what_became_of_each_feature(sign_on, cast):
    upload = file(
        (box(107, 38, 107.02, 38.02), {"类型": "村", "名称": "上村", "编码": "999999002001", "派出所": "云岭所"}),
        (box(107, 38, 107.01, 38.01), {"类型": "小区", "名称": "某"}),
    )
    answer = sign_on("guan").post(
        reverse("places:import"), {"file": upload, "system": "wgs84", "org_id": cast.org["yunling"], "on": "2024-01-01"}
    )
    assert answer.status_code == 200
    assert answer.context["made"] == 1
    assert [row["cells"] for row in answer.context["list"]["rows"]] == [["第 2 个", "类型应为社区、村、警务区或网格。"]]
