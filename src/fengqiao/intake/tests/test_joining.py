"""Joining: three tellings, one matter; undoing restores; nothing is ever in two matters or in none."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.intake import acts, queries
from fengqiao.intake.models import Join, Matter, Occurrence, Party, Report, Suggestion
from fengqiao.intake.rules import PartyIn, ReportIn

AT = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
TOLD = ReportIn(channel="110", text="村口两家为界墙争吵", occurred=(AT, AT), parties=(PartyIn(name="王某某", phone="13800001234"),))


def told(cast, channel="110", hours=0, who=None):
    at = AT + timedelta(hours=hours)
    return acts.receive(who or cast.deng, report=replace(TOLD, channel=channel, occurred=(at, at)))


@pytest.mark.spec("NP-32")
def test_the_same_quarrel_from_110_grid_and_volunteer_is_one_matter_with_three_sources(cast):
    """Three sources, one matter; closing without a revisit is refused. Capture delay as a figure: test_figures."""
    first, second, third = told(cast), told(cast, "grid", who=cast.gao), told(cast, "volunteer", who=cast.yi)
    for other in (second, third):
        acts.merge(cast.wang, survivor_id=first.matter_id, joined_id=other.matter_id)
    with scope(cast.wang):
        page = queries.matter_page(cast.wang, first.matter_id)
        assert sorted(s.channel for s in page.sources) == ["110报警", "义警", "网格"]
        assert Matter.objects.exclude(state="merged").count() == 1
        assert Matter.objects.get(id=first.matter_id).occurrences == 3
    acts.triage(cast.wang, matter_id=first.matter_id, kind="D02", owner_id=cast.wang.account_id)
    acts.settle(cast.wang, matter_id=first.matter_id, outcome="settled")
    with pytest.raises(Refused, match="回访"):
        acts.close(cast.wang, matter_id=first.matter_id)


@pytest.mark.spec("U1")
def test_undoing_a_join_restores_both_and_keeps_the_history(cast):
    first, second = told(cast), told(cast, "grid", hours=30)
    with scope(cast.wang):
        before = state_of_everything()
    join = acts.merge(cast.wang, survivor_id=first.matter_id, joined_id=second.matter_id)
    with scope(cast.wang):
        assert Report.objects.filter(matter_id=first.matter_id).count() == 2
    acts.unmerge(cast.wang, join_id=join)
    with scope(cast.wang):
        assert state_of_everything() == before
        acts_done = set(Event.objects.values_list("act", flat=True))
        assert {"intake.merge", "intake.unmerge"} <= acts_done


def test_what_is_added_after_a_join_stays_with_the_survivor_when_it_is_undone(cast):
    first, second = told(cast), told(cast, "grid")
    join = acts.merge(cast.wang, survivor_id=first.matter_id, joined_id=second.matter_id)
    late = acts.attach(cast.deng, report=TOLD, matter_id=second.matter_id)  # told of the joined one: goes to the survivor
    acts.note(cast.wang, matter_id=first.matter_id, text="已约双方明日到所")
    acts.unmerge(cast.wang, join_id=join)
    with scope(cast.wang):
        assert Report.objects.get(receipt=late.receipt).matter_id == first.matter_id
        lines = queries.matter_page(cast.wang, first.matter_id).timeline
        assert "已约双方明日到所" in [line.content.get("text") for line in lines]


def test_a_person_can_move_a_report_out_and_mark_one_as_happened_again(cast):
    first = told(cast)
    second = acts.attach(cast.deng, report=TOLD, matter_id=first.matter_id)
    acts.mark_again(cast.wang, report_id=second.report_id)
    with scope(cast.wang):
        assert Matter.objects.get(id=first.matter_id).occurrences == 2
    moved = acts.detach(cast.wang, report_id=second.report_id)
    with scope(cast.wang):
        assert Report.objects.get(id=second.report_id).matter_id == moved
        assert Party.objects.filter(matter_id=moved).count() == 1
        assert Matter.objects.get(id=first.matter_id).occurrences == 1


def test_a_matter_cannot_join_itself_nor_one_that_has_gone(cast):
    first, second, third = told(cast), told(cast), told(cast)
    acts.merge(cast.wang, survivor_id=first.matter_id, joined_id=second.matter_id)
    with pytest.raises(Refused):
        acts.merge(cast.wang, survivor_id=first.matter_id, joined_id=first.matter_id)
    with pytest.raises(Refused, match="已归并"):
        acts.merge(cast.wang, survivor_id=third.matter_id, joined_id=second.matter_id)


def test_nobody_joins_what_he_does_not_see(cast):
    ours, theirs = told(cast), told(cast, who=cast.chen)
    with pytest.raises(NotThere):
        acts.merge(cast.wang, survivor_id=ours.matter_id, joined_id=theirs.matter_id)


def test_across_organisations_the_holder_is_asked_and_its_yes_makes_the_share(cast):
    ours, theirs = told(cast), told(cast, who=cast.chen)
    with scope(cast.wang):
        suggestion = Suggestion.objects.create(
            org_id=cast.org["chengguan"], matter_id=ours.matter_id, other_id=theirs.matter_id,
            other_org_id=cast.org["yunling"], score=0.9, reasons={"metres": 38, "seconds": 7200, "words": 2},
        )  # fmt: skip
        pair = queries.side_by_side(cast.wang, suggestion.id)
        assert pair.closed and pair.other_org == "云岭派出所"
        assert not (pair.other_title or pair.other_number or pair.other_id or pair.differences)
        assert pair.facts == ("距离 38 米", "相隔 2 小时")
    with pytest.raises(NotThere):
        acts.agree_to_join(cast.chen, suggestion_id=suggestion.id)  # nobody has asked yet
    acts.ask_to_join(cast.wang, suggestion_id=suggestion.id)
    with pytest.raises(NotThere):
        acts.agree_to_join(cast.luo, suggestion_id=suggestion.id)  # a third station
    acts.agree_to_join(cast.chen, suggestion_id=suggestion.id)
    with scope(cast.wang):
        page = queries.matter_page(cast.wang, theirs.matter_id)
        assert len(page.sources) == 2 and page.org == "云岭派出所"


def state_of_everything():
    """Which item lies in which matter, and each matter's state and counts."""
    return (
        sorted(map(str, Report.objects.values_list("id", "matter_id", "org_id"))),
        sorted(map(str, Party.objects.values_list("id", "matter_id"))),
        sorted(map(str, Occurrence.objects.values_list("id", "matter_id"))),
        sorted(map(str, Matter.objects.values_list("id", "state", "merged_into_id", "reports", "occurrences", "first_at"))),
    )


