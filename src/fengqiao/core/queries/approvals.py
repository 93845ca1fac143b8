"""Reads of approvals: what waits for whom, what was called in at night, who may decide what."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db.models import Q, QuerySet

from fengqiao.core import approvals, clock, settings_tree
from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.errors import Forbidden, NotThere, Refused
from fengqiao.core.models import Account, Approval, Content, Organisation, Post, Setting
from fengqiao.core.queries.organisations import in_force
from fengqiao.core.rules import approvals as rules
from fengqiao.core.rules.vocabularies import vocabulary

KEY = "approvals.table"
READS = POLICE | {Role.MEDIATOR, Role.SYSTEM}
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """An approval as a page shows it. `reason`, `words`: what asker and decider wrote, as far as the actor may read it."""

    id: uuid.UUID
    kind: str
    kind_word: str
    about: uuid.UUID
    subject: tuple[str, uuid.UUID]
    text: str
    url: str
    change: dict[str, Any]
    org_id: int
    org: str
    asked_by: str
    asked_at: datetime
    state: str
    state_word: str
    decided_by: str
    decided_at: datetime | None
    noted_by: str
    sign_due: datetime | None
    confirmed_at: datetime | None
    may_decide: bool
    may_sign: bool
    looked_by: str = ""
    looked_at: datetime | None = None
    found: str = ""  # in words
    may_look: bool = False
    reason: str = ""
    words: str = ""
    deciders: list[str] = field(default_factory=list)

    @property
    def telephone(self) -> bool:
        return bool(self.noted_by)


def may_read(actor: Actor) -> None:
    """Police posts and mediators look at approvals; nobody else has any."""
    if not actor.has(*READS):
        raise Forbidden("当前岗位不办理审批。")


def table(org_id: int) -> dict[str, rules.Rule]:
    """The approvals table in force for an organisation: what is not set is taken from the one above."""
    return rules.table(settings_tree.inherited(org_id, KEY))


def rule_for(org_id: int, kind: str) -> rules.Rule:
    """Who decides this kind in this organisation. KeyError for a kind that is not in the vocabulary."""
    return table(org_id)[kind]


def may_decide(actor: Actor, org_id: int, kind: str, *, asked_by: int = 0) -> bool:
    """May the actor's post decide this kind for an organisation it sees? `asked_by`: the account that asked, or asks."""
    if org_id not in actor.orgs:
        return False
    rule = rule_for(org_id, kind)
    return _fits(actor, rule, _lineage(org_id), asked_by == actor.account_id, _decides_now(rule, org_id, asked_by))


def on_duty(org_id: int) -> int | None:
    """The account that decides as 值班领导 of an organisation now: who leads the running shift, if it is a leader's post there.
    None: no shift runs, or none of its leaders leads it, and any of them decides.
    """
    if not (account := approvals.shift_leader(org_id)):
        return None
    posts = Post.objects.filter(in_force(), account_id=account, role=Role.LEADER, org__lineage__contains=[org_id])
    return account if posts.filter(account__is_active=True).exists() else None


def on_duty_name(org_id: int) -> str:
    """The name of that leader; empty without one."""
    account = on_duty(org_id)
    return Account.objects.values_list("name", flat=True).get(id=account) if account else ""


def _decides_now(rule: rules.Rule, org_id: int, asked_by: int) -> int | None:
    """`on_duty`, where the rule asks for it; what the leader on duty asked and may not decide goes to any other leader."""
    account = on_duty(org_id) if rule.by_duty else None
    return None if account == asked_by and not rule.own else account


def must_wait(actor: Actor, org_id: int, kind: str, *, about: uuid.UUID, signed: uuid.UUID | None = None) -> bool:
    """Does this step of the actor wait for somebody else's signature? Not when the table frees it, when the actor's own
    post may sign it, or when `signed` names the approval that was granted. The table is a police bureau's: other
    offices hand over by their own rules."""
    if not actor.is_police:
        return False
    rule = rule_for(org_id, kind)
    if rule.free or (signed and Approval.objects.filter(id=signed, kind=kind, about=about, state="granted").exists()):
        return False
    return not may_decide(actor, org_id, kind, asked_by=actor.account_id)


