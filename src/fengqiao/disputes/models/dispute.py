"""A dispute opened on a matter, its parties, its revisits.

A party is a row of *its* dispute: there is no person beyond it (S1). Free words (notes, reasons, what was heard at a
revisit) lie in the events' erasable content.
"""

from django.db import models
from django.db.models import Q

from fengqiao.core.collection import personal
from fengqiao.core.models import Record

LIVE = ["handed", "opened", "reopened", "revisited", "settled", "working"]  # rules.LIVE, in the order migrations keep it
TOLD = {
    "purpose": "办理矛盾纠纷，联系当事人，核对是否曾有同一纠纷，回访",
    "basis": "人民调解法第十七条、第三十一条；公安机关办理行政案件程序规定第一百七十八条；个人信息保护法第十三条第一款第三项",
    "source": "接报记录，立为纠纷时抄录",
    "seen_by": "纠纷主办单位及共享单位的办理岗位",
    "retention": "P3Y",
    "reuse": "接报时已采集，不再重复索取",
}


class Dispute(Record):
    """矛盾纠纷. `org` is the unit that leads its matter; title and place are the matter's."""

    number = models.CharField(max_length=20, unique=True)
    matter = models.ForeignKey("intake.Matter", models.PROTECT, related_name="disputes")
    kind = models.CharField(max_length=10)  # vocabulary dispute_types
    state = models.CharField(max_length=12, default="opened")  # rules.STATES
    owner = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    level = models.CharField(max_length=8, blank=True)  # vocabulary levels; of this dispute alone (S1)
    level_since = models.DateTimeField(null=True, blank=True)
    lead = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")  # 包案领导, red and orange
    outcome = models.CharField(max_length=20, blank=True)  # vocabulary outcomes
    performance = models.CharField(max_length=15, blank=True)  # vocabulary performance_states, or rules.NOTHING_DUE
    round = models.SmallIntegerField(default=0)  # how often it was settled: revisits count from the last time
    settled_at = models.DateTimeField(null=True, blank=True)
    revisited_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    departs_on = personal(models.DateField(null=True, blank=True), **TOLD)  # a visitor's last day here (KZ-17)
    resolved_tier = models.CharField(max_length=10, blank=True)  # vocabulary resolution_tiers (ND-26)
    resolved_how = models.CharField(max_length=15, blank=True)  # vocabulary mediation_kinds, or rules.agreements.SELF
    next_step = personal(models.CharField(max_length=200, blank=True), **TOLD)  # 下步措施 in the officer's own words
    next_for = models.CharField(max_length=12, blank=True)  # the state it was written in: in another it is out of date
    plan_handed_at = models.DateTimeField(null=True, blank=True)  # performance goes on in named hands: it may be closed

    class Meta:
        indexes = [
            models.Index(fields=["org", "-created_at", "-id"], name="dispute_newest"),
            models.Index(
                fields=["org", "departs_on", "id"], name="dispute_departs",
                condition=Q(departs_on__isnull=False) & ~Q(state__in=["closed", "withdrawn"]),
            ),
            models.Index(fields=["org", "state", "-created_at", "-id"], name="dispute_state"),
            models.Index(fields=["owner", "state"], name="dispute_owner"),
            # each filter of the list has its order: what is read does not grow with what is held
            models.Index(fields=["org", "-created_at", "-id"], name="dispute_live", condition=Q(state__in=LIVE)),
            models.Index(fields=["org", "-created_at", "-id"], name="dispute_serious", condition=Q(level__in=["orange", "red"])),
            models.Index(fields=["org", "kind", "-created_at", "-id"], name="dispute_kind"),
            models.Index(fields=["org", "outcome", "-created_at", "-id"], name="dispute_outcome", condition=~Q(outcome="")),
            models.Index(fields=["owner", "org", "-created_at", "-id"], name="dispute_mine", condition=Q(owner__isnull=False)),
            models.Index(fields=["org", "level", "-created_at", "-id"], name="dispute_level", condition=~Q(level="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=~Q(state__in=["closed", "withdrawn"]), name="dispute_one_live"
            ),
            models.CheckConstraint(  # NP-32: not even a defect closes without a result and a revisit
                condition=~Q(state="closed")
                | (~Q(outcome="") & Q(revisited_at__isnull=False) & Q(closed_at__isnull=False) & ~Q(kind="D15")),
                name="dispute_closed_whole",
            ),
            models.CheckConstraint(
                condition=Q(level="", level_since=None, lead=None)
                | Q(level__in=["blue", "yellow"], level_since__isnull=False, lead=None)
                | Q(level__in=["orange", "red"], level_since__isnull=False),
                name="dispute_level_whole",
            ),
            models.CheckConstraint(
                condition=~Q(kind="D01V") | ~Q(outcome__in=["settled", "self_settled"]), name="dispute_violence"
            ),
            models.CheckConstraint(  # what the parties agreed says at which level and how (ND-26)
                condition=~Q(outcome__in=["settled", "self_settled"]) | (~Q(resolved_tier="") & ~Q(resolved_how="")),
                name="dispute_resolved_where",
            ),
            models.CheckConstraint(  # and is closed only performed, or with its plan in named hands
                condition=~Q(state="closed", outcome__in=["settled", "self_settled"])
                | Q(performance__in=["performed", "none"])
                | Q(plan_handed_at__isnull=False),
                name="dispute_closed_performed",
            ),
        ]


class Party(Record):
    """当事人 of one dispute, copied from the matter's reports when it was opened; the same person once."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="parties")
    about = models.UUIDField()  # the matter: whose sight it follows
    role = models.CharField(max_length=10)  # caller 报警人, party 当事人, contact 联系人
    name = personal(models.CharField(max_length=100, blank=True), **TOLD)
    phone = personal(models.CharField(max_length=30, blank=True), **TOLD)
    phone_hash = personal(models.BinaryField(null=True), **TOLD)
    id_sealed = personal(models.BinaryField(null=True), **TOLD)
    id_hash = personal(models.BinaryField(null=True), **TOLD)
    id_last4 = personal(models.CharField(max_length=4, blank=True), **TOLD)
    language = models.CharField(max_length=6, blank=True)  # self-declared language of service, optional (S2)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["about"]),
            models.Index(fields=["phone_hash"], name="dparty_phone", condition=Q(phone_hash__isnull=False)),
            models.Index(fields=["id_hash"], name="dparty_id", condition=Q(id_hash__isnull=False)),
        ]


class Revisit(Record):
    """回访: asking again whether a settled quarrel holds, or (警情回访) whether the caller was content with the police.

    What was said stands in its event. Somebody asked who is no party (a village head) is named here.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="revisits")
    about = models.UUIDField()
    round = models.SmallIntegerField()
    at = models.DateTimeField()
    manner = models.CharField(max_length=8)  # visit 上门, phone 电话
    kind = models.CharField(max_length=8, default="dispute")  # vocabulary revisit_kinds
    day = models.SmallIntegerField(default=0)  # of the schedule: 3, 7, 30, 90 days after it was settled
    result = models.CharField(max_length=15)  # vocabulary revisit_results; of an alarm's, rules.revisits.SATISFACTION
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")  # who was asked
    asked_name = personal(models.CharField(max_length=100, blank=True), **TOLD)
    by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["dispute", "round", "at"], name="revisit_round")]
