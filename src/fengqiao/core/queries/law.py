"""The rules of law as this installation has them: what was shipped, with the editions a bureau added over it.

They are read on nearly every act and change a few times a year, so each process keeps them for half a minute; an edition that
was added (core.acts.law) is seen at once in its own process, elsewhere within that time.
"""

import time
from dataclasses import fields
from datetime import date
from typing import Any

from fengqiao.core.models import RuleEdition
from fengqiao.core.rules import deadlines
from fengqiao.core.rules.deadlines import Rule

KEPT = 30.0  # seconds
_kept: tuple[float, tuple[Rule, ...], tuple[Rule, ...]] | None = None


def columns(rule: Rule) -> dict[str, Any]:
    """A rule as the columns of RuleEdition."""
    values = {one.name: getattr(rule, one.name) for one in fields(rule)}
    return {"rule": values.pop("id"), **values}


def of_row(row: RuleEdition) -> Rule:
    """A row of RuleEdition as the pure rule."""
    return Rule(id=row.rule, **{one.name: getattr(row, one.name) for one in fields(Rule) if one.name != "id"})


def editions() -> tuple[Rule, ...]:
    """Every edition that may hold on some day, in the order they were laid down; replaced ones are left out."""
    return _read()[0]


def ever() -> tuple[Rule, ...]:
    """Every edition there ever was, for clocks that began under one that was replaced since."""
    return _read()[1]


def edition_for(rule_id: str, step: date, conduct: date | None = None) -> Rule:
    """The edition that holds here for a step of that day about conduct of that day (rules.deadlines.edition_for). NoEdition."""
    return deadlines.edition_for(rule_id, step, conduct, among=editions())


def citation(rule_id: str, on: date) -> str:
    """《law》第…条 as it may be shown and printed on a day; empty while 待核, or when no edition holds."""
    try:
        return edition_for(rule_id, on).citation
    except deadlines.NoEdition:
        return ""


def forget() -> None:
    """Read anew the next time."""
    global _kept
    _kept = None


def _read() -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    global _kept
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEPT:
        rows = list(RuleEdition.objects.order_by("id"))
        holding = tuple(of_row(row) for row in rows if row.replaced_at is None)
        _kept = (now, holding, tuple(of_row(row) for row in rows))
    return _kept[1], _kept[2]


def load_shipped() -> int:
    """Bring the shipped editions into step with core/data/deadlines.csv (after an upgrade); returns how many were new or changed.

    A bureau's own edition stands: a shipped one that would hold on the same days, or that was replaced, is left as it is.
    """
    changed = 0
    known = {(row.rule, row.edition): row for row in RuleEdition.objects.all()}
    taken = [row for row in known.values() if row.bureau_id is not None and row.replaced_at is None]
    for rule in deadlines.rules():
        row, wanted = known.get((rule.id, rule.edition)), columns(rule)
        if row is None:
            if not any(one.rule == rule.id and _meet(rule, of_row(one)) for one in taken):
                RuleEdition.objects.create(**wanted)
                changed += 1
        elif row.bureau_id is None and row.replaced_at is None:
            if any(one.rule == rule.id for one in taken):  # its end may have been moved by a bureau's edition
                wanted.pop("valid_to")
            if any(getattr(row, name) != value for name, value in wanted.items()):
                RuleEdition.objects.filter(pk=row.pk).update(**wanted)
                changed += 1
    forget()
    return changed


def _meet(a: Rule, b: Rule) -> bool:
    """Do two editions hold on a common day?"""
    return (a.valid_from or date.min) <= (b.valid_to or date.max) and (b.valid_from or date.min) <= (a.valid_to or date.max)
