"""What mediation stands on: committees with their members, methods and how they served, offices, the two offices' co-operation."""

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import orjson
from django.db.models import Count, Prefetch, Q

from fengqiao.core import clock, settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.core.models import Content, Event, Organisation, Post
from fengqiao.core.queries.organisations import in_force
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import policies
from fengqiao.disputes.models import Committee, CommitteeMember, Cooperation, Dispute, Hearing, Method
from fengqiao.disputes.queries.lists import code_name
from fengqiao.disputes.queries.mediation.rooms import LISTED
from fengqiao.disputes.rules import mediation as rules
from fengqiao.places.validity import holds

AREAS_KEY = "mediation.cooperation_areas"  # which areas of co-operation a bureau counts (KZ-19)
OPTIONAL_AREAS = frozenset({"order"})


def offices(actor: Actor) -> list[tuple[int, str]]:
    """Partner offices, for co-located agencies and co-operation."""
    return list(Organisation.objects.filter(in_force(), kind="partner").exclude(id__in=actor.orgs).order_by("id").values_list("id", "name")[:LISTED])


def partners(actor: Actor) -> list[tuple[int, str]]:
    """With whom the two offices' co-operation is: for a station the partner offices, for a partner office the stations."""
    kind = "partner" if actor.is_police else "station"
    return list(Organisation.objects.filter(in_force(), kind=kind).exclude(id__in=actor.orgs).order_by("id").values_list("id", "name")[:LISTED])


def committees(actor: Actor, on: date | None = None) -> list[dict[str, Any]]:
    """Registered committees, the actor's own first, with the members in term on the day."""
    policies.may_read(actor)
    day = on or clock.today()
    members = CommitteeMember.objects.filter(holds(day)).select_related("account").order_by("since", "id")
    rows = Committee.objects.prefetch_related(Prefetch("members", members)).select_related("org").order_by("number")[:LISTED]
    shown = [
        {
            "id": one.id, "number": one.number, "name": one.name, "kind": code_name("committee_kinds", one.kind), "since": one.since,
            "until": one.until, "holds": one.since <= day and (one.until is None or day < one.until), "org": one.org.name,
            "own": one.org_id in actor.orgs,
            "members": [{"id": m.id, "name": m.account.name, "since": m.since, "until": m.until} for m in one.members.all()],
        }
        for one in rows
    ]  # fmt: skip
    return sorted(shown, key=lambda one: not one["own"])


def mediator_accounts(actor: Actor) -> list[tuple[int, str]]:
    """Accounts with a post as people's mediator: who may be a committee's member."""
    posts = Post.objects.filter(in_force(), role=Role.MEDIATOR, account__is_active=True).select_related("account", "org")
    return [(post.account_id, f"{post.account.name}（{post.org.name}）") for post in posts.order_by("org_id", "account_id")[:LISTED]]


def methods(actor: Actor, chosen: uuid.UUID | None = None) -> list[dict[str, Any]]:
    """Templates in use that the actor's organisations keep, or those above them, and the one `chosen` by others; with their texts."""
    kept = Q(org_id__in=_keepers(actor), ended_at=None)
    rows = Method.objects.filter(kept | Q(id=chosen) if chosen else kept).order_by("form", "name")
    return [
        {"id": one.id, "name": one.name, "form": rules.FORMS[one.form], "steps": one.steps, "methods": one.methods, "own": one.org_id in actor.orgs}
        for one in rows[:LISTED]
    ]


def _keepers(actor: Actor) -> set[int]:
    """Whose methods a mediator is offered: the own organisations', and those above them."""
    above = Organisation.objects.filter(id=actor.org_id).values_list("lineage", flat=True).first() or []
    return {*actor.orgs, *above}


