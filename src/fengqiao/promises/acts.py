"""Every way a hand-over moves. Each act writes one event about the matter, in the sender's organisation, so that the
matter's one timeline tells both sides' steps."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from fengqiao.core import clock, deadlines, notices, numbers, settings_tree, sharing
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.loading import locked
from fengqiao.core.models import Organisation, Post
from fengqiao.core.queries import approvals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.spine import act, record
from fengqiao.promises import policies, ports, rules
from fengqiao.promises.models import Promise, Slip

LIMIT = 5000  # characters of free text
SLIP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Promised:
    """What the sender knows at once."""

    id: uuid.UUID
    number: str
    due_at: datetime
    state: str


@act("流转")
def send(
    actor: Actor,
    *,
    about: uuid.UUID,
    to_org_id: int,
    kind: str,
    text: str,
    channel: str = "",
    number: str = "",
    due_at: datetime | None = None,
    started_at: datetime | None = None,
    again: uuid.UUID | None = None,
    joint: tuple[uuid.UUID | None, str, bool] | None = None,
    signed: uuid.UUID | None = None,
    org_id: int | None = None,
) -> Promised:
    """Hand a matter to another organisation. It sees the matter from now on, until it returns it or is done.

    kind        transfer 流转, handover 移送 (24 hours, 程序规定 61(2)), referral 五调 (with `channel` GT/JT/ST/ZT/FT), joint
    text        what the other side must know; the slip prints it
    number      the matter's number, given by the app that owns it and has loaded it through the actor's eyes; without it
                the port is asked (NotThere when the matter is not the actor's)
    due_at      an agreed end; default by the kind's rule
    started_at  when the clock began: for 移送 the moment the report came in; default now
    again       a returned hop: it is sent on, the chain's clock runs on
    joint       of `send_joint`: group, number, lead
    signed      the approval that granted it, where the bureau's table asks for one (see `asking`)
    org_id      who sends it, when whoever granted it sits elsewhere; default the actor's station
    Invalid for missing or wrong fields; Refused when the receiver is the sender, or a signature is missing.
    """
    if not approvals.granted(signed, about):  # whoever writes down a call carries out what was said in it
        policies.may_send(actor)
    before = _returned(actor, again) if again else None
    subject = ports.Subject(about, number) if number else _subject(actor, about, before)
    if before and before.about != about:
        raise NotThere()
    to_org = _checked(actor, to_org_id, kind, text, channel)
    org_id = before.org_id if before else org_id or actor.station_id or actor.org_id
    if to_org.id == org_id:
        raise Refused("不能流转给本单位；单位内部请变更责任民警。")
    if waits(actor, org_id, kind, about=about, signed=signed):
        raise Refused(f"{rules.KINDS[kind]}须先经审批，请在事项或者纠纷的页面提请。")
    ticking = _chain_clock(before) if before else _new_clock(org_id, kind, due_at, started_at)
    paper = not _has_account(to_org.id)
    state = "slip" if paper else "sent"
    if before:  # the next hop of a chain keeps its number, and its place in a joint hand-over
        joint = (before.group, before.number, before.lead)
    group, shared_number, lead = joint or (None, "", False)
    if before:
        _leave(before, "passed")
        before.save(update_fields=["state", "holder", "ended_at", "version"])
    promise = Promise(
        id=uuid7(), org_id=org_id, about=about, about_number=subject.number, kind=kind, channel=channel, to_org=to_org,
        number=shared_number or numbers.next_number("promises_number", "L", actor.zone), text=text.strip(), state=state,
        holder_id=org_id if paper else to_org.id, held_since=clock.now(), paper=paper, basis=ticking.basis,
        started_at=ticking.started_at, due_at=ticking.due_at, returns=ticking.returns, previous=before, group=group, lead=lead,
        sent_by_id=actor.account_id,
    )  # fmt: skip
    until = max(clock.now() + timedelta(days=rules.SHARE_DAYS), ticking.due_at + timedelta(days=rules.AFTER_DAYS))
    promise.share_id = sharing.share(actor, about, to_org.id, f"promises.{kind}", until)
    promise.save(force_insert=True)
    _record(actor, promise, "send", {"again": str(again) if again else None, "paper": paper, "signed": str(signed) if signed else None}, {"text": promise.text})
    _notify(promise, "inbox", to_org.id, "待签收")
    ports.tell(actor, _change(promise), "send")
    return Promised(promise.id, promise.number, promise.due_at, state)


def waits(actor: Actor, org_id: int, kind: str, *, about: uuid.UUID, signed: uuid.UUID | None = None) -> bool:
    """Must somebody sign this hand-over first (station-day 3)? By the table of the organisation that sends it."""
    line = rules.SIGNED_BY.get(kind)
    return line is not None and approvals.must_wait(actor, org_id, line, about=about, signed=signed)


def check(actor: Actor, *, to_org_id: int, kind: str, text: str, channel: str, org_id: int) -> str:
    """Can it be handed over like this? Invalid or Refused, as in `send`, before anybody is asked to sign; the receiver's name."""
    policies.may_send(actor)
    to_org = _checked(actor, to_org_id, kind, text, channel)
    if to_org.id == org_id:
        raise Refused("不能流转给本单位；单位内部请变更责任民警。")
    return to_org.short or to_org.name


@act("三办联动流转")
def send_joint(
    actor: Actor,
    *,
    about: uuid.UUID,
    offices: Mapping[int, str],
    lead_org_id: int,
    text: str,
    number: str = "",
    due_at: datetime | None = None,
) -> list[Promised]:
    """Hand one matter to several offices at once, under one number and with one lead (NP-30).

    offices      organisation → office code (vocabulary three_offices)
    lead_org_id  which of them leads (牵头单位)
    """
    if len(offices) < 2:
        raise Invalid({"offices": "联动流转须选择两个以上单位。"})
    if lead_org_id not in offices:
        raise Invalid({"lead": "请在所选单位中指定一个牵头单位。"})
    group, one = uuid7(), numbers.next_number("promises_number", "L", actor.zone)
    sent = [
        send(
            actor, about=about, to_org_id=org_id, kind="joint", channel=office, text=text, number=number, due_at=due_at,
            joint=(group, one, org_id == lead_org_id),
        )
        for org_id, office in offices.items()
    ]  # fmt: skip
    record(
        actor,
        about=about,
        subjects=[("promise", p.id, "joint") for p in sent],
        facts={"group": str(group), "number": one, "lead": lead_org_id, "offices": sorted(offices)},
    )
    return sent


@act("登记送达")
def deliver(actor: Actor, *, promise_id: uuid.UUID, how: str, at: datetime | None = None, document_id: uuid.UUID | None = None) -> None:
    """The slip reached an office without an account; a promised clock runs from this moment.

    how          key of rules.DELIVERIES
    at           when, if it was earlier than now
    document_id  the scan of the slip, if there is one
    """
    promise = _load(actor, promise_id, "deliver")
    if how not in rules.DELIVERIES:
        raise Invalid({"how": "请选择送达方式。"})
    moment = at or clock.now()
    if not promise.created_at <= moment <= clock.now():
        raise Invalid({"at": "送达时间应在移送之后、现在之前。"})
    _run_from(promise, "deliver", moment)
    promise.delivered_at, promise.delivered_how = moment, how
    _move(actor, promise, "deliver", {"how": how, "document": str(document_id) if document_id else None}, occurred=moment)


@act("签收")
def sign(actor: Actor, *, promise_id: uuid.UUID, name: str = "", stamp: str = "") -> None:
    """The receiver has it in hand. For an office without an account the sender writes who signed, and the stamp's number."""
    promise = _load(actor, promise_id, "sign")
    _sign(actor, promise, name, stamp)
    _move(actor, promise, "sign", {"proxy": policies.by_proxy(actor, promise)}, {"name": name, "stamp": stamp})


@act("扫码签收")
def sign_by_slip(actor: Actor, *, token: str, name: str, stamp: str) -> None:
    """An office without an account signs on the slip's own page: name of the clerk and number on the stamp.

    actor  the system actor: nobody is signed on there. NotThere for an unknown or expired slip.
    """
    slip = Slip.objects.select_for_update(no_key=True).filter(token_hash=rules.hashed(token), expires_at__gt=clock.now()).first()
    if slip is None:
        raise NotThere("流转单已失效或不存在，请与移送单位联系。")
    promise = _load(actor, slip.promise_id, "scan")
    if not stamp.strip():
        raise Invalid({"stamp": "请填写签收章上的编号。"})
    _run_from(promise, "scan", clock.now())
    if promise.delivered_at is None:
        promise.delivered_at, promise.delivered_how = clock.now(), "hand"
    _write_signature(promise, name, stamp)
    slip.used_at = clock.now()
    slip.save(update_fields=["used_at"])
    _move(actor, promise, "scan", {"proxy": False, "slip": str(slip.id)}, {"name": name, "stamp": stamp})


@act("接收")
def accept(actor: Actor, *, promise_id: uuid.UUID, name: str = "") -> None:
    """The receiver takes it on. 流转 and 移送 give the matter away: the sender may look on for thirty days more."""
    promise = _load(actor, promise_id, "accept")
    if promise.signed_at is None:
        _sign(actor, promise, name, "")
    promise.accepted_at = clock.now()
    _move(actor, promise, "accept", {"proxy": policies.by_proxy(actor, promise)}, {"name": name} if name else None)
    if _change(promise).gives_away:
        _end_share(actor, promise)
        until = clock.now() + timedelta(days=rules.AFTER_DAYS)
        sharing.share(actor, promise.about, promise.org_id, "promises.follow", until)


@act("退回")
def return_(actor: Actor, *, promise_id: uuid.UUID, reason: str, text: str, name: str = "") -> None:
    """The receiver gives it back, with a coded reason and words. The sender has it at once; the clock runs on.

    reason  code of vocabulary return_reasons
    name    who said so, at an office without an account
    From the second return of a chain on it is marked for arbitration.
    """
    promise = _load(actor, promise_id, "return")
    if reason not in vocabulary("return_reasons"):
        raise Invalid({"reason": "请选择退回理由。"})
    if not text.strip() or len(text) > LIMIT:
        raise Invalid({"text": f"请说明退回理由（不超过 {LIMIT} 字），例如应由谁办理、缺哪些材料。"})
    if promise.signed_at is None:
        _sign(actor, promise, name, "")
    promise.reason, promise.return_text, promise.returned_at = reason, text.strip(), clock.now()
    ticking = rules.clock_after(_chain_clock(promise), "return", clock.now(), first=False)
    promise.returns = ticking.returns
    facts = {"reason": reason, "returns": promise.returns, "arbitration": ticking.arbitration}
    _move(actor, promise, "return", facts, {"reason": vocabulary("return_reasons")[reason].name, "text": promise.return_text})
    _end_share(actor, promise)
    _notify(promise, "returned", promise.org_id, "已退回，计时仍在继续" + ("，提请裁决" if ticking.arbitration else ""))


@act("回复结果")
def answer(actor: Actor, *, promise_id: uuid.UUID, result: str, text: str = "") -> None:
    """The receiver tells the result (key of rules.RESULTS). Its sight of the matter ends thirty days later."""
    promise = _load(actor, promise_id, "answer")
    if result not in rules.RESULTS:
        raise Invalid({"result": "请选择办理结果。"})
    if len(text) > LIMIT:
        raise Invalid({"text": f"请缩短到 {LIMIT} 字以内，全文可作为材料上传。"})
    promise.result, promise.result_text = result, text.strip()
    words = {"result": rules.RESULTS[result], "text": promise.result_text}
    _move(actor, promise, "answer", {"result": result, "proxy": policies.by_proxy(actor, promise)}, words)
    if promise.share_id:
        sharing.shorten(actor, promise.share_id, clock.now() + timedelta(days=rules.AFTER_DAYS))
    _notify(promise, "answered", promise.org_id, f"已回复：{rules.RESULTS[result]}")


@act("撤回")
def recall(actor: Actor, *, promise_id: uuid.UUID, text: str) -> None:
    """The sender takes it back before it was accepted, or keeps what was returned and handles it itself."""
    promise = _load(actor, promise_id, "recall")
    if not text.strip() or len(text) > LIMIT:
        raise Invalid({"text": "请说明撤回理由。"})
    was = promise.state
    _move(actor, promise, "recall", {"was": was}, {"text": text.strip()})
    _end_share(actor, promise)
    if was != "returned":
        _notify(promise, "recalled", promise.to_org_id, "已由移送单位撤回")


@act("催办")
def remind(actor: Actor, *, promise_id: uuid.UUID) -> None:
    """The sender reminds whoever holds the ball; at most once an hour, so that reminding stays a signal."""
    promise = _locked(actor, promise_id)
    policies.may_send(actor)
    if promise.org_id not in actor.orgs or promise.holder_id in (None, promise.org_id):
        raise Refused("现在不是对方在办，无须催办。")
    if promise.reminded_at and clock.now() - promise.reminded_at < rules.REMIND_AFTER:
        raise Refused("一小时内已催办过。")
    promise.reminders, promise.reminded_at = promise.reminders + 1, clock.now()
    promise.save(update_fields=["reminders", "reminded_at"])
    _record(actor, promise, "remind", {"n": promise.reminders, "overdue": clock.now() > promise.due_at})
    _notify(promise, "remind", promise.to_org_id, f"第 {promise.reminders} 次催办")


@act("制作流转单")
def issue_slip(actor: Actor, *, promise_id: uuid.UUID) -> str:
    """A new slip for an office without an account; returns the secret of its code, which is held only as a hash."""
    promise = _locked(actor, promise_id)
    policies.may_move(actor, promise, "deliver")
    if promise.state not in ("slip", "delivered"):
        raise Refused("流转单只用于尚未签收、且对方没有账号的流转。")
    token = secrets.token_urlsafe(24)
    slip = Slip.objects.create(
        org_id=promise.org_id, promise=promise, token_hash=rules.hashed(token), issued_at=clock.now(),
        expires_at=clock.now() + timedelta(days=SLIP_DAYS),
    )  # fmt: skip
    _record(actor, promise, "slip", {"slip": str(slip.id), "expires": slip.expires_at.isoformat()})
    return token


def _locked(actor: Actor, promise_id: uuid.UUID) -> Promise:
    return locked(Promise.objects.filter(policies.visible_to(actor)), id=promise_id)


def _load(actor: Actor, promise_id: uuid.UUID, move: str) -> Promise:
    promise = _locked(actor, promise_id)
    policies.may_move(actor, promise, move)
    if rules.next_state(promise.state, move) is None:
        raise Refused(f"该流转{rules.STATES[promise.state]}，不能{rules.WORDS[move]}。")
    return promise


def _returned(actor: Actor, promise_id: uuid.UUID) -> Promise:
    return _load(actor, promise_id, "send_again")


def _subject(actor: Actor, about: uuid.UUID, before: Promise | None) -> ports.Subject:
    return ports.Subject(about, before.about_number) if before else ports.look_up(actor, about)


def _checked(actor: Actor, to_org_id: int, kind: str, text: str, channel: str) -> Organisation:
    wrong: dict[str, str] = {}
    if kind not in rules.KINDS:
        wrong["kind"] = "请选择流转种类。"
    listed = {"referral": rules.CHANNELS, "joint": rules.OFFICES}.get(kind, {"": ""})
    if not wrong and channel not in listed:
        wrong["channel"] = "请选择对接渠道。" if kind == "referral" else "该种类的渠道不对，请重新选择。"
    if not text.strip():
        wrong["text"] = "请写明流转的事项和请对方办理的内容。"
    elif len(text) > LIMIT:
        wrong["text"] = f"请缩短到 {LIMIT} 字以内，全文可作为材料上传。"
    today = clock.today()
    in_force = Q(valid_to=None) | Q(valid_to__gte=today)
    to_org = Organisation.objects.filter(in_force, id=to_org_id, valid_from__lte=today).exclude(kind="system").first()
    if to_org is None:
        wrong["to_org"] = "请选择现有的单位。"
    if wrong or to_org is None:
        raise Invalid(wrong)
    return to_org


def _has_account(org_id: int) -> bool:
    today = clock.today()
    posts = Post.objects.filter(org__lineage__contains=[org_id], account__is_active=True, valid_from__lte=today)
    return posts.filter(Q(valid_to=None) | Q(valid_to__gte=today)).exists()


def _new_clock(org_id: int, kind: str, due_at: datetime | None, started_at: datetime | None) -> rules.Clock:
    started = started_at or clock.now()
    if started > clock.now():
        raise Invalid({"started_at": "起算时间不能晚于现在。"})
    if rule := rules.RULE.get(kind):
        return rules.Clock(started, deadlines.reckon(rule, started).at, rule)
    if due_at is None:
        days = rules.DAYS | settings_tree.value(org_id, "promises.days", default={})
        return rules.Clock(started, started + timedelta(days=days[kind]), rules.PROMISED)
    if due_at <= clock.now():
        raise Invalid({"due_at": "期限须在今后。"})
    return rules.Clock(started, due_at, rules.FIXED)


def _chain_clock(promise: Promise) -> rules.Clock:
    return rules.Clock(promise.started_at, promise.due_at, promise.basis, promise.returns)


def _run_from(promise: Promise, move: str, at: datetime) -> None:
    fresh = promise.previous_id is None and promise.delivered_at is None
    ticking = rules.clock_after(_chain_clock(promise), move, at, first=fresh)
    promise.started_at, promise.due_at = ticking.started_at, ticking.due_at


def _sign(actor: Actor, promise: Promise, name: str, stamp: str) -> None:
    if promise.paper:
        _write_signature(promise, name, stamp)
    else:
        promise.signed_at, promise.signed_by_id = clock.now(), actor.account_id


def _write_signature(promise: Promise, name: str, stamp: str) -> None:
    if not name.strip() or len(name) > 60:
        raise Invalid({"name": "请填写对方签收人姓名。"})
    if len(stamp) > 40:
        raise Invalid({"stamp": "签收章编号过长，请核对。"})
    promise.signed_at, promise.signed_name, promise.stamp = clock.now(), name.strip(), stamp.strip()


def _leave(promise: Promise, state: str) -> None:
    """Set the state, whose turn it is, and whether the hop has ended."""
    before = promise.holder_id
    promise.state = state
    side = rules.holder(promise.kind, state)
    over = rules.ended(promise.kind, state)
    promise.holder_id = None if over else promise.org_id if side == "sender" else promise.to_org_id
    if over and promise.ended_at is None:
        promise.ended_at = clock.now()
    if promise.holder_id != before:
        promise.held_since = clock.now()
    promise.version += 1


def _move(
    actor: Actor,
    promise: Promise,
    move: str,
    facts: Mapping[str, Any],
    words: Mapping[str, str] | None = None,
    *,
    occurred: datetime | None = None,
) -> None:
    _leave(promise, rules.MOVES[promise.state, move])
    promise.save(force_update=True)
    _record(actor, promise, move, facts, words, occurred=occurred)
    ports.tell(actor, _change(promise), move)


def _record(
    actor: Actor,
    promise: Promise,
    move: str,
    facts: Mapping[str, Any],
    words: Mapping[str, str] | None = None,
    *,
    occurred: datetime | None = None,
) -> None:
    record(
        actor,
        about=promise.about,
        subjects=[("promise", promise.id, move), ("matter", promise.about, "handed over")],
        facts={
            "number": promise.number, "kind": promise.kind, "channel": promise.channel, "from": promise.org_id,
            "to": promise.to_org_id, "state": promise.state, "holder": promise.holder_id,
            "started": promise.started_at.isoformat(), "due": promise.due_at.isoformat(), "basis": promise.basis,
            "group": str(promise.group) if promise.group else None, "lead": promise.lead,
            **{key: value for key, value in facts.items() if value is not None},
        },
        content={"shared": dict(words)} if words else None,
        occurred=(occurred, occurred) if occurred else None,
        org_id=promise.org_id,
    )  # fmt: skip


def _end_share(actor: Actor, promise: Promise) -> None:
    """What this hop opened is closed; shares other hops opened stand beside it and stay."""
    if promise.share_id:
        sharing.end_share(actor, promise.share_id)


def _notify(promise: Promise, group: str, org_id: int, words: str) -> None:
    notices.notify(
        f"promises.{group}", f"{rules.KINDS[promise.kind]} {promise.number} {words}", f"/promises/{promise.id}/",
        org_id=org_id, about=promise.id,
    )  # fmt: skip


def _change(promise: Promise) -> ports.Change:
    return ports.Change(
        id=promise.id, about=promise.about, number=promise.number, kind=promise.kind, channel=promise.channel,
        org_id=promise.org_id, to_org_id=promise.to_org_id, state=promise.state, reason=promise.reason,
        result=promise.result, returns=promise.returns, paper=promise.paper, group=promise.group, lead=promise.lead,
    )  # fmt: skip
