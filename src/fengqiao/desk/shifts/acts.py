"""Acts on a shift: begin it, write its log, add to its handover, sign it three times, pass the night's quarrels on."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from fengqiao.core import clock, deadlines, notices, settings_tree
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written
from fengqiao.desk.shifts import draft, policies, queries, rules
from fengqiao.desk.shifts.models import Handover, Passing, Shift
from fengqiao.disputes import acts as disputes
from fengqiao.disputes import queries as dispute_queries
from fengqiao.disputes.rules import AT_WORK
from fengqiao.force import queries as force
from fengqiao.intake import acts as intake
from fengqiao.intake import queries as intake_queries

GROUP = "shifts.night"  # notices of the night's quarrels


def _record(actor: Actor, shift: Shift, how: str, facts: Mapping[str, Any], content: Mapping[str, Any] | None = None, **more: Any) -> uuid.UUID:
    subjects = [("shift", shift.id, how), *more.get("subjects", ())]
    return record(
        actor, about=shift.id, subjects=subjects, facts=facts, content={"police": content} if content else None, org_id=shift.org_id
    )


def _save(shift: Shift, *fields: str) -> None:
    shift.version += 1
    shift.save(update_fields=[*fields, "version"])


def _move(shift: Shift, move: str) -> None:
    if not rules.allowed(shift.state, move):
        raise Refused(f"本班{rules.STATES[shift.state]}，不能{rules.MOVE_WORDS[move]}。")
    shift.state = rules.MOVES[move][1]


@act("开班")
def open_shift(actor: Actor, *, org_id: int | None = None, at: datetime | None = None) -> uuid.UUID:
    """Begin the shift that runs at a moment (default now) by the station's pattern; returns its id. Refused when it has begun.

    org_id  who keeps the roster; default the actor's own station
    """
    policies.may_open(actor)
    org = org_id or queries.keeper(actor)
    if org not in actor.orgs:
        raise Invalid({"org_id": "请选择本单位。"})
    moment = at or clock.now()
    of = queries.pattern_of(org, moment)
    begin, end = rules.bounds(of, moment)
    night = settings_tree.value(org, rules.NIGHT_KEY, clock.local(begin).date(), rules.DEFAULT_NIGHT)
    shift = Shift(
        id=uuid7(), org_id=org, created_at=clock.now(), hours=of.hours, during=Range(begin, end), night=rules.is_night(begin, end, night)
    )
    try:
        with transaction.atomic():
            shift.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("这一时段已有班次。") from error
    _record(actor, shift, "begun", {"hours": of.hours, "begin": begin.isoformat(), "end": end.isoformat(), "night": shift.night})
    return shift.id



@act("值班记事")
def log_line(actor: Actor, *, shift_id: uuid.UUID, text: str) -> uuid.UUID:
    """Write a line into the duty log; it stands there with its time and cannot be taken out. Returns its event."""
    policies.may_write(actor)
    text = written(text, rules.TEXT, "请写下内容。")
    shift = queries.shift_for_update(actor, shift_id)
    if shift.state == "closed":
        raise Refused("本班已归档，请记入当前班次。")
    return _record(actor, shift, "logged", {"length": len(text)}, {"text": text})


@act("补充交接事项")
def add_line(actor: Actor, *, shift_id: uuid.UUID, section: str, text: str) -> uuid.UUID:
    """Add a line to a section of the handover (rules.HAND) before it is signed; returns its event."""
    policies.may_write(actor)
    text = written(text, rules.TEXT, "请写下内容。")
    if section not in rules.HAND:
        raise Invalid({"section": "请选择交接栏目。"})
    shift = _unsigned(actor, shift_id)
    return _record(actor, shift, "added to", {"section": section}, {"text": text})


@act("撤去交接事项")
def strike_line(actor: Actor, *, shift_id: uuid.UUID, line: uuid.UUID) -> None:
    """Take a line written by hand out of the handover again, before it is signed; both stay in the record."""
    policies.may_write(actor)
    shift = _unsigned(actor, shift_id)
    standing = {one.event for section in draft.added(queries.history(actor, queries.find(actor, shift.id))).values() for one in section}
    if line not in standing:
        raise Refused("这一条已撤去，或不是手工补充的。")
    _record(actor, shift, "struck from", {"line": str(line)})


@act("清点装备")
def count_kit(actor: Actor, *, shift_id: uuid.UUID, counts: Mapping[str, int], remarks: Mapping[str, str] | None = None) -> None:
    """Write down how many of each thing (setting shifts.kit) are there, with remarks; the last count of a shift holds."""
    policies.may_write(actor)
    shift = _unsigned(actor, shift_id)
    known = rules.kit(settings_tree.value(shift.org_id, rules.KIT_KEY))
    if not counts or any(item not in known or not 0 <= n <= 9999 for item, n in counts.items()):
        raise Invalid({"counts": "请按清点项目填写数量（0 至 9999）。"})
    said = {item: text.strip()[:100] for item, text in (remarks or {}).items() if item in known and text.strip()}
    _record(actor, shift, "counted", {"counts": dict(counts)}, said)


def _unsigned(actor: Actor, shift_id: uuid.UUID) -> Shift:
    shift = queries.shift_for_update(actor, shift_id)
    if shift.state != "running":
        raise Refused(f"本班{rules.STATES[shift.state]}，交接内容不能再改。需要补充的，由交班人收回后再签。")
    return shift


# --- three signatures -----------------------------------------------------------------------------------------------------


@act("交班签字")
def give_over(actor: Actor, *, shift_id: uuid.UUID) -> uuid.UUID:
    """The outgoing shift leader signs what stands in the handover now; from here on it cannot be changed, only taken back.

    The night's quarrels pass to the officers responsible, if that has not happened yet. Returns the handover's id.
    """
    policies.may_sign(actor)
    shift = queries.shift_for_update(actor, shift_id)
    _move(shift, "give")
    if shift.night:
        pass_night(actor, shift_id=shift.id)
        shift.refresh_from_db()
        shift.state = "given"
    shown = queries.find(actor, shift.id)
    body, words = draft.split(draft.drafted(actor, shown, queries.history(actor, shown)))
    paper = Handover.objects.create(
        id=uuid7(), org_id=shift.org_id, created_at=clock.now(), shift=shift, body=body, given_by_id=actor.account_id, given_at=clock.now()
    )
    _save(shift, "state")
    counts = {code: len(one["lines"]) for code, one in body["sections"].items()}
    _record(actor, shift, "given", {"lines": counts, **body["codes"]}, words, subjects=[("handover", paper.id, "new")])
    return paper.id


@act("收回交班")
def take_back(actor: Actor, *, shift_id: uuid.UUID) -> None:
    """The one who gave it takes it back, while the next shift has not signed: to add what was forgotten."""
    policies.may_sign(actor)
    shift = queries.shift_for_update(actor, shift_id)
    _move(shift, "take_back")
    paper = queries.handover_for_update(shift)
    if paper.given_by_id != actor.account_id:
        raise Refused("由交班人本人收回。", status=403)
    paper.withdrawn_at = clock.now()
    paper.save(update_fields=["withdrawn_at"])
    _save(shift, "state")
    _record(actor, shift, "taken back", {}, subjects=[("handover", paper.id, "withdrawn")])


@act("接班签字")
def take_over(actor: Actor, *, shift_id: uuid.UUID) -> None:
    """The leader of the next shift has read it and takes over. A day shift's crew is released; a night's when its quarrels are."""
    policies.may_sign(actor)
    shift = queries.shift_for_update(actor, shift_id)
    _move(shift, "take")
    paper = queries.handover_for_update(shift)
    if paper.given_by_id == actor.account_id:
        raise Refused("交班人与接班人不能是同一人。")
    paper.taken_by_id, paper.taken_at = actor.account_id, clock.now()
    paper.save(update_fields=["taken_by", "taken_at"])
    _save(shift, "state")
    released = _release(shift)
    _record(actor, shift, "taken", {"released": released}, subjects=[("handover", paper.id, "taken")])


@act("交接班审签")
def close_shift(actor: Actor, *, shift_id: uuid.UUID) -> None:
    """The station leader signs; the handover is frozen from here on."""
    policies.may_close(actor)
    shift = queries.shift_for_update(actor, shift_id)
    _move(shift, "close")
    paper = queries.handover_for_update(shift)
    if actor.account_id in (paper.given_by_id, paper.taken_by_id):
        raise Refused("审签人不能是交班人或接班人，请由其他所领导审签。")
    paper.leader_id, paper.signed_at = actor.account_id, clock.now()
    paper.save(update_fields=["leader", "signed_at"])
    shift.closed_at = clock.now()
    _save(shift, "state", "closed_at")
    _record(actor, shift, "closed", {}, subjects=[("handover", paper.id, "signed")])


def _release(shift: Shift) -> bool:
    """Let the crew go once the next shift has signed and no quarrel of the night is without an owner."""
    free = shift.state in ("taken", "closed") and not Passing.objects.filter(shift=shift, signed_at=None, raised_at=None).exists()
    if not free or shift.released_at:
        return False
    shift.released_at = clock.now()
    _save(shift, "released_at")
    return True


# --- the night's quarrels -------------------------------------------------------------------------------------------------


@act("夜间事项移交")
def pass_night(actor: Actor, *, shift_id: uuid.UUID) -> int:
    """Pass every unfinished quarrel of a night shift to the officer responsible for its village; returns how many were new.

    May be called again (a handover taken back, a quarrel that came in late): what was passed on stays with whom it was.
    """
    shift = queries.shift_for_update(actor, shift_id)
    if not shift.night:
        raise Refused("本班不是夜班，事项随交接班移交。")
    seen = queries.narrowed(actor, shift.org_id)
    done = set(Passing.objects.filter(shift=shift).values_list("about", flat=True))
    found = intake_queries.handled(seen, shift.during.lower, shift.during.upper, draft.LIVE)
    crew = [one.account_id for one in queries.crew(actor, shift) if one.account_id]
    new = [one for one in found if one.id not in done and one.kind[:1] in ("", "D")]
    for one in new:
        officers = force.answering(seen, one.grid_id, clock.local(shift.during.upper).date())
        pass_matter(actor, shift_id=shift.id, matter=one, to=rules.whose(officers, one.owner_id, crew))
    shift.passed_at = shift.passed_at or clock.now()
    _save(shift, "passed_at")
    _record(actor, shift, "passed on", {"matters": len(new), "before": len(done)})
    return len(new)


@act("移交责任民警")
def pass_matter(actor: Actor, *, shift_id: uuid.UUID, matter: intake_queries.Handled, to: int | None) -> None:
    """One quarrel of the night goes to `to` (an account), who signs for it by ten; to None: to the leader on duty at once.

    Called by `pass_night`, which has loaded shift and matter through the actor's eyes.
    """
    shift = queries.shift_for_update(actor, shift_id)
    now = clock.now()
    at = settings_tree.value(shift.org_id, rules.SIGN_BY_KEY, default=rules.DEFAULT_SIGN_BY)
    due = rules.sign_by(shift.during.upper, now, at)
    leader = None if to else queries.leader_on_duty(actor, shift.org_id, now)
    passing = Passing.objects.create(
        id=uuid7(), org_id=shift.org_id, created_at=now, shift=shift, about=matter.id, number=matter.number, to_id=to, due_at=due,
        leader_id=leader, raised_at=None if to else now,
    )  # fmt: skip
    deadlines.start(actor, draft.NIGHT, about=matter.id, subject=("passing", passing.id), org_id=shift.org_id, due_at=due)
    text = f"夜间事项 {matter.number} 请于 {clock.local(due):%H:%M} 前签收"
    notices.notify(GROUP, text, f"/shifts/{shift.id}/#night", org_id=shift.org_id, account_id=to or leader, about=passing.id)
    record(
        actor,
        about=matter.id,
        subjects=[("matter", matter.id, "passed on"), ("passing", passing.id, "new"), ("shift", shift.id, "of")],
        facts={"number": matter.number, "to": to, "leader": leader, "due_at": due.isoformat()},
        org_id=shift.org_id,
    )


@act("签收夜间事项")
def sign_night(actor: Actor, *, passing_id: uuid.UUID) -> uuid.UUID:
    """The officer responsible takes the quarrel on (接手); with the last one the night's crew is released. Returns the matter."""
    passing = queries.passing_for_update(actor, passing_id)
    policies.may_sign_night(actor, passing)
    if passing.signed_at:
        raise Refused("该事项已签收。")
    shift = queries.shift_for_update(actor, passing.shift_id)
    passing.signed_at, passing.signed_by_id = clock.now(), actor.account_id
    _save_passing(passing, "signed_at", "signed_by")
    met = deadlines.meet(actor, draft.NIGHT, passing.id)
    _take_on(actor, passing.about)
    released = _release(shift)
    _night(actor, passing, "signed for", {"late": clock.now() > passing.due_at, "clock": met is not None, "released": released})
    return passing.about