def usage(actor: Actor) -> list[dict[str, Any]]:
    """How methods served: hearings by outcome, for a whole template and for each of its lines (KZ-36)."""
    policies.may_read(actor)
    rows = Hearing.objects.filter(session__org_id__in=actor.orgs, session__state="held", session__method__isnull=False)
    sums: dict[tuple[uuid.UUID, int], Counter[str]] = {}
    for method, used, outcome, n in rows.values_list("session__method_id", "session__used", "outcome").annotate(n=Count("id")):
        for line in (0, *used):  # 0: the template as a whole
            sums.setdefault((method, line), Counter())[outcome] += n
    known = {one.id: one for one in Method.objects.filter(id__in={method for method, _ in sums})}
    order = sorted(sums, key=lambda one: (known[one[0]].name, str(one[0]), one[1]))
    return [
        {
            "method": known[method].name, "line": line, "text": known[method].methods[line - 1] if line else "全部",
            "all": sum(sums[method, line].values()), **{outcome: sums[method, line][outcome] for outcome in rules.OUTCOMES},
        }
        for method, line in order
    ]  # fmt: skip


# --- co-operation ------------------------------------------------------------------------------------------------------


def cooperation_areas(org_id: int) -> list[tuple[str, str]]:
    """Content areas of the two offices' co-operation (KZ-19): five, a sixth where the bureau sets it; others by {code: name}."""
    chosen = settings_tree.value(org_id, AREAS_KEY)
    if isinstance(chosen, dict):
        return [(str(code)[:15], str(name)) for code, name in chosen.items()]
    default = [code for code in vocabulary("cooperation_areas") if code not in OPTIONAL_AREAS]
    return offered("cooperation_areas", chosen or default)


def offered(table: str, chosen: Any) -> list[tuple[str, str]]:
    """Codes and names of a table valid today: those chosen, in that order, else all."""
    known, day = vocabulary(table), clock.today()
    wanted: Iterable[str] = chosen if isinstance(chosen, list) else known
    return [(code, known[code].name) for code in wanted if code in known and known[code].valid(day)]


def cooperation(actor: Actor, size: int = LISTED) -> list[dict[str, Any]]:
    """The record of co-operation, newest first; either side sees it."""
    policies.may_read(actor)
    rows = Cooperation.objects.filter(Q(org_id__in=actor.orgs) | Q(partner_id__in=actor.orgs))
    taken = list(rows.select_related("org", "partner").order_by("-day", "-id")[:size])
    numbers = dict(Dispute.objects.filter(id__in={one.regarding_id for one in taken if one.regarding_id}).values_list("id", "number"))
    names = dict(vocabulary_names("cooperation_areas")) | dict(cooperation_areas(actor.station_id or actor.org_id))
    events = Event.objects.filter(act="disputes.cooperate", about__in={one.about for one in taken})
    of = {subject[1]: event for event, subjects in events.values_list("id", "subjects") for subject in subjects if subject[0] == "cooperation"}
    said = {e: str(orjson.loads(b).get("text", "")) for e, b in Content.objects.filter(event_id__in=of.values()).values_list("event_id", "body")}
    words = {row: said.get(event, "") for row, event in of.items()}
    return [
        {
            "id": one.id, "day": one.day, "area": names.get(one.area, one.area), "org": one.org.name, "partner": one.partner.name,
            "number": numbers.get(one.regarding_id, "") if one.regarding_id else "", "dispute_id": one.regarding_id, "text": words.get(str(one.id), ""),
        }
        for one in taken
    ]  # fmt: skip


def cooperation_counted(actor: Actor) -> list[tuple[str, int]]:
    """How often, by area."""
    rows = Cooperation.objects.filter(Q(org_id__in=actor.orgs) | Q(partner_id__in=actor.orgs))
    sums = dict(rows.values_list("area").annotate(n=Count("id")))
    return [(name, sums.get(code, 0)) for code, name in cooperation_areas(actor.station_id or actor.org_id)]


def vocabulary_names(table: str) -> list[tuple[str, str]]:
    """Codes and names of a table."""
    return [(code, one.name) for code, one in vocabulary(table).items()]
