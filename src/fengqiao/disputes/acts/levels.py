"""Acts on a dispute's level (NJ-35, station-day 3): raise and lower as the approvals table says, raise by rule at once,
carry out what was signed, name the leader in charge. Nothing here touches another dispute, whoever its parties are.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fengqiao.core import clock, deadlines, notices
from fengqiao.core.actor import Actor
from fengqiao.core.acts import approvals as core
from fengqiao.core.approvals import Decided
from fengqiao.core.errors import Invalid, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.queries import approvals
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.core.scope import scope
from fengqiao.core.spine import act
from fengqiao.core.wording import written
from fengqiao.disputes import policies, queries
from fengqiao.disputes.acts.saving import move, save, tell
from fengqiao.disputes.models import Dispute, LevelChange
from fengqiao.disputes.queries import levels as reads
from fengqiao.disputes.rules import LIVE
from fengqiao.disputes.rules import levels as rules
from fengqiao.intake import acts as intake
from fengqiao.intake import queries as intake_queries

TEXT = 500  # characters
KINDS = ("level_up", "level_down", "level_mid")
GROUP = "disputes.level"




@act("升级风险等级")
def raise_level(
    actor: Actor, *, dispute_id: uuid.UUID, level: str, reasons: Sequence[str], text: str = "", lead_id: int | None = None,
    owner_id: int | None = None,
) -> uuid.UUID:  # fmt: skip
    """Raise the level, or give the first one; returns the change's id. In effect at once when the table lets the actor
    sign it, else when it is granted.

    reasons  vocabulary level_reasons (way "up"), at least one; the level is not below what they ask for
    lead_id  包案领导 of a red or orange dispute; default as the level's settings say (rules.levels.leader)
    owner_id  主办人 from then on; default as the level's settings say (rules.levels.owner)
    """
    return _change(actor, dispute_id, level, reasons, text, "up", _Named(lead_id, owner_id))


@act("降低风险等级")
def lower_level(actor: Actor, *, dispute_id: uuid.UUID, level: str, reasons: Sequence[str], text: str = "") -> uuid.UUID:
    """Lower the level ("" takes it away), with reasons of way "down", as the approvals table says; the change's id."""
    return _change(actor, dispute_id, level, reasons, text, "down", _Named())


@dataclass(frozen=True, slots=True)
class _Named:
    """Whom a person named with a change, over what the level's settings say."""

    lead: int | None = None
    owner: int | None = None


def _change(
    actor: Actor, dispute_id: uuid.UUID, level: str, reasons: Sequence[str], text: str, way: str, named: _Named
) -> uuid.UUID:
    policies.may_work(actor)
    text = written(text, TEXT)
    if level not in rules.WORDS or (not level and way == "up"):
        raise Invalid({"level": "请选择风险等级。"})
    known = reads.reasons(way)
    if not reasons or any(code not in known for code in reasons):
        raise Invalid({"reasons": "请选择列出的理由。"})
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    _must_live(dispute)
    if LevelChange.objects.filter(dispute=dispute, state="asked").exists():
        raise Refused("等级变更已提请审批，正等待决定。")
    rising = rules.rank(level) > rules.rank(dispute.level)
    if level == dispute.level or rising != (way == "up"):
        raise Invalid({"level": f"现为{rules.WORDS[dispute.level]}，请选择{'更高' if way == 'up' else '更低'}的等级。"})
    if rising:
        _must_fit(actor, dispute, matter, level, reasons, known, named)
    if named.lead and named.lead not in dict(reads.leaders(dispute.org_id)):
        raise Invalid({"lead_id": "包案领导须是本单位所领导。"})
    if named.owner and not intake_queries.may_own(dispute.org_id, named.owner):
        raise Invalid({"owner_id": "主办人须在本单位有有效岗位。"})
    change = LevelChange(
        id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=matter.id, was=dispute.level, level=level,
        reasons=list(reasons), state="standing", round=dispute.round, by_id=actor.account_id,
    )  # fmt: skip
    kind = rules.approval_kind(dispute.level, level)
    signs = approvals.may_decide(actor, dispute.org_id, kind, asked_by=actor.account_id)
    if signs:
        change.at = clock.now()
    else:
        change.state, change.approval_id = "asked", _ask(actor, dispute, change, kind, text, named)
    change.save(force_insert=True)
    if signs:
        _take_effect(actor, dispute, matter, change, named, signer=actor.account_id)
    facts = {"level": {"was": change.was, "now": level}, "reasons": change.reasons, "asked": not signs, "lead": dispute.lead_id}
    tell(actor, dispute, matter, "levelled", facts | _owned(change), text)
    return change.id


