"""Loading sessions through the actor's eyes, and who may mediate a dispute (NP-18, KZ-15)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from fengqiao.core import clock
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden, NotThere
from fengqiao.core.loading import locked
from fengqiao.core.models import Deadline, Organisation, Post
from fengqiao.core.queries.organisations import in_force
from fengqiao.core.rules.masking import mask_name
from fengqiao.disputes import policies
from fengqiao.disputes.models import (
    CommitteeMember,
    Dispute,
    Hearing,
    LawyerSlot,
    MediationSession,
    Party,
    Recusal,
)
from fengqiao.disputes.queries.loading import dispute_for_update
from fengqiao.disputes.rules import mediation as rules
from fengqiao.force import queries as force
from fengqiao.places import queries as places
from fengqiao.places.validity import holds

MANY = 200  # mediators one form offers

Loaded = list[tuple[Dispute, Any]]


def disputes_for_update(actor: Actor, ids: Iterable[uuid.UUID]) -> Loaded:
    """Several disputes with their matters, locked in the order of their matters' ids, so that two never wait for each other."""
    order = Dispute.objects.filter(id__in=set(ids)).values_list("matter_id", "id")
    found = [dispute_for_update(actor, dispute_id) for _, dispute_id in sorted(order)]
    if len(found) != len(set(ids)):
        raise NotThere
    return found


def session_for_update(actor: Actor, session_id: uuid.UUID) -> tuple[MediationSession, Loaded]:
    """A session and the disputes it hears, all locked. NotThere when it is not the actor's to see."""
    ids = list(Hearing.objects.filter(session_id=session_id).values_list("dispute_id", flat=True))
    loaded = disputes_for_update(actor, ids) if ids else []
    session = MediationSession.objects.select_for_update(no_key=True).filter(id=session_id).first()
    if session is None or not loaded:
        raise NotThere
    first = next(i for i, (dispute, _) in enumerate(loaded) if dispute.id == session.dispute_id)
    return session, [loaded[first], *loaded[:first], *loaded[first + 1 :]]


def slot_for_update(slot_id: uuid.UUID) -> LawyerSlot:
    """A stretch of the lawyers' rota, locked."""
    return locked(LawyerSlot.objects.filter(cancelled_at=None), id=slot_id)


def numbered(actor: Actor, number: str) -> uuid.UUID | None:
    """The dispute of a number, as far as the actor sees it."""
    return Dispute.objects.filter(number=number.strip().upper()).values_list("id", flat=True).first()


def party_keys(dispute: Dispute) -> set[str]:
    """By what two disputes are seen to have a party in common: an id number, or a name."""
    rows = Party.objects.filter(dispute=dispute, erased_at=None).exclude(role="contact")
    keys = set()
    for one in rows:
        keys |= {f"id:{bytes(one.id_hash).hex()}"} if one.id_hash is not None else set()
        keys |= {f"name:{one.name}"} if one.name else set()
    return keys


def sides(dispute_ids: Iterable[uuid.UUID]) -> list[Party]:
    """Who is asked for consent and heard: everybody but the contacts."""
    return list(Party.objects.filter(dispute_id__in=list(dispute_ids)).exclude(role="contact").order_by("created_at", "id"))


def named_in(dispute_ids: Iterable[uuid.UUID]) -> list[Party]:
    """Everybody named in these disputes, contacts too: one of them may be a guardian."""
    return list(Party.objects.filter(dispute_id__in=list(dispute_ids), erased_at=None).exclude(name=""))


