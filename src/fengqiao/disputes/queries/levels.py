"""Reads of levels and violation signs: how often it happened, what is set, what is not answered yet."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from fengqiao.core import clock, settings_tree
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Refused
from fengqiao.core.models import Post
from fengqiao.core.queries import approvals
from fengqiao.core.queries.organisations import in_force
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes.models import Dispute, LevelChange, Party, Sign
from fengqiao.disputes.queries.lists import party_names
from fengqiao.disputes.rules import LIVE, levels
from fengqiao.force import queries as force
from fengqiao.intake import queries as intake
from fengqiao.intake.queries.incidents import incidents
from fengqiao.intake.rules import hide_names

ANSWERED = ("case", "not_accepted", "dismissed")
LAW = "公安机关办理行政案件程序规定第六十条、第六十一条"


def reasons(way: str) -> dict[str, str]:
    """Listed reasons that raise ("up") or lower ("down") a level: code → words, those valid today."""
    day = clock.today()
    return {code: one.name for code, one in vocabulary("level_reasons").items() if one.more["way"] == way and one.valid(day)}


def floors(org_id: int) -> dict[str, str]:
    """The lowest level each reason asks for: the vocabulary's, over it the setting `levels.floors`."""
    shipped = {code: one.more["floor"] for code, one in vocabulary("level_reasons").items() if one.more["floor"]}
    given = settings_tree.value(org_id, "levels.floors", default={})
    return shipped | {code: level for code, level in given.items() if level in levels.LEVELS}


SETTINGS = ("levels.repeat", "levels.owners", "levels.leads", "levels.revisits")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a level brings with it: whose the dispute is, who is in charge, when it is asked again."""

    owner: str  # code of rules.levels.OWNERS
    titles: tuple[str, ...]  # of the leader in charge; none: whoever signs
    revisits: tuple[int, ...]  # days after the settling

    @property
    def owner_word(self) -> str:
        return levels.OWNERS[self.owner]


def terms_of(held: Mapping[str, Any], level: str) -> Terms:
    """The terms of one level, from the settings `SETTINGS` as they are held."""
    return Terms(
        levels.owned_by(level, held.get("levels.owners")), levels.lead_titles(level, held.get("levels.leads")),
        levels.revisit_days(level, held.get("levels.revisits")),
    )  # fmt: skip


def terms(org_id: int, level: str) -> Terms:
    """What a level brings with it in this organisation."""
    return terms_of(settings_tree.values(org_id, SETTINGS), level)


def counting(org_id: int) -> levels.Counting:
    """At which occurrence in how many days it warns and raises (setting `levels.repeat`)."""
    return levels.counting(settings_tree.value(org_id, "levels.repeat"))


def revisit_days(org_id: int, level: str) -> tuple[int, ...]:
    """Days after the settling at which a dispute of this level is asked again (setting `levels.revisits`)."""
    return levels.revisit_days(level, settings_tree.value(org_id, "levels.revisits"))


def repeat(dispute: Dispute, matter_id: uuid.UUID, now: datetime | None = None) -> levels.Repeat:
    """How often it happened lately, and whether that warns or raises. `matter_id`: the matter it leads now."""
    last = LevelChange.objects.filter(dispute=dispute, counted_to__isnull=False).order_by("-counted_to").first()
    return levels.repeated(told(matter_id), now or clock.now(), counting(dispute.org_id), last.counted_to if last else None)


def told(matter_id: uuid.UUID, tree: list[uuid.UUID] | None = None) -> list[levels.Told]:
    """The matter's reports as the counting reads them; `tree`: the matter and those joined into it, where that is known."""
    return [levels.Told(one.occurrence_id, one.at, one.again, one.source) for one in incidents(matter_id, tree)]


def still_repeated(change: LevelChange, matter_id: uuid.UUID) -> bool:
    """Does what raised the level by counting still stand, after a join was undone or a report moved out?"""
    earlier = LevelChange.objects.filter(dispute_id=change.dispute_id, counted_to__lt=change.counted_to).order_by("-counted_to").first()
    assert change.counted_to is not None
    return levels.repeated(told(matter_id), change.counted_to, counting(change.org_id), earlier.counted_to if earlier else None).raises


def leaders(org_id: int) -> list[tuple[int, str]]:
    """Leaders of the unit who may be in charge of a dispute (包案领导): account id and name."""
    return list(dict.fromkeys(_leaders(org_id).values_list("account_id", "account__name")))


def titles(org_id: int) -> list[tuple[int, str]]:
    """The same with the title of their post."""
    return list(_leaders(org_id).values_list("account_id", "title"))


def _leaders(org_id: int) -> QuerySet[Post]:
    rows = Post.objects.filter(in_force(), org__lineage__contains=[org_id], role=Role.LEADER, account__is_active=True)
    return rows.order_by("id")


