"""A task: an order of a leader, a regular duty, something pushed by another system, or one's own."""

from django.db import models
from django.db.models import F, Q

from fengqiao.core.collection import personal
from fengqiao.core.models import Record

ORDERED = {
    "purpose": "交办并反馈工作任务",
    "basis": "个人信息保护法第十三条第一款第三项",
    "source": "交办人与承办人",
    "seen_by": "交办单位与承办单位的办理岗位",
    "retention": "P3Y",
}


class Task(Record):
    """指令任务: `org` gave it, `to_org` (and `owner` in it) has it to do."""

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10)  # rules.KINDS
    title = personal(models.CharField(max_length=100), **ORDERED)
    text = personal(models.TextField(blank=True), **ORDERED)
    about = models.UUIDField(null=True)  # the matter it serves
    to_org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    owner = models.ForeignKey("core.Account", models.PROTECT, related_name="+", null=True)
    given_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+", null=True)
    result = personal(models.TextField(blank=True), **ORDERED)  # what was done, or why it was cancelled

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_at"], name="task_mine", condition=Q(state="open")),
            models.Index(fields=["to_org", "due_at"], name="task_of_org", condition=Q(state="open")),
            models.Index(fields=["org", "due_at"], name="task_given", condition=Q(state="open")),
            models.Index(fields=["to_org", "-ended_at"], name="task_ended"),
            models.Index(fields=["about"], name="task_about", condition=Q(about__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)), name="task_ended_state"),
            models.CheckConstraint(condition=Q(due_at__gt=F("created_at")), name="task_due_ahead"),
        ]
