"""What the morning, the shift and the window must know of disputes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from fengqiao.core import clock
from fengqiao.core.listeners import News
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.disputes import acts
from fengqiao.disputes.models import Party
from fengqiao.disputes.queries import morning, on_matter
from fengqiao.disputes.rules import agreements as rules
from fengqiao.intake import acts as intake
from fengqiao.intake import jobs
from fengqiao.intake import queries as intake_queries
from fengqiao.intake.rules import PartyIn, ReportIn

MAY = datetime(2026, 5, 3, 2, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 19, 10, tzinfo=UTC)  # 03:10 on the 21st


def quarrel(cast, at=MAY):
    parties = (PartyIn(name="王大山", role="caller"), PartyIn(name="李小毛"))
    report = ReportIn(channel="110", text="王大山与李小毛为院墙争吵", place_text="枫桥村三组12号", lat=29.7364, lon=120.365, occurred=(at, at), parties=parties)
    with clock.at(at):
        told = intake.receive(cast.deng, report=report)
        return told, acts.open_dispute(cast.wang, matter_id=told.matter_id, kind="D02", owner_id=cast.wang.account_id)


def agreed(cast, dispute_id, due, amount=Decimal(800)):
    """An agreement of 3 May that stands: 李小毛 pays by `due`."""
    with scope(cast.wang), clock.at(MAY + timedelta(hours=5)):
        one, other = Party.objects.filter(dispute_id=dispute_id).order_by("role")
        owed = [rules.Owed(debtor=other.id, creditor=one.id, kind="money", due_on=due, amount=amount)]
        acts.agree(cast.wang, dispute_id=dispute_id, form="oral", kind="self", owed=owed, total=amount, content="付修缮费")


def test_an_agreement_not_kept_is_said_wherever_the_quarrel_is_named(cast):
    told, dispute = quarrel(cast)
    agreed(cast, dispute, date(2026, 5, 31))
    with scope(cast.zhao), clock.at(NOW):
        assert [one.note for one in on_matter(cast.zhao, told.matter_id)] == ["5月3日协议 800 元未付，应于 5月31日履行"]
        assert [one.number for one in morning.owed(cast.zhao, NOW)] == [on_matter(cast.zhao, told.matter_id)[0].number]
        assert "王" not in morning.owed(cast.zhao, NOW)[0].text
    with scope(cast.zhao), clock.at(MAY + timedelta(days=10)):
        assert on_matter(cast.zhao, told.matter_id)[0].note == "", "not before its day is over"
    with scope(cast.chen), clock.at(NOW):
        assert morning.owed(cast.chen, NOW) == []


def test_the_window_is_told_same_address_second_time_agreement_unpaid(cast):
    told, dispute = quarrel(cast)
    agreed(cast, dispute, date(2026, 5, 31))
    lately = NOW - timedelta(days=18)
    with clock.at(lately):
        report = ReportIn(channel="110", text="两邻居又在院墙边争吵", place_text="枫桥村三组12号", lat=29.7364, lon=120.365, occurred=(lately, lately))
        intake.attach(cast.deng, report=report, matter_id=told.matter_id, again=True)
    with scope(system_actor("匹配")):
        events = Event.objects.filter(act__in=jobs.LISTENS).order_by("id")
        jobs.index_and_match(system_actor("匹配"), [News(n, e.id, e.act, e.org_id, e.about, e.recorded_at, e.subjects, e.facts) for n, e in enumerate(events)])
    with scope(cast.sun), clock.at(NOW):
        asked = ReportIn(channel="window", text="两人醉酒到窗口争吵", place_text="枫桥村三组12号", lat=29.7364, lon=120.365)
        [pair] = intake_queries.similar_to(cast.sun, asked)
        assert pair.other_number == told.matter_number
        assert "同一地址" in pair.facts and "18 天内第 2 次" in pair.facts, pair.facts


def test_appointments_of_the_next_hours_are_known(cast):
    with scope(cast.wang):
        assert morning.appointments(cast.wang, NOW, NOW + timedelta(days=2)) == []
