"""办理依据: what may be done about a quarrel now, what not and why, which papers are due and which clocks run (MS7).

Pure and table-driven: `objections.OBJECTIONS` says what stands against a route, `applies` which routes are the question at all,
`KINDS` where a kind of quarrel usually goes first (domain §2.1). Only rules read in the law's text (已核) may block; 待核 rules
advise and say so. The bank of fact patterns (disputes/tests/law_bank.csv) holds every line to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fengqiao.disputes.rules.conditions import (
    Condition,
    among,
    either,
    equals,
    every,
    holds,
    no,
    stated,
    term,
)
from fengqiao.disputes.rules.due import Paper, Running, clocks, papers
from fengqiao.disputes.rules.objections import (
    FLOW,
    MEDIATION,
    OBJECTIONS,
    POLICE,
    ROUTES,
    Law,
    Objection,
    fits,
)
from fengqiao.disputes.rules.situation import TERMS, Situation

__all__ = ["MEDIATION", "POLICE", "ROUTES", "Assessment", "Law", "Option", "Reason", "assess", "fits", "refusal"]

ALLOWED, ADVISED, BLOCKED = "allowed", "advised", "blocked"
VERDICTS = {ALLOWED: "可以", ADVISED: "不宜", BLOCKED: "不得"}
OWN_FLOW = "流程要求"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a route is not simply open. `article` is empty while its rule is 待核; `state`: 已核, 待核 or 流程要求."""

    name: str
    words: str
    rule: str
    edition: str
    article: str
    state: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One route and its verdict. `basis`: the article it rests on, when it is a route the law itself opens."""

    route: str
    verdict: str
    reasons: tuple[Reason, ...] = ()
    basis: str = ""

    @property
    def name(self) -> str:
        return ROUTES[self.route]

    @property
    def verdict_name(self) -> str:
        return VERDICTS[self.verdict]

    @property
    def why_not(self) -> Reason | None:
        """The first reason that blocks."""
        return next((one for one in self.reasons if one.blocks), None)


@dataclass(frozen=True, slots=True)
class Hint:
    """Something the law lets one do besides: in words, with its article."""

    words: str
    rule: str
    article: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything the law says about a situation. `first`: the routes to take first, best first."""

    situation: Situation
    options: tuple[Option, ...]
    first: tuple[str, ...]
    papers: tuple[Paper, ...]
    clocks: tuple[Running, ...]
    hints: tuple[Hint, ...] = ()

    def option(self, route: str) -> Option | None:
        """The verdict on a route; None when the route is no question here."""
        return next((one for one in self.options if one.route == route), None)

    def verdict(self, route: str) -> str:
        """allowed, advised (against), blocked, or empty when the route is no question here."""
        found = self.option(route)
        return found.verdict if found else ""

    @property
    def unverified(self) -> bool:
        """Does anything said here rest on a 待核 rule?"""
        return any(r.state == "待核" for o in self.options for r in o.reasons) or any(not c.verified for c in self.clocks)


BASIS = {
    "security": "security_mediation_allowed", "on_the_spot": "on_the_spot_mediation", "second_mediation": "second_mediation",
    "self_settlement": "self_settlement", "confirmation": "judicial_confirmation_apply", "people": "people_suggested",
    "case": "register_report", "violence": "violence_response", "petition": "petition_direct",
}  # fmt: skip


def assess(said: Situation, law: Law, objections: Sequence[Objection] = OBJECTIONS) -> Assessment:
    """The law's answer to a situation, under the editions in force on its days. Pure; `objections` only for tests."""
    options = tuple(_option(route, said, law, objections) for route in ROUTES if applies(route, said))
    verdicts = {one.route: one.verdict for one in options}
    first = tuple(_first(said, verdicts))
    due = tuple(papers(said, law, verdicts, first))
    return Assessment(said, options, first, due, tuple(clocks(said, law)), tuple(_hints(said, law, first)))


def _hints(said: Situation, law: Law, first: tuple[str, ...]) -> Iterator[Hint]:
    words = {
        "neighbours_invited": ("可以邀请居（村）委会人员或者双方熟悉的人参加帮助调解。", said.kind == "D02" and not set(POLICE).isdisjoint(first)),
        "protection_application": ("当事人无法申请人身安全保护令的，公安机关可以代为申请。", said.violent),
        "injury_appraisal": ("可能轻伤以上、被侵害人要求或者对伤害程度有争议的，应当鉴定伤情。", bool(said.acts & {"beat", "injure"}) and not said.injury),
    }
    for rule_id, (said_so, so) in words.items():
        if so and (rule := law.rule(rule_id, said)):
            yield Hint(said_so, rule.id, rule.citation)


