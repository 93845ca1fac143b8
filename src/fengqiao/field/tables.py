"""Rules and words a phone shares with the server, exported as data from the one place where they stand."""

import hashlib
from datetime import date
from functools import cache
from typing import Any

import orjson

from fengqiao.core import clock
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes.queries.law import in_force
from fengqiao.disputes.rules.carried import carried
from fengqiao.field import operations, rules

VOCABULARIES = (
    "dispute_types", "alarm_kinds", "outcomes", "revisit_results", "level_reasons", "levels", "violation_signs", "mediation_kinds",
    "obligation_kinds", "agreement_forms", "performance_proofs", "performance_states", "occurrence_precision", "return_reasons", "channels", "attendee_roles",
)  # fmt: skip


def tables() -> tuple[str, dict[str, Any]]:
    """Their hash and the tables themselves, as they hold today. The law is read anew: a bureau may have added an edition."""
    today = clock.today()
    body = _made(today) | {"law": carried(in_force(), today)}
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16], body


@cache
def _made(today: date) -> dict[str, Any]:
    words = {
        name: [{"code": one.code, "name": one.name, "parent": one.parent} for one in vocabulary(name).values() if one.valid(today)]
        for name in VOCABULARIES
    }
    acts = [{"act": one.name, "kind": one.kind, "word": one.word} for one in operations.handlers()]
    limits = {"batch": rules.MOST, "bytes": rules.BYTES, "chunk": rules.CHUNK, "share_hours": rules.SHARE_HOURS}
    return {"v": rules.VERSION, "words": words, "acts": acts, "limits": limits}
