"""Acts where the quarrel is: mediated on the spot (程序规定 178 ¶3, 人民调解法 20, 28), signed for, a revisit agreed on."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from psycopg.types.range import Range

from fengqiao.core import clock, deadlines, documents, settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.rules import BadInput
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes import rules as base
from fengqiao.disputes.acts.law import state_facts
from fengqiao.disputes.acts.mediation import TEXT, article, compartment, hear
from fengqiao.disputes.acts.saving import tell
from fengqiao.disputes.models import (
    Attendance,
    Dispute,
    Hearing,
    MediationSession,
    SessionMediator,
)
from fengqiao.disputes.queries import law, levels
from fengqiao.disputes.queries.sitting import Candidate
from fengqiao.disputes.rules import mediation as rules
from fengqiao.disputes.rules import situation, strokes

SPOT, LASTS = "spot", timedelta(minutes=30)
ROUTE = {"security": "on_the_spot", "people": "people"}  # kind of mediation → the route the law is asked about
APPROVED = "disputes.esignature"  # setting: the bureau approved signatures on a screen as signatures


@act("当场调解")
def mediate_on_the_spot(
    actor: Actor, *, dispute_id: uuid.UUID, outcome: str, came: Iterable[uuid.UUID], text: str, performance: str = "",
    kind: str = "security", facts: Mapping[str, Any] | None = None, at: datetime | None = None, drunk: bool = False,
) -> uuid.UUID:  # fmt: skip
    """Mediated where the quarrel was, without an appointment: a session that is over when it is written down. Returns its id.

    outcome   rules.mediation.OUTCOMES; performance when settled
    kind      security by an officer (程序规定 178 ¶3), people by a committee's mediator
    facts     what was ticked of the law's conditions there (rules.situation), stated first; None: as stated before
    came      the parties who were there, and wanted it
    at        when it was, if earlier than now
    Refused when the law forbids it, a recusal stands, a sign is not answered, or a party is drunk or young.
    """
    policies.may_work(actor)
    text = written(text, TEXT, "请写下调解经过。")
    moment = at or clock.now()
    wrong = {} if kind in ROUTE else {"kind": "当场调解由民警（治安调解）或者人民调解员进行。"}
    if outcome not in rules.OUTCOMES:
        wrong["outcome"] = "请选择调解结果。"
    if moment > clock.now():
        wrong["at"] = "调解时间不能晚于现在。"
    if wrong:
        raise Invalid(wrong)
    if facts is not None:
        _state(actor, dispute_id, facts)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    if not actor.has(Role.MEDIATOR):
        queries.must_lead(actor, dispute, matter)
    if law.violent(dispute, matter):
        raise Refused("家庭暴力不适用调解，请依法处置。", article=base.VIOLENCE_LAW)
    if dispute.state not in ("working", "reopened"):
        raise Refused(f"纠纷{base.word(dispute.state, dispute.outcome)}，办理中的才能当场调解。")
    levels.must_be_answered(dispute.id)  # 有案不立, 以调代处
    known = {"drunk": True} if drunk else {}
    law.must_allow(actor, dispute, ROUTE[kind], **known)
    if law.young(dispute):
        raise Refused("当事人有未成年人的，请在办公端约定调解并登记监护人。", article=article("minor_guardian"))
    leads = _leads(actor, dispute, matter, kind, clock.local(moment).date())
    session = MediationSession.objects.create(
        id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=matter.id, kind=kind, way=SPOT, origin="active",
        state="held", starts_at=moment, ends_at=moment + LASTS, ended_at=moment, planned_by_id=actor.account_id,
    )  # fmt: skip
    SessionMediator.objects.create(  # it was, and takes no time of anybody's calendar
        org_id=session.org_id, session=session, dispute=dispute, about=matter.id, account_id=leads.account_id, capacity=leads.capacity,
        committee_id=leads.committee_id, during=Range(empty=True),
    )  # fmt: skip
    there = _attended(session, dispute, set(came))
    Hearing.objects.create(org_id=dispute.org_id, session=session, dispute=dispute, about=matter.id)
    hear(
        actor, session_id=session.id, dispute_id=dispute.id, matter_id=matter.id, outcome=outcome, performance=performance,
        at=max(moment, queries.open_since(dispute)) if at else None,
    )  # fmt: skip
    record(
        actor, about=matter.id, subjects=[("session", session.id, "held"), ("dispute", dispute.id, "held"), ("matter", matter.id, "of")],
        facts={"dispute": dispute.number, "mediation": kind, "way": SPOT, "came": there, "mediators": [leads.account_id], "heard": outcome},
        content={compartment(actor): {"text": text}}, org_id=dispute.org_id,
    )  # fmt: skip
    return session.id


def _state(actor: Actor, dispute_id: uuid.UUID, facts: Mapping[str, Any]) -> None:
    """State the law's conditions, unless they are stated just so already."""
    dispute, _ = queries.dispute_for_update(actor, dispute_id)
    before = law.stated(dispute.id)
    plain = situation.facts(situation.situation(dispute.kind, clock.today(), facts)) if not situation.problems(facts, clock.today()) else None
    if before is None or before.facts != plain:
        state_facts(actor, dispute_id=dispute_id, facts=facts)