def objections(dispute_ids: Iterable[uuid.UUID]) -> list[rules.Objection]:
    """The recusals of these disputes as they stand: of several about one person the latest holds."""
    latest: dict[tuple[uuid.UUID, int], rules.Objection] = {}
    for one in Recusal.objects.filter(dispute_id__in=list(dispute_ids)).order_by("created_at", "id"):
        latest[one.dispute_id, one.account_id] = rules.Objection(one.account_id, one.granted)
    return list(latest.values())


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may mediate this dispute on a day, as what."""

    account_id: int
    capacity: str  # rules.CAPACITIES
    name: str
    org_id: int
    committee_id: uuid.UUID | None = None
    note: str = ""  # committee, office, or that the officer stands in this very village

    @property
    def key(self) -> str:
        return f"{self.account_id}.{self.capacity}"

    @property
    def words(self) -> str:
        return f"{rules.CAPACITIES[self.capacity]} {self.name}（{self.note}）"


def candidates(actor: Actor, dispute: Dispute, matter: Any, day: date | None = None) -> list[Candidate]:
    """Who may mediate: officers with a post in the place, members of committees in their term, partner offices (NP-18, KZ-15).

    Officers who stand in the matter's own grid or village come first.
    """
    on = day or clock.today()
    return [*_officers(dispute.org_id, matter, on), *_members(actor, on), *_partners(on)]


def station_of(org_id: int) -> int:
    """The station an organisation belongs to; itself outside every station."""
    lineage = Organisation.objects.values_list("lineage", flat=True).get(id=org_id)
    found = Organisation.objects.filter(id__in=lineage, kind="station").values_list("id", flat=True).first()
    return found or org_id


def _officers(org_id: int, matter: Any, on: date) -> list[Candidate]:
    here: set[int] = set()
    if matter.lat is not None:
        areas = [places.area_at(None, matter.lat, matter.lon, on, kind) for kind in ("grid", "police", "village", "community")]
        here = force.posted_at({one.id for one in areas if one}, on)
    posts = Post.objects.filter(
        in_force(on), account__is_active=True, role__in=(Role.OFFICER, Role.LEADER), org__lineage__contains=[station_of(org_id)]
    ).select_related("account", "org")
    found = {
        post.account_id: Candidate(
            post.account_id, "officer", post.account.name, post.org_id, None, "本村民警" if post.account_id in here else post.org.name
        )
        for post in posts.order_by("-id")
    }
    return sorted(found.values(), key=lambda one: (one.account_id not in here, one.account_id))


def _members(actor: Actor, on: date) -> list[Candidate]:
    rows = CommitteeMember.objects.filter(holds(on), holds(on, "committee__"), account__is_active=True)
    posts = Post.objects.filter(in_force(on), role=Role.MEDIATOR)
    rows = rows.filter(account_id__in=posts.values("account_id")).select_related("account", "committee")
    orgs = dict(posts.filter(account_id__in=rows.values("account_id")).values_list("account_id", "org_id"))
    shown = sorted(rows[:MANY], key=lambda one: (one.committee.org_id not in actor.orgs, one.committee.number, one.account_id))
    return [
        Candidate(one.account_id, "committee", one.account.name, orgs[one.account_id], one.committee_id, one.committee.name)
        for one in shown
    ]


def _partners(on: date) -> list[Candidate]:
    posts = Post.objects.filter(
        in_force(on), ~Q(org__partner_channel=""), account__is_active=True, role=Role.PARTNER, org__kind="partner"
    ).select_related("account", "org")
    return [
        Candidate(post.account_id, "partner", post.account.name, post.org_id, None, post.org.name)
        for post in posts.order_by("org_id", "account_id")[:MANY]
    ]


def may_mediate_at_all(actor: Actor, dispute: Dispute, matter: Any, account_id: int) -> bool:
    """Is this somebody a recusal can be about: a possible mediator of the dispute, or one seated already?"""
    seated = MediationSession.objects.filter(hearings__dispute=dispute, mediators__account_id=account_id)
    return any(one.account_id == account_id for one in candidates(actor, dispute, matter)) or seated.exists()


def may_decide_on(actor: Actor, account_id: int) -> None:
    """Forbidden unless the actor decides on this mediator's recusal: a partner office only on its own."""
    policies.may_decide_recusal(actor)
    if actor.has(Role.PARTNER) and not Post.objects.filter(in_force(), account_id=account_id, org_id__in=actor.orgs).exists():
        raise Forbidden("协作单位只决定本单位调解员的回避。")


def running_until(rule: str, subject_id: uuid.UUID) -> datetime | None:
    """When a running clock of this rule on this record ends; None when none runs."""
    rows = Deadline.objects.filter(rule=rule, subject_id=subject_id, met_at=None, dropped_at=None)
    return rows.values_list("due_at", flat=True).first()


def tried(dispute_id: uuid.UUID) -> list[datetime]:
    """When the police mediated a dispute without an agreement, oldest first."""
    rows = Hearing.objects.filter(dispute_id=dispute_id, session__kind="security", session__state="held").exclude(outcome="settled")
    return list(rows.order_by("session__starts_at").values_list("session__starts_at", flat=True))


def side_name(party: Party) -> str:
    """A party in a sentence: masked."""
    return "（已依法删除）" if party.erased_at else mask_name(party.name) if party.name else "未留姓名的一方"
