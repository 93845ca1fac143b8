"""Papers (文书) of a dispute, what they said each time they were made, their scans; what was pasted into other systems."""

from django.db import models
from django.db.models import F, Q

from fengqiao.core.collection import impersonal, personal
from fengqiao.core.models import Record
from fengqiao.disputes.models.dispute import Dispute, Party

SAID = {
    "purpose": "制作、保存矛盾纠纷的法律文书",
    "basis": "公安机关办理行政案件程序规定第一百八十四条、第二百六十条；人民调解法第二十七条、第二十九条",
    "source": "纠纷中已登记的内容，制作人补充",
    "seen_by": "制作单位、主办单位及共享单位的办理岗位",
    "retention": "P3Y",
    "reuse": "接报、调解时已登记的，不再重复索取",
}


class Paper(Record):
    """文书. `org` leads the dispute, `office` made the paper (a committee's paper stays the committee's)."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="papers")
    about = models.UUIDField()
    office = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    compartment = models.CharField(max_length=10)  # whose trade reads it: police, mediator, shared
    kind = models.CharField(max_length=10)  # vocabulary paper_kinds, rules.papers.KINDS
    state = models.CharField(max_length=8, default="draft")  # rules.papers.STATES
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")  # 对象
    number = models.CharField(max_length=64, blank=True)  # 文号 as printed
    number_row = models.UUIDField(null=True, blank=True, unique=True)  # core.PaperNumber
    versions = models.SmallIntegerField(default=1)
    scan = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=12, blank=True)  # core.numbers.VOID_REASONS

    class Meta:
        indexes = [
            models.Index(fields=["dispute", "created_at"], name="paper_of_dispute"),
            models.Index(fields=["about"], name="paper_about"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", issued_at=None, number="", scan=None)
                | Q(state="issued", issued_at__isnull=False, scan=None)
                | Q(state="signed", issued_at__isnull=False, signed_at__isnull=False, scan__isnull=False)
                | Q(state="void", voided_at__isnull=False),
                name="paper_state",
            ),
            models.CheckConstraint(condition=Q(versions__gte=1), name="paper_versions"),
        ]


class PaperVersion(Record):
    """What a paper said when it was made, made again or given its number. Earlier ones stay."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="said")
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="+")
    about = models.UUIDField()
    office = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    compartment = models.CharField(max_length=10)
    n = models.SmallIntegerField()
    how = models.CharField(max_length=8)  # made, remade, issued, edited
    words = personal(models.JSONField(default=dict), **SAID)  # field → text
    sheet = personal(models.JSONField(default=dict), **SAID)  # rules.sheets.fill
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")  # edited in Word
    by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "n"], name="paper_version_once"),
            models.CheckConstraint(
                condition=Q(how="edited", document__isnull=False) | (~Q(how="edited") & Q(document=None)), name="paper_version_how"
            ),
        ]


class PaperTemplate(Record):
    """A bureau's own Word template of a kind; holds for it and everybody below, until the next one. No personal data."""

    kind = models.CharField(max_length=10)
    name = impersonal(models.CharField(max_length=100), "file name of an empty form")
    sha256 = models.CharField(max_length=64)
    data = impersonal(models.BinaryField(), "an empty form with marked fields")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "kind"], condition=Q(ended_at=None), name="paper_template_one"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("created_at")), name="paper_template_ended"),
        ]


class Pasted(Record):
    """回填: what happened was pasted into another system (110, 警综, 执法办案), and somebody says so."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="pasted")
    about = models.UUIDField()
    system = models.CharField(max_length=20)  # key of a paste profile
    round = models.SmallIntegerField()  # of the dispute: what was settled anew is pasted anew
    by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispute", "system", "round"], name="pasted_once")]