def granted(approval_id: uuid.UUID | None, about: uuid.UUID) -> bool:
    """Was this approval granted, about this matter? Then whoever writes it down carries it out (a call at night)."""
    return approval_id is not None and Approval.objects.filter(id=approval_id, about=about, state="granted").exists()


def granted_on(subject_id: uuid.UUID, kind: str) -> list[dict[str, Any]]:
    """What was granted on a record, as facts, oldest first."""
    rows = Approval.objects.filter(subject_id=subject_id, kind=kind, state="granted").order_by("created_at", "id")
    return list(rows.values_list("change", flat=True))


def asked_words(approval_id: uuid.UUID) -> str:
    """What whoever asked wrote, as far as the open scope may read it; empty once it was erased."""
    event = Approval.objects.values_list("asked_event", flat=True).get(id=approval_id)
    return str(_words([event]).get(event, {}).get("reason", ""))


def waiting_about(about: uuid.UUID, kinds: Iterable[str]) -> list[Approval]:
    """Approvals of these kinds that wait about a matter, oldest first, as the open scope shows them."""
    return list(Approval.objects.filter(about=about, kind__in=kinds, state="waiting").order_by("created_at", "id"))


def _lineage(org_id: int) -> list[int]:
    return Organisation.objects.values_list("lineage", flat=True).get(id=org_id)


def _fits(actor: Actor, rule: rules.Rule, lineage: list[int], asked_it: bool, duty: int | None) -> bool:
    above, on = actor.org_id in lineage[:-1], duty in (None, actor.account_id)
    return any(
        rules.may_decide(rule, role=role, title=actor.post_title, above=above, asked_it=asked_it, on_duty=on) for role in actor.roles
    )


def deciders(org_id: int, kind: str, *, asked_by: int = 0) -> list[tuple[int, str, str]]:
    """Accounts with a current post that the table names, as (account id, name, title): who may be called at night.

    Posts of the station and its teams; an office above only when the table asks for one.
    """
    rule = rule_for(org_id, kind)
    lineage = _lineage(org_id)
    within = Q(org__lineage__contains=[org_id])
    rows = Post.objects.filter(in_force(), within | Q(org_id__in=lineage[:-1]), role__in={one.post for one in rule.approvers})
    duty = _decides_now(rule, org_id, asked_by)
    found: dict[int, tuple[int, str, str]] = {}
    for post in rows.filter(account__is_active=True).select_related("account", "org").order_by("id"):
        above = org_id not in post.org.lineage
        fits = [one for one in rule.approvers if one.fits(post.role, post.title, above, duty in (None, post.account_id)) and (one.above or not above)]
        if fits and (rule.own or post.account_id != asked_by):
            found.setdefault(post.account_id, (post.account_id, post.account.name, post.title))
    return list(found.values())


def callable_for(actor: Actor, approval_id: uuid.UUID) -> list[tuple[int, str]]:
    """Who may be called about an approval that waits: account id and title with name; never the actor itself."""
    row = Approval.objects.filter(id=approval_id).first()
    if row is None:
        raise NotThere
    if not actor.has(*POLICE) or row.org_id not in actor.orgs:
        raise Forbidden("电话请示由本单位值班岗位记录。")
    people = deciders(row.org_id, row.kind, asked_by=row.asked_by_id)
    return [(account, f"{title or '审批人'} {name}") for account, name, title in people if account != actor.account_id]


def own_table(org_id: int) -> dict[str, Any]:
    """The lines an organisation has set itself, as the setting holds them today."""
    row = Setting.objects.filter(in_force(), org_id=org_id, key=KEY).order_by("-valid_from").first()
    return dict(row.value) if row else {}