def _owned(change: LevelChange) -> dict[str, Any]:
    """What the event says of the owner, when the change gave the dispute to somebody."""
    return {"owner": {"was": change.owner_was_id, "now": change.owner_id}} if change.owner_id else {}


def _must_live(dispute: Dispute) -> None:
    if dispute.state not in LIVE:
        raise Refused("纠纷已结束，不再变更风险等级。")


def _must_fit(
    actor: Actor, dispute: Dispute, matter: Any, level: str, reasons: Sequence[str], known: Mapping[str, str], named: _Named
) -> None:
    if dispute.owner_id is None and _whose(actor, dispute, matter, level, named) is None:
        raise Refused("定级前须有主办人。请先开始办理，或在分流时指定主办人。")
    floors = reads.floors(dispute.org_id)
    if low := rules.too_low(level, reasons, floors):
        raise Invalid({"level": f"“{known[low]}”至少为{rules.WORDS[floors[low]]}色。"})


def _ask(actor: Actor, dispute: Dispute, change: LevelChange, kind: str, text: str, named: _Named = _Named()) -> uuid.UUID:
    moved = f"由{rules.WORDS[change.was]}" if change.was else ""
    way = "升为" if rules.rank(change.level) > rules.rank(change.was) else "降为"
    why = "、".join(vocabulary("level_reasons")[code].name for code in change.reasons)
    to = "不再定级" if not change.level else f"{moved}{way}{rules.WORDS[change.level]}"
    words = f"纠纷 {dispute.number} {to}：{why}{'（已自动升级，请确认）' if change.automatic else ''}"
    facts = {
        "was": change.was, "level": change.level, "reasons": change.reasons, "lead": named.lead, "owner": named.owner,
        "automatic": change.automatic,
    }  # fmt: skip
    return core.ask(
        actor, kind=kind, about=change.about, subject=("level", change.id), org_id=dispute.org_id, change=facts, reason=text,
        text=words, url=f"/disputes/{dispute.id}/",
    )  # fmt: skip


def _leading(dispute: Dispute, level: str, named: _Named, signer: int | None = None) -> int | None:
    """Who is in charge at a level: whom a person named, else as the settings say; None where it asks for nobody."""
    if level not in rules.SERIOUS:
        return None
    terms = reads.terms(dispute.org_id, level)
    return named.lead or rules.leader(terms.titles, dispute.lead_id, signer, reads.titles(dispute.org_id))


def _whose(actor: Actor, dispute: Dispute, matter: Any, level: str, named: _Named, signer: int | None = None) -> int | None:
    """Whose the dispute is at a level: whom a person named, else as the settings say."""
    if named.owner or not level:
        return named.owner or dispute.owner_id
    place, lead = reads.answering(actor, dispute, matter), _leading(dispute, level, named, signer)
    return rules.owner(reads.terms(dispute.org_id, level).owner, dispute.owner_id, place, lead)


def _take_effect(
    actor: Actor, dispute: Dispute, matter: Any, change: LevelChange, named: _Named = _Named(), *, signer: int | None = None
) -> None:
    """The dispute has the change's level from now on, and what comes with it: leader in charge, owner, sooner revisit; its
    people are told.
    """
    to = _whose(actor, dispute, matter, change.level, named, signer)
    _stand(dispute, change.level, _leading(dispute, change.level, named, signer), change.at)
    _give(actor, dispute, matter, change, to)
    _ask_again_sooner(actor, dispute, matter)
    rising = rules.rank(change.level) > rules.rank(change.was)
    words = f"纠纷 {dispute.number} {'升为' if rising else '降为'}{rules.WORDS[change.level]}"
    for account_id in {dispute.owner_id, dispute.lead_id, change.owner_was_id} - {None, actor.account_id}:
        given = "，已指定主办" if account_id == change.owner_id else "，已另定主办人" if account_id == change.owner_was_id else ""
        notices.notify(GROUP, words + given, f"/disputes/{dispute.id}/", org_id=dispute.org_id, account_id=account_id, about=dispute.id)


