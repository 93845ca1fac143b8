"""审批: somebody asks, a post of the approvals table decides; at night by telephone, signed the next morning."""

from django.db import models
from django.db.models import F, Q

from fengqiao.core.collection import impersonal
from fengqiao.core.models.base import Record


class Approval(Record):
    """One thing asked for and what became of it. Reasons and the words of a call lie in the events' erasable content."""

    about = models.UUIDField()  # whose sight it follows
    kind = models.CharField(max_length=20)  # vocabulary approval_kinds
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    text = impersonal(models.CharField(max_length=200, blank=True), "kind and number")
    url = impersonal(models.CharField(max_length=200, blank=True), "address inside the product")
    change = impersonal(models.JSONField(default=dict), "codes, numbers, ids")
    own = models.BooleanField(default=False)  # the table of that day lets whoever asked decide
    asked_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    asked_event = models.UUIDField()
    state = models.CharField(max_length=10, default="waiting")  # rules.approvals.STATES
    decided_by = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_event = models.UUIDField(null=True)
    noted_by = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")  # who took the call
    sign_due = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")  # 抽查
    looked_at = models.DateTimeField(null=True, blank=True)
    found = models.CharField(max_length=4, blank=True)  # rules.approvals.FOUND

    class Meta:
        indexes = [
            models.Index(fields=["org", "created_at"], name="approval_waiting", condition=Q(state="waiting")),
            models.Index(fields=["org", "-created_at", "-id"], name="approval_newest"),
            models.Index(
                fields=["decided_by"], name="approval_unsigned", condition=Q(noted_by__isnull=False, confirmed_at=None)
            ),
            models.Index(fields=["asked_by", "-created_at"], name="approval_asked"),
            models.Index(fields=["subject_id"], name="approval_subject"),
            models.Index(fields=["about"], name="approval_about"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"], condition=Q(state="waiting"), name="approval_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "lapsed"], decided_by=None, decided_at=None)
                | Q(state__in=["granted", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                name="approval_decided",
            ),
            models.CheckConstraint(  # nobody decides what he asked himself, unless the table said so
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")) | Q(own=True), name="approval_not_own"
            ),
            models.CheckConstraint(  # a call has a taker who is not the one called, and a morning it is signed by
                condition=Q(noted_by=None, sign_due=None, confirmed_at=None)
                | (Q(noted_by__isnull=False, sign_due__isnull=False, decided_by__isnull=False) & ~Q(noted_by=F("decided_by"))),
                name="approval_telephone",
            ),
            models.CheckConstraint(  # looked through by somebody else than asked or decided, with what was found
                condition=Q(looked_by=None, looked_at=None, found="")
                | (
                    Q(looked_by__isnull=False, looked_at__isnull=False, found__in=["fine", "fix"], decided_by__isnull=False)
                    & ~Q(looked_by=F("decided_by")) & ~Q(looked_by=F("asked_by"))
                ),
                name="approval_looked",
            ),
        ]
