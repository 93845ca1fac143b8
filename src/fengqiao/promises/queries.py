"""Reads of hand-overs: what waits for me, what I wait for, what is over time and with whom, how many by channel."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from fengqiao.core import access, clock, cursors
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.models import Event, Notice, Organisation
from fengqiao.core.queries.timeline import Line, timeline
from fengqiao.core.rules import deadlines as law
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.promises import policies, ports, rules
from fengqiao.promises.models import Promise, Slip

PAGE = 50
EXPORTED = 20_000
OVERDUE = "promises.overdue"  # group of notices
MOST = 1000  # a count beyond this says "more than"


@dataclass(frozen=True, slots=True)
class Shown:
    """A hand-over as pages show it. `moves`: what the actor may do now. `waited`: how long its holder has had it."""

    id: uuid.UUID
    number: str
    about: uuid.UUID
    about_number: str
    kind: str
    kind_word: str
    channel_word: str
    org_id: int
    org: str
    to_org_id: int
    to_org: str
    state: str
    state_word: str
    holder_id: int | None
    holder: str
    held_since: datetime
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    article: str
    text: str
    reason: str
    return_text: str
    result: str
    result_text: str
    delivered_at: datetime | None
    signed_at: datetime | None
    signed_by: str
    stamp: str
    accepted_at: datetime | None
    returned_at: datetime | None
    returns: int
    reminders: int
    paper: bool
    lead: bool
    group: uuid.UUID | None
    sent_at: datetime
    previous_id: uuid.UUID | None
    moves: tuple[str, ...]

    @property
    def waited(self) -> timedelta | None:
        """How long the present holder has had the ball; None when the hop has ended."""
        return clock.now() - self.held_since if self.holder_id else None

    @property
    def waited_hours(self) -> int:
        """Whole hours the holder has had the ball (MS8)."""
        return int(self.waited.total_seconds() // 3600) if self.waited else 0

    @property
    def waited_words(self) -> str:
        """How long in words: hours for three days, then days and hours."""
        hours = self.waited_hours
        return f"{hours} 小时" if hours < 72 else f"{hours // 24} 天 {hours % 24} 小时" if hours % 24 else f"{hours // 24} 天"

    @property
    def overdue(self) -> bool:
        """Over time now, or when it ended."""
        return (self.ended_at or clock.now()) > self.due_at

    @property
    def arbitration(self) -> bool:
        """Returned so often that a named leader must decide (WZ-18)."""
        return self.returns >= rules.ARBITRATION


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `total` is capped: then `total_is_floor`."""

    rows: list[Shown]
    next_cursor: str
    total: int
    total_is_floor: bool


def inbox(actor: Actor) -> list[Shown]:
    """待签收: handed to the actor's organisations and not yet signed for, soonest due first."""
    return listed(actor, "inbox").rows


def mine(actor: Actor) -> list[Shown]:
    """要我办: every running hand-over whose ball lies with the actor's organisations, returned ones included."""
    return listed(actor, "mine").rows


def waiting_for_others(actor: Actor) -> list[Shown]:
    """等别人: handed over by the actor's organisations, the ball lies elsewhere."""
    return listed(actor, "waiting").rows


def overdue(actor: Actor) -> list[Shown]:
    """超时: running and past due; each row names who holds it and for how many hours, whichever side that is (MS8)."""
    return listed(actor, "overdue").rows


def newly_overdue(actor: Actor, limit: int = 500) -> list[Shown]:
    """Running hand-overs past due that nobody was told of yet, longest over time first; for the job that tells."""
    told = Notice.objects.filter(group=OVERDUE, about=OuterRef("id"))
    rows = _rows(actor).filter(_box(actor, "overdue")).exclude(Exists(told))
    return [_shown(actor, row) for row in rows.order_by("due_at", "id")[:limit]]


def _box(actor: Actor, box: str) -> Q:
    orgs = list(actor.orgs)
    boxes = {
        "inbox": Q(holder_id__in=orgs, to_org_id__in=orgs, state__in=("sent", "delivered")),
        "mine": Q(holder_id__in=orgs),
        "waiting": Q(org_id__in=orgs, ended_at=None) & ~Q(holder_id__in=orgs),
        "returned": Q(holder_id__in=orgs, org_id__in=orgs, ended_at=None, state="returned"),
        "overdue": Q(ended_at=None, due_at__lt=clock.now()),
        "ended": Q(ended_at__isnull=False),
    }
    return boxes[box]


