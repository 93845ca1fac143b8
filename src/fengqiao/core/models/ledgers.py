"""Ledgers beside the events: who looked, what was erased, which requests came before."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fengqiao.core import clock
from fengqiao.core.collection import impersonal
from fengqiao.core.ids import uuid7


class AccessLine(models.Model):
    """查阅记录: one opening, unmasking, export or search by id of personal data, with its purpose (S4).

    Partitioned by month in SQL; written on its own connection before the answer; never changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(default=clock.now)
    account_id = models.IntegerField()
    post_id = models.IntegerField()
    org_id = models.IntegerField()
    kind = models.CharField(max_length=20)  # matter, report, export, lookup, document …
    subject_id = models.UUIDField(null=True)
    action = models.CharField(max_length=12)  # open, unmask, export, lookup, print
    purpose = impersonal(models.CharField(max_length=200), "purpose chosen from a list or typed; says why, not who")
    fields = ArrayField(models.CharField(max_length=30), default=list)

    class Meta:
        managed = False
        db_table = "core_access"


class Erasure(models.Model):
    """What was erased: table, row, columns; never the erased value. A restore replays this list."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(default=clock.now)
    event_id = models.UUIDField()
    table = models.CharField(max_length=60)
    row_id = models.UUIDField()
    columns = ArrayField(models.CharField(max_length=60), default=list)


class Idempotency(models.Model):
    """A request seen before: same actor or partner, same key. Another body under the same key is a 409."""

    who = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    body_hash = impersonal(models.BinaryField(), "hash of the request")
    answer = impersonal(models.JSONField(default=dict), "ids and numbers of what was made")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "key"], name="idempotency_once")]
