"""Loading through the actor's eyes: what is not yours answers exactly like what is not there."""

import uuid
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.loading import locked
from fengqiao.core.models import Event, Organisation, Post
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.core.statements import ask
from fengqiao.force import queries as force
from fengqiao.intake import policies
from fengqiao.intake.models import Fingerprint, Join, Matter, Occurrence, Party, Report, Suggestion
from fengqiao.intake.rules import STATES, Receipt
from fengqiao.promises import queries as promises
from fengqiao.promises.ports import Subject


def matter_for_update(actor: Actor, matter_id: uuid.UUID) -> Matter:
    """The matter, locked for the act's transaction. NotThere when it is not the actor's to see."""
    policies.may_read(actor) if not actor.has("grid", "volunteer") else None
    matter = Matter.objects.select_for_update(no_key=True).filter(id=matter_id).first()
    if matter is None or not policies.scoped(actor, Matter.objects.filter(id=matter_id)).exists():
        raise NotThere
    return matter


def two_for_update(actor: Actor, first: uuid.UUID, second: uuid.UUID) -> tuple[Matter, Matter]:
    """Two matters locked in one order, so that two people joining the same pair never wait for each other."""
    policies.may_read(actor)
    rows = {m.id: m for m in Matter.objects.select_for_update(no_key=True).filter(id__in=[first, second]).order_by("id")}
    if first not in rows or second not in rows:
        raise NotThere
    return rows[first], rows[second]


def survivor_of(matter: Matter) -> Matter:
    """Like `survivor`, for reading: nothing is locked."""
    while matter.merged_into_id is not None:
        matter = Matter.objects.get(id=matter.merged_into_id)
    return matter


def survivor(matter: Matter) -> Matter:
    """The matter in which this one is joined at last (itself when it is not joined)."""
    while matter.merged_into_id is not None:
        matter = Matter.objects.select_for_update(no_key=True).get(id=matter.merged_into_id)
    return matter


def under(matter_id: uuid.UUID) -> list[uuid.UUID]:
    """The matter and every matter joined into it, directly or through another: whose timelines are read as one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE tree AS (SELECT id FROM intake_matter WHERE id = %s"
            " UNION SELECT m.id FROM intake_matter m JOIN tree ON m.merged_into_id = tree.id) SELECT id FROM tree",
            [matter_id],
        )
        return [row[0] for row in cursor.fetchall()]


def report_for_update(report_id: uuid.UUID) -> Report:
    """A report with its matter, both locked; seen through the open scope."""
    return locked(Report.objects.select_related("matter"), "matter", id=report_id)


def join_for_update(actor: Actor, join_id: uuid.UUID) -> Join:
    """A join with both matters."""
    policies.may_read(actor)
    return locked(Join.objects.select_related("survivor", "joined"), id=join_id)


def suggestion_for_update(actor: Actor, suggestion_id: uuid.UUID) -> Suggestion:
    """A suggestion the actor's organisation decides."""
    policies.may_read(actor)
    return locked(Suggestion.objects.filter(org_id__in=actor.orgs), id=suggestion_id)


def asked_for_update(actor: Actor, suggestion_id: uuid.UUID) -> Suggestion:
    """A suggestion another organisation asked this one to join. Open to the holder of the other matter only."""
    policies.may_read(actor)
    return locked(Suggestion.objects.filter(other_org_id__in=actor.orgs, decided="asked"), id=suggestion_id)


@dataclass(frozen=True, slots=True)
class Known:
    """A record its sender handed in before, with what it then said (hash)."""

    receipt: Receipt
    body_hash: bytes | None


def known_report(actor: Actor, source_org_id: int, outer_id: str) -> Known | None:
    """A partner's own record by its own id, wherever it now lies; None for anybody else's. One narrow look-up."""
    with scope(actor):
        found = ask("SELECT report_id, receipt, matter_id, number, body_hash FROM intake_known(%s::int, %s)", [source_org_id, outer_id])
    if not found:
        return None
    [(report_id, receipt, matter_id, number, body_hash)] = found
    return Known(Receipt(report_id, receipt, matter_id, number, already=True, first=receipt), body_hash and bytes(body_hash))


def by_outer_id(source_org_id: int, outer_id: str) -> Report | None:
    """A partner's or file's own record, by its own id. Needs a sight across organisations."""
    return Report.objects.select_related("matter").filter(source_org_id=source_org_id, outer_id=outer_id).first()


