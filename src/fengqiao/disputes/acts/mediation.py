"""Acts on a mediation session: plan, take consents, hold, stop, cancel, tell the dispute what a hearing came to.

One session may hear several linked disputes (一揽子, ND-21): every hearing has its own outcome and its own event.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from fengqiao.core import clock, deadlines, sharing
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.queries import law
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes import rules as base
from fengqiao.disputes.acts import ending
from fengqiao.disputes.models import (
    Attendance,
    Dispute,
    Hearing,
    LawyerSlot,
    MediationSession,
    Method,
    Room,
    SessionMediator,
)
from fengqiao.disputes.queries import law as law_queries
from fengqiao.disputes.queries import levels
from fengqiao.disputes.queries.sitting import Candidate, Loaded
from fengqiao.disputes.rules import mediation as rules
from fengqiao.places import acts as places
from fengqiao.places.policies import bookings_visible_to

TEXT, REASON = 20_000, 500  # characters of minutes, of a reason
LONGEST, SHORTEST = timedelta(hours=12), timedelta(minutes=10)
KEPT_SHARED = timedelta(days=30)  # after a session, how long the mediator's own office still sees the dispute
SECOND = "second_mediation"  # 程序规定 183: once more, within seven workdays of the first


def article(rule_id: str) -> str | None:
    """The article of a rule as it is in force today, for a refusal; None while it is 待核."""
    return law.edition_for(rule_id, clock.today()).citation or None



def compartment(actor: Actor) -> str:
    """Where the actor's words go: the people's mediators' stay with them (人民调解法 15), the police's with the police."""
    return "police" if actor.is_police else "mediator" if actor.has(Role.MEDIATOR) else "shared"


def _told(
    actor: Actor, session: MediationSession, loaded: Loaded, how: str, facts: Mapping[str, Any], text: str = "", field: str = "text"
) -> None:
    """The running act's event: about the first dispute's matter, naming the session and every dispute it hears."""
    dispute, matter = loaded[0]
    record(
        actor,
        about=matter.id,
        subjects=[("session", session.id, how), *(("dispute", one.id, how) for one, _ in loaded), ("matter", matter.id, "of")],
        facts={"disputes": [one.number for one, _ in loaded], "mediation": session.kind, **facts},
        content={compartment(actor): {field: text}} if text else None,
        org_id=dispute.org_id,
    )


def saved(row: Any, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])


# --- planning ----------------------------------------------------------------------------------------------------------


@act("约定调解")
def plan_session(
    actor: Actor, *, dispute_id: uuid.UUID, kind: str, start: datetime, minutes: int = 60, way: str = "room",
    mediators: Sequence[str] = (), room_id: uuid.UUID | None = None, also: Sequence[str] = (), agreed: str = "both",
    present: Mapping[uuid.UUID, rules.Present] | None = None, drunk: bool = False, language: str = "", tier: str = "",
    origin: str = "active", slot_id: uuid.UUID | None = None, method_id: uuid.UUID | None = None,
) -> uuid.UUID:  # fmt: skip
    """Agree on a time to mediate; returns the session's id. An appointment for tomorrow (约定次日) is just that.

    kind       vocabulary mediation_kinds; required (KZ-15)
    mediators  keys of queries.candidates ("account.capacity"), the one who leads first
    also       numbers of further disputes to be heard together; each shares a party with the others (ND-21)
    agreed     "both": all sides want it; a party's id: that side asked, the others are still to be asked; "none": all are
    present    what was said of young parties
    drunk      a party is drunk: only another day may be agreed
    language   an interpreter into this language is needed (self-declared, vocabulary languages)
    Errors: Invalid beside the field; Refused when the law, a recusal, a taken room or a taken mediator forbids it.
    """
    policies.may_work(actor)
    end = start + timedelta(minutes=minutes)
    _well_formed(kind, way, start, end, tier=tier, origin=origin, language=language, room_id=room_id)
    if reason := rules.not_now(drunk=drunk, start=clock.local(start), today=clock.today()):
        raise Refused(reason)
    loaded = _together(actor, dispute_id, also)
    for dispute, matter in loaded:
        _may_be_mediated(actor, dispute, matter, kind, start)
    dispute, matter = loaded[0]
    chosen = _chosen(actor, loaded, kind, mediators, clock.local(start).date())
    room, slot, method = _found(Room, room_id), _found(LawyerSlot, slot_id), _found(Method, method_id)
    held = places.reserve(actor, venue_id=room.venue_id, start=start, end=end, about=matter.id) if room else None
    session = MediationSession.objects.create(
        id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=matter.id, kind=kind, way=way, tier=tier, origin=origin,
        starts_at=start, ends_at=end, room=room, reservation=held, slot=slot, method=method, language=language,
        planned_by_id=actor.account_id,
    )  # fmt: skip
    seat(actor, session, loaded, chosen)
    children = _invite(session, loaded, agreed, present or {})
    Hearing.objects.create(org_id=dispute.org_id, session=session, dispute=dispute, about=matter.id)
    for further, its in loaded[1:]:
        add_hearing(actor, session_id=session.id, dispute_id=further.id, matter_id=its.id)
    _told(actor, session, loaded, "planned", {
        "way": way, "tier": tier, "origin": origin, "start": start.isoformat(), "end": end.isoformat(), "room": str(room_id or ""),
        "mediators": [[one.account_id, one.capacity] for one in chosen], "agreed": agreed if agreed in ("both", "none") else "one",
        "children": children, "interpreter": language, "lawyer": slot_id is not None, "postponed": drunk,
    })  # fmt: skip
    return session.id


@act("列入同场调解")
def add_hearing(actor: Actor, *, session_id: uuid.UUID, dispute_id: uuid.UUID, matter_id: uuid.UUID) -> None:
    """A further dispute of a session: told on its own matter's timeline. Called while the session is planned."""
    dispute = Dispute.objects.get(id=dispute_id)
    Hearing.objects.create(org_id=dispute.org_id, session_id=session_id, dispute=dispute, about=matter_id)
    record(
        actor, about=matter_id, subjects=[("session", session_id, "planned"), ("dispute", dispute_id, "planned"), ("matter", matter_id, "of")],
        facts={"dispute": dispute.number}, org_id=dispute.org_id,
    )  # fmt: skip