def _give(actor: Actor, dispute: Dispute, matter: Any, change: LevelChange, to: int | None) -> None:
    """The dispute becomes the account's, and the matter with it; not while another office or another dispute has it."""
    leading = queries.live_on(matter.id)
    if to is None or to == dispute.owner_id or dispute.state == "handed" or leading is None or leading.id != dispute.id:
        return
    change.owner_id, change.owner_was_id = to, dispute.owner_id
    change.save(update_fields=["owner", "owner_was"])
    _own(actor, dispute, matter, to)


def _own(actor: Actor, dispute: Dispute, matter: Any, to: int) -> None:
    if matter.owner_id != to and intake_queries.may_own(matter.org_id, to):
        intake.assign(actor, matter_id=matter.id, owner_id=to, by="dispute")
    dispute.owner_id = to
    if dispute.state == "opened":
        move(dispute, "working")
    save(dispute, "owner", "state")


def _stand(dispute: Dispute, level: str, lead_id: int | None, since: datetime | None = None) -> None:
    dispute.level, dispute.level_since = level, (since or clock.now()) if level else None
    dispute.lead_id = lead_id if level in rules.SERIOUS else None
    dispute.version += 1
    dispute.save(update_fields=["level", "level_since", "lead", "version"])


def _ask_again_sooner(actor: Actor, dispute: Dispute, matter: Any) -> None:
    """A running revisit clock ends no later than the first interval of the new level from today (NJ-35: shorten revisit)."""
    waits = next((one for one in deadlines.of(actor, matter.id) if _revisits(one, dispute)), None)
    if waits is None or not dispute.level:
        return
    first = reads.revisit_days(dispute.org_id, dispute.level)[0]
    due = clock.day_end(clock.today() + timedelta(days=first))
    if due < waits.due_at:
        deadlines.drop(actor, queries.REVISIT, dispute.id)
        deadlines.start(actor, queries.REVISIT, about=matter.id, subject=("dispute", dispute.id), org_id=dispute.org_id, due_at=due)


def _revisits(one: deadlines.Clock, dispute: Dispute) -> bool:
    return one.rule == queries.REVISIT and one.subject[1] == dispute.id and one.met_at is None and one.dropped_at is None


# --- by rule --------------------------------------------------------------------------------------------------------


def reconsider(actor: Actor, *, dispute_id: uuid.UUID, why: str, cause: uuid.UUID | None = None) -> bool:
    """Raise the level when a rule says so; True when it did. May be called again for the same event: it raises once.

    why    "repeat" counts the occurrences anew, and takes back an unconfirmed raise whose occurrences are gone;
           any other reason of way "up" (breach, threat …) raises as it stands
    cause  the event (or record) behind it. Without one a reason raises once until the dispute is settled again.
    """
    with scope(actor):
        dispute, matter = queries.dispute_for_update(actor, dispute_id)
        if dispute.state not in LIVE:
            return False
        counted_to = None
        if why == rules.REPEAT:
            _withdraw_unfounded(actor, dispute, matter)
            counted = reads.repeat(dispute, matter.id)
            if not counted.raises:
                if counted.warns:
                    _warn(dispute, counted)
                return False
            counted_to = counted.within[-1]
        before = LevelChange.objects.filter(dispute=dispute, automatic=True)
        again = before.filter(cause=cause) if cause else before.filter(reasons__contains=[why], round=dispute.round, counted_to=None)
        if again.exists():
            return False
        to = rules.raised(dispute.level, reads.floors(dispute.org_id).get(why, ""))
        if to == dispute.level:
            return False
        raise_by_rule(actor, dispute_id=dispute.id, level=to, why=why, cause=cause, counted_to=counted_to)
        return True


