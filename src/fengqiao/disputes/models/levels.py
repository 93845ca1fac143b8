"""风险等级 of a dispute as it changed, and the violation signs (违法迹象) that keep mediation closed.

Both belong to one dispute. Reasons in free words lie in the events' erasable content.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fengqiao.core.models import Record
from fengqiao.disputes.models.dispute import Dispute

LEVELS = ["", "blue", "yellow", "orange", "red"]


class LevelChange(Record):
    """升级 or 降级: asked for and not yet in effect, in effect, refused, or taken back."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="level_changes")
    about = models.UUIDField()
    was = models.CharField(max_length=8, blank=True)
    level = models.CharField(max_length=8, blank=True)
    reasons = ArrayField(models.CharField(max_length=20))  # vocabulary level_reasons
    automatic = models.BooleanField(default=False)  # raised by rule: in effect at once, confirmed or reversed by the approver
    state = models.CharField(max_length=10)  # rules.levels.CHANGES
    round = models.SmallIntegerField(default=0)
    approval = models.ForeignKey("core.Approval", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)  # since when it is in effect
    counted_to = models.DateTimeField(null=True, blank=True)  # newest occurrence that raised it
    owner = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")  # whose it became by it
    owner_was = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    cause = models.UUIDField(null=True, blank=True)  # the event that raised it, so that it raises once

    class Meta:
        indexes = [
            models.Index(fields=["dispute", "-created_at"], name="level_newest"),
            models.Index(fields=["approval"], name="level_approval", condition=Q(approval__isnull=False)),
            models.Index(fields=["about"], name="level_about"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=LEVELS, was__in=LEVELS) & ~Q(level=models.F("was")), name="level_known"),
            models.CheckConstraint(condition=~Q(reasons=[]), name="level_with_reason"),
            models.CheckConstraint(condition=Q(state="asked", at=None) | ~Q(state="asked"), name="level_asked_no_effect"),
            models.CheckConstraint(condition=~Q(state="asked") | Q(automatic=False, approval__isnull=False), name="level_asked_signed"),
            models.UniqueConstraint(fields=["dispute"], condition=Q(state="asked"), name="level_one_asked"),
            models.CheckConstraint(  # what has no effect yet gave the dispute to nobody
                condition=Q(owner=None, owner_was=None) | (Q(owner__isnull=False) & ~Q(state="asked")), name="level_owner_by_effect"
            ),
            models.UniqueConstraint(fields=["dispute", "cause"], condition=Q(cause__isnull=False), name="level_cause_once"),
        ]


class Sign(Record):
    """违法迹象: open until a case number is entered, or a leader has signed that no case is made of it (station-day 6)."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="signs")
    about = models.UUIDField()
    sign = models.CharField(max_length=20)  # vocabulary violation_signs
    state = models.CharField(max_length=12, default="open")  # suggested, open, case, not_accepted, dismissed
    suggested = models.BooleanField(default=False)  # found in the words of a report, confirmed or dismissed by a person
    found_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    case_number = models.CharField(max_length=40, blank=True)
    approval = models.ForeignKey("core.Approval", models.PROTECT, null=True, blank=True, related_name="+")
    leader = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")  # who signed 不予受案
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["dispute", "created_at"], name="sign_dispute"),
            models.Index(fields=["org", "created_at"], name="sign_open", condition=Q(state__in=["open", "suggested"])),
            models.Index(fields=["approval"], name="sign_approval", condition=Q(approval__isnull=False)),
            models.Index(fields=["about"], name="sign_about"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "sign"], condition=Q(state__in=["suggested", "open"]), name="sign_once_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["suggested", "open"], decided_by=None, decided_at=None)
                | Q(state__in=["case", "not_accepted", "dismissed"], decided_by__isnull=False, decided_at__isnull=False),
                name="sign_decided",
            ),
            models.CheckConstraint(condition=(Q(state="case") & ~Q(case_number="")) | (~Q(state="case") & Q(case_number="")), name="sign_case"),
            models.CheckConstraint(
                condition=Q(state="not_accepted", leader__isnull=False) | (~Q(state="not_accepted") & Q(leader=None)),
                name="sign_not_accepted",
            ),
        ]
