"""The records the walk runs over, made by acts as people make them, in 城关派出所 (and one hand-over to 城关司法所)."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from shapely import box

from fengqiao.core import clock
from fengqiao.core.acts import approvals, modules, rights
from fengqiao.core.listeners import News
from fengqiao.core.models import Deadline, Event, Message
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.desk import queries as desk
from fengqiao.desk.shifts import acts as shifts
from fengqiao.desk.shifts import queries as shift_queries
from fengqiao.disputes import acts as disputes
from fengqiao.disputes.acts import signs
from fengqiao.disputes.models import Obligation, Party
from fengqiao.disputes.queries import mediation as mediation_reads
from fengqiao.disputes.rules.agreements import Owed
from fengqiao.field import acts as phones
from fengqiao.force import acts as force
from fengqiao.insight import acts as insight
from fengqiao.insight import examples
from fengqiao.intake import acts as intake
from fengqiao.intake import jobs
from fengqiao.intake.models import Suggestion
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.places import acts as places
from fengqiao.promises import acts as promises
from fengqiao.tasks import acts as tasks
from tests.permissions.table.bodies import PHONE_KEY

SIGNED = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
QUARREL = "桂花社区李家与王家为界墙高度争吵，墙加高四十厘米，挡住采光"


def make(cast: SimpleNamespace) -> dict[str, Any]:
    """Values for every parameter an address of the product can have."""
    told = report(cast, QUARREL)
    joined = report(cast, "桂花社区又为停车争吵", hours=2)
    kept = report(cast, "夜里楼上装修吵闹，邻居上门理论", hours=5)
    join = intake.merge(cast.wang, survivor_id=kept.matter_id, joined_id=joined.matter_id)
    report(cast, QUARREL, hours=1)
    compare()
    with scope(cast.wang):
        suggestion = Suggestion.objects.filter(decided="").order_by("-score", "id")[0]
    dispute = disputes.open_dispute(cast.wang, matter_id=told.matter_id, kind="D02", owner_id=cast.wang.account_id)
    disputes.raise_level(cast.zhao, dispute_id=dispute, level="orange", reasons=["threat"])
    disputes.add_signs(cast.wang, dispute_id=dispute, signs=["injury"])
    signs.hint(cast.wang, dispute_id=dispute, signs=["minor"])
    lawful = intake.hand_over(
        cast.zhao, matter_id=told.matter_id, to_org_id=cast.org["yunling"], kind="handover", reason="发生地在云岭所辖区"
    )
    intake.number_paper(cast.wang, matter_id=told.matter_id, kind="移送")
    promises.recall(cast.wang, promise_id=lawful, text="核实后发生地在本所辖区")
    promised = intake.hand_over(
        cast.wang, matter_id=told.matter_id, to_org_id=cast.org["justice"], kind="referral", channel="GT", reason="申请人民调解"
    )
    on_paper = intake.hand_over(
        cast.wang, matter_id=kept.matter_id, to_org_id=cast.org["court"], kind="referral", channel="ST", reason="当事人愿意诉讼"
    )
    asked = approvals.ask(
        cast.wang, kind="handover", about=told.matter_id, subject=("paper", promised), org_id=cast.org["chengguan"], change={}, text="流转至司法所"
    )
    agreed = disputes.open_dispute(cast.wang, matter_id=report(cast, "停车位占用争吵，一方受伤", hours=9).matter_id, kind="D06", owner_id=cast.wang.account_id)
    with scope(cast.wang):
        one = Party.objects.get(dispute_id=agreed)
        other = Party.objects.create(org_id=one.org_id, dispute_id=agreed, about=one.about, role="party", name="赵小兰").id
    owes = Owed(one.id, other, "money", Decimal(3000), due_on=clock.today() + timedelta(days=20))
    disputes.agree(cast.wang, dispute_id=agreed, form="written", kind="people", owed=[owes], total=Decimal(3000), content="分期赔偿")
    with scope(cast.wang):
        obligation = Obligation.objects.get(dispute_id=agreed).id
        call = Deadline.objects.get(subject_id=agreed, rule="dispute_revisit").id
    with clock.at(clock.now() + timedelta(days=18)):
        disputes.remind(system_actor("测试"), obligation_id=obligation, stage="before-3")
    with scope(cast.wang):
        message = Message.objects.order_by("id")[0].id
    soon = clock.now() + timedelta(days=2)
    task = tasks.create(cast.zhao, title="走访桂花社区", due_at=soon, to_org_id=cast.wang.org_id, owner_id=cast.wang.account_id)
    meeting = tasks.hold_meeting(cast.wang, kind="planning", topic="排查会商", present=[("police", "王砚")])
    finding = tasks.find(cast.gao, text="井盖缺失")
    village = places.draw_area(cast.zhao, kind="village", name="柳溪村", code="999999001001", outline=box(106, 38, 106.02, 38.01))
    grid = places.draw_area(cast.zhao, kind="grid", name="西格", parent_id=village.id, outline=box(106, 38, 106.01, 38.01))
    police = places.draw_area(cast.zhao, kind="police", name="一警区", outline=box(106, 38, 106.01, 38.01))
    places.link_areas(cast.zhao, police_id=police.id, grid_id=grid.id)
    service = force.enlist(cast.zhao, name="王砚", staff_kind="officer", org_id=cast.wang.org_id)
    placement = force.place(cast.zhao, service_id=service.id, area_id=grid.id)
    duty = force.put_on_duty(cast.deng, service_id=service.id, task="main", start=soon, end=soon + timedelta(hours=8))
    shift = shifts.open_shift(cast.deng)
    shifts.pass_night(cast.deng, shift_id=shift)
    with scope(cast.zhao):
        passing = shift_queries.night_of(cast.zhao, shift)[0].id
    blank = next(one for one in examples.every() if one.kind == "zero")
    form = insight.keep_form(cast.deng, name=blank.name, kind=blank.kind, file_name=blank.file_name, data=blank.data)
    filing = insight.draft(cast.deng, form_id=form, org_id=cast.org["chengguan"], first=clock.today(), last=clock.today())
    request = rights.open_request(cast.quan, asks="access", name="李明", phone="13800001111", checked="card")
    assessment = modules.draft_assessment(
        cast.guan, module="video", purposes=["核对公共场所事件经过"], risks="公共场所图像可能识别个人身份", measures="登记事由，按级别审批，到期删除"
    )
    paper = disputes.papers.make(cast.wang, dispute_id=dispute, kind="调解")
    disputes.papers.issue_paper(cast.wang, paper_id=paper.id)
    disputes.papers.keep_signed_paper(cast.wang, paper_id=paper.id, name="签字.png", data=SIGNED)
    run = intake.begin_import(cast.wang, file_name="台账.csv", sha256="0" * 64)
    intake.set_mapping(cast.wang, run_id=run, mapping={}, history=True)
    with scope(cast.wang):
        desk.keep_view(cast.wang, "/matters/", "我的", "owner=me")
        view_id = desk.views_of(cast.wang)[0]["id"]
    phone, held = field(cast)
    return {
        "device_id": phone, "held_id": held, "op": held, "obligation_id": obligation, "call_id": call, "message_id": message, "agreed_id": agreed,
        "about": told.matter_id, "dispute_id": dispute, "paper_id": paper.id, "n": 1, "system": "110", "matter_id": told.matter_id, "report_id": told.report_id, "subject_id": told.matter_id,
        "suggestion_id": suggestion.id, "join_id": join, "promise_id": promised, "task_id": task.id, "meeting_id": meeting, "finding_id": finding,
        "token": promises.issue_slip(cast.wang, promise_id=on_paper), "area_id": police.id, "grid_id": grid.id,
        "placement_id": placement.id, "duty_id": duty.id, "station_id": cast.org["chengguan"], "request_id": request.id, "approval_id": asked, "zhao": cast.zhao.account_id, "run_id": run,
        "shift_id": shift, "passing_id": passing, "assessment_id": assessment, "form_id": form, "filing_id": filing, "figure": "disputes.resolution", "cell": 0, "view_id": view_id, "org_id": cast.org["chengguan"], "post_id": cast.lin.post_id,
        "group": "promises.inbox", "page": "matters/", "key": "video", "code": "D01", "rule": "second_mediation", "outer_id": "none", "box": "mine",
        "court": cast.org["court"], "dispute_office": cast.org["dispute_office"], "petition": cast.org["petition"], "lin": cast.lin.account_id, "kept_number": kept.matter_number,
    } | mediation(cast)  # fmt: skip


def field(cast: SimpleNamespace) -> tuple[Any, Any]:
    """A phone of wang's, and a line from it that nobody could read."""
    phone = phones.enrol(cast.wang, label="工作手机", verify_key=PHONE_KEY).device
    held = phones.hold(
        cast.wang, org_id=cast.wang.org_id, device_id=phone, operation_id=None, about=None, queue="check", name="unknown", kind="unknown",
        why="内容无法识别，已留存。", article="", mark=b"line", body="看不懂的一行",
    )  # fmt: skip
    return phone, held


