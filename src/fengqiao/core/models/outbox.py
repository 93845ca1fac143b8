"""待发短信: messages to parties that wait to be sent, printed or handed to a gateway. See core/outbox.py."""

from django.db import models
from django.db.models import Q

from fengqiao.core.collection import impersonal, personal
from fengqiao.core.models.base import Record

TOLD = {
    "purpose": "提醒当事人履行协议、参加调解或接受回访",
    "basis": "人民调解法第三十一条；个人信息保护法第十三条第一款第三项",
    "source": "纠纷当事人登记的姓名和电话",
    "seen_by": "纠纷主办单位的办理岗位",
    "retention": "P1Y",
    "reuse": "受理时已采集，不再重复索取",
}


class Message(Record):
    """A message to one party. `key` names what it is for and once only: a job that runs twice writes it once."""

    about = models.UUIDField()
    key = impersonal(models.CharField(max_length=120, unique=True), "ids and stage")
    group = models.CharField(max_length=30)  # what for, e.g. "disputes.due"
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    to_name = personal(models.CharField(max_length=100, blank=True), **TOLD)
    to_phone = personal(models.CharField(max_length=30, blank=True), **TOLD)
    text = personal(models.CharField(max_length=500), **TOLD)
    state = models.CharField(max_length=10, default="waiting")  # core.outbox.STATES
    adapter = models.CharField(max_length=20, blank=True)  # which way it left
    left_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["org", "created_at", "id"], name="message_waiting", condition=Q(state="waiting")),
            models.Index(fields=["org", "-created_at", "-id"], name="message_newest"),
            models.Index(fields=["about"], name="message_about"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", left_at=None) | (~Q(state="waiting") & Q(left_at__isnull=False)),
                name="message_left",
            ),
        ]
