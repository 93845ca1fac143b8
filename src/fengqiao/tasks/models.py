"""Tasks, the meetings that agree on them, and what patrols find until an evening decides it."""

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
    meeting = models.ForeignKey("tasks.Meeting", models.PROTECT, null=True, related_name="actions")  # where it was agreed
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
            models.Index(fields=["meeting"], name="task_meeting", condition=Q(meeting__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)), name="task_ended_state"),
            models.CheckConstraint(condition=Q(due_at__gt=F("created_at")), name="task_due_ahead"),
        ]


MET = {
    "purpose": "会商、例会记录与任务落实",
    "basis": "个人信息保护法第十三条第一款第三项",
    "source": "参加人",
    "seen_by": "本所办理岗位",
    "retention": "P3Y",
}


class Meeting(Record):
    """会商、例会: who sat together, about what, and what was agreed; its actions are tasks (WZ-03, WZ-09)."""

    kind = models.CharField(max_length=10)  # rules.MEETINGS
    area = models.ForeignKey("places.Area", models.PROTECT, null=True, related_name="+")  # community, village or grid
    topic = personal(models.CharField(max_length=100), **MET)
    minutes = personal(models.TextField(blank=True), **MET)
    held_at = models.DateTimeField()
    held_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["org", "-held_at"], name="meeting_of_org")]


class Attendance(Record):
    """参加人: in which role, by name; nothing else of anybody."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="present")
    role = models.CharField(max_length=10)  # vocabulary attendee_roles
    name = personal(models.CharField(max_length=40), **MET)


class AgendaItem(Record):
    """议程: unfinished actions of earlier meetings first, then what is new."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    seq = models.SmallIntegerField()
    text = personal(models.CharField(max_length=200), **MET)
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+")  # carried over

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "seq"], name="agenda_once")]


FOUND = {
    "purpose": "巡查发现问题的研判与处置",
    "basis": "个人信息保护法第十三条第一款第三项",
    "source": "巡查人员",
    "seen_by": "本所办理岗位",
    "retention": "P3Y",
}


class Finding(Record):
    """巡查发现: what a morning's round found, until an evening decides it (晨巡晚议, ND-22)."""

    text = personal(models.TextField(), **FOUND)
    place_text = personal(models.CharField(max_length=200, blank=True), **FOUND)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, blank=True)  # rules.DECISIONS
    reason = personal(models.TextField(blank=True), **FOUND)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+", null=True)
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+")
    matter = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["org", "found_at"], name="finding_open", condition=Q(decision="")),
            models.Index(fields=["org", "-decided_at"], name="finding_decided", condition=~Q(decision="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(decision="", decided_at=None) | ~Q(decision="") & Q(decided_at__isnull=False), name="finding_decided_state"),
            models.CheckConstraint(condition=~Q(decision="task") | Q(task__isnull=False), name="finding_has_task"),
            models.CheckConstraint(condition=~Q(decision="report") | Q(matter__isnull=False), name="finding_has_matter"),
        ]