def _well_formed(
    kind: str, way: str, start: datetime, end: datetime, *, tier: str, origin: str, language: str, room_id: uuid.UUID | None
) -> None:
    wrong = {}
    if kind not in vocabulary("mediation_kinds"):
        wrong["kind"] = "请选择调解种类。"
    if way not in rules.AGREED_WAYS:
        wrong["way"] = "请选择方式。"
    if way == "room" and room_id is None:
        wrong["room_id"] = "当面调解请选择调解室。"
    if not SHORTEST <= end - start <= LONGEST:
        wrong["minutes"] = "时长须在 10 分钟至 12 小时之间。"
    if end <= clock.now():
        wrong["start"] = "这一时段已经过去。"
    if tier and tier not in vocabulary("resolution_tiers"):
        wrong["tier"] = "请选择层级。"
    if origin not in vocabulary("dispute_origins"):
        wrong["origin"] = "请选择来由。"
    if language and language not in vocabulary("languages"):
        wrong["language"] = "请选择语言。"
    if wrong:
        raise Invalid(wrong)


def _together(actor: Actor, dispute_id: uuid.UUID, also: Iterable[str]) -> Loaded:
    """The disputes of one session, the first one first. They must have parties in common."""
    ids = [dispute_id]
    for number in filter(None, (one.strip() for one in also)):
        further = queries.numbered(actor, number)
        if further is None:
            raise Invalid({"also": f"没有编号为 {number} 的纠纷，请核对。"})
        ids += [further] if further not in ids else []
    loaded = sorted(queries.disputes_for_update(actor, ids), key=lambda one: ids.index(one[0].id))
    if len(loaded) > 1 and not rules.together([queries.party_keys(dispute) for dispute, _ in loaded]):
        raise Invalid({"also": "一并调解的纠纷须有共同的当事人。"})
    return loaded