@act("夜间事项转带班领导")
def raise_night(actor: Actor, *, passing_id: uuid.UUID) -> bool:
    """Nobody signed in time: it goes to the leader on duty, and the night's crew is released. False when it was signed meanwhile."""
    passing = queries.passing_for_update(actor, passing_id)
    shift = queries.shift_for_update(actor, passing.shift_id)
    late = passing.signed_at is None and passing.raised_at is None and passing.due_at < clock.now()
    if not late:
        raise Refused("该事项已签收或尚未到时。")
    passing.raised_at = clock.now()
    passing.leader_id = queries.leader_on_duty(actor, shift.org_id, clock.now())
    _save_passing(passing, "raised_at", "leader")
    released = _release(shift)
    text = f"夜间事项 {passing.number} 逾时无人签收，已转带班领导"
    for account in {passing.leader_id, passing.to_id}:
        notices.notify(GROUP, text, f"/shifts/{shift.id}/#night", org_id=shift.org_id, account_id=account, about=passing.id)
    _night(actor, passing, "raised", {"to": passing.to_id, "leader": passing.leader_id, "released": released})
    return True


def _take_on(actor: Actor, matter_id: uuid.UUID) -> None:
    """The signer becomes the owner, where the quarrel is still to be worked on and led by an organisation of theirs."""
    matter = intake_queries.survivor(intake_queries.matter_for_update(actor, matter_id))
    dispute = dispute_queries.live_on(matter.id)
    if matter.owner_id == actor.account_id and matter.state == "open":
        return
    if dispute is not None and dispute.state in AT_WORK and dispute.org_id in actor.orgs:
        disputes.take(actor, dispute_id=dispute.id)
    elif dispute is None and matter.state in draft.LIVE and matter.org_id in actor.orgs:
        intake.take_over(actor, matter_id=matter.id)


def _save_passing(passing: Passing, *fields: str) -> None:
    passing.version += 1
    passing.save(update_fields=[*fields, "version"])


def _night(actor: Actor, passing: Passing, how: str, facts: Mapping[str, Any]) -> None:
    record(
        actor,
        about=passing.about,
        subjects=[("matter", passing.about, how), ("passing", passing.id, how), ("shift", passing.shift_id, "of")],
        facts={"number": passing.number, "due_at": passing.due_at.isoformat(), **facts},
        org_id=passing.org_id,
    )
