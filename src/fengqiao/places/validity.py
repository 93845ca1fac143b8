"""Rows that hold over some days: `since` is the first day, `until` the first day no longer."""

from datetime import date

from django.contrib.postgres.fields import DateRangeField, RangeBoundary
from django.db import models
from django.db.models import F, Func, Q


class Days(Func):
    """daterange(since, until): the days a row holds, for exclusion constraints."""

    function = "daterange"
    output_field = DateRangeField()


DAYS = Days("since", "until", RangeBoundary())


def lasting(name: str) -> models.CheckConstraint:
    """A row that ends does not end before it began."""
    return models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name=name)


def holds(on: date, prefix: str = "") -> Q:
    """The rows (or related rows under `prefix`, e.g. "area__") that hold on a day."""
    return Q(**{f"{prefix}since__lte": on}) & (Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gt": on}))
