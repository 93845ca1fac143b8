"""A shift, the handover its leaders signed, and the night's quarrels on their way to whom they belong.

Free words (lines of the duty log, additions to a handover, the text it was signed with) lie in the events' erasable
content; the rows hold ids, codes, numbers and times. A closed shift and a signed handover cannot change: a trigger sees to it.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from fengqiao.core.collection import impersonal
from fengqiao.core.models import Record


class Shift(Record):
    """班次. `org` keeps the roster: the station, or the shared desk of a 紧密型 pair."""

    hours = models.SmallIntegerField()  # rules.HOURS
    during = DateTimeRangeField()
    night = models.BooleanField(default=False)  # its quarrels pass to the officers responsible
    state = models.CharField(max_length=8, default="running")  # rules.STATES
    passed_at = models.DateTimeField(null=True, blank=True)  # when the night's quarrels were passed on
    released_at = models.DateTimeField(null=True, blank=True)  # when the crew may go
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="shift_one_at_a_time", expressions=[("org", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)]
            ),
            models.CheckConstraint(condition=Q(during__isempty=False), name="shift_lasts"),
            models.CheckConstraint(condition=Q(hours__in=(24, 12, 8)), name="shift_hours"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)), name="shift_closed_at"
            ),
        ]
        indexes = [
            models.Index(fields=["org", "-created_at", "-id"], name="shift_newest"),
            models.Index(fields=["org", "state"], name="shift_open", condition=~Q(state="closed")),
        ]


class Handover(Record):
    """交接班: what the outgoing shift leader signed, with the signatures after it. Frozen once the station leader signed."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="handovers")
    body = impersonal(models.JSONField(), "ids, codes, numbers and times of what was handed over")
    given_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # taken back before the next shift signed
    taken_by = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    leader = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift"], condition=Q(withdrawn_at=None), name="handover_once"),
            models.CheckConstraint(
                condition=(Q(taken_by=None, taken_at=None) | Q(taken_by__isnull=False, taken_at__isnull=False))
                & (Q(leader=None, signed_at=None) | Q(leader__isnull=False, signed_at__isnull=False)),
                name="handover_signatures",
            ),
            models.CheckConstraint(
                condition=(Q(taken_at=None) | Q(withdrawn_at=None)) & (Q(signed_at=None) | Q(taken_at__isnull=False)),
                name="handover_order",
            ),
            # Nobody takes over from himself, and the leader who signs is neither of the two.
            models.CheckConstraint(
                condition=(Q(taken_by=None) | ~Q(taken_by=F("given_by")))
                & (Q(leader=None) | (~Q(leader=F("given_by")) & ~Q(leader=F("taken_by")))),
                name="handover_three_people",
            ),
        ]


class Passing(Record):
    """A quarrel of the night on its way to the officer responsible for its village. `about`: the matter."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="passings")
    about = models.UUIDField()
    number = models.CharField(max_length=20)
    to = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True, blank=True)  # unsigned in time: it went to the leader on duty
    leader = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift", "about"], name="passing_once"),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None) | Q(signed_by__isnull=False, signed_at__isnull=False), name="passing_signed"
            ),
        ]
        indexes = [
            models.Index(fields=["org", "due_at"], name="passing_open", condition=Q(signed_at=None)),
            models.Index(fields=["about"], name="passing_about"),
        ]