def approval_for_update(actor: Actor, approval_id: uuid.UUID) -> Approval:
    """The approval, locked. NotThere when it is not the actor's to see."""
    may_read(actor)
    row = Approval.objects.select_for_update(no_key=True, of=("self",)).filter(id=approval_id).first()
    if row is None:
        raise NotThere
    return row


def approval(actor: Actor, approval_id: uuid.UUID) -> Shown:
    """One approval with its words, and who may decide it."""
    may_read(actor)
    row = _rows().filter(id=approval_id).first()
    if row is None:
        raise NotThere
    [one] = _shown(actor, [row], named=True)
    return one


def waiting_for(actor: Actor) -> list[Shown]:
    """What this post may decide now, oldest first."""
    rows = _rows().filter(org_id__in=actor.orgs, state="waiting").order_by("created_at", "id")
    return [one for one in _shown(actor, rows[:SHOWN]) if one.may_decide]


def to_sign(actor: Actor) -> list[Shown]:
    """What this account decided by telephone and has not signed yet, the soonest due first."""
    rows = _rows().filter(decided_by_id=actor.account_id, noted_by__isnull=False, confirmed_at=None)
    return _shown(actor, rows.order_by("sign_due", "id")[:SHOWN])


def asked_by(actor: Actor) -> list[Shown]:
    """What this account asked for and still waits for, oldest first."""
    rows = _rows().filter(asked_by_id=actor.account_id, state="waiting")
    return _shown(actor, rows.order_by("created_at", "id")[:SHOWN])


def still_waiting(actor: Actor) -> list[tuple[uuid.UUID, str, str, str]]:
    """The same in short, in one query: id, text, address of the record, kind in words."""
    rows = Approval.objects.filter(asked_by_id=actor.account_id, state="waiting").order_by("created_at", "id")
    known = vocabulary("approval_kinds")
    return [(one.id, one.text or known[one.kind].name, one.url, known[one.kind].name) for one in rows[:SHOWN]]


def decided(actor: Actor) -> list[Shown]:
    """The newest approvals of the actor's organisations that are decided or no longer needed."""
    rows = _rows().filter(org_id__in=actor.orgs).exclude(state="waiting")
    return _shown(actor, rows.order_by("-created_at", "-id")[:SHOWN])


def sample(actor: Actor, begin: datetime, end: datetime) -> list[Shown]:
    """The sample of decisions of a time that the leader looks through again (station-day 3: yellow and blue)."""
    rows = _rows().filter(org_id__in=actor.orgs, created_at__gte=begin, created_at__lt=end, state__in=["granted", "refused"])
    held = _Held()
    return _shown(actor, [row for row in rows.order_by("-created_at", "-id") if rules.sampled(row.id.int, held.rule(row).sample)])


def may_look(actor: Actor, row: Approval) -> None:
    """A sampled decision is looked through by a leader of the unit who neither asked for it nor decided it."""
    if not actor.has(Role.LEADER) or row.org_id not in actor.orgs:
        raise Forbidden("抽查由所领导办理。")
    if row.state not in ("granted", "refused") or not rules.sampled(row.id.int, rule_for(row.org_id, row.kind).sample):
        raise Refused("这项审批没有被抽到。")
    if actor.account_id in (row.asked_by_id, row.decided_by_id):
        raise Forbidden("本人提请或者审批的，由其他所领导抽查。")


def open_on(subject_ids: Iterable[uuid.UUID]) -> list[Approval]:
    """Approvals on these records that wait for a decision, as the open scope shows them."""
    return list(Approval.objects.filter(subject_id__in=list(subject_ids), state="waiting").order_by("created_at", "id"))


def on_subject(actor: Actor, subject_id: uuid.UUID) -> list[Shown]:
    """Every approval on a record, newest first."""
    return _shown(actor, _rows().filter(subject_id=subject_id).order_by("-created_at", "-id")[:SHOWN])