# When a route is a question at all; those not listed always are.
APPLIES: dict[str, Condition] = {
    "second_mediation": stated("tries"),
    "self_settlement": either(
        every(term("offence"), no(equals("host", "security"))), every(term("criminal"), stated("agreement"))
    ),
    "confirmation": either(stated("agreement"), stated("status")),
    "labour": equals("kind", "D10"),
    "land_arbitration": equals("land", "contract"),
    "consumer": among("kind", "D11", "D20"),
    "petition": stated("petition"),
    "violence": term("violent"),
}


def applies(route: str, said: Situation) -> bool:
    """Is the route a question for this situation at all?"""
    return route not in APPLIES or holds(APPLIES[route], said, TERMS)


def refusal(option: Option) -> str:
    """Why a blocked route may not be taken, in one sentence; empty when nothing blocks it."""
    words = "".join(dict.fromkeys(one.words for one in option.reasons if one.blocks))
    return f"不得{option.name}：{words}" if words else ""


def _option(route: str, said: Situation, law: Law, objections: Sequence[Objection]) -> Option:
    reasons = tuple(found for line in objections if route in line.routes and (found := _reason(line, said, law)))
    verdict = BLOCKED if any(one.blocks for one in reasons) else ADVISED if reasons else ALLOWED
    rule = law.rule(BASIS[route], said) if route in BASIS else None
    return Option(route, verdict, reasons, rule.citation if rule else "")


def _reason(line: Objection, said: Situation, law: Law) -> Reason | None:
    words = line.says(said, law)
    if not words:
        return None
    if line.rule == FLOW:
        return Reason(line.name, words, FLOW, "", line.article, OWN_FLOW, not line.advice)
    rule = law.rule(line.rule, said)
    if rule is None:  # nothing in force on that day says so
        return None
    return Reason(line.name, words, rule.id, rule.edition, rule.citation, rule.state, rule.may_block and not line.advice)


# Where a kind of quarrel usually goes first when nobody broke the law (domain §2.1); the later ones when it does not help.
KINDS: dict[str, tuple[str, ...]] = {
    "D01": ("people",),
    "D02": ("people",),
    "D03": ("administrative", "people"),
    "D04": ("people", "judicial"),
    "D05": ("professional",),
    "D06": ("people",),
    "D07": ("administrative",),
    "D08": ("administrative",),
    "D09": ("administrative",),
    "D10": ("labour",),
    "D11": ("consumer",),
    "D12": ("professional",),
    "D13": ("professional",),
    "D14": ("professional", "administrative"),
    "D15": ("people",),
    "D16": ("people",),
    "D17": ("people",),
    "D18": ("people",),
    "D19": ("administrative", "people"),
    "D20": ("consumer", "people"),
}


def _first(said: Situation, verdicts: dict[str, str]) -> list[str]:
    """The routes to take first: those the situation asks for, as far as they are open."""
    wanted: list[str] = []
    if said.petition:
        wanted.append("petition")
    if said.violent:
        wanted += ["violence", *(["case"] if said.offence or said.criminal else [])]
    elif said.criminal:
        wanted.append("case")
    elif said.performance == "broken":
        wanted += [*(["case"] if said.host == "security" else []), "lawsuit"]
    elif said.agreement and not said.decided and verdicts.get("self_settlement", BLOCKED) != BLOCKED:
        wanted.append("self_settlement")
    elif said.agreement:
        confirm = said.performance == "pending" and verdicts.get("confirmation") == ALLOWED
        wanted += ["settle_by_agreement", *(["confirmation"] if confirm else [])]
    elif said.offence:
        open_ones = [one for one in ("on_the_spot", "security", "second_mediation") if verdicts.get(one, BLOCKED) != BLOCKED]
        wanted += open_ones[:1] or ["case"]
    else:
        kinds = ("land_arbitration",) if said.land == "contract" else KINDS.get(said.kind, ("people",))
        still = [one for one in kinds if verdicts.get(one, BLOCKED) != BLOCKED and not (one == "people" and said.people_failed)]
        wanted += still[:1] or ([] if said.drunk or said.signs_open else ["lawsuit"])
    return [one for one in wanted if verdicts.get(one, BLOCKED) != BLOCKED]