def mediation(cast: SimpleNamespace) -> dict[str, Any]:
    """A session of 城关派出所 with 司法所's mediator at the table, a recusal that waits, a stretch of the lawyers' rota, a method."""
    parties = (PartyIn(name="周远", phone="13700000001"), PartyIn(name="郑宁", phone="13700000002"))
    matter = intake.receive(cast.sun, report=ReportIn(channel="window", text="游客与民宿为退房费争执", parties=parties)).matter_id
    intake.triage(cast.wang, matter_id=matter, kind="D20", owner_id=cast.wang.account_id)
    dispute = disputes.open_dispute(cast.wang, matter_id=matter)
    today = clock.today()
    committee = disputes.register_committee(cast.zhao, number="枫调1", name="城关镇人民调解委员会", kind="town", since=today)
    disputes.add_member(cast.zhao, committee_id=committee, account_id=cast.he.account_id, since=today, until=today + timedelta(days=365))
    session = disputes.plan_session(
        cast.wang, dispute_id=dispute, kind="administrative", way="online", start=clock.now() + timedelta(days=3),
        mediators=[f"{cast.wang.account_id}.officer", f"{cast.he.account_id}.committee"],
    )  # fmt: skip
    recusal = disputes.ask_recusal(cast.wang, dispute_id=dispute, account_id=cast.zhao.account_id, ground="other")
    with scope(cast.wang):
        one = mediation_reads.session_page(cast.wang, session)
    return {
        "session_id": session, "hearing_id": one.heard[0].id, "party_id": one.sides[0].party_id, "recusal_id": recusal,
        "slot_id": disputes.open_slot(cast.zhao, start=clock.now() + timedelta(days=1)), "lawyer": cast.lv.account_id,
        "row_id": disputes.make_method(cast.zhao, name="白茶调解", form="brand", methods=["一杯茶"]), "committee": committee,
        "he": cast.he.account_id, "justice": cast.org["justice"],
    }  # fmt: skip


def report(cast: SimpleNamespace, text: str, hours: int = 0) -> Any:
    """One report at the window of 城关派出所."""
    at = datetime(2026, 11, 3, 2, tzinfo=UTC) + timedelta(hours=hours)
    party = PartyIn(name="李大山", phone="13800001234")
    given = ReportIn(channel="window", text=text, place_text="桂花社区12号", lat=38.005, lon=106.005, occurred=(at, at), parties=(party,))
    return intake.receive(cast.sun, report=given)


def compare() -> None:
    """What the worker does after commit: fingerprints and suggested pairs."""
    actor = system_actor("匹配")
    with scope(actor):
        events = Event.objects.filter(act__in=jobs.LISTENS).order_by("id")
        news = [News(n, e.id, e.act, e.org_id, e.about, e.recorded_at, e.subjects, e.facts) for n, e in enumerate(events)]
        jobs.index_and_match(actor, news)