def _may_be_mediated(actor: Actor, dispute: Dispute, matter: Any, kind: str, start: datetime) -> None:
    """The gate before a session of any kind (MS7, station-day 6)."""
    if not actor.has(Role.MEDIATOR):
        queries.must_lead(actor, dispute, matter)
    if law_queries.violent(dispute, matter):
        raise Refused("家庭暴力不适用调解，请依法处置。", article=base.VIOLENCE_LAW)
    if dispute.state not in ("working", "reopened"):
        raise Refused(f"纠纷{base.word(dispute.state, dispute.outcome)}，开始办理后才能约定调解。")
    if Hearing.objects.filter(dispute=dispute, session__state="planned").exists():
        raise Refused(f"纠纷 {dispute.number} 已约定调解，请先办理或取消该次调解。")
    _lawful(actor, dispute, kind, signs_open=False)  # a session may be agreed on; it does not open before they are answered
    due = queries.running_until(SECOND, dispute.id) if kind == "security" else None
    if due and start > due:
        raise Refused(f"再次治安调解须在 {clock.local(due):%m月%d日} 前进行。", article=article(SECOND))


def _lawful(actor: Actor, dispute: Dispute, kind: str, **said: Any) -> None:
    """Refused where the law forbids this kind of mediation now. A second try of the police is a route of its own (183)."""
    tries = tuple(clock.local(at).date() for at in queries.tried(dispute.id)) if kind == "security" else ()
    if tries:
        law_queries.must_allow(actor, dispute, SECOND, tries=tries, again=True, **said)
    else:
        law_queries.must_allow(actor, dispute, kind, **said)


def _chosen(actor: Actor, loaded: Loaded, kind: str, keys: Sequence[str], on: date) -> list[Candidate]:
    """The mediators, each in a post or term that carries it and against whom nothing stands."""
    dispute, matter = loaded[0]
    there = {one.key: one for one in queries.candidates(actor, dispute, matter, on)}
    keys = list(dict.fromkeys(filter(None, keys)))
    if any(key not in there for key in keys):
        raise Invalid({"mediators": "所选调解员当日没有有效岗位或任期，请重新选择。"})
    chosen = [there[key] for key in keys]
    if reason := rules.lacking_mediator(kind, [one.capacity for one in chosen]):
        raise Invalid({"mediators": reason})
    standing = queries.objections(one.id for one, _ in loaded)
    for one in chosen:
        if reason := rules.barred(one.account_id, standing):
            raise Refused(f"{one.name}：{reason}", article=article("recusal_decision"))
    return chosen


def _found(model: type[Any], row_id: uuid.UUID | None) -> Any:
    if row_id is None:
        return None
    row = model.objects.filter(id=row_id).first()
    if row is None:
        raise NotThere
    return row


def seat(actor: Actor, session: MediationSession, loaded: Loaded, chosen: Sequence[Candidate]) -> None:
    """Hold the mediators' time, and open the disputes to their offices as long as they need it."""
    for one in chosen:
        try:
            with transaction.atomic():
                SessionMediator.objects.create(
                    org_id=session.org_id, session=session, dispute_id=session.dispute_id, about=session.about, account_id=one.account_id, capacity=one.capacity,
                    committee_id=one.committee_id, during=Range(session.starts_at, session.ends_at),
                )  # fmt: skip
        except IntegrityError as error:
            if isinstance(error.__cause__, psycopg.errors.ExclusionViolation):
                raise Refused(f"{one.name}这一时段已有调解安排，请另选时段或调解员。") from error
            raise
        for dispute, matter in loaded:
            if one.capacity == "officer" or dispute.org_id not in actor.orgs or one.org_id in actor.orgs:
                continue
            if one.org_id not in {running.org_id for running in sharing.shared_with(matter.id)}:
                sharing.share(actor, matter.id, one.org_id, "调解", session.ends_at + KEPT_SHARED)