MOVES = st.lists(
    st.tuples(st.sampled_from(["merge", "undo", "attach", "detach", "again"]), st.integers(0, 9), st.integers(0, 9)), max_size=14
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_in_any_order_of_joins_and_undoings_every_item_is_in_exactly_one_living_matter(cast, moves):
    from django.db import transaction

    with transaction.atomic():
        receipts = [told(cast, hours=i * 7) for i in range(4)]
        given_out = [r.report_id for r in receipts]
        joins = []
        for what, a, b in moves:
            with scope(cast.wang):
                matters = list(Matter.objects.order_by("number").values_list("id", flat=True))
                reports = list(Report.objects.order_by("receipt").values_list("id", flat=True))
            try:
                if what == "merge":
                    joins.append(acts.merge(cast.wang, survivor_id=matters[a % len(matters)], joined_id=matters[b % len(matters)]))
                elif what == "undo" and joins:
                    acts.unmerge(cast.wang, join_id=joins[a % len(joins)])
                elif what == "attach":
                    given_out.append(acts.attach(cast.deng, report=TOLD, matter_id=matters[a % len(matters)]).report_id)
                elif what == "detach":
                    acts.detach(cast.wang, report_id=reports[a % len(reports)])
                elif what == "again":
                    acts.mark_again(cast.wang, report_id=reports[a % len(reports)])
            except Refused:
                pass
        with scope(cast.wang):
            assert sorted(map(str, Report.objects.values_list("id", flat=True))) == sorted(map(str, given_out))
            merged = Matter.objects.filter(state="merged")
            assert not Report.objects.filter(matter__in=merged).exists()
            assert all(m.merged_into_id for m in merged)
            for report in Report.objects.select_related("occurrence"):
                assert set(Party.objects.filter(report=report).values_list("matter_id", flat=True)) == {report.matter_id}
            for matter in Matter.objects.exclude(state="merged"):
                assert matter.reports == Report.objects.filter(matter=matter).count()
            undone = [j for j in Join.objects.all() if j.undone_at is None]
            assert {j.joined_id for j in undone} == {m.id for m in merged}
        # all joins undone, in any order, from the newest: every matter lives again
        for join in reversed(joins):
            with suppress(Refused):  # undone already
                acts.unmerge(cast.wang, join_id=join)
        with scope(cast.wang):
            assert not Matter.objects.filter(state="merged").exists()
            assert sorted(map(str, Report.objects.values_list("id", flat=True))) == sorted(map(str, given_out))
        transaction.set_rollback(True)
