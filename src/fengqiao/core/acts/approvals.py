"""Acts of approval (审批, station-day 3): ask, decide, decide by telephone, sign the call next morning.

Whoever needs a signature asks here and serves the kind in `core.approvals`: it hears of the decision in the same
transaction and carries it out (or takes back what took effect at once).
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fengqiao.core import approvals, clock, notices
from fengqiao.core.actor import POLICE, Actor
from fengqiao.core.errors import Forbidden, Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Approval
from fengqiao.core.queries import approvals as queries
from fengqiao.core.rules.approvals import FOUND, STATES, sign_due
from fengqiao.core.spine import act, record
from fengqiao.core.wording import written

WORDS = 500  # characters of a decision's reason
ASKED = 5000  # of what is asked for, which may be a hand-over's whole text



def _record(actor: Actor, row: Approval, how: str, facts: Mapping[str, Any], content: Mapping[str, str]) -> uuid.UUID:
    said = {name: words for name, words in content.items() if words}
    return record(
        actor,
        about=row.about,
        subjects=[("approval", row.id, how), (row.subject_kind, row.subject_id, "of")],
        facts={"approval": row.kind, **facts},
        content={"police": said} if said else None,
        org_id=row.org_id,
    )


@act("提请审批")
def ask(
    actor: Actor,
    *,
    kind: str,
    about: uuid.UUID,
    subject: tuple[str, uuid.UUID],
    org_id: int,
    change: Mapping[str, Any],
    reason: str = "",
    text: str = "",
    url: str = "",
) -> uuid.UUID:
    """Ask whoever the organisation's table names; returns the approval's id and tells them.

    kind     vocabulary approval_kinds
    subject  (kind, id) of the record it is about; one open approval of a kind for each
    change   what is asked for as facts: codes, numbers, ids. No personal data.
    reason   free words, kept in the erasable content
    text     kind and number as the approver's list shows it, never a name; url: where the record stands
    Errors: Refused when the same is waiting already, Invalid.
    """
    rule = queries.rule_for(org_id, kind)
    reason = written(reason, ASKED, field="reason")
    if Approval.objects.filter(subject_kind=subject[0], subject_id=subject[1], kind=kind, state="waiting").exists():
        raise Refused("已提请审批，正等待决定。")
    row = Approval(
        id=uuid7(), org_id=org_id, created_at=clock.now(), about=about, kind=kind, subject_kind=subject[0], subject_id=subject[1],
        text=text[:200], url=url, change=dict(change), own=rule.own, asked_by_id=actor.account_id,
    )  # fmt: skip
    row.asked_event = _record(actor, row, "asked", {"change": row.change}, {"reason": reason})
    row.save(force_insert=True)
    for account_id, _, _ in queries.deciders(org_id, kind, asked_by=actor.account_id):
        if account_id != actor.account_id:
            _tell(row, account_id, f"待审批：{row.text}")
    return row.id


def _tell(row: Approval, account_id: int, words: str) -> None:
    notices.notify("approvals", words, f"/approvals/{row.id}/", org_id=row.org_id, account_id=account_id, about=row.id)


def _must_wait(row: Approval) -> None:
    if row.state != "waiting":
        raise Refused(f"这项审批已是“{STATES[row.state]}”，不再决定。")


def _close(actor: Actor, row: Approval, *, granted: bool, by: int) -> None:
    """Save the decision, tell who asked, and let whoever serves the kind carry it out."""
    row.version += 1
    row.save()
    notices.done(actor, row.id)
    if row.asked_by_id not in (actor.account_id, by):
        _tell(row, row.asked_by_id, f"{'已同意' if granted else '不同意'}：{row.text}")
    _answer(actor, row, granted=granted)


def _answer(actor: Actor, row: Approval, *, granted: bool) -> None:
    assert row.decided_by_id is not None
    told = approvals.Decided(
        row.id, row.kind, row.about, (row.subject_kind, row.subject_id), row.org_id, row.change, granted, row.decided_by_id,
        row.asked_by_id,
    )  # fmt: skip
    approvals.answer(actor, told)


@act("审批")
def decide(actor: Actor, *, approval_id: uuid.UUID, granted: bool, reason: str = "") -> None:
    """Grant or refuse what was asked. Whoever asked may not, unless the table says so; a refusal needs its reason."""
    row = queries.approval_for_update(actor, approval_id)
    mine = row.asked_by_id == actor.account_id
    if not queries.may_decide(actor, row.org_id, row.kind, asked_by=row.asked_by_id):
        raise Forbidden("本人提请的事项由其他审批人决定。" if mine else "当前岗位不在这类事项的审批表内。")
    _must_wait(row)
    reason = written(reason, WORDS, "" if granted else "不同意的，请写明理由。", "reason")
    row.state, row.own = "granted" if granted else "refused", row.own or mine
    row.decided_by_id, row.decided_at = actor.account_id, clock.now()
    row.decided_event = _record(actor, row, "decided", {"granted": granted, "change": row.change}, {"words": reason})
    _close(actor, row, granted=granted, by=actor.account_id)


@act("电话请示")
def by_telephone(
    actor: Actor, *, approval_id: uuid.UUID, by_account_id: int, words: str, at: datetime, granted: bool = True
) -> None:
    """Write down what the approver said on the telephone: whom, when, in which words. It holds at once and is signed by
    the next morning (`confirm`).

    by_account_id  who was called; must be named by the table
    at             when (aware), within the last day
    """
    row = queries.approval_for_update(actor, approval_id)
    if not actor.has(*POLICE) or row.org_id not in actor.orgs:
        raise Forbidden("电话请示由本单位值班岗位记录。")
    _must_wait(row)
    wrong = {}
    if by_account_id not in [one for one, _, _ in queries.deciders(row.org_id, row.kind, asked_by=row.asked_by_id)]:
        wrong["by_account_id"] = "请选择审批表内的审批人。"
    elif by_account_id == actor.account_id:
        wrong["by_account_id"] = "本人可以审批的，请直接审批。"
    earliest, latest = queries.call_bounds()
    if not earliest <= at <= latest:
        wrong["at"] = "通话时间应在最近一天以内，不能晚于现在。"
    if wrong:
        raise Invalid(wrong)
    words = written(words, WORDS, "请记下通话内容。", "words")
    row.state = "granted" if granted else "refused"
    row.decided_by_id, row.decided_at, row.noted_by_id = by_account_id, at, actor.account_id
    row.sign_due = sign_due(clock.local(at))
    facts = {"granted": granted, "by": by_account_id, "at": at.isoformat(), "sign_due": row.sign_due.isoformat(), "change": row.change}
    row.decided_event = _record(actor, row, "decided by telephone", facts, {"words": words})
    _tell(row, by_account_id, f"电话审批待补签：{row.text}")
    _close(actor, row, granted=granted, by=by_account_id)


@act("补签电话审批")
def confirm(actor: Actor, *, approval_id: uuid.UUID, stands: bool = True, reason: str = "") -> None:
    """Sign what was said by telephone; only who was called. `stands` False: it was not said so, the decision is turned."""
    row = queries.approval_for_update(actor, approval_id)
    if row.noted_by_id is None or row.confirmed_at is not None:
        raise Refused("没有待补签的电话审批。")
    if row.decided_by_id != actor.account_id:
        raise Forbidden("由接电话的审批人本人补签。")
    reason = written(reason, WORDS, "" if stands else "与通话不符的，请写明实际意见。", "reason")
    granted = (row.state == "granted") == stands
    row.state, row.confirmed_at = "granted" if granted else "refused", clock.now()
    facts = {"granted": granted, "stands": stands, "change": row.change}
    event = _record(actor, row, "signed", facts, {"words": reason})
    row.decided_event = row.decided_event if stands else event
    row.version += 1
    row.save()
    notices.done(actor, row.id)
    if not stands:
        _answer(actor, row, granted=granted)


@act("抽查审批")
def look_through(actor: Actor, *, approval_id: uuid.UUID, found: str, text: str = "") -> None:
    """Look a decision of the month's sample through again (station-day 3) and say what was found; once.

    found  rules.approvals.FOUND; what is to be put right says what, and both who asked and who decided are told
    """
    row = queries.approval_for_update(actor, approval_id)
    queries.may_look(actor, row)
    if row.looked_at is not None:
        raise Refused("这项审批已抽查。")
    if found not in FOUND:
        raise Invalid({"found": "请选择抽查结果。"})
    text = written(text, WORDS, "须改正的，请写明哪里不对、怎么改。" if found == "fix" else "")
    row.looked_by_id, row.looked_at, row.found = actor.account_id, clock.now(), found
    row.version += 1
    row.save()
    _record(actor, row, "looked through", {"found": found, "decided": row.state}, {"text": text})
    if found == "fix":
        for account_id in [one for one in {row.asked_by_id, row.decided_by_id} if one]:
            _tell(row, account_id, f"抽查须改正：{row.text}")


@act("审批不再需要")
def lapse(actor: Actor, *, approval_id: uuid.UUID, why: str) -> None:
    """What was asked for has become pointless (the record was closed, withdrawn, handed on). `why`: a code."""
    row = queries.approval_for_update(actor, approval_id)
    _must_wait(row)
    row.state = "lapsed"
    row.version += 1
    row.save()
    _record(actor, row, "lapsed", {"why": why, "change": row.change}, {})
