"""The event ledger (存证日志). Partitioned by month, append-only by privilege and trigger; see migration 0002."""

from django.db import models

from fengqiao.core.collection import impersonal, personal


class Event(models.Model):
    """Facts of one act: who in which post, when, what about. No personal data; kept for ever.

    Managed by hand-written SQL (partitions), so that the model only describes it for reading.
    """

    id = models.UUIDField(primary_key=True)
    recorded_at = models.DateTimeField()
    occurred_start = models.DateTimeField()
    occurred_end = models.DateTimeField()
    precision = models.CharField(max_length=12)
    act = models.CharField(max_length=60)
    account_id = models.IntegerField()
    post_id = models.IntegerField()
    org_id = models.IntegerField()
    zone = models.CharField(max_length=4)
    about = models.UUIDField()
    correlation = models.UUIDField()
    cause = models.UUIDField(null=True)
    subjects = impersonal(models.JSONField(), "kinds and ids")
    facts = impersonal(models.JSONField(), "codes, levels, amounts, times")
    digests = impersonal(models.JSONField(), "salted digests")
    schema = models.SmallIntegerField()

    class Meta:
        managed = False
        db_table = "core_event"


class Content(models.Model):
    """Content of one event for one compartment: names, free text, old and new values. Erasable."""

    event_id = models.UUIDField(primary_key=True)
    compartment = models.CharField(max_length=10)
    recorded_at = models.DateTimeField()
    org_id = models.IntegerField()
    about = models.UUIDField()
    salt = impersonal(models.BinaryField(), "random")
    body = personal(
        models.TextField(),
        purpose="办理留痕：说明、前后值与理由",
        basis="公安机关办理行政案件程序规定第六十条；个人信息保护法第五十一条",
        source="办理过程",
        seen_by="事项所属单位及共享单位中同一分区的岗位",
        retention="P3Y",
    )

    class Meta:
        managed = False
        db_table = "core_content"


class Seal(models.Model):
    """One link of the chain: position, event, SHA-256 over the previous hash and the event's canonical facts."""

    position = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    hash = impersonal(models.BinaryField(), "hash")
    sealed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "core_seal"


class ListenerPosition(models.Model):
    """How far each listener has read the sealed ledger."""

    name = models.CharField(primary_key=True, max_length=60)
    position = models.BigIntegerField(default=0)
