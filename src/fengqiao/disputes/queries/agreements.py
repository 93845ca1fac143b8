"""Reads of agreements: which one stands, what is owed and over time, who is reminded, reviews to be done."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from fengqiao.core import clock, deadlines, settings_tree
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.rules.masking import mask_name
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import policies
from fengqiao.disputes.models import Agreement, Confirmation, Dispute, Obligation, Party, Performance
from fengqiao.disputes.queries import levels
from fengqiao.disputes.queries.lists import code_name
from fengqiao.disputes.queries.loading import dispute_for_update
from fengqiao.disputes.rules import agreements as rules
from fengqiao.disputes.rules import revisits

CONFIRM = "judicial_confirmation_apply"
BEFORE, AFTER = (3, 0), (1, 7, 30)  # days before and after a due date on which both sides are reminded


def standing(dispute_id: uuid.UUID) -> Agreement | None:
    """The agreement of a dispute that stands."""
    return Agreement.objects.filter(dispute_id=dispute_id, ended_at=None).first()


def performance_of(agreement: Agreement) -> str:
    """How far it is performed: a code of performance_states, or "none"."""
    return rules.performance_of(list(agreement.obligations.order_by("seq").values_list("state", flat=True)))


def revisit_days(dispute: Dispute) -> tuple[int, ...]:
    """Days after the settlement on which it is asked again, by the dispute's level."""
    if dispute.level:
        return levels.revisit_days(dispute.org_id, dispute.level)
    first = int(settings_tree.value(dispute.org_id, "disputes.first_revisit_days", default=revisits.PLAIN[0]))
    return first, *(day for day in revisits.PLAIN if day > first)


def open_since(dispute: Dispute) -> datetime:
    """When it was opened, or opened again the last time."""
    flared = dispute.reviews.filter(why="reopened").order_by("-created_at").values_list("created_at", flat=True).first()
    return max(dispute.created_at, flared) if flared else dispute.created_at


def agreement_for_update(actor: Actor, agreement_id: uuid.UUID) -> tuple[Agreement, Dispute, Any]:
    """An agreement with its dispute and matter, all locked; NotThere when it is not the actor's to see."""
    found = Agreement.objects.filter(id=agreement_id).values_list("dispute_id", flat=True).first()
    if found is None:
        raise NotThere
    dispute, matter = dispute_for_update(actor, found)
    return Agreement.objects.select_for_update(no_key=True).get(id=agreement_id), dispute, matter


def obligation_for_update(actor: Actor, obligation_id: uuid.UUID) -> tuple[Obligation, Agreement, Dispute, Any]:
    """An obligation with its agreement, dispute and matter, all locked."""
    found = Obligation.objects.filter(id=obligation_id).values_list("agreement_id", flat=True).first()
    if found is None:
        raise NotThere
    agreement, dispute, matter = agreement_for_update(actor, found)
    return Obligation.objects.select_for_update(no_key=True).get(id=obligation_id), agreement, dispute, matter


# --- as shown -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Receipt:
    """One performance as shown."""

    on: date
    amount: Decimal | None
    proof: str
    by: str
    document_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation as shown; names masked."""

    id: uuid.UUID
    seq: int
    debtor: str
    creditor: str
    kind: str
    amount: Decimal | None
    paid: Decimal
    rest: Decimal | None
    text: str
    due_on: date
    state: str
    state_name: str
    done_on: date | None
    receipts: tuple[Receipt, ...]

    @property
    def what(self) -> str:
        """给付金钱 30,000 元, or what is to be done."""
        return f"{self.kind} {rules.yuan(self.amount)} 元" if self.amount is not None else f"{self.kind}：{self.text}" if self.text else self.kind

    @property
    def open(self) -> bool:
        return self.state in rules.OPEN

    @property
    def due_at(self) -> datetime:
        """The last instant of its day."""
        return clock.day_end(self.due_on)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """司法确认 as shown."""

    id: uuid.UUID
    court: str
    applied_on: date
    accepted_on: date | None
    decided_on: date | None
    result: str
    result_name: str
    number: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement as shown."""

    id: uuid.UUID
    form: str
    kind: str
    kind_code: str
    total: Decimal
    paid: Decimal
    content: str
    effective_at: datetime
    stands: bool
    performance: str
    handed_to: str
    handed_at: datetime | None
    owed: tuple[Owed, ...]
    confirmation: Confirmed | None
    confirm_until: datetime | None  # 司法确认 may be applied for until then; None when it may not at all
    confirm_not: str  # why not


def rows_of(dispute_id: uuid.UUID) -> list[Agreement]:
    """Agreements of a dispute with their obligations, the one that stands first. Two queries."""
    return sorted(rows_of_many([dispute_id]), key=lambda a: (a.ended_at is not None, -a.effective_at.timestamp()))


def rows_of_many(dispute_ids: Sequence[uuid.UUID]) -> QuerySet[Agreement]:
    """Agreements of disputes with their obligations in order. Two queries."""
    owed = Prefetch("obligations", Obligation.objects.order_by("seq"))
    rows = Agreement.objects.filter(dispute_id__in=dispute_ids).select_related("handed_to", "handed_to_org", "confirmation__court")
    return rows.prefetch_related(owed)


