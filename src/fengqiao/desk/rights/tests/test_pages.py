"""The rights desk's pages: one request from the counter to its end, and who is shown nothing."""

import io
import re

import pypdf
import pytest
from django.db import connections

from fengqiao.core import access
from fengqiao.core.models import ImpactAssessment, RightsRequest
from fengqiao.core.scope import scope
from fengqiao.intake import acts as intake
from fengqiao.intake.models import Party
from fengqiao.intake.rules import PartyIn, ReportIn

NAME, PHONE, ID = "欧阳砚秋", "13899990017", "999999198501010034"
FORM = {"asks": "erase", "name": NAME, "phone": PHONE, "id_number": ID, "checked": "card", "text": "请删除"}


@pytest.fixture(autouse=True)
def places(tmp_path, settings, monkeypatch):
    for name in ("files", "erasures"):
        (tmp_path / name).mkdir()
        setattr(settings, f"{name.upper()}_DIR", tmp_path / name)
    monkeypatch.setattr(access, "connections", {"access": connections["default"]})


def matter(cast):
    given = ReportIn(
        channel="window",
        title="界墙",
        text=f"{NAME}称王伟民推墙#set text(red)",
        parties=(PartyIn(name=NAME, phone=PHONE, id_number=ID), PartyIn(name="王伟民")),
    )
    return intake.receive(cast.sun, report=given).matter_id


def made(cast, client, **given) -> RightsRequest:
    answer = client.post("/rights/new/", FORM | given)
    assert answer.status_code == 302, re.findall(r"fq-error[^>]*>(.*?)</p>", answer.content.decode(), re.S)
    with scope(cast.quan):
        return RightsRequest.objects.latest("created_at")


@pytest.mark.spec("S12")
def test_a_deletion_goes_from_the_counter_to_its_end(cast, sign_on):
    root = matter(cast)
    client = sign_on("quan")
    row = made(cast, client)
    listed = client.get("/rights/").content.decode()
    assert row.number in listed and "欧阳某某" in listed and NAME not in listed
    page = client.get(f"/rights/{row.id}/").content.decode()
    assert NAME in page and "查找所存信息" in page
    held = client.get(f"/rights/{row.id}/held/").content.decode()
    assert "界墙" in held and "王伟民" not in held and ID in held
    assert client.post(f"/rights/{row.id}/erase/", {"matter": [str(root)]}).status_code == 302
    with scope(cast.wang):
        assert not Party.objects.filter(name=NAME).exists()
    after = client.get(f"/rights/{row.id}/").content.decode()
    assert "一并删除" in after and NAME not in after


def test_the_paper_is_a_pdf_that_lays_what_people_wrote_as_text(cast, sign_on):
    root = matter(cast)
    client = sign_on("quan")
    row = made(cast, client, asks="copy")
    answer = client.post(f"/rights/{row.id}/print/", {})
    assert answer.headers["Content-Type"] == "application/pdf"
    text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(answer.content)).pages).replace(
        "\n", ""
    )
    assert NAME in text and row.number in text and "个人信息保护法" in text and "王伟民" not in text
    assert "#set text(red)" in text, "markup in what people wrote is not run"
    withheld = client.post(f"/rights/{row.id}/print/", {f"withhold-{root}": "secret"})
    text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(withheld.content)).pages).replace(
        "\n", ""
    )
    assert NAME not in text and "依法不予提供" in text and "另有 1 个事项" in text


def test_a_correction_and_an_answer_by_the_pages(cast, sign_on):
    matter(cast)
    client = sign_on("quan")
    row = made(cast, client, asks="correct")
    with scope(cast.wang):
        party = Party.objects.get(name=NAME)
    given = {"row": f"intake.Party:{party.pk}", "column": "name", "value": "欧阳燕秋", "reason": "证件"}
    assert client.post(f"/rights/{row.id}/correct/", given).status_code == 302
    assert client.post(f"/rights/{row.id}/correct/", given | {"value": ""}).status_code == 422
    assert client.post(f"/rights/{row.id}/correct/", given | {"row": "intake.Party:x"}).status_code == 404
    assert client.post(f"/rights/{row.id}/answer/", {"text": ""}).status_code == 422
    assert client.post(f"/rights/{row.id}/answer/", {"text": "已更正"}).status_code == 302
    assert client.post(f"/rights/{row.id}/refuse/", {"reason": "secret"}).status_code == 409, (
        "an ended request stays ended"
    )


@pytest.mark.parametrize("who", ["wang", "zhao", "guan", "wu", "shi", "yi"])
def test_nobody_else_gets_any_of_the_desks_pages(cast, sign_on, who):
    row = made(cast, sign_on("quan"))
    client = sign_on(who)
    for path in ("/rights/", "/rights/new/", f"/rights/{row.id}/", f"/rights/{row.id}/held/"):
        answer = client.get(path)
        assert answer.status_code == 403 and NAME not in answer.content.decode(), path
    for name in ("print", "erase", "refuse", "answer", "correct", "identity"):
        assert client.post(
            f"/rights/{row.id}/{name}/", {"text": "x", "reason": "secret", "checked": "card"}
        ).status_code in (403, 422), name
    with scope(cast.quan):
        assert RightsRequest.objects.get(id=row.id).state == "open"


def test_a_wrong_form_comes_back_with_what_was_typed(cast, sign_on):
    answer = sign_on("quan").post("/rights/new/", FORM | {"id_number": ID[:-1] + "0"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "校验位不符" in page and NAME in page
    assert "个人信息保护法第四十四条至第五十条" in page, "each field tells what it is for"


def test_a_module_is_assessed_signed_and_switched_by_the_pages(cast, sign_on):
    given = {
        "purposes": "值勤调度",
        "risks": "可能暴露值勤人员行踪轨迹",
        "measures": "只在值勤时采集，三十日后删除",
    }
    client = sign_on("guan")
    assert "值勤定位与轨迹" in client.get("/settings/modules/").content.decode()
    assert client.post("/settings/modules/tracks/switch/", {"on": "yes"}).status_code == 409
    assert client.post("/settings/modules/tracks/", given | {"risks": "无"}).status_code == 422
    assert client.post("/settings/modules/tracks/", given).status_code == 302
    number = ImpactAssessment.objects.latest("id").pk
    assert client.post(f"/settings/assessments/{number}/sign/").status_code == 403
    client = sign_on("quan")
    assert client.post(f"/settings/assessments/{number}/sign/").status_code == 302
    page = client.get("/settings/modules/").content.decode()
    assert "全礼" in page and "保存至" in page
    assert sign_on("wang").get("/settings/modules/").status_code == 403
    assert sign_on("guan").get("/settings/modules/nonsense/").status_code == 404


def test_a_leader_sees_who_looked_at_a_record(cast, sign_on):
    root = matter(cast)
    with scope(cast.wang):
        access.opened(cast.wang, "matter", root, "调解前核对", ["name"])
    page = sign_on("zhao").get(f"/looks/{root}/").content.decode()
    assert "王砚" in page and "调解前核对" in page
    assert sign_on("wang").get(f"/looks/{root}/").status_code == 403
