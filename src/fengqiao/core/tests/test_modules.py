"""Module switches, organisations, posts, keys and settings: what is on, who may act, from when until when."""

import hashlib
from datetime import date, timedelta

import pytest

from fengqiao.core import clock, modules, settings_tree, signon
from fengqiao.core.actor import Role
from fengqiao.core.acts import modules as acts
from fengqiao.core.acts import organisations, settings
from fengqiao.core.errors import Forbidden, Invalid, NotThere, Refused
from fengqiao.core.models import Account, Event, ImpactAssessment, PartnerKey, Post
from fengqiao.core.queries import modules as queries
from fengqiao.core.queries import organisations as tree
from fengqiao.core.scope import scope

GIVEN = {
    "purposes": ["值勤调度"],
    "risks": "可能暴露值勤人员行踪轨迹",
    "measures": "只在值勤时采集，三十日后删除",
}


def draft(cast, module="tracks"):
    return acts.draft_assessment(cast.guan, module=module, **GIVEN)


@pytest.mark.spec("S13")
def test_a_sensitive_module_stays_off_until_its_assessment_is_signed(cast):
    station = cast.org["chengguan"]
    assert modules.is_on("intake", station) and not modules.is_on("tracks", station)
    with pytest.raises(Refused, match="影响评估") as caught:
        modules.demand("tracks", station)
    assert "第五十五条" in caught.value.article
    with pytest.raises(Refused, match="影响评估"):
        acts.switch(cast.guan, module="tracks", on=True)
    number = draft(cast)
    assert not modules.is_on("tracks", station), "a draft is not enough"
    until = acts.sign_assessment(cast.quan, assessment_id=number)
    assert until.year == clock.today().year + 3
    assert modules.is_on("tracks", station) and modules.is_on("tracks", cast.org["bureau"])
    assert not modules.is_on("tracks", cast.org["justice"]), "not beside the tree"
    assert not modules.is_on("video", station), "one signature, one module"
    modules.demand("tracks", station)


def test_every_sensitive_module_is_off_in_a_new_installation(cast):
    sensitive = {m.key for m in modules.MODULES.values() if m.sensitive}
    assert {"tracks", "video", "minors"} <= sensitive
    assert not [key for key in sensitive if modules.is_on(key, cast.org["bureau"])]


def test_a_signed_assessment_is_never_changed_and_not_signed_by_its_author(cast):
    number = draft(cast)
    with pytest.raises(Forbidden):
        acts.sign_assessment(cast.guan, assessment_id=number)
    with pytest.raises(NotThere):
        acts.sign_assessment(cast.zhao, assessment_id=number)
    both = Post.objects.create(account_id=cast.guan.account_id, org_id=cast.org["bureau"], role=Role.RIGHTS)
    author = signon.actor_of(cast.guan.account_id, both.pk)
    with pytest.raises(Refused, match="起草人"):
        acts.sign_assessment(author, assessment_id=number)
    acts.sign_assessment(cast.quan, assessment_id=number)
    with pytest.raises(Refused, match="不能更改"):
        acts.sign_assessment(cast.quan, assessment_id=number)
    assert draft(cast) != number
    row = ImpactAssessment.objects.get(pk=number)
    assert row.measures == GIVEN["measures"] and row.signed_by_id == cast.quan.account_id


def test_an_assessment_answers_all_three_questions(cast):
    for field in GIVEN:
        with pytest.raises(Invalid) as caught:
            acts.draft_assessment(
                cast.guan, module="tracks", **(GIVEN | {field: [""] if field == "purposes" else "无"})
            )
        assert list(caught.value.fields) == [field]
    with pytest.raises(Invalid):
        acts.draft_assessment(cast.guan, module="disputes", **GIVEN)
    with pytest.raises(Forbidden):
        acts.draft_assessment(cast.wang, module="tracks", **GIVEN)