BOXES = {"inbox": "待签收", "mine": "要我办", "waiting": "等别人", "returned": "退回待处理", "overdue": "已超时", "ended": "已了结"}


def listed(actor: Actor, box: str, *, kind: str = "", cursor: str = "", limit: int = PAGE) -> Page:
    """One box (key of BOXES), soonest due first, ended ones newest first. `cursor` of the page before; KeyError for no box."""
    rows = _rows(actor).filter(_box(actor, box))
    if kind in rules.KINDS:
        rows = rows.filter(kind=kind)
    total = rows.order_by()[: MOST + 1].count()
    column, sign = ("ended_at", "-") if box == "ended" else ("due_at", "")
    if at := cursors.read(cursor):
        past = "lt" if sign else "gt"
        rows = rows.filter(Q(**{f"{column}__{past}": at[0]}) | Q(**{column: at[0], f"id__{past}": at[1]}))
    found = list(rows.order_by(f"{sign}{column}", f"{sign}id")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    following = cursors.write(getattr(last, column), last.id) if last else ""
    return Page([_shown(actor, row) for row in found[:limit]], following, min(total, MOST), total > MOST)


def exported(actor: Actor, box: str, kind: str = "") -> list[Shown]:
    """Every row of a box, in its order, for a file; one access line. Refused beyond EXPORTED rows."""
    access.opened(actor, "export", None, f"导出流转：{BOXES[box]}", [], action="export")
    page = listed(actor, box, kind=kind, limit=EXPORTED)
    if page.next_cursor:
        raise Refused(f"超过 {EXPORTED:,} 行，请缩小筛选范围后再导出。")
    return page.rows


def totals(actor: Actor) -> dict[str, int]:
    """How many lie in each open box."""
    open_boxes = [box for box in BOXES if box != "ended"]
    counted = {box: Count("id", filter=_box(actor, box)) for box in open_boxes}
    return _rows(actor).filter(ended_at=None).order_by().aggregate(**counted)


def counts(actor: Actor, since: datetime, until: datetime) -> dict[str, int]:
    """Referrals of the five channels sent in [since, until), by channel code, and their `total`, counted by itself.

    A referral that came back and was sent on through another channel is a referral of both.
    """
    rows = _rows(actor).filter(kind="referral", created_at__gte=since, created_at__lt=until).order_by()
    by_channel = {channel: Count("id", filter=Q(channel=channel)) for channel in rules.CHANNELS}
    return rows.aggregate(**by_channel, total=Count("id"))


def for_matter(actor: Actor, about: uuid.UUID) -> list[Shown]:
    """Every hop of a matter the actor may see, in the order they were sent; the caller has logged the opening."""
    rows = Promise.objects.filter(about=about).select_related("org", "to_org", "holder", "signed_by")
    if not actor.has(*policies.READS):
        return []
    return [_shown(actor, row) for row in rows.order_by("created_at", "id")]


def find(actor: Actor, promise_id: uuid.UUID) -> Shown:
    """One hand-over, without writing to the access log: for what names no person (who holds it, what it is due)."""
    row = _rows(actor).filter(id=promise_id).first()
    if row is None:
        raise NotThere()
    return _shown(actor, row)


def to_move(actor: Actor, promise_id: uuid.UUID, move: str) -> Shown:
    """One hand-over for the form of a move; Forbidden, in the act's own words, for who may not make it."""
    row = _rows(actor).filter(id=promise_id).first()
    if row is None:
        raise NotThere()
    policies.may_send(actor) if move == "remind" else policies.may_move(actor, row, move)
    return _shown(actor, row)


def to_recall(about: uuid.UUID, approval_id: uuid.UUID) -> uuid.UUID | None:
    """The hand-over an approval let go, when it may still be recalled."""
    sent = Event.objects.filter(about=about, act="promises.send", facts__signed=str(approval_id)).values_list("subjects", flat=True)
    ids = [ident for subjects in sent for kind, ident, role in subjects if (kind, role) == ("promise", "send")]
    states = [state for state, move in rules.MOVES if move == "recall"]
    return Promise.objects.filter(id__in=ids, state__in=states).values_list("id", flat=True).first()


def to_send(actor: Actor, about: uuid.UUID) -> ports.Subject:
    """What is to be handed over, for the form of sending; Forbidden for who may not send, NotThere when it is not theirs."""
    policies.may_send(actor)
    return ports.look_up(actor, about)


def opened(actor: Actor, promise_id: uuid.UUID, purpose: str = "办理流转") -> tuple[Shown, list[Shown], list[Line]]:
    """Open one hand-over with its words: itself, every hop beside it (chain, offices of a joint one), one timeline."""
    shown = find(actor, promise_id)
    access.opened(actor, "promise", promise_id, purpose, ["text", "return_text", "result_text", "signed_name"])
    beside = [hop for hop in for_matter(actor, shown.about) if hop.number == shown.number]
    return shown, beside, replies(actor, shown.about, {hop.id for hop in beside})


def replies(actor: Actor, about: uuid.UUID, hops: set[uuid.UUID]) -> list[Line]:
    """What every office of these hops did and answered, merged on one timeline, oldest first (NP-30)."""
    wanted = {str(hop) for hop in hops}
    lines = [
        line for line in timeline(actor, [about], limit=1000)
        if any(kind == "promise" and subject in wanted for kind, subject, _ in line.subjects)
    ]  # fmt: skip
    return lines[::-1]


def by_slip(actor: Actor, token: str) -> Shown:
    """What a slip shows, to whoever holds it; NotThere when it is unknown or out of date. `actor`: the system actor."""
    slip = Slip.objects.filter(token_hash=rules.hashed(token), expires_at__gt=clock.now()).first()
    if slip is None:
        raise NotThere("流转单已失效或不存在，请与移送单位联系。")
    access.opened(actor, "promise", slip.promise_id, "持流转单查看", ["text"])
    return find(actor, slip.promise_id)


def receivers(actor: Actor) -> list[tuple[int, str, str]]:
    """Organisations one can hand over to: (id, name, 五调 channel it answers for), stations and offices, not teams."""
    today = clock.today()
    rows = Organisation.objects.filter(valid_from__lte=today).filter(Q(valid_to=None) | Q(valid_to__gte=today))
    rows = rows.exclude(kind__in=("system", "team", "room", "desk")).exclude(id=actor.station_id)
    order = F("partner_channel").desc()
    return list(rows.order_by(order, "id").values_list("id", "name", "partner_channel"))


def _rows(actor: Actor) -> QuerySet[Promise]:
    related = Promise.objects.select_related("org", "to_org", "holder", "signed_by")
    return related.filter(policies.visible_to(actor))


def _shown(actor: Actor, row: Promise) -> Shown:
    reasons: Any = vocabulary("return_reasons")
    return Shown(
        id=row.id, number=row.number, about=row.about, about_number=row.about_number, kind=row.kind,
        kind_word=rules.KINDS[row.kind], channel_word=(rules.CHANNELS | rules.OFFICES).get(row.channel, ""),
        org_id=row.org_id, org=row.org.name, to_org_id=row.to_org_id, to_org=row.to_org.name, state=row.state,
        state_word=rules.STATES[row.state], holder_id=row.holder_id, holder=row.holder.name if row.holder else "",
        held_since=row.held_since, started_at=row.started_at, due_at=row.due_at, ended_at=row.ended_at,
        article=_article(row.basis), text=row.text, reason=reasons[row.reason].name if row.reason else "",
        return_text=row.return_text, result=rules.RESULTS.get(row.result, ""), result_text=row.result_text,
        delivered_at=row.delivered_at, signed_at=row.signed_at,
        signed_by=row.signed_name or (row.signed_by.name if row.signed_by else ""), stamp=row.stamp,
        accepted_at=row.accepted_at, returned_at=row.returned_at, returns=row.returns, reminders=row.reminders,
        paper=row.paper, lead=row.lead, group=row.group, sent_at=row.created_at, previous_id=row.previous_id,
        moves=policies.open_to(actor, row),
    )  # fmt: skip


def _article(basis: str) -> str:
    """The law a clock runs by, as pages cite it; empty for promised and fixed ends."""
    return next((rule.citation for rule in law.rules() if rule.id == basis), "")
