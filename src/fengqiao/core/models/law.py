"""Rules of law as data: every edition of every limit, gate and fact, with the days it holds. What is read of it is pure: core.rules.deadlines."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Func, Q, Value

from fengqiao.core import clock
from fengqiao.core.collection import impersonal

NEW_LAW = "治安管理处罚法"  # its text of 2025 could not be read: what is shipped of it may only remind


class Holding(Func):
    """daterange(valid_from, valid_to, '[]'): the days an edition holds, both ends included; empty ends are open."""

    function = "daterange"
    output_field = DateRangeField()


class RuleEdition(models.Model):
    """One edition of one rule. Shipped ones come from core/data/deadlines.csv at migrate; a bureau adds its own (`bureau`).

    Two editions of one rule never hold on the same day, unless one was replaced (kept for the clocks that began under it).
    """

    rule = models.CharField(max_length=40)
    edition = models.CharField(max_length=20, blank=True)
    step = impersonal(models.CharField(max_length=100), "what a rule of law is about")
    kind = models.CharField(max_length=5)
    limit = models.IntegerField(null=True, blank=True)
    unit = models.CharField(max_length=10, blank=True)
    extension = models.IntegerField(null=True, blank=True)  # null: as the parties agree
    extension_by = models.CharField(max_length=60, blank=True)
    pauses = models.CharField(max_length=60, blank=True)
    rolls = models.BooleanField(default=False)
    basis = models.CharField(max_length=8, default="step")
    law = impersonal(models.CharField(max_length=100), "name of a law")
    article = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    mark = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=2, default="待核")
    on_expiry = models.CharField(max_length=60, blank=True)
    blocks = models.BooleanField(default=False)
    module = models.CharField(max_length=20, blank=True)
    note = impersonal(models.CharField(max_length=300, blank=True), "note on a rule of law")
    checked = impersonal(models.CharField(max_length=200, blank=True), "which official text a bureau's edition was checked against")
    bureau = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+", null=True, blank=True)
    added_at = models.DateTimeField(default=clock.now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "edition"], name="rule_edition_once"),
            ExclusionConstraint(
                name="rule_one_edition_a_day",
                expressions=[("rule", "="), (Holding("valid_from", "valid_to", Value("[]")), "&&")],
                condition=Q(replaced_at=None),
            ),
            models.CheckConstraint(condition=Q(state__in=["已核", "待核"], basis__in=["step", "conduct"]), name="rule_states"),
            models.CheckConstraint(condition=Q(blocks=False) | Q(state="已核"), name="rule_blocks_when_checked"),
            models.CheckConstraint(
                condition=Q(bureau=None) | Q(state="待核") | (~Q(checked="") & ~Q(article="")), name="rule_checked_against"
            ),
            models.CheckConstraint(  # nobody here read the text of 2025
                condition=~Q(bureau=None) | ~Q(law=NEW_LAW) | Q(valid_from__lt="2026-01-01") | Q(state="待核"),
                name="rule_new_law_unread",
            ),
        ]
