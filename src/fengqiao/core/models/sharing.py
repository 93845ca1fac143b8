"""What passes between people: shares, notices, saved views, and the rights desk's requests."""

from django.db import models
from django.db.models import Q

from fengqiao.core import clock
from fengqiao.core.collection import impersonal, personal
from fengqiao.core.ids import uuid7
from fengqiao.core.models.base import Record


class Share(models.Model):
    """共享: what, with whom, for what, until when. The record that lets another organisation see a matter."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    about = models.UUIDField()
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")  # who may see
    given_by = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    given_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["org", "about"], name="share_running", condition=Q(ended_at=None)),
            models.Index(fields=["about"]),
        ]


class Notice(models.Model):
    """通知: grouped, acknowledged per group (U9). Text names kinds and numbers, never people."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    account = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    group = models.CharField(max_length=60)  # kind of notice, e.g. "promises.due"
    about = models.UUIDField(null=True)
    text = impersonal(models.CharField(max_length=200), "kind and number")
    url = impersonal(models.CharField(max_length=200, blank=True), "address inside the product")
    created_at = models.DateTimeField(default=clock.now)
    acked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["org", "group", "-created_at"], name="notice_open", condition=Q(acked_at=None))]


class SavedView(models.Model):
    """A filter somebody keeps: personal view settings, not an act."""

    account = models.ForeignKey("core.Account", models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = impersonal(models.CharField(max_length=40), "name of a filter")
    query = impersonal(models.CharField(max_length=500), "filter codes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "page", "name"], name="view_once")]


RIGHTS = {
    "purpose": "受理并答复个人信息权利请求",
    "basis": "个人信息保护法第四十四条至第五十条",
    "source": "请求人",
    "seen_by": "权利受理岗位",
    "retention": "P3Y",
}


class RightsRequest(Record):
    """权利请求 (S12): somebody asks what is held, for a copy, a correction or a deletion. Has its clock."""

    number = models.CharField(max_length=30, unique=True)
    asks = models.CharField(max_length=10)  # access, copy, correct, erase
    name = personal(models.CharField(max_length=100), **RIGHTS)
    phone = personal(models.CharField(max_length=30, blank=True), **RIGHTS)
    id_sealed = personal(models.BinaryField(null=True), **RIGHTS)
    id_hash = personal(models.BinaryField(null=True), **RIGHTS)
    phone_hash = personal(models.BinaryField(null=True), **RIGHTS)
    id_last4 = personal(models.CharField(max_length=4, blank=True), **RIGHTS)
    identity_checked = models.CharField(max_length=20)  # how: 当面核对证件, 委托书 …
    text = personal(models.TextField(blank=True), **RIGHTS)
    state = models.CharField(max_length=12, default="open")  # open, answered, refused, done
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = personal(models.TextField(blank=True), **RIGHTS)

    class Meta:
        indexes = [models.Index(fields=["org", "state", "due_at"])]
