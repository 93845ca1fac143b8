"""What is held of staff who have left goes when its retention ends: accounts here, service records of rooms above (PIPL 19, 47).

Such rows hang on no matter, so that `retention` does not meet them. No order is written outside the database: after a
restore the next night finds them due again.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from fengqiao.core import clock, erasure
from fengqiao.core.models import Account, Event, Organisation, Post
from fengqiao.core.queries.organisations import about
from fengqiao.core.rules.keeping import ends
from fengqiao.core.scope import scope


@dataclass(frozen=True, slots=True)
class Staff:
    """A table of staff. left: its rows that serve no more and still say who it was, annotated with `last_day` (a date).

    told: the events whose content names the row. blank: values for columns that may not simply be empty.
    """

    label: str
    subject: str
    left: Callable[[], QuerySet[Any]]
    told: Callable[[Any], QuerySet[Event]]
    filed: Callable[[Any], tuple[uuid.UUID, int]]  # what its event is about, and the organisation
    blank: Callable[[Any], dict[str, Any]] = lambda row: {}


_staff: list[Staff] = []


def keep(one: Staff) -> None:
    """Register a table of staff; `config/wiring.py` does it for upper rooms."""
    if one.label not in {known.label for known in _staff}:
        _staff.append(one)


def table(label: str) -> Staff:
    """The registered table of this label."""
    return next(one for one in _staff if one.label == label)


def due(now: datetime | None = None) -> list[tuple[str, Any, date]]:
    """Rows over their retention now: (label, primary key, last day served). The dry run."""
    moment, found = now or clock.now(), []
    with scope(erasure.sight()):
        for one in _staff:
            longest = [c.collected.retention for c in erasure.personal_columns(apps.get_model(one.label))]  # type: ignore[attr-defined]
            for row in one.left():
                ended = clock.day_start(row.last_day + timedelta(days=1))
                if all(ends(retention, ended) <= moment for retention in longest):
                    found.append((one.label, row.pk, row.last_day))
    return found


def run_due(now: datetime | None = None) -> list[tuple[str, Any, date]]:
    """Blank what is over its retention, an act for each row; returns what was blanked. A nightly chore."""
    from fengqiao.core.acts.staff import expire  # acts stand above

    rows = due(now)
    for label, pk, _ in rows:
        expire(erasure.sight(), label=label, pk=pk)
    return rows


def _left() -> QuerySet[Any]:
    today = clock.today()
    serving = Post.objects.filter(account=OuterRef("pk")).filter(Q(valid_to=None) | Q(valid_to__gte=today))
    people = Account.objects.filter(~Exists(serving), is_system=False).exclude(name=erasure.GONE)
    return people.annotate(last_day=Max("posts__valid_to")).exclude(last_day=None).order_by("pk")


def _told(account: Account) -> QuerySet[Event]:
    filed = [about(pk) for pk in Organisation.objects.values_list("pk", flat=True)]
    return Event.objects.filter(about__in=filed, subjects__contains=[["account", str(account.pk), "new"]])


def _filed(account: Account) -> tuple[uuid.UUID, int]:
    org = Post.objects.filter(account=account).order_by("-valid_to").values_list("org_id", flat=True)[0]
    return about(org), org


keep(
    Staff(
        "core.Account", "account", _left, _told, _filed,
        lambda row: {"username": f"gone-{row.pk}", "is_active": False, "pin": "", "password": "!"},
    )
)  # fmt: skip
