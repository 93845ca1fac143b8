"""What was stated for the law's sake about a dispute, each statement kept; the 告诫书 of domestic violence."""

from django.db import models
from django.db.models import Q

from fengqiao.core.collection import impersonal
from fengqiao.core.models import Record


class Statement(Record):
    """The conditions of the law as ticked for a dispute, or its safety checklist. A change is a new row; none is changed.

    The checklist is seen by the police alone, down to the database, even where the matter is shared (S5).
    """

    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="statements")
    about = models.UUIDField()  # the matter: whose sight it follows
    sheet = models.CharField(max_length=8)  # law 办理依据, safety 安全核查
    number = models.SmallIntegerField()
    facts = impersonal(models.JSONField(), "codes, days and ticks about an event and its procedure; no names, no free text")
    at = models.DateTimeField()
    by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "sheet", "number"], name="statement_once"),
            models.CheckConstraint(condition=Q(sheet__in=["law", "safety"], number__gte=1), name="statement_sheet"),
        ]


class Warning(Record):
    """家庭暴力告诫书: given or not and why, when it reached both sides, when the committee was told. One for each dispute;
    seen by the police alone."""

    dispute = models.OneToOneField("disputes.Dispute", models.PROTECT, related_name="warning")
    about = models.UUIDField()
    decision = models.CharField(max_length=10)  # rules.violence.DECISIONS
    why_not = models.CharField(max_length=12, blank=True)  # rules.violence.WHY_NOT
    offender_on = models.DateField(null=True, blank=True)
    victim_on = models.DateField(null=True, blank=True)
    committee = impersonal(models.CharField(max_length=60, blank=True), "name of a residents' or villagers' committee")
    committee_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="given", why_not="")
                | (Q(decision="not_given") & ~Q(why_not="") & Q(offender_on=None) & Q(victim_on=None)),
                name="warning_decided",
            ),
            models.CheckConstraint(
                condition=Q(committee_on=None) | ~Q(committee=""), name="warning_committee_named"
            ),
        ]
