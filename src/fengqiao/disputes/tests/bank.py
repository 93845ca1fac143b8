"""The bank of fact patterns (law_bank.csv), read: each line in the words a lawyer reads, turned into a situation and an answer.

A line's facts stand in the words of the form 办理依据, several of one kind joined by ＋. 符合178条 stands for 违反治安管理, 因民间纠纷引起,
情节较轻 and the first of the three grounds; 当场条件齐备 for all six conditions of mediation on the spot.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fengqiao.core.rules import deadlines
from fengqiao.core.rules.deadlines import Rule
from fengqiao.core.rules.workdays import shipped
from fengqiao.disputes.rules import routes, situation
from fengqiao.disputes.rules.routes import Assessment, Law
from fengqiao.disputes.rules.situation import Situation

FILE = Path(__file__).with_name("law_bank.csv")
LAW = Law(deadlines.rules(), shipped())
SHORT = {
    "公安机关办理行政案件程序规定": "程序规定",
    "最高人民法院关于人民调解协议司法确认程序的若干规定": "司法确认规定",
}
BRIEF = {
    "专业调解": "professional", "再次调解": "second_mediation", "协议了结": "settle_by_agreement", "和解免罚": "self_settlement",
    "劳动仲裁": "labour", "土地仲裁": "land_arbitration", "12315": "consumer", "家暴处置": "violence",
}  # fmt: skip
ROUTE = {words: route for route, words in routes.ROUTES.items()} | BRIEF
SETS = {words: name for name, words in situation.SET_NAMES.items()}
CHOICES = {words: name for name, words in situation.CHOICE_NAMES.items()}
TICKS = {words: name for name, words in situation.TICKS.items()}
DAYS = {words: name for name, words in situation.DAYS.items()}
NUMBERS = {words: name for name, words in situation.NUMBERS.items()}
FITS = {"violation": "yes", "civil": True, "slight": True, "grounds": ["familiar"]}


@dataclass(frozen=True)
class Pattern:
    """One line: a situation, and what the law is to answer."""

    number: str
    what: str
    said: Situation
    first: list[str]
    allowed: list[str]
    blocked: list[str]
    advised: list[str]
    basis: list[str]
    papers: list[str]
    clocks: list[str]


def parts(cell: str) -> list[str]:
    return [one for one in cell.split("；") if one]


def code(table: dict[str, str], words: str) -> str:
    return next(key for key, value in table.items() if value == words)


def facts(cell: str) -> dict[str, Any]:
    """What a line's facts state, as acts.state_facts takes it."""
    found: dict[str, Any] = {}
    for part in parts(cell):
        name, _, value = part.partition("=")
        if part == "符合178条":
            found |= FITS
        elif part == "当场条件齐备":
            found["spot"] = list(situation.SPOT)
        elif name == "当场条件缺":
            found["spot"] = [key for key, words in situation.SPOT.items() if words != value]
        elif name == "治安调解未成":
            found["tries"] = value.split("＋")
        elif name in SETS:
            found[SETS[name]] = [code(getattr(situation, SETS[name].upper()), one) for one in value.split("＋")]
        elif name in CHOICES:
            found[CHOICES[name]] = code(situation.CHOICES[CHOICES[name]], value)
        elif name in DAYS:
            found[DAYS[name]] = value
        elif name in NUMBERS:
            found[NUMBERS[name]] = int(value)
        else:
            found[TICKS[part]] = True
    return found


def patterns() -> list[Pattern]:
    """Every line of the bank, in its order."""
    found = []
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            said = situation.situation(row["类别"], date.fromisoformat(row["步骤日"]), facts(row["关键事实"]))
            names = [[ROUTE[one] for one in parts(row[column])] for column in ("期望路径", "可以", "不得", "不宜")]
            rest = [parts(row[column]) for column in ("依据", "应出文书", "期限")]
            found.append(Pattern(row["编号"], row["情形"], said, *names, *rest))
    return found


def cited(rule: Rule) -> set[str]:
    """A rule's articles as the bank writes them: 程序规定178第三款; 待核：law while it is not verified."""
    law = SHORT.get(rule.law, rule.law)
    return {f"{law}{one}" for one in rule.article.split("、")} if rule.verified else {f"待核：{law}"}


def failures(pattern: Pattern, found: Assessment) -> list[str]:
    """Where the answer is not the line's; empty when it is."""
    wrong = []
    if list(found.first) != pattern.first:
        wrong.append(f"期望路径 {pattern.first}, found {list(found.first)}")
    for verdict, wanted in (("allowed", pattern.allowed), ("blocked", pattern.blocked), ("advised", pattern.advised)):
        wrong += [f"{route}: {found.verdict(route)}, not {verdict}" for route in wanted if found.verdict(route) != verdict]
    used = {(r.rule, r.edition) for o in found.options for r in o.reasons} | {(c.rule, c.edition) for c in found.clocks}
    others = [p.rule for p in found.papers] + [h.rule for h in found.hints] + [routes.BASIS[o.route] for o in found.options if o.route in routes.BASIS]
    used |= {(rule.id, rule.edition) for one in others if (rule := LAW.rule(one, found.situation))}
    articles = {a for rule in LAW.editions if (rule.id, rule.edition) in used for a in cited(rule)}
    wrong += [f"依据 {one} is not cited" for one in pattern.basis if one not in articles]
    names = {paper.name for paper in found.papers}
    wrong += [f"文书 {one} is not due" for one in pattern.papers if one not in names]
    running = {f"{clock.step} {clock.day}" for clock in found.clocks}
    wrong += [f"期限 {one} does not run, but {sorted(running)}" for one in pattern.clocks if one not in running]
    return wrong