def _invite(session: MediationSession, loaded: Loaded, agreed: str, present: Mapping[uuid.UUID, rules.Present]) -> int:
    """One line for each party: consent as far as known, the young with their guardians. Returns how many are under 14."""
    parties = queries.sides(dispute.id for dispute, _ in loaded)
    if agreed not in {"both", "none", *(str(party.id) for party in parties)}:
        raise Invalid({"agreed": "请选择由谁提出。"})
    rows, names = [], {one.id: one.name for one in queries.named_in(dispute.id for dispute, _ in loaded)}
    for party in parties:
        said = present.get(party.id, rules.Present())
        if said.guardian_party is not None and (said.guardian_party == party.id or not names.get(said.guardian_party)):
            raise Invalid({"agreed": "请选择监护人，或写明姓名。"})
        guardian = names[said.guardian_party] if said.guardian_party else written(said.guardian_name, 60)
        if said.age not in rules.AGES or said.guardian not in rules.GUARDIANS:
            raise Invalid({"agreed": "请选择年龄段和监护人情况。"})
        if reason := rules.guardian_missing(said):
            raise Refused(reason, article=article("minor_guardian"), status=422)
        wants = True if agreed in ("both", str(party.id)) else None
        rows.append(Attendance(
            org_id=session.org_id, session=session, dispute_id=party.dispute_id, about=party.about, party=party, consents=wants, age=said.age,
            guardian=said.guardian if said.age else "", guardian_name=guardian if said.age else "",
        ))  # fmt: skip
    Attendance.objects.bulk_create(rows)
    return sum(row.age == "child" for row in rows)


# --- before it opens ---------------------------------------------------------------------------------------------------


@act("登记是否同意调解")
def agree_session(actor: Actor, *, session_id: uuid.UUID, party_id: uuid.UUID, consents: bool) -> None:
    """What a side said when asked. A refusal ends the session: whoever does not want it is not mediated (人民调解法 17)."""
    policies.may_revisit(actor)
    session, loaded = queries.session_for_update(actor, session_id)
    _must_be(session, "planned")
    line = Attendance.objects.filter(session=session, party_id=party_id).first()
    if line is None:
        raise NotThere
    line.consents = consents
    saved(line, "consents")
    if not consents:
        _end(actor, session, "stopped")
        session.hearings.update(outcome="stopped")
    _told(actor, session, loaded, "asked", {"consents": consents, "party": str(party_id), "state": session.state})


@act("终止调解")
def stop_session(actor: Actor, *, session_id: uuid.UUID, party_id: uuid.UUID | None = None, reason: str) -> None:
    """A side does not want to go on: it ends at once (人民调解法 3, 26). The dispute stays open for another way."""
    policies.may_revisit(actor)
    reason = written(reason, REASON, "请写明终止的原因。", "reason")
    session, loaded = queries.session_for_update(actor, session_id)
    _must_be(session, "planned")
    _end(actor, session, "stopped")
    session.hearings.update(outcome="stopped")
    _told(actor, session, loaded, "stopped", {"party": str(party_id or "")}, reason, "reason")


@act("取消调解")
def cancel_session(actor: Actor, *, session_id: uuid.UUID, reason: str) -> None:
    """The appointment falls through; room and mediators are free again."""
    policies.may_work(actor)
    reason = written(reason, REASON, "请写明取消的原因。", "reason")
    session, loaded = queries.session_for_update(actor, session_id)
    _must_be(session, "planned")
    _end(actor, session, "cancelled")
    _told(actor, session, loaded, "cancelled", {}, reason, "reason")


def _must_be(session: MediationSession, state: str) -> None:
    if session.state != state:
        raise Refused(f"这次调解{rules.STATES[session.state]}，不能再办理。")


def _end(actor: Actor, session: MediationSession, state: str) -> None:
    """The session is over. A time that was not used is free again."""
    session.state, session.ended_at = state, clock.now()
    saved(session, "state", "ended_at")
    if state != "held":
        session.mediators.filter(released_at=None).update(released_at=session.ended_at)
        if session.reservation_id and session.ends_at > session.ended_at:
            _free_room(actor, session.reservation_id)


