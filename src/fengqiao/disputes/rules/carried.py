"""The law as data, for a phone that judges without a signal: the very table the server judges by, the editions it rests on and
the working calendar. phone/src/law.ts reads it; a test holds both to the same verdicts in the same words.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from fengqiao.disputes.rules import routes, situation
from fengqiao.disputes.rules.conditions import Condition, limits
from fengqiao.disputes.rules.objections import FLOW, OBJECTIONS, ROUTES, Law

UNITS = ("days", "workdays", "months", "years")  # of limits a phone counts


def carried(law: Law, today: date) -> dict[str, Any]:
    """Routes, conditions, editions and calendar, as JSON has them. The calendar covers last year (limits that began before the
    turn of the year), this one and the next; a year that is not published is counted in calendar days, as everywhere.
    """
    return {
        "routes": ROUTES,
        "verdicts": routes.VERDICTS,
        "own_flow": {"rule": FLOW, "state": routes.OWN_FLOW},
        "basis": routes.BASIS,
        "applies": routes.APPLIES,
        "terms": situation.TERMS,
        "objections": [
            {
                "name": one.name, "routes": list(one.routes), "rule": one.rule, "words": one.words, "when": one.when, "advice": one.advice,
                "article": one.article,
            }
            for one in OBJECTIONS
        ],
        "empty": {"officers": 2},  # what a field says before anything was stated; the rest is empty
        "editions": list(_editions(law)),
        "calendar": law.calendar.told(today.year - 1, today.year + 1),
        "form": {
            "sets": {name: {"name": situation.SET_NAMES[name], "codes": codes} for name, codes in situation.SETS.items()},
            "choices": {name: {"name": situation.CHOICE_NAMES[name], "codes": codes} for name, codes in situation.CHOICES.items()},
            "ticks": situation.TICKS,
        },
    }  # fmt: skip


def _asked() -> set[str]:
    conditions: list[Condition] = [*(one.when for one in OBJECTIONS), *situation.TERMS.values(), *routes.APPLIES.values()]
    counted = {limit["after"] for one in conditions for limit in limits(one)}
    return ({one.rule for one in OBJECTIONS} | set(routes.BASIS.values()) | counted) - {FLOW}


def _editions(law: Law) -> Iterator[dict[str, Any]]:
    """Every edition of the rules the table rests on, in the order they are asked. `citation` is empty while 待核."""
    asked = _asked()
    for rule in law.editions:
        if rule.id in asked:
            yield {
                "id": rule.id, "edition": rule.edition, "basis": rule.basis, "from": _iso(rule.valid_from), "to": _iso(rule.valid_to),
                "limit": rule.limit, "unit": rule.unit, "rolls": rule.rolls, "citation": rule.citation, "state": rule.state,
                "blocks": rule.may_block,
            }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
