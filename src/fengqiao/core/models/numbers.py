"""Numbers of papers: gapless per organisation, kind and year; voided ones stay listed."""

from django.db import models

from fengqiao.core import clock
from fengqiao.core.collection import impersonal
from fengqiao.core.ids import uuid7


class Counter(models.Model):
    """The last number given. Locked for the act's transaction, so a rolled-back act leaves no gap."""

    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    year = models.SmallIntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "kind", "year"], name="counter_once")]


class PaperNumber(models.Model):
    """A number given to a paper (文号), and whether it was voided and why."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    year = models.SmallIntegerField()
    n = models.IntegerField()
    about = models.UUIDField()
    given_at = models.DateTimeField(default=clock.now)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = impersonal(models.CharField(max_length=100, blank=True), "coded reason of voiding")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "kind", "year", "n"], name="paper_once")]