def test_a_module_is_switched_off_below_and_on_again(cast):
    assert {m["key"] for m in queries.switches(cast.guan)} == set(modules.MODULES)
    acts.switch(cast.guan, module="portal", on=False)
    assert not modules.is_on("portal", cast.org["chengguan"])
    with pytest.raises(Refused, match="停用"):
        modules.demand("portal", cast.org["chengguan"])
    acts.switch(cast.guan, module="portal", on=True)
    assert modules.is_on("portal", cast.org["chengguan"])
    with pytest.raises(Refused, match="模块"):
        settings.change_setting(cast.guan, org_id=cast.org["bureau"], key="module.tracks", value=True)


def test_a_setting_holds_from_its_day_is_inherited_and_never_rewrites_the_past(cast):
    bureau, station, today = cast.org["bureau"], cast.org["chengguan"], clock.today()
    settings.change_setting(cast.guan, org_id=bureau, key="rights.days", value=12)
    settings.change_setting(
        cast.guan, org_id=bureau, key="rights.days", value=9, valid_from=today + timedelta(days=10)
    )
    assert settings_tree.value(station, "rights.days") == 12
    assert settings_tree.value(station, "rights.days", on=today + timedelta(days=10)) == 9
    settings.change_setting(cast.guan, org_id=station, key="rights.days", value=5)
    assert settings_tree.value(station, "rights.days", on=today + timedelta(days=10)) == 5, (
        "the nearest holds"
    )
    assert settings_tree.value(cast.org["yunling"], "rights.days") == 12
    with clock.at(clock.now() + timedelta(days=2)):
        settings.change_setting(cast.guan, org_id=bureau, key="rights.days", value=11)
        assert settings_tree.value(bureau, "rights.days", on=today) == 12
        assert settings_tree.value(bureau, "rights.days", on=today + timedelta(days=3)) == 11
        assert settings_tree.value(bureau, "rights.days", on=today + timedelta(days=10)) == 9, (
            "what was planned stays"
        )
        with pytest.raises(Invalid):
            settings.change_setting(cast.guan, org_id=bureau, key="rights.days", value=1, valid_from=today)
    with pytest.raises(Forbidden):
        settings.change_setting(cast.zhao, org_id=station, key="rights.days", value=1)
    with pytest.raises(NotThere):
        settings.change_setting(cast.guan, org_id=cast.org["justice"], key="rights.days", value=1)
    with scope(cast.quan):
        event = Event.objects.filter(act="core.change_setting", about=tree.about(station)).get()
        assert event.facts["old"] == 12 and event.facts["new"] == 5


def test_an_organisation_stands_under_its_parent_and_is_seen_by_whoever_is_above(cast):
    room = organisations.create_organisation(
        cast.guan, name="桂花警务室", kind="room", parent_id=cast.org["chengguan"]
    )
    assert room.lineage[-2:] == [cast.org["chengguan"], room.pk]
    assert room.pk in signon.actor_of(cast.zhao.account_id).orgs
    assert room.pk not in signon.actor_of(cast.chen.account_id).orgs
    rows = {r["id"]: r for r in tree.tree(cast.guan)}
    assert rows[room.pk]["depth"] == rows[cast.org["chengguan"]]["depth"] + 1 and rows[room.pk]["mine"]
    assert not rows[cast.org["justice"]]["mine"]
    with pytest.raises(Invalid):
        organisations.create_organisation(
            cast.guan, name="桂花警务室", kind="room", parent_id=cast.org["chengguan"]
        )
    with pytest.raises(Invalid):
        organisations.create_organisation(cast.guan, name="无上级", kind="station", parent_id=None)
    with pytest.raises(Forbidden):
        organisations.create_organisation(
            cast.zhao, name="私设", kind="room", parent_id=cast.org["chengguan"]
        )


