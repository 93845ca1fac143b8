"""What stands around a matter: organisations it can go to, its papers' numbers, how its revisits went, names for ids."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere
from fengqiao.core.models import Account, Event, Organisation, PaperNumber
from fengqiao.intake import policies
from fengqiao.intake.models import Matter, Party, Report

HANDED_TO = ("station", "squad", "centre", "partner")  # kinds of organisations a matter is handed to


def collected() -> dict[str, dict[str, str]]:
    """The collection list's word on each field of the receiving form: what it is asked for, by what law, how long kept.

    Shape of `desk/_field.html`: field → {purpose, article, seen_by, retention}.
    """
    columns = {"text": Report, "place_text": Report, "name": Party, "phone": Party, "id_number": Party}
    stored = {"id_number": "id_sealed"}
    found = {}
    for name, model in columns.items():
        element = getattr(model._meta.get_field(stored.get(name, name)), "collected")  # noqa: B009  set by core.collection
        found[name] = {
            "purpose": element.purpose,
            "article": element.basis,
            "seen_by": element.seen_by,
            "retention": f"事项办结后 {element.retention.strip('PY')} 年",
        }
    return found


def stations(actor: Actor) -> list[tuple[int, str]]:
    """Stations of the actor's sight, as (id, name): for whom a county centre may take a report."""
    rows = _standing().filter(id__in=actor.orgs, kind="station")
    return list(rows.values_list("id", "name").order_by("id"))


def receivers(actor: Actor) -> list[tuple[int, str]]:
    """Organisations the actor may hand a matter to, as (id, name): everybody but the actor's own station."""
    rows = _standing().filter(kind__in=HANDED_TO).exclude(id=actor.station_id).exclude(id=actor.org_id)
    return list(rows.values_list("id", "name").order_by("kind", "id"))


def _standing() -> QuerySet[Organisation]:
    day = clock.today()
    return Organisation.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


def names(orgs: Iterable[int], accounts: Iterable[int]) -> tuple[dict[int, str], dict[int, str]]:
    """Names of organisations and of accounts by id, for facts that hold ids."""
    return (
        dict(Organisation.objects.filter(id__in=list(orgs)).values_list("id", "name")),
        dict(Account.objects.filter(id__in=list(accounts)).values_list("id", "name")),
    )


def by_number(actor: Actor, number: str) -> uuid.UUID:
    """The matter of a number typed by hand; NotThere when it is not the actor's to see."""
    policies.may_read(actor)
    found = policies.scoped(actor, Matter.objects.filter(number=number.strip().upper())).values_list(
        "id", flat=True
    )
    if not found:
        raise NotThere(f"没有编号为 {number.strip()} 的事项，或者它不在当前岗位的范围内。")
    return found[0]


def ids_seen(actor: Actor, ids: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, int]]:
    """Those of the given matters the actor may see, with the organisation that leads each."""
    return list(policies.scoped(actor, Matter.objects.filter(id__in=list(ids))).values_list("id", "org_id"))


def revisits(matter_id: uuid.UUID, since: datetime | None) -> list[str]:
    """Results of the revisits made since a matter was settled (vocabulary revisit_results), oldest first."""
    rows = Event.objects.filter(about=matter_id, act="intake.revisit")
    rows = rows.filter(recorded_at__gte=since) if since else rows
    return [facts["result"] for facts in rows.order_by("id").values_list("facts", flat=True)]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A paper's number as the matter holds it. `words` is the 文号 as printed."""

    id: uuid.UUID
    words: str
    at: datetime


def paper_of(matter_id: uuid.UUID, kind: str) -> Numbered | None:
    """The number a paper of this kind (vocabulary paper_kinds) has got on this matter; voided ones do not count."""
    row = PaperNumber.objects.filter(about=matter_id, kind=kind, voided_at=None).order_by("given_at").last()
    if row is None:
        return None
    given = Event.objects.filter(about=matter_id, act="intake.number_paper", facts__paper=str(row.id))
    words = given.values_list("facts__words", flat=True).first()
    return Numbered(row.id, words or "", row.given_at)


def told_in_writing(matter_id: uuid.UUID) -> bool:
    """Was the newest notice that it is no police matter given in writing?"""
    rows = Event.objects.filter(about=matter_id, act="intake.tell_elsewhere").order_by("-id")
    return bool(rows.values_list("facts__written", flat=True).first())


def told_by(matter_id: uuid.UUID) -> list[tuple[uuid.UUID, str, str, datetime]]:
    """The reports of a matter, oldest first: id, receipt, channel, when received. For what a trade shows of its origin."""
    rows = Report.objects.filter(matter_id=matter_id).order_by("received_at", "id")
    return list(rows.values_list("id", "receipt", "channel", "received_at"))