def _warn(dispute: Dispute, counted: rules.Repeat) -> None:
    if dispute.owner_id:
        words = f"纠纷 {dispute.number} 近期第 {counted.count} 次发生"
        notices.notify(GROUP, words, f"/disputes/{dispute.id}/", org_id=dispute.org_id, account_id=dispute.owner_id, about=dispute.id)


@act("自动升级风险等级")
def raise_by_rule(
    actor: Actor, *, dispute_id: uuid.UUID, level: str, why: str, cause: uuid.UUID | None = None, counted_to: datetime | None = None
) -> uuid.UUID:
    """Raise at once and ask whoever the table names to confirm or reverse it. Called by `reconsider`."""
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    _must_live(dispute)
    change = LevelChange(
        id=uuid7(), org_id=dispute.org_id, created_at=clock.now(), dispute=dispute, about=matter.id, was=dispute.level, level=level,
        reasons=[why], automatic=True, state="standing", round=dispute.round, by_id=actor.account_id, at=clock.now(),
        counted_to=counted_to, cause=cause,
    )  # fmt: skip
    change.approval_id = _ask(actor, dispute, change, rules.approval_kind(dispute.level, level), "")
    change.save(force_insert=True)
    _take_effect(actor, dispute, matter, change)
    facts = {"level": {"was": change.was, "now": level}, "reasons": [why], "automatic": True, "lead": dispute.lead_id}
    tell(actor, dispute, matter, "levelled", facts | _owned(change))
    return change.id


def _withdraw_unfounded(actor: Actor, dispute: Dispute, matter: Any) -> None:
    """After a join was undone: a raise by counting that nobody confirmed yet goes when its occurrences are gone."""
    last = LevelChange.objects.filter(dispute=dispute, automatic=True, state="standing", approval__state="waiting")
    change = last.filter(counted_to__isnull=False).order_by("-created_at").first()
    if change is not None and not reads.still_repeated(change, matter.id):
        take_back(actor, dispute_id=dispute.id, change_id=change.id)


@act("撤回自动升级")
def take_back(actor: Actor, *, dispute_id: uuid.UUID, change_id: uuid.UUID) -> None:
    """The occurrences that raised it are gone (归并 was undone): the level falls back, the approval is no longer needed."""
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    change = LevelChange.objects.select_for_update(no_key=True, of=("self",)).get(id=change_id, dispute=dispute)
    if change.approval_id:
        core.lapse(actor, approval_id=change.approval_id, why="unfounded")
    was = dispute.level
    back = _reverse(actor, dispute, matter, change)
    change.counted_to = None  # what is left of it counts anew
    change.save(update_fields=["counted_to"])
    tell(actor, dispute, matter, "levelled", {"level": {"was": was, "now": dispute.level}, "reasons": change.reasons, "unfounded": True} | back)


def _reverse(actor: Actor, dispute: Dispute, matter: Any, change: LevelChange) -> dict[str, Any]:
    """The change no longer holds; level and owner fall back to what they were, unless they were changed again since.
    What the event says of the owner.
    """
    change.state = "reversed"
    change.save(update_fields=["state"])
    if dispute.level == change.level and dispute.level_since == change.at:
        before = LevelChange.objects.filter(dispute=dispute, state="standing", level=change.was).order_by("-at").first()
        _stand(dispute, change.was, dispute.lead_id, before.at if before else None)
        if change.owner_id and change.owner_was_id and dispute.owner_id == change.owner_id and dispute.state in LIVE:
            _own(actor, dispute, matter, change.owner_was_id)
            return {"owner": {"was": change.owner_id, "now": change.owner_was_id}}
    return {}


# --- what was signed ------------------------------------------------------------------------------------------------


def on_decided(actor: Actor, decided: Decided) -> None:
    """Served in `core.approvals` for the kinds of level: carry out or take back what was asked for."""
    if change := reads.change_of(decided.id):
        level_signed(actor, change_id=change.id, granted=decided.granted, by=decided.by)