def answering(actor: Actor, dispute: Dispute, matter: Any) -> list[int]:
    """Accounts of the officers who answer for the place of a dispute and may own it, nearest first."""
    return [one for one in force.answering(actor, matter.grid_id) if intake.may_own(dispute.org_id, one)]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a level as the page shows it. `waits`: it still has to be signed."""

    id: uuid.UUID
    was: str
    level: str
    reasons: list[str]
    automatic: bool
    state: str
    state_word: str
    at: datetime
    approval_id: uuid.UUID | None
    waits: bool
    counted_to: datetime | None


def changes(dispute_id: uuid.UUID) -> list[Change]:
    """How the level changed, newest first."""
    known = vocabulary("level_reasons")
    rows = LevelChange.objects.filter(dispute_id=dispute_id).select_related("approval").order_by("-created_at", "-id")
    return [
        Change(
            row.id, row.was, row.level, [known[code].name if code in known else code for code in row.reasons], row.automatic,
            row.state, levels.CHANGES[row.state], row.at or row.created_at, row.approval_id,
            row.approval is not None and row.approval.state == "waiting", row.counted_to,
        )
        for row in rows
    ]  # fmt: skip


CLOSE_ASKED = "结案已提请审批，正等待决定。"


def close_unsigned(actor: Actor, dispute: Dispute) -> str:
    """Why a red or orange dispute may not be closed yet: its chief or deputy has not signed (station-day 3); else empty."""
    if dispute.level not in levels.SERIOUS or approvals.may_decide(actor, dispute.org_id, "close"):
        return ""
    asked = [one for one in approvals.on_subject(actor, dispute.id) if one.kind == "close"]
    if any(one.state == "granted" and one.asked_at >= (dispute.settled_at or dispute.created_at) for one in asked):
        return ""
    if any(one.state == "waiting" for one in asked):
        return CLOSE_ASKED
    return f"{levels.WORDS[dispute.level]}色纠纷结案须所长或副所长审批，请先提请结案审批。"


# --- violation signs ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignLine:
    """A violation sign of a dispute. `asked`: the approval by which the leader is to sign that no case is made of it; None without one."""

    id: uuid.UUID
    sign: str
    word: str
    state: str
    suggested: bool
    case_number: str
    leader: str
    found_at: datetime
    decided_at: datetime | None
    asked: uuid.UUID | None

    @property
    def outcome(self) -> str:
        """What became of it, in words."""
        if self.state == "case":
            return f"案件编号 {self.case_number}"
        if self.state == "not_accepted":
            return f"不予受案，{self.leader}审签"
        return {"dismissed": "经核实不是", "suggested": "待确认"}.get(self.state, "不予受案待审批" if self.asked else "未处理")


def signs_of(dispute_id: uuid.UUID) -> list[SignLine]:
    """Every violation sign of a dispute, those not answered first."""
    known = vocabulary("violation_signs")
    rows = Sign.objects.filter(dispute_id=dispute_id).select_related("leader", "approval").order_by("created_at", "id")
    lines = [
        SignLine(
            row.id, row.sign, known[row.sign].name if row.sign in known else row.sign, row.state, row.suggested, row.case_number,
            row.leader.name if row.leader else "", row.created_at, row.decided_at,
            row.approval_id if row.approval is not None and row.approval.state == "waiting" else None,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda one: one.state in ANSWERED)


def open_signs(dispute_id: uuid.UUID) -> list[SignLine]:
    """Violation signs not answered yet: while there is one, mediation does not open. Mere hints do not count."""
    return [one for one in signs_of(dispute_id) if one.state == "open"]


def must_be_answered(dispute_id: uuid.UUID) -> None:
    """Refused while a violation sign has neither a case number nor a leader's signature that no case is made of it."""
    if waiting := open_signs(dispute_id):
        words = "、".join(one.word for one in waiting)
        raise Refused(f"违法迹象（{words}）尚未处理。请填案件编号，或写明不予受案的理由并由所领导审签，再行调解。", article=LAW)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dispute with violation signs on top of the daily list."""

    dispute_id: uuid.UUID
    number: str
    title: str
    owner: str
    open: tuple[str, ...]
    hinted: tuple[str, ...]


def signs_waiting(actor: Actor, *, everybodys: bool, most: int = 200) -> list[Waiting]:
    """Disputes of the actor's organisations with signs not answered; only those it owns unless `everybodys`."""
    rows = Sign.objects.filter(org_id__in=actor.orgs, state__in=["open", "suggested"], dispute__state__in=LIVE)
    if not everybodys:
        rows = rows.filter(dispute__owner_id=actor.account_id)
    known = vocabulary("violation_signs")
    columns = ("dispute_id", "dispute__number", "dispute__matter__title", "dispute__owner__name", "sign", "state")
    heads: dict[uuid.UUID, tuple[str, str, str]] = {}
    signs: dict[tuple[uuid.UUID, str], list[str]] = {}
    for dispute_id, number, title, owner, sign, state in rows.order_by("created_at", "id").values_list(*columns)[:most]:
        heads.setdefault(dispute_id, (number, title, owner or ""))
        signs.setdefault((dispute_id, state), []).append(known[sign].name if sign in known else sign)
    names = party_names(Party.objects.filter(dispute_id__in=heads))
    return [
        Waiting(one, number, hide_names(title, names.get(one, [])), owner, open=tuple(signs.get((one, "open"), ())), hinted=tuple(signs.get((one, "suggested"), ())))
        for one, (number, title, owner) in heads.items()
    ]


def change_of(approval_id: uuid.UUID) -> LevelChange | None:
    """The change an approval is about, locked; None when it is about none of ours."""
    return LevelChange.objects.select_for_update(no_key=True, of=("self",)).filter(approval_id=approval_id).first()


def signs_for_update(dispute: Dispute, codes: Iterable[str], *states: str) -> list[Sign]:
    """Signs of a dispute in one of these states, locked, in the order they were found."""
    rows = Sign.objects.select_for_update(no_key=True, of=("self",)).filter(dispute=dispute, sign__in=list(codes), state__in=states)
    return list(rows.order_by("created_at", "id"))
