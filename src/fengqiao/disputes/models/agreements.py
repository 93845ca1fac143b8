"""An agreement (协议), what each side owes by it, what was performed, and the court's confirmation.

Two sums hold in the database too, checked when the transaction commits (migration 0005): the money obligations of an
agreement add up to its total, and nobody performed more than was owed.
"""

from django.db import models
from django.db.models import F, Q

from fengqiao.core import clock
from fengqiao.core.collection import impersonal, personal
from fengqiao.core.models import Record

AGREED = {
    "purpose": "记录协议约定，督促履行，制作协议书和履行凭证",
    "basis": "人民调解法第二十八条至第三十一条；公安机关办理行政案件程序规定第一百八十四条",
    "source": "当事人约定",
    "seen_by": "纠纷主办单位及共享单位的办理岗位",
    "retention": "P3Y",
}


class Agreement(Record):
    """协议 of one dispute. A later one replaces it (`ended_at`); the one that stands decides how far it is performed."""

    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="agreements")
    about = models.UUIDField()
    round = models.SmallIntegerField()  # of the dispute's settlements
    session = models.ForeignKey("disputes.MediationSession", models.PROTECT, null=True, blank=True, related_name="agreements")
    form = models.CharField(max_length=12)  # vocabulary agreement_forms
    kind = models.CharField(max_length=15)  # vocabulary mediation_kinds, or rules.agreements.SELF
    total = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # 元
    content = personal(models.TextField(default=""), **AGREED)  # not `blank`: an erasure leaves its mark, not nothing
    status = models.BooleanField(default=False)  # it confirms an identity, adoption or marriage: no 司法确认
    effective_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)  # the plan of performance was handed over
    handed_to = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    handed_to_org = models.ForeignKey("core.Organisation", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["about"], name="agreement_about")]
        constraints = [
            models.UniqueConstraint(fields=["dispute"], condition=Q(ended_at=None), name="agreement_one_stands"),
            models.CheckConstraint(condition=Q(total__gte=0), name="agreement_total"),
            models.CheckConstraint(condition=~Q(form="oral") | ~Q(content=""), name="agreement_oral_told"),
            models.CheckConstraint(
                condition=Q(handed_at=None, handed_to=None, handed_to_org=None)
                | (Q(handed_at__isnull=False) & (Q(handed_to__isnull=False) | Q(handed_to_org__isnull=False))),
                name="agreement_handed_whole",
            ),
        ]


class Obligation(Record):
    """履行事项: who owes whom what by when. One instalment is one row."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="obligations")
    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="obligations")
    about = models.UUIDField()
    seq = models.SmallIntegerField()
    debtor = models.ForeignKey("disputes.Party", models.PROTECT, related_name="+")
    creditor = models.ForeignKey("disputes.Party", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)  # vocabulary obligation_kinds
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)  # 元; money only
    paid = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # of it
    text = personal(models.CharField(max_length=300, blank=True), **AGREED)
    agreed_on = models.DateField(default=clock.today)
    due_on = models.DateField()
    state = models.CharField(max_length=10, default="pending")  # rules.agreements.STATES
    overdue_at = models.DateTimeField(null=True, blank=True)  # when the daily job found it over time
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["about"], name="obligation_about"),
            models.Index(
                fields=["org", "due_on"], name="obligation_open", condition=Q(state__in=["pending", "partly", "overdue"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "seq"], name="obligation_once"),
            models.CheckConstraint(condition=~Q(debtor=F("creditor")), name="obligation_two_sides"),
            models.CheckConstraint(condition=Q(due_on__gte=F("agreed_on")), name="obligation_due_ahead"),
            models.CheckConstraint(
                condition=Q(kind="money", amount__gt=0) | (~Q(kind="money") & Q(amount=None, paid=0)), name="obligation_amount"
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(paid__gte=0, paid__lte=F("amount")), name="obligation_not_overpaid"
            ),
            models.CheckConstraint(
                condition=~Q(state="performed") | Q(amount=None) | Q(paid=F("amount")), name="obligation_paid_whole"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["performed", "waived"], done_at__isnull=False)
                | (~Q(state__in=["performed", "waived"]) & Q(done_at=None)),
                name="obligation_done",
            ),
        ]


class Performance(Record):
    """履行: one receipt (凭证). Written down once, never changed."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="performances")
    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="+")
    about = models.UUIDField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)  # 元
    on = models.DateField()
    proof = models.CharField(max_length=10)  # vocabulary performance_proofs
    document = models.ForeignKey("core.Document", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["about"], name="performance_about")]
        constraints = [models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="performance_amount")]


class Confirmation(Record):
    """司法确认 of an agreement: applied for jointly within 30 days of its effect; the court's dates and decision."""

    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="confirmation")
    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="+")
    about = models.UUIDField()
    court = models.ForeignKey("core.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    court_name = impersonal(models.CharField(max_length=100, blank=True), "name of a court")
    applied_on = models.DateField()
    accepted_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=15, blank=True)  # vocabulary confirmation_results
    number = impersonal(models.CharField(max_length=60, blank=True), "number of a court's document")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_on=None) | Q(accepted_on__gte=F("applied_on")), name="confirmation_accepted_after"
            ),
            models.CheckConstraint(
                condition=Q(decided_on=None) | Q(decided_on__gte=F("applied_on")), name="confirmation_decided_after"
            ),
            models.CheckConstraint(condition=Q(result="") | Q(decided_on__isnull=False), name="confirmation_decided"),
        ]
