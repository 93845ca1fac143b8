"""A hand-over (one hop of a chain) and the slips printed for offices without an account."""

from django.db import models
from django.db.models import F, Q

from fengqiao.core import clock
from fengqiao.core.collection import impersonal, personal
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Record

HANDED = {
    "purpose": "向承办单位说明所移送、流转的事项，并接收其答复",
    "basis": "公安机关办理行政案件程序规定第六十一条；信访工作条例第二十二条、第二十三条",
    "source": "移送单位与承办单位",
    "seen_by": "移送单位、承办单位及共享单位的办理岗位",
    "retention": "P3Y",
}
SIGNED = HANDED | {"purpose": "证明流转单由何人签收", "source": "签收人"}


class Promise(Record):
    """流转: `org` handed the matter `about` to `to_org`. `holder` is whose turn it is; empty when the hop has ended."""

    number = models.CharField(max_length=20)  # of the whole chain, and of all offices of a joint hand-over (NP-30)
    about = models.UUIDField()
    about_number = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)  # rules.KINDS
    channel = models.CharField(max_length=20, blank=True)  # 五调 channel or 三办 office
    to_org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    text = personal(models.TextField(), **HANDED)  # what the slip tells the other side
    state = models.CharField(max_length=10)
    holder = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+", null=True)
    held_since = models.DateTimeField(default=clock.now)
    paper = models.BooleanField(default=False)  # the other side has no account
    basis = models.CharField(max_length=40)  # rule of law, "promised" or "fixed"
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    returns = models.SmallIntegerField(default=0)  # of the whole chain
    previous = models.ForeignKey("self", models.PROTECT, related_name="+", null=True)
    group = models.UUIDField(null=True)
    lead = models.BooleanField(default=False)  # 牵头单位 of a joint hand-over
    share_id = models.UUIDField(null=True)
    sent_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField(null=True)
    delivered_how = models.CharField(max_length=10, blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+", null=True)
    signed_name = personal(models.CharField(max_length=60, blank=True), **SIGNED)  # of an office without an account
    stamp = impersonal(models.CharField(max_length=40, blank=True), "number on an office's stamp")
    accepted_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=4, blank=True)  # vocabulary return_reasons
    return_text = personal(models.TextField(blank=True), **HANDED)
    result = models.CharField(max_length=10, blank=True)
    result_text = personal(models.TextField(blank=True), **HANDED)
    ended_at = models.DateTimeField(null=True)
    reminders = models.SmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["holder", "due_at"], name="promise_ball", condition=Q(ended_at=None)),
            models.Index(fields=["org", "due_at"], name="promise_sent", condition=Q(ended_at=None)),
            models.Index(fields=["org", "-created_at"], name="promise_newest"),
            models.Index(fields=["to_org", "-created_at"], name="promise_got"),
            models.Index(fields=["about", "created_at"], name="promise_about"),
            models.Index(fields=["number"], name="promise_number"),
            models.Index(fields=["group"], name="promise_group", condition=Q(group__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["previous"], name="promise_one_next"),
            models.UniqueConstraint(fields=["group"], condition=Q(lead=True) & ~Q(state="passed"), name="promise_one_lead"),
            models.CheckConstraint(condition=~Q(to_org=F("org")), name="promise_not_to_oneself"),
            models.CheckConstraint(
                condition=Q(ended_at=None, holder=F("org"))
                | Q(ended_at=None, holder=F("to_org"))
                | Q(ended_at__isnull=False, holder=None),
                name="promise_one_holder",
            ),
            models.CheckConstraint(  # so that the five channels always add up to all referrals (NP-31)
                condition=(Q(kind="referral") & Q(channel__in=["GT", "JT", "ST", "ZT", "FT"]))
                | (~Q(kind="referral") & ~Q(channel__in=["GT", "JT", "ST", "ZT", "FT"])),
                name="promise_channel",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("started_at")), name="promise_clock"),
        ]


class Slip(models.Model):
    """流转单: a printed slip with a code. Only the hash of the code's secret is held."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="slips")
    token_hash = impersonal(models.BinaryField(max_length=32, unique=True), "hash of a random code")
    issued_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["promise"])]