def _rows() -> QuerySet[Approval]:
    return Approval.objects.select_related("org", "asked_by", "decided_by", "noted_by", "looked_by")


class _Held:
    """Tables and lineages of the organisations met on one page, read once each."""

    def __init__(self) -> None:
        self.tables: dict[int, dict[str, rules.Rule]] = {}
        self.lineages: dict[int, list[int]] = {}
        self.leaders: dict[int, int | None] = {}

    def rule(self, row: Approval) -> rules.Rule:
        if row.org_id not in self.tables:
            self.tables[row.org_id] = table(row.org_id)
        return self.tables[row.org_id][row.kind]

    def lineage(self, row: Approval) -> list[int]:
        if row.org_id not in self.lineages:
            self.lineages[row.org_id] = _lineage(row.org_id)
        return self.lineages[row.org_id]

    def fits(self, actor: Actor, row: Approval) -> bool:
        rule = self.rule(row)
        if rule.by_duty and row.org_id not in self.leaders:
            self.leaders[row.org_id] = on_duty(row.org_id)
        leader = self.leaders.get(row.org_id) if rule.by_duty else None
        duty = None if leader == row.asked_by_id and not rule.own else leader
        return _fits(actor, rule, self.lineage(row), row.asked_by_id == actor.account_id, duty)


def _shown(actor: Actor, rows: Sequence[Approval] | QuerySet[Approval], *, named: bool = False) -> list[Shown]:
    rows, held = list(rows), _Held()
    known = vocabulary("approval_kinds")
    words = _words([event for row in rows for event in (row.asked_event, row.decided_event) if event])
    found = []
    for row in rows:
        asked, said = words.get(row.asked_event, {}), words.get(row.decided_event, {}) if row.decided_event else {}
        people = deciders(row.org_id, row.kind, asked_by=row.asked_by_id) if named and row.state == "waiting" else []
        found.append(
            Shown(
                id=row.id, kind=row.kind, kind_word=known[row.kind].name, about=row.about, subject=(row.subject_kind, row.subject_id),
                text=row.text, url=row.url, change=row.change, org_id=row.org_id, org=row.org.short or row.org.name,
                asked_by=row.asked_by.name, asked_at=row.created_at, state=row.state, state_word=rules.STATES[row.state],
                decided_by=row.decided_by.name if row.decided_by else "", decided_at=row.decided_at,
                noted_by=row.noted_by.name if row.noted_by else "", sign_due=row.sign_due, confirmed_at=row.confirmed_at,
                may_decide=row.state == "waiting" and row.org_id in actor.orgs and held.fits(actor, row),
                may_sign=row.noted_by_id is not None and row.confirmed_at is None and row.decided_by_id == actor.account_id,
                looked_by=row.looked_by.name if row.looked_by else "", looked_at=row.looked_at, found=rules.FOUND.get(row.found, ""),
                may_look=_looks(actor, row, held),
                reason=asked.get("reason", ""), words=said.get("words", ""),
                deciders=[f"{title or '审批人'}{name}" for _, name, title in people],
            )
        )  # fmt: skip
    return found


def _looks(actor: Actor, row: Approval, held: "_Held") -> bool:
    if row.looked_at or row.state not in ("granted", "refused") or not actor.has(Role.LEADER) or row.org_id not in actor.orgs:
        return False
    return actor.account_id not in (row.asked_by_id, row.decided_by_id) and rules.sampled(row.id.int, held.rule(row).sample)


def _words(events: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    found: dict[uuid.UUID, dict[str, str]] = {}
    for event_id, body in Content.objects.filter(event_id__in=events).values_list("event_id", "body"):
        found.setdefault(event_id, {}).update(orjson.loads(body))
    return found


def call_bounds(now: datetime | None = None) -> tuple[datetime, datetime]:
    """The earliest and latest moment a call may be written down for: the last day, until now."""
    at = now or clock.now()
    return at - timedelta(days=1), at