def _free_room(actor: Actor, reservation_id: uuid.UUID) -> None:
    """The room is free again. Another office's mediator does not see the station's booking: then the product frees it."""
    seen = bookings_visible_to(actor).filter(id=reservation_id).exists()
    who = actor if seen else system_actor("取消调解")
    with scope(who):
        held = bookings_visible_to(who).filter(id=reservation_id, cancelled_at=None).exists()
    if held:
        places.cancel_reservation(who, reservation_id=reservation_id)


# --- the session itself ------------------------------------------------------------------------------------------------


@act("调解")
def hold_session(
    actor: Actor, *, session_id: uuid.UUID, outcomes: Mapping[uuid.UUID, tuple[str, str]], came: Iterable[uuid.UUID],
    text: str, used: Sequence[int] = (), method_id: uuid.UUID | None = None, drunk: bool = False, recorded: bool = False,
) -> None:  # fmt: skip
    """Write down a session: who came, the minutes, an outcome for each dispute. What it settles is told to the dispute.

    outcomes  dispute id → (rules.OUTCOMES, performance when settled); one for every dispute heard
    came      ids of the parties who were there
    text      the minutes; they lie in the compartment of the writer's trade
    used      which lines of the method's template, from 1 (KZ-36)
    recorded  the whole of it was recorded (程序规定 52: one officer alone may only mediate so)
    Refused when a side has not consented, a recusal is open or granted, a child's guardian is not there, or somebody is drunk.
    """
    policies.may_work(actor)
    text = written(text, TEXT, "请写下调解笔录。")
    session, loaded = queries.session_for_update(actor, session_id)
    _must_be(session, "planned")
    if reason := rules.not_now(drunk=drunk, start=clock.local(clock.now()), today=clock.today()):
        raise Refused(reason)
    _open(actor, session, loaded, recorded=recorded)
    there = set(came)
    _present(session, loaded, there)
    if method_id is not None:
        session.method = _found(Method, method_id)
    session.used = sorted(set(used)) if session.method else []
    if session.method and any(not 0 < n <= len(session.method.methods) for n in session.used):
        raise Invalid({"used": "请选择所用的方法。"})
    saved(session, "method", "used")
    _end(actor, session, "held")
    for dispute, matter in loaded:
        outcome, performance = outcomes.get(dispute.id, ("", ""))
        hear(actor, session_id=session.id, dispute_id=dispute.id, matter_id=matter.id, outcome=outcome, performance=performance)
    _told(actor, session, loaded, "held", {
        "came": len(there), "of": session.attendance.count(), "recorded": recorded,
        "mediators": list(session.mediators.filter(released_at=None).values_list("account_id", flat=True)),
        "method": str(session.method_id or ""), "used": session.used, "heard": len(loaded),
    }, text)  # fmt: skip


def _open(actor: Actor, session: MediationSession, loaded: Loaded, *, recorded: bool) -> None:
    """May it open? Consent of every side, nothing against a mediator, an officer not alone without a record."""
    for dispute, matter in loaded:
        if law_queries.violent(dispute, matter):
            raise Refused("家庭暴力不适用调解，请依法处置。", article=base.VIOLENCE_LAW)
    consents = {queries.side_name(line.party): line.consents for line in session.attendance.select_related("party")}
    if reason := rules.consent_missing(consents):
        raise Refused(reason, article=article("mediation_refused"))
    seated = list(session.mediators.filter(released_at=None).select_related("account"))
    if reason := rules.lacking_mediator(session.kind, [one.capacity for one in seated]):
        raise Refused(reason)
    standing = queries.objections(dispute.id for dispute, _ in loaded)
    for one in seated:
        if reason := rules.barred(one.account_id, standing):
            raise Refused(f"{one.account.name}：{reason}", article=article("recusal_decision"))
    officers = sum(one.capacity == "officer" for one in seated)
    for dispute, _ in loaded:
        levels.must_be_answered(dispute.id)  # 有案不立, 以调代处
        _lawful(actor, dispute, session.kind, officers=officers, recorded=recorded)
    if reason := rules.alone(session.kind, officers, recorded=recorded):
        raise Refused(reason, article=article("one_officer_mediation"))