@act("等级审批结果")
def level_signed(actor: Actor, *, change_id: uuid.UUID, granted: bool, by: int) -> None:
    """A change was granted or refused (`by` account): it takes effect, is confirmed, does not happen, or is reversed."""
    found = LevelChange.objects.get(id=change_id)
    dispute, matter = queries.dispute_for_update(actor, found.dispute_id)
    change = LevelChange.objects.select_for_update(no_key=True, of=("self",)).get(id=change_id)
    asked = change.approval.change if change.approval else {}
    was, back = dispute.level, {}
    if granted and change.state == "standing":
        takes_charge = not reads.terms(dispute.org_id, dispute.level).titles and by in dict(reads.leaders(dispute.org_id))
        if change.automatic and takes_charge and dispute.level in rules.SERIOUS:
            dispute.lead_id = by
            dispute.version += 1
            dispute.save(update_fields=["lead", "version"])
    elif granted:
        _must_live(dispute)
        if dispute.level != change.was:
            raise Refused(f"提请后等级已变为{rules.WORDS[dispute.level]}，请退回后重新提请。")
        change.state, change.at = "standing", clock.now()
        change.save(update_fields=["state", "at"])
        _take_effect(actor, dispute, matter, change, _Named(asked.get("lead"), asked.get("owner")), signer=by)
        back = _owned(change)
    elif change.state == "standing":
        back = _reverse(actor, dispute, matter, change)
    else:
        change.state = "refused"
        change.save(update_fields=["state"])
    facts = {"level": {"was": was, "now": dispute.level}, "reasons": change.reasons, "granted": granted, "by": by, "lead": dispute.lead_id}
    tell(actor, dispute, matter, "levelled", facts | back)


@act("指定包案领导")
def appoint(actor: Actor, *, dispute_id: uuid.UUID, lead_id: int) -> None:
    """Name the leader in charge of a red or orange dispute."""
    policies.may_appoint(actor)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    _must_live(dispute)
    if dispute.level not in rules.SERIOUS:
        raise Refused("红色、橙色纠纷才指定包案领导。")
    if lead_id not in dict(reads.leaders(dispute.org_id)):
        raise Invalid({"lead_id": "包案领导须是本单位所领导。"})
    old, dispute.lead_id = dispute.lead_id, lead_id
    dispute.version += 1
    dispute.save(update_fields=["lead", "version"])
    if lead_id != actor.account_id:
        notices.notify(
            GROUP, f"指定包案的纠纷 {dispute.number}", f"/disputes/{dispute.id}/", org_id=dispute.org_id,
            account_id=lead_id, about=dispute.id,
        )  # fmt: skip
    tell(actor, dispute, matter, "led", {"lead": {"was": old, "now": lead_id}})


@act("提请结案审批")
def ask_close(actor: Actor, *, dispute_id: uuid.UUID, text: str = "") -> uuid.UUID:
    """Ask the station's chief or deputy to sign the closing of a red or orange dispute; the approval's id."""
    policies.may_decide(actor)
    text = written(text, TEXT)
    dispute, matter = queries.dispute_for_update(actor, dispute_id)
    queries.must_lead(actor, dispute, matter)
    if dispute.state not in ("settled", "revisited"):
        raise Refused("登记结果并回访后，再提请结案审批。")
    if not reads.close_unsigned(actor, dispute):
        raise Refused("本纠纷结案不需要另行审批，可直接结案。")
    asked = core.ask(
        actor, kind="close", about=matter.id, subject=("dispute", dispute.id), org_id=dispute.org_id,
        change={"level": dispute.level, "outcome": dispute.outcome}, reason=text,
        text=f"{rules.WORDS[dispute.level]}色纠纷 {dispute.number} 结案", url=f"/disputes/{dispute.id}/",
    )  # fmt: skip
    tell(actor, dispute, matter, "asked to close", {"level": dispute.level, "outcome": dispute.outcome}, text)
    return asked


def forget_waiting(actor: Actor, dispute_id: uuid.UUID, why: str) -> None:
    """The dispute ended or another office leads it: what still waits to be signed about it is no longer needed."""
    mine = [dispute_id, *LevelChange.objects.filter(dispute_id=dispute_id).values_list("id", flat=True)]
    for one in approvals.open_on(mine):
        core.lapse(actor, approval_id=one.id, why=why)
    LevelChange.objects.filter(dispute_id=dispute_id, state="asked").update(state="refused")
