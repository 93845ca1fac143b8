"""Pure rules of papers (文书): which kinds there are, who makes them, their states, and what is still due.

Station-day 8. A people's-mediation paper is the mediator's, never the officer's. What a paper says stands in its sheet
(`papers/<file>.txt`, read by `rules.sheets`); here is only what the house must know about it.
"""

from dataclasses import dataclass
from typing import Literal

STATES = {"draft": "草稿", "issued": "已定稿", "signed": "已签字归档", "void": "作废"}
MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"draft", "issued", "void"}),
    "issued": frozenset({"signed", "void"}),
    "signed": frozenset({"signed", "void"}),  # a better scan may follow
    "void": frozenset(),
}
OFFICER_NOT = "人民调解文书由依法设立的人民调解委员会的调解员制作，民警不得代为制作。"
NO_COMMITTEE = "人民调解文书由登记在册、任期内的调解委员会成员制作。请先登记调解委员会和成员。"
MEDIATOR_NOT = "此文书由公安机关制作，调解员不能制作。"

Room = Literal["police", "people", "any"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper.

    room         whose paper it is: police 公安机关, people 人民调解委员会, any 两者
    word         the word before 字 in its 文号; empty: it carries no number of its own
    compartment  who reads it besides its maker's trade: shared, or only that trade
    violence     only: for domestic violence alone; never: not where there is any (ND-35); empty: both
    one          made for one party (对象), chosen when it is made
    """

    code: str
    name: str
    file: str
    room: Room
    word: str = ""
    compartment: str = "shared"
    violence: Literal["", "only", "never"] = ""
    one: bool = False


_KINDS = (
    Kind("接处警", "接处警登记表", "alarm", "police", compartment="police"),
    Kind("调申", "调解申请书", "application", "any", violence="never", one=True),
    Kind("调告", "调解告知书", "rights", "any", violence="never"),
    Kind("调笔", "调解笔录", "minutes", "police", compartment="police", violence="never"),
    Kind("调解", "治安调解协议书", "security", "police", "调解", violence="never"),
    Kind("不予", "不予调解告知书", "refusal", "police", "不调"),
    Kind("不调", "调解不成告知书", "failed", "any", "不调"),
    Kind("告诫", "家庭暴力告诫书", "warning", "police", "告诫", violence="only", one=True),
    Kind("人受", "人民调解受理登记表", "people_register", "people", violence="never"),
    Kind("人查", "人民调解调查记录", "people_inquiry", "people", compartment="mediator", violence="never"),
    Kind("人录", "人民调解记录", "people_minutes", "people", compartment="mediator", violence="never"),
    Kind("口头", "人民调解口头协议登记表", "people_oral", "people", violence="never"),
    Kind("人调", "人民调解协议书", "people_agreement", "people", "人调", violence="never"),
    Kind("人访", "人民调解回访记录", "people_revisit", "people", violence="never"),
    Kind("司认", "司法确认申请指引", "confirmation", "any", violence="never"),
    Kind("收条", "履行凭证（收条）", "receipt", "any", one=True),
    Kind("委托", "授权委托书", "proxy", "any", one=True),
    Kind("送达", "送达回证", "service", "any", "送达", one=True),
)
KINDS = {kind.code: kind for kind in _KINDS}  # in the order of a file


def may_move(old: str, new: str) -> bool:
    """Is this move of a paper's state allowed?"""
    return new in MOVES[old]


def refused(kind: Kind, *, violence: bool) -> str:
    """Why this kind of paper cannot be made for such a dispute; empty when it can."""
    if kind.violence == "never" and violence:
        return "家庭暴力不调解，不制作调解文书。可以依法出具告诫书或者转为案件办理。"
    if kind.violence == "only" and not violence:
        return "告诫书只对家庭暴力出具。请先核对纠纷类别。"
    return ""


def due(*, state: str, outcome: str, violence: bool, rooms: frozenset[str], how: str = "") -> list[str]:
    """Codes of the kinds a dispute that stands so should have, in the order of a file.

    state, outcome  of the dispute
    rooms           who works on it: police, people (a committee's mediator has a hand in it)
    how             by which mediation it was settled (vocabulary mediation_kinds), when it was
    Advice, not a gate: what the law demands is said by the law's own gates.
    """
    wanted = {"接处警"} if "police" in rooms else set()
    if violence:
        wanted.add("告诫")
    else:
        if state not in ("opened", "handed", "withdrawn"):
            wanted.add("调告")
            wanted |= {"人受"} if "people" in rooms else set()
        if outcome == "settled":
            if "people" in rooms or how == "people":
                wanted |= {"人录", "人调", "司认"}
            elif how in ("", "security", "administrative"):  # what others settled is not the police's to write
                wanted |= {"调笔"} if how == "administrative" else {"调笔", "调解"}
        if outcome == "failed":
            wanted.add("不调")
    return [code for code in KINDS if code in wanted]

