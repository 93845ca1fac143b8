"""Service records of who has left: named until their retention ends, then blank (core.staff)."""

from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, QuerySet, Value

from fengqiao.core import clock, erasure
from fengqiao.core.models import Event
from fengqiao.core.staff import Staff
from fengqiao.force.models import ServiceRecord


def _left() -> QuerySet[Any]:
    ended = ServiceRecord.objects.filter(until__lte=clock.today()).exclude(name=erasure.GONE)
    last = ExpressionWrapper(F("until") - Value(1), output_field=DateField())  # a date less an integer is a date
    return ended.annotate(last_day=last).order_by("pk")


SERVICE_RECORDS = Staff(
    "force.ServiceRecord", "service", _left,
    told=lambda row: Event.objects.filter(about=row.pk), filed=lambda row: (row.pk, row.org_id),
)  # fmt: skip
