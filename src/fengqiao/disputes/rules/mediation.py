"""Pure rules of mediation (调解): who may mediate what, who must be there, when it may not be now, what a hearing may come to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

# kind of mediation (vocabulary mediation_kinds) → capacities of which at least one mediator must be (KZ-15)
LED_BY: dict[str, frozenset[str]] = {
    "people": frozenset({"committee"}),
    "security": frozenset({"officer"}),
    "administrative": frozenset({"officer", "partner"}),
    "judicial": frozenset({"partner"}),
    "professional": frozenset({"committee", "partner"}),
}
CAPACITIES = {"officer": "民警", "committee": "人民调解员", "partner": "协作单位"}
LACKING = {
    "people": "人民调解由登记在册、任期内的调解委员会成员主持，请选择人民调解员。",
    "security": "治安调解由民警主持，请选择民警。",
    "administrative": "行政调解由民警或有权的协作单位主持，请选择。",
    "judicial": "司法调解由人民法院等协作单位主持，请选择协作单位人员。",
    "professional": "社区专业调解由专业调解委员会或协作单位主持，请选择。",
}

AGREED_WAYS = {"room": "当面", "online": "线上", "text": "文字", "phone": "电话"}  # a session is planned in one of these
WAYS = AGREED_WAYS | {"spot": "当场"}  # where the quarrel was, on the spot: never planned
STATES = {"planned": "已约定", "held": "已调解", "stopped": "已终止", "cancelled": "已取消"}
MOVES: dict[str, frozenset[str]] = {
    "planned": frozenset({"held", "stopped", "cancelled"}),
    "held": frozenset(),
    "stopped": frozenset(),
    "cancelled": frozenset(),
}

# What a hearing may come to. The first two end the mediation of that dispute and are told to it.
OUTCOMES = {"settled": "调解成功", "failed": "调解不成", "adjourned": "择期再调", "stopped": "一方不愿继续"}
TOLD_ON = frozenset({"settled", "failed"})

AGES = {"": "成年", "minor": "14 至 17 周岁", "child": "未满 14 周岁"}
GUARDIANS = {"": "", "with": "监护人到场", "told": "已通知监护人", "waived": "已满 16 周岁、以自己劳动收入为主要生活来源，本人同意不通知"}

STEPS, METHODS, HEARTS = 3, 10, 5  # 三步十法 (KZ-36), 五心 (NJ-26)
FORMS = {"steps": "三步十法", "hearts": "五心", "brand": "品牌工作法"}
MOST_ITEMS, ITEM = 20, 200  # lines of a house brand's template, characters of a line


def lacking_mediator(kind: str, capacities: Collection[str]) -> str:
    """Why these mediators may not lead this kind of mediation; empty when one of them may."""
    return "" if LED_BY[kind] & set(capacities) else LACKING[kind]


@dataclass(frozen=True, slots=True)
class Present:
    """What was said of a party when a session is planned: age band ("" grown up), how the guardian is told, and who.

    guardian_party  the guardian is named in the dispute already: that party, so that nobody writes the name again
    """

    age: str = ""
    guardian: str = ""
    guardian_name: str = ""
    guardian_party: UUID | None = None


def guardian_missing(present: Present) -> str:
    """Why a party may not be heard without more; empty when it may (程序规定 181; under 14: S5, PIPL 31)."""
    if present.age == "child" and (present.guardian != "with" or not (present.guardian_party or present.guardian_name.strip())):
        return "未满 14 周岁的当事人须有监护人到场，请填写监护人。"
    if present.age == "minor" and not present.guardian:
        return "当事人未成年，请填写监护人到场或者通知的情况。"
    return ""


def not_now(*, drunk: bool, start: datetime, today: date) -> str:
    """A drunken party is not mediated on the spot: another day is agreed (约定次日). Empty when it may be now."""
    if drunk and start.date() <= today:
        return "当事人醉酒，不当场调解，请约定次日。"
    return ""


def consent_missing(consents: Mapping[str, bool | None]) -> str:
    """Why a session may not open yet: every side must want it (人民调解法 3, 17). Keys: masked names."""
    if refused := [name for name, said in consents.items() if said is False]:
        return f"{'、'.join(refused)}不同意调解，不得调解。"
    if silent := [name for name, said in consents.items() if said is None]:
        return f"尚未征得{'、'.join(silent)}同意。"
    return ""


def alone(kind: str, officers: int, *, recorded: bool) -> str:
    """One officer may lead a mediation of the police only under full audio-video record (程序规定 52)."""
    if kind == "security" and officers < 2 and not recorded:
        return "一名民警主持治安调解，须全程录音录像。请确认已录音录像，或增加一名民警。"
    return ""


@dataclass(frozen=True, slots=True)
class Objection:
    """A recusal as it stands for one mediator: `granted` None until it is decided."""

    account_id: int
    granted: bool | None


def barred(account_id: int, objections: Iterable[Objection]) -> str:
    """Why this mediator may not be assigned; empty when nothing stands against it (NP-18).

    Undecided: wait for the decision. Granted: somebody else. Refused: may go on.
    """
    mine = [one.granted for one in objections if one.account_id == account_id]
    if None in mine:
        return "回避申请尚未决定，决定前不得安排，请先决定回避或另选调解员。"
    if True in mine:
        return "已决定回避，请另选调解员。"
    return ""


def together(parties: Sequence[Collection[str]]) -> bool:
    """Do these disputes hang together (一揽子, ND-21)? Each must share a party with one of the others.

    parties  for each dispute, keys of its parties; linked means all are reached from the first.
    """
    if not parties:
        return False
    reached, left = set(parties[0]), [set(one) for one in parties[1:]]
    while left:
        near = next((one for one in left if one & reached), None)
        if near is None:
            return False
        reached |= near
        left.remove(near)
    return True


def template_problem(form: str, steps: Sequence[str], methods: Sequence[str]) -> str:
    """What is wrong with a method template; empty when it may be kept. 三步十法: 3 and 10; 五心: 5 (texts are the user's)."""
    if form not in FORMS:
        return "请选择工作法形式。"
    if any(not line.strip() or len(line) > ITEM for line in (*steps, *methods)):
        return f"每一条须有内容，不超过 {ITEM} 字。"
    if form == "steps" and (len(steps), len(methods)) != (STEPS, METHODS):
        return f"三步十法须写 {STEPS} 步、{METHODS} 法，现为 {len(steps)} 步、{len(methods)} 法。"
    if form == "hearts" and (steps or len(methods) != HEARTS):
        return f"五心须写 {HEARTS} 条，现为 {len(methods)} 条。"
    if len(methods) > MOST_ITEMS or len(steps) > MOST_ITEMS:
        return f"最多 {MOST_ITEMS} 条。"
    return ""
