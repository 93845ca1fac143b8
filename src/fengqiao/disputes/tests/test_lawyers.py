"""The lawyers' rota, and that their advice is read by nobody of the police, not even in SQL (NJ-25, S4)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fengqiao.core import clock, erasure, retention
from fengqiao.core.actor import POLICE
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Content
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.models import Advice, LawyerSlot
from fengqiao.disputes.queries import mediation as queries

SECRET = "当事人说欠条是后补的，建议不要现在出示"


def soon(hours=1):
    return clock.now() + timedelta(hours=hours)


@pytest.fixture
def slot(cast):
    """吕方 sits at 城关派出所 now."""
    return acts.open_slot(cast.zhao, start=clock.now() - timedelta(minutes=5), lawyer_id=cast.lv.account_id)


@pytest.mark.spec("NJ-25")
def test_a_stretch_without_a_lawyer_is_listed(cast):
    acts.open_slot(cast.zhao, start=soon())
    acts.open_slot(cast.zhao, start=soon(6), lawyer_id=cast.lv.account_id)
    with scope(cast.wang):
        assert [one.lawyer for one in queries.slots(cast.wang)] == ["", "吕方"]
    with scope(cast.lv):
        assert [one.lawyer for one in queries.slots(cast.lv)] == ["吕方"]
    with scope(cast.chen):
        assert queries.slots(cast.chen) == []


@pytest.mark.spec("NJ-25", "S4")
def test_no_police_role_reads_the_advice_neither_on_a_page_nor_in_sql(cast, slot):
    acts.advise(cast.lv, slot_id=slot, topic="debt", outcome="court", text=SECRET)
    with scope(cast.lv):
        (mine,) = queries.my_advice(cast.lv, slot)
        assert (mine["topic"], mine["outcome"], mine["text"]) == ("借贷合同", "建议诉讼或仲裁", SECRET)
    others = [actor for name, actor in vars(cast).items() if name not in ("org", "lv")]
    assert {role for one in others for role in one.roles} >= POLICE
    for one in others:
        with scope(one), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_content WHERE compartment = 'lawyer' OR body LIKE '%%欠条%%'")
            assert cursor.fetchone() == (0,), one.name
            cursor.execute("SELECT count(*) FROM core_event WHERE act = 'disputes.advise'")
            assert cursor.fetchone() == (0,), one.name
    with scope(cast.zhao):
        assert queries.advice_counted(cast.zhao, clock.today(), clock.today()) == [{"topic": "借贷合同", "outcome": "建议诉讼或仲裁", "n": 1}]
        assert {f.name for f in Advice._meta.fields}.isdisjoint({"text", "party", "dispute", "about"})
    with scope(cast.zhao), pytest.raises(Forbidden):
        queries.my_advice(cast.zhao, slot)


@pytest.mark.spec("NJ-25")
def test_not_even_with_every_compartment_does_another_office_reach_it(cast, slot):
    from dataclasses import replace

    acts.advise(cast.lv, slot_id=slot, topic="debt", outcome="court", text=SECRET)
    for one in (cast.zhao, cast.he, cast.wu):
        with scope(replace(one, compartments=("police", "mediator", "lawyer", "rights", "shared"))), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_content WHERE compartment = 'lawyer'")
            assert cursor.fetchone() == (0,)


def test_only_the_lawyer_of_the_stretch_writes_advice_and_only_once_it_has_begun(cast, slot):
    with pytest.raises(Forbidden):
        acts.advise(cast.wang, slot_id=slot, topic="debt", outcome="court")
    open_one = acts.open_slot(cast.zhao, start=soon(3))
    with pytest.raises(NotThere):
        acts.advise(cast.lv, slot_id=open_one, topic="debt", outcome="court")
    acts.assign_lawyer(cast.zhao, slot_id=open_one, lawyer_id=cast.lv.account_id)
    with pytest.raises(Refused, match="尚未开始"):
        acts.advise(cast.lv, slot_id=open_one, topic="debt", outcome="court")
    with pytest.raises(Invalid, match="请选择事项"):
        acts.advise(cast.lv, slot_id=slot, topic="", outcome="court")


def test_a_lawyer_sits_in_one_place_at_a_time(cast, slot):
    with pytest.raises(Refused, match="这一时段已有值班"):
        acts.open_slot(cast.zhao, start=soon(), lawyer_id=cast.lv.account_id)
    with scope(cast.zhao), pytest.raises(IntegrityError, match="lawyer_once_at_a_time"), transaction.atomic():
        one = LawyerSlot.objects.get(id=slot)
        one.id = one.pk = acts.lawyers.uuid7()
        one.save(force_insert=True)
    with pytest.raises(Invalid, match="值班律师岗位"):
        acts.open_slot(cast.zhao, start=soon(9), lawyer_id=cast.he.account_id)
    with pytest.raises(Forbidden):
        acts.open_slot(cast.lv, start=soon(9))


def test_a_stretch_with_advice_is_neither_cancelled_nor_given_to_another(cast, slot):
    acts.advise(cast.lv, slot_id=slot, topic="family", outcome="mediation")
    with pytest.raises(Refused, match="不能取消"):
        acts.cancel_slot(cast.zhao, slot_id=slot)
    with pytest.raises(Refused, match="不能改换"):
        acts.assign_lawyer(cast.zhao, slot_id=slot, lawyer_id=None)


def test_a_lawyer_sees_no_matter_and_no_dispute(cast):
    from .conftest import told

    acts.open_dispute(cast.wang, matter_id=told(cast))
    with scope(cast.lv), connection.cursor() as cursor:
        for table in ("intake_matter", "disputes_dispute", "disputes_party", "intake_report", "core_event"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table


def test_a_lawyers_post_stands_outside_the_police_and_ends(cast):
    from fengqiao.core.acts.organisations import create_post

    with pytest.raises(Invalid, match="不设在公安机关"):
        create_post(cast.guan, account_id=cast.lv.account_id, org_id=cast.org["chengguan"], role="lawyer", valid_to=clock.today())
    with pytest.raises(Invalid, match="截止日期"):
        create_post(cast.guan, account_id=cast.lv.account_id, org_id=cast.org["lawfirm"], role="lawyer")


# --- erasure and retention ----------------------------------------------------------------------------------------------


@pytest.fixture
def folders(tmp_path, settings):
    (tmp_path / "erasures").mkdir()
    settings.ERASURES_DIR = tmp_path / "erasures"
    return tmp_path / "erasures"


def lawyers_words():
    """Every content row of the lawyers' compartment, as the product's own sight of erasure counts them."""
    with scope(erasure.sight()):
        return list(Content.objects.filter(compartment="lawyer").values_list("body", flat=True))


def test_three_years_after_it_was_given_the_words_are_gone_by_themselves_and_the_count_stays(cast, slot, folders):
    acts.advise(cast.lv, slot_id=slot, topic="debt", outcome="court", text=SECRET)
    with clock.at(clock.now() + timedelta(days=3 * 365 - 1)):
        retention.run_due()
        assert len(lawyers_words()) == 1
    with clock.at(clock.now() + timedelta(days=3 * 366)):
        assert [one.root for one in retention.run_due()] == ["disputes.Advice"]
        assert lawyers_words() == [] and retention.run_due() == []
        with scope(cast.zhao):
            assert Advice.objects.count() == 1
    assert "欠条" not in "".join(path.read_text() for path in folders.rglob("*") if path.is_file())


def test_the_lawyer_deletes_the_words_on_request_and_nobody_else_can(cast, slot, folders):
    advice = acts.advise(cast.lv, slot_id=slot, topic="debt", outcome="court", text=SECRET)
    other = acts.advise(cast.lv, slot_id=slot, topic="family", outcome="mediation", text="另一件")
    for one in (cast.zhao, cast.he, cast.quan, cast.wu):
        with pytest.raises((Forbidden, NotThere)):
            acts.forget_advice(one, advice_id=advice)
    assert len(lawyers_words()) == 2
    acts.forget_advice(cast.lv, advice_id=advice)
    assert [body for body in lawyers_words() if "欠条" in body] == [] and len(lawyers_words()) == 1
    with pytest.raises(Refused, match="已经删除"):
        acts.forget_advice(cast.lv, advice_id=advice)
    with scope(cast.lv):
        assert {one["id"]: one["text"] for one in queries.my_advice(cast.lv, slot)} == {advice: "", other: "另一件"}
    with scope(cast.zhao), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_event WHERE act IN ('disputes.advise', 'disputes.forget_advice')")
        assert cursor.fetchone() == (0,), "the station learns neither of the words nor of their going"
        assert queries.advice_counted(cast.zhao, clock.today(), clock.today())[0]["n"] == 1


def test_the_lawyers_page_offers_the_deletion(cast, slot, folders, sign_on, words):
    acts.advise(cast.lv, slot_id=slot, topic="debt", outcome="court", text=SECRET)
    lv, at = sign_on("lv"), f"/disputes/mediation/lawyers/{slot}/"
    with scope(cast.lv):
        advice = queries.my_advice(cast.lv, slot)[0]["id"]
    assert "删除内容" in words(lv.get(f"{at}advise/"))
    assert lv.post(f"{at}forget/", {"advice": "x"}).status_code == 404
    assert lv.post(f"{at}forget/", {"advice": str(advice)}).status_code == 302
    assert "删除内容" not in words(lv.get(f"{at}advise/")) and "欠条" not in words(lv.get(f"{at}advise/"))
