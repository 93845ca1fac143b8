"""Clocks that are stored: started, met, dropped, paused, extended. How a limit is counted is `core.rules.deadlines`.

A clock belongs to one record (`subject`) of a matter (`about`) and names the organisation that must act. These are
plain functions, called inside an act; the act records the event, with `due_at` among its facts.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.models import Deadline, Workday
from fengqiao.core.queries.law import edition_for, ever
from fengqiao.core.rules import BadInput, workdays
from fengqiao.core.rules import deadlines as law
from fengqiao.core.rules.workdays import Exceptional, WorkCalendar

AGREED = (
    "agreed"  # edition of a clock whose end was agreed or set by the bureau, not counted by a rule of law
)


STEPS: dict[str, str] = {}  # what a clock is called that no rule of law counts (config/wiring.py)


@dataclass(frozen=True, slots=True)
class Clock:
    """A stored clock. `words` reads as on a page (还剩 2 天 3 小时 …), `article` is empty while the rule is 待核."""

    id: uuid.UUID
    rule: str
    edition: str
    step: str
    article: str
    org_id: int
    about: uuid.UUID
    subject: tuple[str, uuid.UUID]
    started_at: datetime
    due_at: datetime
    paused_since: datetime | None
    met_at: datetime | None
    dropped_at: datetime | None
    notes: tuple[str, ...] = ()
    natural: bool = False  # 按自然日计: counted through a year without published holidays

    @property
    def running(self) -> bool:
        return self.met_at is None and self.dropped_at is None

    @property
    def step_words(self) -> str:
        """The step, with the mark that it was counted in calendar days because a year's holidays were missing."""
        return f"{self.step}（按自然日计）" if self.natural else self.step

    def overdue(self, now: datetime | None = None) -> bool:
        """Over time at `now` (or when it was met)? A paused or dropped clock is not."""
        if self.dropped_at or self.paused_since:
            return False
        return (self.met_at or now or clock.now()) > self.due_at


def calendar() -> WorkCalendar:
    """The working calendar: the shipped table, the installed library's later years, and over both the bureau's own."""
    bureau = {w.day: Exceptional(w.day, w.works, w.note) for w in Workday.objects.all()}
    return WorkCalendar((workdays.published() | bureau).values())


def reckon(rule_id: str, started_at: datetime, conduct: date | None = None) -> law.Due:
    """When a step that began at `started_at` (aware) must be done, without storing a clock.

    conduct  day of the conduct, for rules that hold by it. Raises rules.deadlines.NoEdition for an unknown rule.
    """
    return law.due(edition_for(rule_id, clock.local(started_at).date(), conduct), started_at, calendar())


def start(
    actor: Actor,
    rule_id: str,
    *,
    about: uuid.UUID,
    subject: tuple[str, uuid.UUID],
    org_id: int | None = None,
    started_at: datetime | None = None,
    conduct: date | None = None,
    due_at: datetime | None = None,
) -> Clock:
    """Start the clock of a rule on a record. A running clock of the same rule on the same record is an error (Refused).

    subject     (kind, id), e.g. ("dispute", id)
    org_id      who must act; default the actor's station
    started_at  default now
    due_at      an end that was agreed instead of counted (a mediation the parties agreed to prolong, a 12345 order)
    """
    kind, subject_id = subject
    started = started_at or clock.now()
    if _rows(subject_id, rule_id).exists():
        raise Refused("这一期限已在计算。")
    if due_at is None:
        rule = edition_for(rule_id, clock.local(started).date(), conduct)
        counted = law.due(rule, started, calendar())
        edition, due_at, notes, natural = rule.edition, counted.at, counted.notes, not counted.complete
    else:
        if due_at < started:
            raise Invalid({"due_at": "期限不能早于起算时间。"})
        edition, notes, natural = AGREED, (), False
    row = Deadline.objects.create(
        org_id=org_id or actor.station_id or actor.org_id, about=about, subject_kind=kind, subject_id=subject_id,
        rule=rule_id, edition=edition, started_at=started, due_at=due_at, natural=natural,
    )  # fmt: skip
    return _clock(row, notes)


def meet(actor: Actor, rule_id: str, subject_id: uuid.UUID, at: datetime | None = None) -> Clock | None:
    """The step was done (now or `at`): the clock stands. None when no such clock was running."""
    return _stop(rule_id, subject_id, "met_at", at)


def drop(actor: Actor, rule_id: str, subject_id: uuid.UUID, at: datetime | None = None) -> Clock | None:
    """The step is no longer asked for (the record was joined, withdrawn). None when no such clock was running."""
    return _stop(rule_id, subject_id, "dropped_at", at)


def pause(actor: Actor, rule_id: str, subject_id: uuid.UUID, at: datetime | None = None) -> Clock:
    """Time stops counting (鉴定期间). Refused where the rule knows no pause, or when it is paused already."""
    row = _one(rule_id, subject_id)
    if not (rule := _rule(row)) or not rule.pauses:
        raise Refused("这一期限依法不能中止计算。", article=rule.citation if rule else None)
    if _open_pause(row):
        raise Refused("这一期限已经中止计算。")
    row.paused.append({"from": _text(at or clock.now()), "to": None})
    row.save(update_fields=["paused"])
    return _clock(row)


