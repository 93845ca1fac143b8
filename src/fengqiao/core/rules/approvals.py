"""Who decides what (审批, station-day 3): a table per bureau, and the morning a telephone approval is signed by.

The table is the setting `approvals.table`: kind → {"approvers": [{"role", "titles", "above"}], "own", "sample"}. What an
organisation does not set is taken from the one above it, and at last from DEFAULTS. A line of MAY_BE_FREE may say "free":
the act takes effect at once, without a signature.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from fengqiao.core.rules import BadInput

STATES = {"waiting": "待审批", "granted": "同意", "refused": "不同意", "lapsed": "不再需要"}
FOUND = {"fine": "无问题", "fix": "须改正"}  # what looking a sampled decision through again came to
SIGN_BY = time(10)  # of the morning after a call
NIGHT_ENDS = time(6)  # a call before it belongs to the night that began the day before
DUTY = "duty"  # 值班领导: the leader of the running shift; while nobody is, any leader
ROLES = (DUTY, "leader", "officer", "desk", "centre")  # posts that may be given approvals


@dataclass(frozen=True, slots=True)
class Approver:
    """A post that decides: its role (or DUTY), a word its title must hold (any when empty), of an organisation above or its
    own.
    """

    role: str
    titles: tuple[str, ...] = ()
    above: bool = False

    @property
    def post(self) -> str:
        """The role its post carries."""
        return "leader" if self.role == DUTY else self.role

    def fits(self, role: str, title: str, above: bool, on_duty: bool = True) -> bool:
        """Is it this post? `above`: it belongs to an organisation above the one that asks; `on_duty`: its holder leads the
        running shift there, or nobody does.
        """
        named = not self.titles or any(word in title for word in self.titles)
        return self.post == role and named and (above or not self.above) and (on_duty or self.role != DUTY)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    approvers: tuple[Approver, ...]
    own: bool = False  # may whoever asked decide it, when the post fits?
    sample: int = 0  # per cent of a month's decisions that the leader looks through again
    free: bool = False  # nobody signs: it takes effect at once

    @property
    def by_duty(self) -> bool:
        """Does it matter who leads the running shift?"""
        return any(one.role == DUTY for one in self.approvers)


CHIEF = (Approver("leader", ("所长", "教导员", "指导员", "局长")),)
LEADER = (Approver("leader"),)
DEFAULTS: dict[str, Rule] = {
    "level_up": Rule((Approver(DUTY),), own=True),  # the leader on duty raises at once; waiting would be the danger
    "level_down": Rule(CHIEF),
    "level_mid": Rule((Approver("officer", ("队长",)), *LEADER), own=True, sample=10),
    "close": Rule(CHIEF),
    "not_accepted": Rule(LEADER, own=True),
    "handover": Rule(LEADER, own=True),  # 移送; in an emergency by telephone
    "transfer": Rule(LEADER, own=True, free=True),  # 流转 and 五调对接
    "not_police": Rule(LEADER, own=True),
    "extension": Rule((Approver("leader", above=True),)),
    "report": Rule(LEADER),  # the command room drafts, the leader signs
}
MAY_BE_FREE = frozenset({"handover", "transfer", "not_police"})  # the others are asked for by law or guard a level


def table(held: Iterable[Mapping[str, Any]]) -> dict[str, Rule]:
    """The table in force: DEFAULTS, over them what was set, from the root of the tree down (`held`, in that order)."""
    found = dict(DEFAULTS)
    for one in held:
        found |= {kind: _kept(kind, rule_of(given)) for kind, given in one.items() if kind in DEFAULTS}
    return found


def _kept(kind: str, rule: Rule) -> Rule:
    return rule if kind in MAY_BE_FREE else replace(rule, free=False)


def rule_of(given: Mapping[str, Any]) -> Rule:
    """One line as it stands in the setting. BadInput when nobody is left who could decide, or it says nonsense."""
    try:
        approvers = tuple(
            Approver(str(one["role"]), tuple(map(str, one.get("titles", ()))), bool(one.get("above"))) for one in given["approvers"]
        )
        sample = int(given.get("sample", 0))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput("审批表的内容无法识别，请重新填写审批岗位。") from error
    if not approvers or any(one.role not in ROLES for one in approvers):
        raise BadInput("请至少选择一个审批岗位。")
    if not 0 <= sample <= 100:
        raise BadInput("抽查比例应为 0 至 100。")
    return Rule(approvers, bool(given.get("own")), sample, bool(given.get("free")))


def line_of(rule: Rule) -> dict[str, Any]:
    """The rule as the setting holds it; `rule_of` reads it back."""
    approvers = [{"role": one.role, "titles": list(one.titles), "above": one.above} for one in rule.approvers]
    return {"approvers": approvers, "own": rule.own, "sample": rule.sample, "free": rule.free}


def may_decide(rule: Rule, *, role: str, title: str, above: bool, asked_it: bool, on_duty: bool = True) -> bool:
    """May this post decide? Not what it asked itself, unless the table says so. `on_duty`: see Approver.fits."""
    return (rule.own or not asked_it) and any(one.fits(role, title, above, on_duty) for one in rule.approvers)


def sign_due(called: datetime) -> datetime:
    """Until when a telephone approval is to be signed: ten o'clock of the morning after the call (`called`: local, aware)."""
    day = called.date() if called.time() < NIGHT_ENDS else called.date() + timedelta(days=1)
    return datetime.combine(day, SIGN_BY, called.tzinfo)


def sampled(key: int, sample: int) -> bool:
    """Is this decision (a number drawn from its id) one of the month's sample? The same answer every time it is asked."""
    return key % 100 < sample