@pytest.mark.spec("NP-17")
def test_a_stations_mode_changes_who_sees_with_it(cast):
    """Of NP-17 only the mode itself and the shared sight of 紧密型 stations; where new work goes is intake's."""
    with pytest.raises(Invalid):
        organisations.change_mode(cast.guan, org_id=cast.org["cg_desk"], mode="loose")
    with pytest.raises(Invalid):
        organisations.change_mode(cast.guan, org_id=cast.org["dongwu"], mode="tight")
    assert cast.org["liuwan"] in cast.qian.orgs
    organisations.change_mode(
        cast.guan, org_id=cast.org["shiqiao"], mode="standard", desk_id=cast.org["sl_desk"]
    )
    assert cast.org["liuwan"] not in signon.actor_of(cast.qian.account_id).orgs


def test_a_post_begins_and_ends_and_an_account_without_one_can_do_nothing(cast):
    account = organisations.create_account(cast.guan, username="ma", name="马小军", password="Guihua-2026-x")
    assert signon.actor_of(account.pk) is None
    post = organisations.create_post(
        cast.guan, account_id=account.pk, org_id=cast.org["chengguan"], role="window", title="窗口"
    )
    actor = signon.actor_of(account.pk)
    assert actor.has("window") and cast.org["chengguan"] in actor.orgs
    organisations.end_post(cast.guan, post_id=post.pk, last_day=clock.today())
    assert signon.actor_of(account.pk)
    with clock.at(clock.now() + timedelta(days=1)):
        assert signon.actor_of(account.pk) is None
    with scope(cast.quan):
        assert "马小军" not in str([e.facts for e in Event.objects.filter(act__startswith="core.create_")])


def test_posts_of_outsiders_need_an_end_and_nobody_ends_their_own(cast):
    account = Account.objects.get(username="yi").pk
    day = date(2030, 1, 1)
    for role, org in (("volunteer", "cg_community"), ("partner", "justice"), ("mediator", "justice")):
        with pytest.raises(Invalid) as caught:
            organisations.create_post(cast.guan, account_id=account, org_id=cast.org[org], role=role)
        assert "valid_to" in caught.value.fields
        assert organisations.create_post(
            cast.guan, account_id=account, org_id=cast.org[org], role=role, valid_to=day
        )
    with pytest.raises(Invalid):
        organisations.create_post(cast.guan, account_id=account, org_id=cast.org["chengguan"], role="system")
    with pytest.raises(Refused):
        organisations.end_post(cast.guan, post_id=cast.guan.post_id)


@pytest.mark.parametrize("password", ["", "12345678", "short1"])
def test_a_weak_first_password_is_refused(cast, password):
    with pytest.raises(Invalid) as caught:
        organisations.create_account(cast.guan, username="ma", name="马小军", password=password)
    assert list(caught.value.fields) == ["password"]


def grant(cast, **given):
    told = {
        "org_id": cast.org["platform"], "post_id": cast.lang.post_id, "target_id": cast.org["chengguan"],
        "label": "报送", "expires_at": clock.now() + timedelta(days=90),
    }  # fmt: skip
    return organisations.grant_key(cast.guan, **(told | given))


@pytest.mark.spec("KZ-33")
def test_a_grant_without_an_end_is_refused(cast):
    """KZ-33 also asks that no login-rate indicator exists: test_must_not.py."""
    for end in (None, clock.now(), clock.now() + timedelta(days=400)):
        with pytest.raises(Refused) as caught:
            grant(cast, expires_at=end)
        assert caught.value.status == 422
    assert not PartnerKey.objects.exists()
    row, key = grant(cast)
    assert bytes(row.key_hash) == hashlib.sha256(key.encode()).digest() and len(key) >= 43
    with scope(cast.quan):
        assert key not in str([e.facts for e in Event.objects.all()])
    organisations.end_key(cast.guan, key_id=row.pk)
    assert [k["running"] for k in tree.keys(cast.guan)] == [False]
    with pytest.raises(Refused):
        organisations.end_key(cast.guan, key_id=row.pk)
