"""Service records, where their holders are placed, station templates in use, the duty roster.

Validity is half-open: `since` is the first day, `until` the first day no longer.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from fengqiao.core.collection import impersonal, personal
from fengqiao.core.models import Record
from fengqiao.places.validity import DAYS, lasting

STAFF = {
    "purpose": "编组、值班与网格责任落实",
    "basis": "个人信息保护法第十三条第一款第二项、第三项",
    "source": "本单位人事",
    "seen_by": "同一公安机关内",
    "retention": "P3Y",
}


class ServiceRecord(Record):
    """任职: somebody serves in a unit as staff of a kind. Of staff only; residents are never held here."""

    post = models.ForeignKey("core.Post", models.PROTECT, null=True, blank=True, related_name="+")  # if they sign on
    name = personal(models.CharField(max_length=60), **STAFF)
    police_number = personal(models.CharField(max_length=20, blank=True), **STAFF)
    staff_kind = models.CharField(max_length=12)  # vocabulary staff_kinds: officer, auxiliary, assistant …
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            lasting("service_lasting"),
            ExclusionConstraint(
                name="police_number_once",
                expressions=[("org", RangeOperators.EQUAL), ("police_number", RangeOperators.EQUAL), (DAYS, RangeOperators.OVERLAPS)],
                condition=~Q(police_number=""),
            ),
        ]
        indexes = [models.Index(fields=["org", "staff_kind"])]

    def __str__(self) -> str:
        return self.name


class Placement(Record):
    """入格: a service record stands in an area, in a tier, as the 1, an X or an N of the community's team."""

    service = models.ForeignKey(ServiceRecord, models.PROTECT, related_name="placements")
    area = models.ForeignKey("places.Area", models.PROTECT, related_name="+")
    tier = models.SmallIntegerField(null=True)  # 1, 2, 3 by staff kind; none for grid workers and helpers
    role = models.CharField(max_length=1)  # 1, X, N
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            lasting("placement_lasting"),
            models.CheckConstraint(condition=Q(tier=None) | Q(tier__in=(1, 2, 3)), name="placement_tier"),
            models.CheckConstraint(condition=Q(role__in=("1", "X", "N")), name="placement_role"),
            # One person stands in one area at most once at a time, whatever the role.
            ExclusionConstraint(
                name="placement_once_at_a_time",
                expressions=[("service", RangeOperators.EQUAL), ("area", RangeOperators.EQUAL), (DAYS, RangeOperators.OVERLAPS)],
            ),
        ]
        indexes = [models.Index(fields=["area"]), models.Index(fields=["org", "tier"])]


class TemplateUse(Record):
    """机构模板: by which template (两队一室, 三队一室) a station is made up, over some days (NP-15, KZ-30)."""

    template = models.CharField(max_length=20)  # vocabulary org_templates
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            lasting("template_lasting"),
            ExclusionConstraint(
                name="template_one_at_a_time", expressions=[("org", RangeOperators.EQUAL), (DAYS, RangeOperators.OVERLAPS)]
            ),
        ]


class Duty(Record):
    """值班: a line of the roster. `org` keeps the roster: the shared desk of a 紧密型 pair, otherwise the station."""

    service = models.ForeignKey(ServiceRecord, models.PROTECT, related_name="duties")
    task = impersonal(models.CharField(max_length=10), "kind of duty: 带班, 值班, 备勤")
    during = DateTimeRangeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="duty_once_at_a_time",
                expressions=[("service", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(cancelled_at=None),
            ),
            models.CheckConstraint(condition=Q(during__isempty=False), name="duty_lasts"),
        ]