def _leads(actor: Actor, dispute: Dispute, matter: Any, kind: str, on: date) -> Candidate:
    """The actor as the mediator, in a post or term that carries this kind."""
    mine = [one for one in queries.candidates(actor, dispute, matter, on) if one.account_id == actor.account_id]
    found = next((one for one in mine if one.capacity in rules.LED_BY[kind]), None)
    if found is None:
        raise Refused(rules.LACKING[kind], status=403)
    if reason := rules.barred(found.account_id, queries.objections([dispute.id])):
        raise Refused(reason, article=article("recusal_decision"))
    return found


def _attended(session: MediationSession, dispute: Dispute, there: set[uuid.UUID]) -> int:
    parties = queries.sides([dispute.id])
    if not there or there - {one.id for one in parties}:
        raise Invalid({"came": "请在本纠纷当事人中选择到场的人。"})
    Attendance.objects.bulk_create(
        Attendance(
            org_id=session.org_id, session=session, dispute=dispute, about=session.about, party=one, came=one.id in there,
            consents=True if one.id in there else None,
        )
        for one in parties
    )  # fmt: skip
    return len(there)


@act("留存屏幕签名")
def keep_signature(actor: Actor, *, agreement_id: uuid.UUID, party_id: uuid.UUID, path: str, at: datetime | None = None) -> uuid.UUID:
    """Keep what a party signed on a screen, as drawn; returns the document's id.

    A convenience copy (便捷签名): the paper is signed by hand. Only where the bureau's setting says that signatures on a
    screen are approved, it is kept as one (电子签名).
    path  of an SVG: lines alone (rules.strokes)
    """
    from fengqiao.disputes.printing import strokes as printing  # pypdf only where something is drawn

    policies.may_revisit(actor)
    try:
        drawn = strokes.read(path)
    except BadInput as error:
        raise Invalid({"path": str(error)}) from error
    agreement, dispute, matter = queries.agreement_for_update(actor, agreement_id)
    if dispute.org_id not in actor.orgs:
        raise Refused("纠纷由其他单位主办，本单位可以查看和记录。", status=403)
    party = dispute.parties.filter(id=party_id, erased_at=None).first()
    if party is None:
        raise NotThere
    approved = bool(settings_tree.value(dispute.org_id, APPROVED, default=False))
    word = "电子签名" if approved else "便捷签名"
    data = printing.page(drawn)
    row = documents.store(
        actor, about=matter.id, name=f"{word} {dispute.number}.pdf", data=data, purpose="esigned" if approved else "signature",
        org_id=dispute.org_id,
    )  # fmt: skip
    facts = {"approved": approved, "document": str(row.id), "party": str(party.id), "strokes": len(drawn), "size": row.size}
    tell(
        actor, dispute, matter, "of", facts, occurred=at,
        subjects=(("agreement", agreement.id, "signed"), ("document", row.id, "new")),
    )  # fmt: skip
    return row.id


@act("约定回访日")
def schedule_revisit(actor: Actor, *, dispute_id: uuid.UUID, on: date) -> None:
    """Agree on a day to ask again: today or later, not after the day it is due by its level."""
    policies.may_revisit(actor)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    due = queries.running_until(queries.REVISIT, dispute.id)
    if due is None:
        raise Refused("现在没有待回访的期限。")
    last = clock.local(due).date()
    if not clock.today() <= on <= last:
        raise Invalid({"on": f"回访日须在今天至 {last.month}月{last.day}日 之间。"})
    was = due.isoformat()
    deadlines.drop(actor, queries.REVISIT, dispute.id)
    deadlines.start(
        actor, queries.REVISIT, about=matter.id, subject=("dispute", dispute.id), org_id=dispute.org_id, due_at=clock.day_end(on)
    )
    tell(actor, dispute, matter, "of", {"on": on.isoformat(), "was": was, "round": dispute.round})
