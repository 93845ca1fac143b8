"""Events written in bulk, as the acts would have written them: real rows of core_event, many in one statement."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fengqiao.core.ids import uuid7
from fengqiao.core.spine import canonical
from fengqiao.core.statements import tell_each


@dataclass(frozen=True)
class Fact:
    """One event: what was done to what, where, when."""

    act: str
    org: int
    at: datetime
    subjects: list[tuple[str, uuid.UUID, str]]
    about: uuid.UUID
    facts: dict[str, Any] = field(default_factory=dict)
    noted: datetime | None = None  # when it was recorded; default when it happened
    id: uuid.UUID = field(default_factory=uuid7)


def write(facts: Iterable[Fact]) -> None:
    """Insert them; the caller is inside a transaction (and sees what its own scope allows)."""
    tell_each(
        "INSERT INTO core_event (id, recorded_at, occurred_start, occurred_end, precision, act, account_id, post_id, org_id, zone,"
        " about, correlation, subjects, facts, digests, schema) VALUES (%s, %s, %s, %s, 'exact', %s, 1, 1, %s, 'A', %s, %s, %s::jsonb,"
        " %s::jsonb, '{}', 1)",
        [
            (
                one.id, one.noted or one.at, one.at, one.at, one.act, one.org, one.about, one.id,
                canonical([[k, str(i), r] for k, i, r in one.subjects]).decode(), canonical(one.facts).decode(),
            )
            for one in facts
        ],
    )  # fmt: skip
