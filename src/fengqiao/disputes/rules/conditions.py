"""The language conditions of law are written in: plain data, so that a phone judges by the same table as the server.

A condition is one of these, as JSON has them:
    {"all": […]}, {"any": […]}, {"not": condition}, {"term": name}      a term is a condition with a name (`TERMS`)
    {"field": f, "is": value}          the field has that very value
    {"field": f, "in": [values]}       … one of these
    {"field": f, "has": code}          a list of codes has this one
    {"field": f, "within": [codes]}    … has no others than these (an empty list has none)
    {"field": f, "stated": true}       it is not empty, not zero, not false
    {"field": f, "more": n}            it lists more than n
    {"after": rule, "since": field}    the step's day is past the last day of the rule's limit, which began on the field's
                                       (first) day; false while that day is unknown
phone/src/law.ts reads the same; a test holds both to the same answers.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol, TypeAlias

Condition: TypeAlias = dict[str, Any]


class Limits(Protocol):
    """Whoever counts limits: `last_day` of a rule's limit that began on a day; None when nothing was in force."""

    def last_day(self, rule_id: str, said: Any, since: date) -> date | None: ...


def every(*conditions: Condition) -> Condition:
    """All of them hold."""
    return {"all": list(conditions)}


def either(*conditions: Condition) -> Condition:
    """One of them holds."""
    return {"any": list(conditions)}


def no(condition: Condition) -> Condition:
    """It does not hold."""
    return {"not": condition}


def term(name: str) -> Condition:
    """A condition with a name of its own."""
    return {"term": name}


def equals(field: str, value: Any) -> Condition:
    """The field has that value."""
    return {"field": field, "is": value}


def among(field: str, *values: Any) -> Condition:
    """The field has one of these values."""
    return {"field": field, "in": list(values)}


def has(field: str, code: str) -> Condition:
    """A list of codes has this one."""
    return {"field": field, "has": code}


def within(field: str, codes: Any) -> Condition:
    """A list of codes has no others than these."""
    return {"field": field, "within": sorted(codes)}


def stated(field: str) -> Condition:
    """Something was stated: a tick, a choice, a day, a code."""
    return {"field": field, "stated": True}


def more(field: str, than: int) -> Condition:
    """It lists more than so many."""
    return {"field": field, "more": than}


def after(rule: str, since: str) -> Condition:
    """The limit of a rule that began on the field's day is over."""
    return {"after": rule, "since": since}


def holds(condition: Condition, said: Any, terms: Mapping[str, Condition], law: Limits | None = None) -> bool:
    """Does the condition hold of a situation (anything with the fields as attributes)? `law` is asked for limits alone."""
    match condition:
        case {"all": parts}:
            return all(holds(one, said, terms, law) for one in parts)
        case {"any": parts}:
            return any(holds(one, said, terms, law) for one in parts)
        case {"not": part}:
            return not holds(part, said, terms, law)
        case {"term": name}:
            return holds(terms[name], said, terms, law)
        case {"after": _, "since": _}:
            last = last_day(condition, said, law)
            return last is not None and said.step > last
        case {"field": name, **test}:
            return _tested(getattr(said, name), test)
    raise ValueError(f"no such condition: {condition}")


def _tested(value: Any, test: Mapping[str, Any]) -> bool:
    match test:
        case {"is": wanted}:
            return bool(value == wanted)
        case {"in": wanted}:
            return value in wanted
        case {"has": code}:
            return code in value
        case {"within": codes}:
            return set(value) <= set(codes)
        case {"stated": True}:
            return bool(value)
        case {"more": count}:
            return len(value) > count
    raise ValueError(f"no such test: {test}")


def last_day(condition: Condition, said: Any, law: Limits | None) -> date | None:
    """The last day of an `after`; None while its beginning is unknown."""
    if law is None:
        raise ValueError("a limit needs the rules in force")
    since = getattr(said, condition["since"])
    if isinstance(since, tuple):
        since = since[0] if since else None
    return law.last_day(condition["after"], said, since) if since else None


def limits(condition: Condition) -> Iterator[Condition]:
    """Every limit a condition asks about, in its order."""
    if "after" in condition:
        yield condition
    for key in ("all", "any"):
        for part in condition.get(key, ()):
            yield from limits(part)
    if "not" in condition:
        yield from limits(condition["not"])


def fields(condition: Condition) -> set[str]:
    """The fields a condition asks about itself (those of its terms not among them)."""
    found = {condition[key] for key in ("field", "since") if key in condition}
    parts = [*condition.get("all", ()), *condition.get("any", ()), *([condition["not"]] if "not" in condition else ())]
    return found.union(*map(fields, parts))
