"""Forms a unit has uploaded, and what was filled into them.

A *form* (样表) is an empty .xlsx or .docx with marked cells. A *filing* (报表) is a form filled for one organisation and
period: drafted, signed and from then on frozen with its figures, then sent.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fengqiao.core.collection import impersonal
from fengqiao.core.models import Record


class Form(Record):
    """样表. Its file is a document about itself; `marks` are the marked cells found in it: [address, text] each."""

    name = impersonal(models.CharField(max_length=80), "title of an empty form")
    kind = models.CharField(max_length=10)  # policies.KINDS
    suffix = models.CharField(max_length=4)  # xlsx, docx
    document_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    marks = impersonal(models.JSONField(), "addresses and marks of an empty form")
    kept_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org", "-created_at"], name="form_newest", condition=Q(ended_at=None))]
        constraints = [
            models.UniqueConstraint(fields=["org", "name"], condition=Q(ended_at=None), name="form_name_once"),
        ]


class Filing(Record):
    """报表: a form filled with the figures of `org` (and those below it) for the days first–last, as known at `as_of`."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="filings")
    orgs = ArrayField(models.IntegerField())  # whose facts were counted
    first = models.DateField()
    last = models.DateField()
    as_of = models.DateTimeField()
    state = models.CharField(max_length=8)  # rules.states.STATES
    document_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)  # of the filled file
    cells = impersonal(models.JSONField(), "figures by the address they stand at: numbers and codes")
    drafted_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    approval_id = models.UUIDField(null=True)
    frozen_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_to = impersonal(models.CharField(max_length=100, blank=True), "office a report was sent to")
    sent_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["org", "-created_at", "-id"], name="filing_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="filing_days"),
            models.CheckConstraint(
                condition=Q(state__in=["frozen", "sent"], frozen_at__isnull=False, signed_by__isnull=False)
                | (~Q(state__in=["frozen", "sent"]) & Q(frozen_at=None, signed_by=None)),
                name="filing_signed",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)), name="filing_sent"
            ),
            models.UniqueConstraint(
                fields=["form", "org", "first", "last"], condition=Q(state__in=["draft", "asked"]), name="filing_one_draft"
            ),
        ]


class Evidence(models.Model):
    """The facts behind one figure of a filing as they stood: what its numbers were counted from, and their digest."""

    id = models.BigAutoField(primary_key=True)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="evidence")
    figure = models.CharField(max_length=40)
    shift = models.CharField(max_length=12, blank=True)  # "" the period itself, before, year_before
    grouped = models.BooleanField(default=False)  # each unit by itself
    digest = models.CharField(max_length=64)
    size = models.IntegerField()
    lines = impersonal(models.BinaryField(), "ids, numbers and parts of what was counted, packed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["filing", "figure", "shift", "grouped"], name="evidence_once"),
        ]
