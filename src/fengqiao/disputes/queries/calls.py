"""回访电话单: whom to ask again, both kinds, what is due first; and the call at hand."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from fengqiao.core import access, clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Deadline
from fengqiao.core.rules import identity
from fengqiao.core.rules.masking import mask_name, mask_phone
from fengqiao.disputes import policies
from fengqiao.disputes.models import Dispute, Party, Revisit
from fengqiao.disputes.queries.lists import code_name
from fengqiao.disputes.queries.loading import CALL, REVISIT
from fengqiao.disputes.rules import word
from fengqiao.disputes.rules.revisits import vain
from fengqiao.intake.rules import hide_names

SHOWN = 50
KINDS = {CALL: "警情回访", REVISIT: "纠纷回访"}


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody who can be asked."""

    id: uuid.UUID
    role: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the list. `tries`: how often nobody was reached lately."""

    id: uuid.UUID  # of the clock that waits for it
    dispute_id: uuid.UUID
    kind: str  # alarm or dispute
    kind_name: str
    number: str
    title: str
    state: str
    outcome: str
    owner: str
    due_at: datetime
    late: bool
    tries: int
    version: int
    parties: tuple[Whom, ...]


def call_waits(dispute_id: uuid.UUID) -> bool:
    """Is a 警情回访 of this dispute still to be made?"""
    return _clocks().filter(rule=CALL, subject_id=dispute_id).exists()


def _clocks() -> QuerySet[Deadline]:
    return Deadline.objects.filter(rule__in=[CALL, REVISIT], met_at=None, dropped_at=None)


def calls(actor: Actor, *, mine: bool = False, kind: str = "") -> tuple[list[Call], int]:
    """The calls to be made, due first, up to SHOWN, and how many there are in all. Four queries; names masked.

    mine  only disputes the actor owns; kind: alarm or dispute
    """
    policies.may_read(actor)
    rows = _clocks().filter(org_id__in=actor.orgs)
    if kind:
        rows = rows.filter(rule=CALL if kind == "alarm" else REVISIT)
    if mine:
        # asked of each clock that runs: an officer's disputes of years are many more
        rows = rows.annotate(owner=Subquery(Dispute.objects.filter(id=OuterRef("subject_id")).values("owner_id"))).filter(owner=actor.account_id)
    taken = list(rows.order_by("due_at", "id").values_list("id", "subject_id", "rule", "due_at")[:SHOWN])
    total = len(taken) if len(taken) < SHOWN else rows.count()
    return _shown(taken, in_full=False), total


def call(actor: Actor, call_id: uuid.UUID, *, in_full: bool = False) -> Call:
    """One call; with names and telephones after an access line when `in_full`. NotThere when there is none to be made."""
    policies.may_read(actor)
    row = _clocks().filter(id=call_id, org_id__in=actor.orgs).first()
    if row is None:
        raise NotThere("这次回访已经登记，或不在当前岗位的范围内。")
    if in_full:
        access.opened(actor, "dispute", row.subject_id, "回访", ["name", "phone"], action="unmask")
    return _shown([(row.id, row.subject_id, row.rule, row.due_at)], in_full=in_full)[0]


def _shown(taken: list[tuple[uuid.UUID, uuid.UUID, str, datetime]], *, in_full: bool) -> list[Call]:
    ids = {one for _, one, _, _ in taken}
    disputes = {d.id: d for d in Dispute.objects.filter(id__in=ids).select_related("matter", "owner")}
    parties: dict[uuid.UUID, list[Whom]] = {}
    names: dict[uuid.UUID, list[str]] = {}
    for party in Party.objects.filter(dispute_id__in=ids, erased_at=None).order_by("created_at", "id"):
        parties.setdefault(party.dispute_id, []).append(_whom(party, in_full))
        names.setdefault(party.dispute_id, []).append("" if in_full else party.name)
    results: dict[tuple[uuid.UUID, str], list[str]] = {}
    for revisit in Revisit.objects.filter(dispute_id__in=ids).order_by("at", "id"):
        if revisit.round == disputes[revisit.dispute_id].round or revisit.kind == "alarm":
            results.setdefault((revisit.dispute_id, revisit.kind), []).append(revisit.result)
    now = clock.now()
    return [
        Call(
            id=ident, dispute_id=one, kind="alarm" if rule == CALL else "dispute", kind_name=KINDS[rule], number=dispute.number,
            title=hide_names(dispute.matter.title, names.get(one, [])), state=word(dispute.state, dispute.outcome), outcome=code_name("outcomes", dispute.outcome),
            owner=dispute.owner.name if dispute.owner else "", due_at=due, late=due < now,
            tries=vain(results.get((one, "alarm" if rule == CALL else "dispute"), [])), version=dispute.version,
            parties=tuple(parties.get(one, [])),
        )
        for ident, one, rule, due in taken
        if (dispute := disputes.get(one)) is not None
    ]  # fmt: skip


ROLES = {"caller": "报警人", "party": "当事人", "contact": "联系人"}


def _whom(party: Party, in_full: bool) -> Whom:
    return Whom(
        party.id, ROLES.get(party.role, party.role), (party.name if in_full else mask_name(party.name)) or "未留姓名",
        identity.spoken(party.phone) if in_full else mask_phone(party.phone) if party.phone else "",
    )  # fmt: skip
