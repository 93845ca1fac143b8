"""Areas with their borders through time, how areas descend from and answer to each other, and bookable venues.

Validity is half-open: `since` is the first day, `until` the first day no longer. What ended stays: a record made
in a grid keeps that grid and the border of its day (ND-13).
"""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from fengqiao.core import clock
from fengqiao.core.collection import impersonal
from fengqiao.core.models import Record
from fengqiao.places.validity import DAYS, lasting


class Area(models.Model):
    """辖区单元: a village, community, police area or governance grid. The integer key is what a matter keeps."""

    id = models.AutoField(primary_key=True)
    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # what events are about
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")  # who polices it
    kind = models.CharField(max_length=10)  # rules.KINDS
    grid_kind = models.CharField(max_length=10, blank=True)  # vocabulary grid_kinds: basic 基础, dedicated 专属
    code = models.CharField(max_length=20)  # rules.check_code
    name = impersonal(models.CharField(max_length=60), "name of an area")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            lasting("area_lasting"),
            # A code is never given again, so that an old record's code names one area for ever.
            models.UniqueConstraint(fields=["code"], name="area_code_once"),
            models.CheckConstraint(condition=~Q(kind="grid") | Q(parent__isnull=False), name="grid_has_community"),
        ]
        indexes = [models.Index(fields=["org", "kind"]), models.Index(fields=["parent"])]

    def __str__(self) -> str:
        return self.name


class Border(models.Model):
    """界线: an area's outline over some days. Moving a border ends one row and begins the next."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="borders")
    polygon = impersonal(models.BinaryField(), "outline of an area: WKB, WGS-84 degrees, x = longitude")
    system = models.CharField(max_length=10, default="wgs84")  # system it was given in, before conversion
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            lasting("border_lasting"),
            ExclusionConstraint(
                name="border_one_at_a_time", expressions=[("area", RangeOperators.EQUAL), (DAYS, RangeOperators.OVERLAPS)]
            ),
        ]


class Descent(models.Model):
    """沿革: a successor came out of a predecessor by splitting or merging."""

    predecessor = models.ForeignKey(Area, models.PROTECT, related_name="successors")
    successor = models.ForeignKey(Area, models.PROTECT, related_name="predecessors")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="descent_once")]


class AreaLink(models.Model):
    """警格与网格对应: a police area answers for a governance grid, over some days; many to many."""

    police = models.ForeignKey(Area, models.PROTECT, related_name="grid_links")
    grid = models.ForeignKey(Area, models.PROTECT, related_name="police_links")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            lasting("link_lasting"),
            ExclusionConstraint(
                name="link_once_at_a_time",
                expressions=[("police", RangeOperators.EQUAL), ("grid", RangeOperators.EQUAL), (DAYS, RangeOperators.OVERLAPS)],
            ),
        ]
        indexes = [models.Index(fields=["grid"])]


class Venue(models.Model):
    """场所: a room, pavilion or online room that can be booked for a mediation (NP-05)."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    name = impersonal(models.CharField(max_length=60), "name of a room or pavilion")
    kind = models.CharField(max_length=10, default="room")  # room 调解室, pavilion 调解亭, online 线上
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "name"], name="venue_once")]

    def __str__(self) -> str:
        return self.name


class Reservation(Record):
    """预约: a venue held for a matter between two instants. The database itself refuses a double booking."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="reservations")
    host = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")  # whose venue it is
    about = models.UUIDField(null=True, blank=True)  # the matter
    during = DateTimeRangeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="venue_held_once",
                expressions=[("venue", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(cancelled_at=None),
            ),
            models.CheckConstraint(condition=Q(during__isempty=False), name="reservation_lasts"),
        ]