def resume(actor: Actor, rule_id: str, subject_id: uuid.UUID, at: datetime | None = None) -> Clock:
    """Time counts again; the paused stretch is added to the end, as the rule counts it."""
    row = _one(rule_id, subject_id)
    running = _open_pause(row)
    if running is None:
        raise Refused("这一期限没有中止。")
    moment = at or clock.now()
    if moment < datetime.fromisoformat(running["from"]):
        raise Invalid({"at": "恢复时间不能早于中止时间。"})
    running["to"] = _text(moment)
    return _recount(row)


def extend(actor: Actor, rule_id: str, subject_id: uuid.UUID, units: int) -> Clock:
    """Grant `units` more (days, workdays … as the rule counts), in all not more than the law allows (Refused).

    Who approved it and why belong to the calling act's event.
    """
    row = _one(rule_id, subject_id)
    if units < 1:
        raise Invalid({"units": "延长须至少为一个单位。"})
    row.paused.append({"extended": units})
    return _recount(row)


def running(actor: Actor, until: datetime | None = None) -> list[Clock]:
    """Clocks the actor's organisations must meet, soonest first; with `until`, those due by then."""
    rows = Deadline.objects.filter(org_id__in=actor.orgs, met_at=None, dropped_at=None)
    if until is not None:
        rows = rows.filter(due_at__lte=until)
    return [_clock(row) for row in rows.order_by("due_at", "id")]


def of(actor: Actor, about: uuid.UUID) -> list[Clock]:
    """Every clock of a matter that the actor may see, stopped ones included, in the order they started."""
    return [_clock(row) for row in Deadline.objects.filter(about=about).order_by("started_at", "id")]


def recount_natural() -> int:
    """Count anew the running clocks that were counted in calendar days, after a year's holidays were entered; how many moved.

    Part of an act. Clocks paused just now are counted when they go on.
    """
    moved = 0
    rows = Deadline.objects.select_for_update(no_key=True).filter(natural=True, met_at=None, dropped_at=None)
    for row in rows.order_by("due_at"):
        before = row.due_at
        if _rule(row) is not None and _open_pause(row) is None:
            _recount(row)
            moved += row.due_at != before
    return moved


def _rows(subject_id: uuid.UUID, rule_id: str) -> QuerySet[Deadline]:
    return Deadline.objects.filter(subject_id=subject_id, rule=rule_id, met_at=None, dropped_at=None)


def _one(rule_id: str, subject_id: uuid.UUID) -> Deadline:
    row = _rows(subject_id, rule_id).select_for_update(no_key=True).first()
    if row is None:
        raise NotThere("没有正在计算的这一期限。")
    return row


def _stop(rule_id: str, subject_id: uuid.UUID, column: str, at: datetime | None) -> Clock | None:
    row = _rows(subject_id, rule_id).select_for_update(no_key=True).first()
    if row is None:
        return None
    setattr(row, column, at or clock.now())
    row.save(update_fields=[column])
    return _clock(row)


def _rule(row: Deadline) -> law.Rule | None:
    """The very edition the clock was started under, even when a newer one is in force by now."""
    return next((r for r in ever() if r.id == row.rule and r.edition == row.edition), None)


def _recount(row: Deadline) -> Clock:
    """Count anew from the start, with every pause and extension so far, and store the new end."""
    rule = _rule(row)
    if rule is None:
        raise Refused("约定的期限不按法定规则延长，请重新约定。")
    try:
        counted = law.due(rule, row.started_at, calendar(), _pauses(row), _extended(row))
    except BadInput as error:
        raise Refused(str(error), article=rule.citation or None) from error
    row.due_at, row.natural = counted.at, not counted.complete
    row.save(update_fields=["paused", "due_at", "natural"])
    return _clock(row, counted.notes)


def _pauses(row: Deadline) -> list[tuple[datetime, datetime]]:
    closed = [p for p in row.paused if p.get("to")]
    return [(datetime.fromisoformat(p["from"]), datetime.fromisoformat(p["to"])) for p in closed]


def _open_pause(row: Deadline) -> dict[str, Any] | None:
    return next((p for p in row.paused if "from" in p and not p["to"]), None)


def _extended(row: Deadline) -> int:
    return sum(p.get("extended", 0) for p in row.paused)


def _text(moment: datetime) -> str:
    return clock.local(moment).isoformat()


def _clock(row: Deadline, notes: Iterable[str] = ()) -> Clock:
    rule, paused = _rule(row), _open_pause(row)
    return Clock(
        id=row.id, rule=row.rule, edition=row.edition, step=rule.step if rule else STEPS.get(row.rule, "约定期限"), article=rule.citation if rule else "",
        org_id=row.org_id, about=row.about, subject=(row.subject_kind, row.subject_id), started_at=row.started_at,
        due_at=row.due_at, paused_since=datetime.fromisoformat(paused["from"]) if paused else None, met_at=row.met_at,
        dropped_at=row.dropped_at, notes=tuple(notes), natural=row.natural,
    )  # fmt: skip
