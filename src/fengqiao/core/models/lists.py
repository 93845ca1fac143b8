"""Lists that are data: codes, settings, workdays, running deadlines, module switches."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fengqiao.core import clock
from fengqiao.core.collection import impersonal
from fengqiao.core.ids import uuid7


class Code(models.Model):
    """One entry of an importable vocabulary (dispute types, 警情 kinds, channels …)."""

    vocabulary = models.CharField(max_length=30)
    code = models.CharField(max_length=20)
    name = impersonal(models.CharField(max_length=100), "a vocabulary's word")
    parent = models.CharField(max_length=20, blank=True)
    note = impersonal(models.CharField(max_length=300, blank=True), "a vocabulary's note")
    source = impersonal(models.CharField(max_length=100, blank=True), "where the word comes from")
    sort = models.IntegerField(default=0)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vocabulary", "code"], name="code_once")]


class Setting(models.Model):
    """A setting of an organisation, effective-dated, inherited down the tree."""

    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    value = impersonal(models.JSONField(), "a setting")
    valid_from = models.DateField(default=clock.today)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "key", "valid_from"], name="setting_once")]


class Workday(models.Model):
    """An exception to Monday–Friday, by official notice (editable; the library's table ends in 2026)."""

    day = models.DateField(primary_key=True)
    works = models.BooleanField()
    note = models.CharField(max_length=60, blank=True)


class Deadline(models.Model):
    """A clock that runs on a record: which rule, since when, until when, whether it was met."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")  # who must act
    about = models.UUIDField()
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    rule = models.CharField(max_length=40)  # id in core/data/deadlines.csv
    edition = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paused = impersonal(models.JSONField(default=list), "intervals of time")
    natural = models.BooleanField(default=False, db_default=False)  # 按自然日计: counted through a year without published holidays
    met_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["org", "due_at"], name="deadline_running", condition=Q(met_at=None, dropped_at=None)),
            models.Index(fields=["about"]),
        ]


class ImpactAssessment(models.Model):
    """个人信息保护影响评估 (PIPL 55–56, S13): a sensitive module stays off until one is signed for it."""

    module = models.CharField(max_length=30)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    purposes = ArrayField(models.CharField(max_length=100), default=list)
    risks = impersonal(models.TextField(), "assessment of a module")
    measures = impersonal(models.TextField(), "assessment of a module")
    signed_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+", null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateField(null=True, blank=True)