def may_own(org_id: int, account_id: int) -> bool:
    """Has the account a current post within the organisation (its station's teams included)?"""
    day = clock.today()
    return (
        Post.objects.filter(account_id=account_id, org__lineage__contains=[org_id], valid_from__lte=day)
        .filter(Q(valid_to=None) | Q(valid_to__gte=day))
        .exists()
    )


def changed_since(actor: Actor, matter_id: uuid.UUID, version: int) -> set[str]:
    """Fields of a matter changed after the given version, read from its events: by an edit, or by an erasure."""
    facts = Event.objects.filter(about=matter_id, facts__version__gt=version).values_list("facts", flat=True)
    return {name for one in facts for name in one.get("changed", [])}


def move_org(matter: Matter, org_id: int) -> None:
    """Let a matter (with the state and owner it now has) and all that belongs to it be led by another organisation."""
    for rows in (Occurrence, Party, Fingerprint, Report):
        rows.objects.filter(matter=matter).update(org_id=org_id)
    Matter.objects.filter(id=matter.id).update(
        org_id=org_id,
        desk_id=force.desk_for(org_id),
        state=matter.state,
        owner_id=matter.owner_id,
        version=matter.version + 1,
    )


def standing(actor: Actor, outer_id: str) -> dict[str, object]:
    """How a partner's own record stands (ND-10: updates flow back). No names, no text; NotThere for any other."""
    with scope(system_actor("对接")):
        report = by_outer_id(actor.org_id, outer_id) if "\x00" not in outer_id else None
        if report is None:
            raise NotThere
        return _stands(report)


def _stands(report: Report) -> dict[str, object]:
    matter = survivor_of(report.matter)
    return {
        "id": report.outer_id,
        "receipt": report.receipt,
        "matter": matter.number,
        "state": matter.state,
        "state_name": STATES[matter.state],
        "outcome": matter.outcome,
        "updated_at": matter.closed_at or matter.settled_at or matter.last_at,
    }


WINDOW = 2000  # events of the ledger read in one step, whatever they are about
STEPS = 10  # of them in one request, until something is found


def updates(actor: Actor, since: int) -> dict[str, object]:
    """A partner's own records with which something happened after `since`, a position of the ledger (ND-10).

    `next` is where to go on from, `more` whether the ledger goes on behind it. What is not sealed yet comes with the next
    request; nothing is left out. A record may stand there again though its state is the same.
    """
    with scope(system_actor("对接")):
        [(head,)] = ask("SELECT coalesce(max(position), 0) FROM core_seal")
        reports: list[Report] = []
        for _ in range(STEPS):
            until = min(since + WINDOW, head)
            if reports or until <= since:
                break
            about = ask(
                "SELECT DISTINCT e.about FROM core_seal s JOIN core_event e ON e.id = s.event_id"
                " WHERE s.position > %s AND s.position <= %s", [since, until],
            )  # fmt: skip
            rows = Report.objects.filter(matter_id__in=[one for (one,) in about], source_org_id=actor.org_id).exclude(outer_id="")
            reports, since = list(rows.select_related("matter").order_by("received_at", "id")), until
        return {"records": [_stands(report) for report in reports], "next": since, "more": since < head}


def still_out(actor: Actor, matter_id: uuid.UUID, but: uuid.UUID) -> bool:
    """Is the matter with another organisation still, apart from the hand-over `but`?"""
    return any(
        p.id != but and p.state in ("slip", "sent", "delivered", "signed", "accepted")
        for p in promises.for_matter(actor, matter_id)
    )


def subject(actor: Actor, matter_id: uuid.UUID) -> Subject:
    """The matter as `promises` needs to know it; NotThere when it is none, or not the actor's."""
    number = Matter.objects.filter(id=matter_id).values_list("number", flat=True).first()
    if number is None:
        raise NotThere
    return Subject(matter_id, number)


def organisation_named(name: str) -> int:
    """The organisation of this name or short name; without a name the county bureau. Refused when there is none."""
    rows = (
        Organisation.objects.filter(Q(name=name) | Q(short=name))
        if name
        else Organisation.objects.filter(kind__in=["county", "bureau"])
    )
    found = rows.order_by("id").values_list("id", flat=True).first()
    if found is None:
        raise Refused(f"没有名为“{name}”的单位。" if name else "还没有建立机构，请先建立县局。", status=422)
    return found


def handed_by_law(actor: Actor, matter_id: uuid.UUID) -> bool:
    """Is the matter out by 移送 (程序规定 61(2))? A 流转 or a 五调 referral is no 移送 and has no such notice."""
    return any(p.kind == "handover" and p.state not in ("returned", "recalled") for p in promises.for_matter(actor, matter_id))