def agreements_of(
    dispute_id: uuid.UUID, *, in_full: bool = False, rows: Sequence[Agreement] | None = None, parties: Iterable[Party] | None = None
) -> list[Agreed]:
    """Agreements of a dispute, the one that stands first. Four queries, less those whose rows are given; names masked
    unless `in_full`.

    The caller has loaded the dispute through the actor's eyes, and written the access line when names are shown.
    """
    if not (rows := rows_of(dispute_id) if rows is None else rows):
        return []
    named = {p.id: p for p in (Party.objects.filter(dispute_id=dispute_id) if parties is None else parties)}
    receipts: dict[uuid.UUID, list[Receipt]] = {}
    proofs = Performance.objects.filter(dispute_id=dispute_id).select_related("by").order_by("on", "created_at")
    for row in proofs:
        shown = Receipt(row.on, row.amount, code_name("performance_proofs", row.proof), row.by.name, row.document_id)
        receipts.setdefault(row.obligation_id, []).append(shown)
    return [
        _agreed(row, tuple(_owed(one, named, tuple(receipts.get(one.id, [])), in_full) for one in row.obligations.all())) for row in rows
    ]


def _owed(one: Obligation, parties: dict[uuid.UUID, Party], receipts: tuple[Receipt, ...], in_full: bool) -> Owed:
    return Owed(
        one.id, one.seq, _name(parties.get(one.debtor_id), in_full), _name(parties.get(one.creditor_id), in_full),
        code_name("obligation_kinds", one.kind), one.amount, one.paid, None if one.amount is None else one.amount - one.paid,
        one.text, one.due_on, one.state, rules.STATES[one.state], clock.local(one.done_at).date() if one.done_at else None,
        receipts,
    )  # fmt: skip


def _name(party: Party | None, in_full: bool) -> str:
    if party is None or party.erased_at:
        return "（已依法删除）"
    return (party.name if in_full else mask_name(party.name)) or "未留姓名"


def _agreed(row: Agreement, owed: tuple[Owed, ...]) -> Agreed:
    held: Confirmation | None = getattr(row, "confirmation", None)
    barred = rules.not_confirmable(row.kind, status=row.status)
    done = all(one.state in rules.DONE for one in owed)
    return Agreed(
        id=row.id, form=code_name("agreement_forms", row.form), kind=how_name(row.kind), kind_code=row.kind, total=row.total,
        paid=sum((one.paid for one in owed), rules.ZERO), content=row.content, effective_at=row.effective_at,
        stands=row.ended_at is None, performance=rules.performance_of([one.state for one in owed]),
        handed_to="，".join(one.name for one in (row.handed_to_org, row.handed_to) if one is not None),
        handed_at=row.handed_at, owed=owed, confirmation=_confirmed(held) if held else None,
        confirm_until=None if barred or done else confirm_until(row), confirm_not=barred[0] if barred else "",
    )  # fmt: skip


def _confirmed(row: Confirmation) -> Confirmed:
    court = row.court.name if row.court else row.court_name
    name = code_name("confirmation_results", row.result) if row.result else "已受理，待裁定" if row.accepted_on else "已申请，待受理"
    return Confirmed(row.id, court, row.applied_on, row.accepted_on, row.decided_on, row.result, name, row.number)


def how_name(code: str) -> str:
    """The mediation an agreement came from, in words."""
    return "自行和解" if code == rules.SELF else code_name("mediation_kinds", code)


def confirm_until(agreement: Agreement) -> datetime:
    """Until when 司法确认 may be applied for: 30 days from its effect, as the law counts them (人民调解法 33)."""
    return deadlines.reckon(CONFIRM, agreement.effective_at).at


def court_due(accepted_on: date | None, applied_on: date) -> date:
    """By when the court answers, as the law counts: whether it accepts (3 days), then whether it confirms (15 days)."""
    rule, day = ("judicial_confirmation_decide", accepted_on) if accepted_on else ("judicial_confirmation_accept", applied_on)
    return clock.local(deadlines.reckon(rule, datetime.combine(day, time(12), clock.SHANGHAI)).at).date()


def obligation_shown(actor: Actor, obligation_id: uuid.UUID) -> tuple[uuid.UUID, Owed]:
    """The dispute an obligation of a standing agreement belongs to, and the obligation as shown; NotThere otherwise."""
    policies.may_read(actor)
    row = _standing(Obligation.objects.filter(id=obligation_id)).first()
    if row is None:
        raise NotThere
    parties = {p.id: p for p in Party.objects.filter(dispute_id=row.dispute_id)}
    return row.dispute_id, _owed(row, parties, (), in_full=False)


# --- for the daily job --------------------------------------------------------------------------------------------------


def newly_overdue(actor: Actor) -> list[uuid.UUID]:
    """Obligations of standing agreements whose day is over and which nobody has called over time yet."""
    rows = Obligation.objects.filter(org_id__in=actor.orgs, state__in=["pending", "partly"], due_on__lt=clock.today())
    return list(_standing(rows).order_by("due_on", "id").values_list("id", flat=True))


def to_remind(actor: Actor) -> Iterator[tuple[uuid.UUID, str]]:
    """Obligations with a reminder due today, and which one it is (rules.due_reminder). Settings of each unit:
    disputes.remind_before and disputes.remind_after, lists of days.
    """
    today, stages = clock.today(), dict[int, tuple[list[int], list[int]]]()
    rows = Obligation.objects.filter(org_id__in=actor.orgs, state__in=rules.OPEN, due_on__lte=today + timedelta(days=60))
    for id_, org_id, due_on in _standing(rows).order_by("due_on", "id").values_list("id", "org_id", "due_on"):
        if org_id not in stages:
            stages[org_id] = (
                settings_tree.value(org_id, "disputes.remind_before", default=list(BEFORE)),
                settings_tree.value(org_id, "disputes.remind_after", default=list(AFTER)),
            )
        if stage := rules.due_reminder(due_on, today, *stages[org_id]):
            yield id_, stage


def _standing(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    return rows.filter(agreement__ended_at=None)


def kinds_owed() -> set[str]:
    """Codes of what may be owed."""
    return set(vocabulary("obligation_kinds"))