def _present(session: MediationSession, loaded: Loaded, there: set[uuid.UUID]) -> None:
    lines = list(session.attendance.select_related("party"))
    if there - {line.party_id for line in lines}:
        raise Invalid({"came": "请在到场当事人中选择。"})
    for dispute, _ in loaded:
        if not any(line.party_id in there and line.party.dispute_id == dispute.id for line in lines):
            raise Invalid({"came": f"纠纷 {dispute.number} 没有当事人到场，请核对。"})
    for line in lines:
        line.came = line.party_id in there
        saved(line, "came")


@act("调解结果")
def hear(
    actor: Actor, *, session_id: uuid.UUID, dispute_id: uuid.UUID, matter_id: uuid.UUID, outcome: str, performance: str = "",
    at: datetime | None = None,
) -> None:
    """What one dispute's hearing came to. Settled or failed is told to the dispute, where the actor's organisation leads it.

    at  when it came to it, if earlier than now
    """
    if outcome not in rules.OUTCOMES:
        raise Invalid({"outcomes": "请为每件纠纷选择调解结果。"})
    hearing = Hearing.objects.select_related("session", "dispute").get(session_id=session_id, dispute_id=dispute_id)
    dispute, kind = hearing.dispute, hearing.session.kind
    if outcome == "settled" and performance not in {*vocabulary("performance_states"), base.NOTHING_DUE}:
        raise Invalid({"outcomes": "请选择履行情况。"})
    hearing.outcome, hearing.performance = outcome, performance if outcome == "settled" else ""
    saved(hearing, "outcome", "performance")
    if kind == "security":
        _clock(actor, dispute, matter_id, outcome)
    if outcome in rules.TOLD_ON and dispute.org_id in actor.orgs:
        _tell(actor, hearing, at)
    record(
        actor, about=matter_id, subjects=[("session", session_id, "of"), ("dispute", dispute_id, "heard"), ("matter", matter_id, "of")],
        facts={"dispute": dispute.number, "mediation": kind, "heard": outcome, "performance": hearing.performance, "told": hearing.told},
        org_id=dispute.org_id,
    )  # fmt: skip


def _clock(actor: Actor, dispute: Dispute, matter_id: uuid.UUID, outcome: str) -> None:
    """The seven workdays to a second try run from the first that was put off; the second try meets them."""
    if queries.running_until(SECOND, dispute.id):
        deadlines.meet(actor, SECOND, dispute.id)
    elif outcome == "adjourned":
        deadlines.start(actor, SECOND, about=matter_id, subject=("dispute", dispute.id), org_id=dispute.org_id)


def _tell(actor: Actor, hearing: Hearing, at: datetime | None = None) -> None:
    ending.settle(
        actor, dispute_id=hearing.dispute_id, outcome=hearing.outcome, performance=hearing.performance, how=hearing.session.kind, tier=hearing.session.tier,
        agreement_follows=True, at=at,
    )  # fmt: skip
    hearing.told = True
    saved(hearing, "told")


@act("按调解结果登记")
def tell_hearing(actor: Actor, *, hearing_id: uuid.UUID) -> None:
    """The station that leads the dispute takes over what the justice office's mediation came to; nothing is typed again."""
    policies.may_work(actor)
    found = Hearing.objects.filter(id=hearing_id).values_list("dispute_id", flat=True).first()
    if found is None:
        raise NotThere
    dispute, matter = queries.dispute_for_update(actor, found)
    hearing = Hearing.objects.select_for_update(no_key=True).select_related("session").get(id=hearing_id)
    if hearing.told or hearing.outcome not in rules.TOLD_ON:
        raise Refused("这次调解没有待登记的结果。")
    _tell(actor, hearing)
    record(
        actor, about=matter.id, subjects=[("session", hearing.session_id, "of"), ("dispute", dispute.id, "told"), ("matter", matter.id, "of")],
        facts={"dispute": dispute.number, "heard": hearing.outcome, "performance": hearing.performance}, org_id=dispute.org_id,
    )  # fmt: skip


# --- visitors ----------------------------------------------------------------------------------------------------------
