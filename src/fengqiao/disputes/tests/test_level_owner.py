"""What comes with a level: whose the dispute is, who is in charge, when it is asked again (NJ-35: set owner)."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from shapely import box

from fengqiao.core import notices
from fengqiao.core.acts import approvals as core
from fengqiao.core.acts.settings import change_setting
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.disputes import acts, queries
from fengqiao.disputes.acts import levels as level_acts
from fengqiao.disputes.models import LevelChange
from fengqiao.disputes.queries import levels
from fengqiao.disputes.rules import levels as rules
from fengqiao.force import acts as force
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import ReportIn
from fengqiao.places import acts as places

from .test_levels import raise_to, waiting
from .test_pages import do


@pytest.fixture
def village(cast):
    """枫桥村 with 王砚 as the officer who answers for it."""
    drawn = places.draw_area(cast.zhao, kind="village", name="枫桥村", code="999999001001", outline=box(120.35, 29.72, 120.38, 29.75))
    places.draw_area(cast.zhao, kind="grid", name="枫桥村第一网格", parent_id=drawn.id, outline=box(120.35, 29.72, 120.38, 29.75))
    service = force.enlist(cast.zhao, name="王砚", staff_kind="officer", org_id=cast.wang.org_id, post_id=cast.wang.post_id)
    force.place(cast.zhao, service_id=service.id, area_id=drawn.id)
    return drawn.id


def here(cast, owner):
    """A dispute of 枫桥村 that belongs to `owner` (None: to nobody yet)."""
    told = ReportIn(channel="window", text="两家为宅基地界墙争吵", place_text="枫桥村三组12号", lat=29.7364, lon=120.365)
    matter = intake.receive(cast.sun, report=told).matter_id
    intake.triage(cast.deng, matter_id=matter, kind="D02", owner_id=owner.account_id if owner else None)
    return acts.open_dispute(cast.deng, matter_id=matter)


def setting(cast, name, value, org="chengguan"):
    change_setting(cast.guan, org_id=cast.org[org], key=f"levels.{name}", value=value)


def test_orange_gives_the_dispute_to_the_officer_of_its_place_and_says_so(cast, village, stands):
    dispute = here(cast, cast.deng)
    raise_to(cast.zhao, dispute, "orange", "threat")
    now = stands(dispute)
    assert now.dispute.owner_id == now.matter.owner_id == cast.wang.account_id and now.dispute.lead_id == cast.zhao.account_id
    with scope(cast.wang):
        facts = Event.objects.get(act="disputes.raise_level").facts
        assert facts["owner"] == {"was": cast.deng.account_id, "now": cast.wang.account_id}
        [told] = [one for one in notices.grouped(cast.wang) if one.group == "disputes.level"]
        assert "已指定主办" in str(told)
    with scope(cast.deng):
        assert "已另定主办人" in str([one for one in notices.grouped(cast.deng) if one.group == "disputes.level"])


def test_yellow_leaves_the_owner_and_where_nobody_answers_for_the_place_so_does_red(cast, village, dispute, stands):
    mine = here(cast, cast.deng)
    raise_to(cast.zhao, mine, "yellow")
    assert stands(mine).dispute.owner_id == cast.deng.account_id
    raise_to(cast.zhao, dispute, "red", "weapon")  # its place lies in no village
    assert stands(dispute).dispute.owner_id == cast.wang.account_id
    with scope(cast.wang):
        assert not LevelChange.objects.filter(owner__isnull=False).exists()


def test_what_nobody_owned_gets_its_owner_with_the_level_and_is_at_work(cast, village, stands):
    dispute = here(cast, None)
    assert stands(dispute).dispute.state == "opened"
    raise_to(cast.zhao, dispute, "yellow")
    now = stands(dispute)
    assert (now.dispute.owner_id, now.dispute.state, now.matter.state) == (cast.wang.account_id, "working", "open")


def test_what_waits_for_a_signature_changes_hands_when_it_is_granted_not_before(cast, village, stands):
    dispute = here(cast, cast.deng)
    raise_to(cast.wang, dispute, "orange", "threat")
    assert stands(dispute).dispute.owner_id == cast.deng.account_id
    [asked] = waiting(cast.zhao)
    core.decide(cast.zhao, approval_id=asked.id, granted=True)
    assert stands(dispute).dispute.owner_id == cast.wang.account_id
    with scope(cast.wang), pytest.raises(IntegrityError, match="level_owner_by_effect"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE disputes_levelchange SET state = 'asked', at = NULL WHERE owner_id IS NOT NULL")


def test_whom_a_person_names_with_the_level_stands_over_its_settings(cast, village, stands):
    dispute = here(cast, cast.wang)
    raise_to(cast.wang, dispute, "red", "weapon", owner_id=cast.deng.account_id)
    [asked] = waiting(cast.zhao)
    core.decide(cast.zhao, approval_id=asked.id, granted=True)
    assert stands(dispute).dispute.owner_id == cast.deng.account_id
    with pytest.raises(Invalid) as refused:
        raise_to(cast.zhao, here(cast, cast.wang), "red", "weapon", owner_id=cast.chen.account_id)
    assert "owner_id" in refused.value.fields, "an officer of the next station"


def test_a_raise_by_rule_gives_it_over_at_once_and_gives_it_back_when_it_is_reversed(cast, village, stands):
    dispute, worker = here(cast, cast.deng), system_actor("升级")
    for granted in (False, True):
        setting(cast, "owners", {"yellow": "place"})
        assert level_acts.reconsider(worker, dispute_id=dispute, why="threat", cause=uuid.uuid4())
        assert stands(dispute).dispute.owner_id == cast.wang.account_id
        [asked] = waiting(cast.zhao)
        core.decide(cast.zhao, approval_id=asked.id, granted=granted, reason="" if granted else "一时气话")
        now = stands(dispute)
        mine = cast.wang if granted else cast.deng
        assert now.dispute.owner_id == now.matter.owner_id == mine.account_id
        assert bool(now.dispute.level) == granted


def test_who_took_it_over_since_keeps_it_when_the_raise_is_reversed(cast, village, stands):
    dispute = here(cast, cast.deng)
    assert level_acts.reconsider(system_actor("升级"), dispute_id=dispute, why="threat", cause=uuid.uuid4())
    acts.take(cast.zhao, dispute_id=dispute)
    [asked] = waiting(cast.zhao)
    core.decide(cast.zhao, approval_id=asked.id, granted=False, reason="一时气话")
    assert stands(dispute).dispute.owner_id == cast.zhao.account_id


def test_the_bureau_sets_for_each_level_whose_it_is_and_who_is_in_charge(cast, village, stands):
    setting(cast, "owners", {"red": "lead", "orange": "stay"}, org="bureau")
    setting(cast, "leads", {"red": ["所长"]}, org="bureau")
    dispute = here(cast, cast.deng)
    raise_to(cast.zhao, dispute, "orange", "threat")
    assert stands(dispute).dispute.owner_id == cast.deng.account_id
    raise_to(cast.zhao, dispute, "red", "weapon")
    now = stands(dispute).dispute
    assert now.owner_id == now.lead_id == cast.zhao.account_id


def test_while_another_office_has_it_a_level_does_not_change_its_owner(cast, village, stands):
    dispute = here(cast, cast.deng)
    acts.hand_over(cast.deng, dispute_id=dispute, to_org_id=cast.org["justice"], kind="referral", channel="GT", reason="申请人民调解")
    level_acts.reconsider(system_actor("升级"), dispute_id=dispute, why="threat", cause=uuid.uuid4())
    assert stands(dispute).dispute.owner_id == cast.deng.account_id


def test_without_anybody_it_is_still_refused(cast, stands):
    dispute = here(cast, None)
    with pytest.raises(Refused, match="主办人"):
        raise_to(cast.zhao, dispute, "yellow")
    raise_to(cast.zhao, dispute, "yellow", owner_id=cast.wang.account_id)
    assert stands(dispute).dispute.owner_id == cast.wang.account_id


def test_the_page_and_the_form_say_what_a_level_brings(cast, village, sign_on, words):
    dispute, zhao = here(cast, cast.deng), sign_on("zhao")
    form = words(zhao.get(reverse("disputes:step", args=[dispute, "raise"])))
    assert "橙（发生地责任民警主办，化解后第 3、7、30 天回访）" in form and "黄（主办人不变，化解后第 7、30 天回访）" in form
    assert do(zhao, dispute, "raise", level="orange", reasons=["threat"], lead_id="", owner_id="").status_code == 302
    shown = words(zhao.get(reverse("disputes:page", args=[dispute])))
    assert "本级规定：发生地责任民警主办" in shown and "化解后第 3、7、30 天" in shown and "主办人 已变更" in shown
    again = here(cast, cast.wang)
    assert do(zhao, again, "raise", level="orange", reasons=["threat"], owner_id=str(cast.deng.account_id)).status_code == 302
    with scope(cast.zhao):
        assert queries.dispute_page(cast.zhao, again).owner == cast.deng.name


def test_the_administrator_sets_it_on_a_page_and_only_what_changed_is_written(cast, sign_on, words):
    guan, there = sign_on("guan"), reverse("desk:levels") + f"?org={cast.org['chengguan']}"
    page = guan.get(there)
    given = {name: field.value() for name, field in ((one.name, one) for one in page.context["form"])}
    assert given["owners_red"] == "place" and given["revisits_red"] == "3、7、30、90" and given["raises"] == 3
    wrong = guan.post(there, given | {"revisits_red": "三天", "warn": "5"})
    assert wrong.status_code == 422 and "1 至 365" in words(wrong) and "提醒不应晚于升级" in words(wrong)
    assert guan.post(there, given | {"owners_red": "lead", "leads_red": "所长、教导员"}).status_code == 302
    with scope(cast.zhao):
        changed = list(Event.objects.filter(act="core.change_setting").values_list("facts", flat=True))
    assert {one["key"] for one in changed} == {"levels.owners", "levels.leads"}
    with scope(cast.zhao):
        terms = levels.terms(cast.org["chengguan"], "red")
    assert (terms.owner, terms.titles, terms.revisits) == ("lead", ("所长", "教导员"), (3, 7, 30, 90))
    assert sign_on("zhao").get(there).status_code == 403


@pytest.mark.parametrize(
    ("way", "now", "place", "lead", "owner"),
    [
        ("stay", 1, [2], 3, 1), ("stay", None, [2], 3, 2), ("place", 1, [2, 4], 3, 2), ("place", 4, [2, 4], 3, 4), ("place", 1, [], 3, 1),
        ("place", None, [], 3, None), ("lead", 1, [2], 3, 3), ("lead", 1, [2], None, 1), ("lead", None, [2], None, 2),
    ],
)  # fmt: skip
def test_whose_it_is_as_a_table(way, now, place, lead, owner):
    assert rules.owner(way, now, place, lead) == owner


@pytest.mark.parametrize(
    ("titles", "now", "signer", "lead"),
    [
        ((), None, 2, 2), ((), 1, 2, 1), ((), None, 9, 1), (("教导员",), 1, 2, 3), (("所长",), None, 2, 1), (("副所长", "所长"), 3, None, 2),
        (("局长",), None, 2, 2),
    ],
)  # fmt: skip
def test_who_is_in_charge_as_a_table(titles, now, signer, lead):
    assert rules.leader(titles, now, signer, [(2, "副所长"), (1, "所长"), (3, "教导员")] if titles else [(1, "所长"), (2, "副所长")]) == lead
    assert rules.leader(titles, None, signer, []) is None


def test_nonsense_in_the_settings_counts_as_none():
    assert rules.owned_by("red", {"red": "nobody"}) == "place" and rules.lead_titles("red", {"red": [1]}) == ()
