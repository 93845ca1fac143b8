"""复盘 (NP-28): looking back at a dispute that flared up, became a case, or was drawn for the monthly sample."""

from django.db import models
from django.db.models import Q

from fengqiao.core.collection import personal
from fengqiao.core.models import Record

LOOKED_BACK = {
    "purpose": "复盘纠纷为何反弹或转为案件，落实改进",
    "basis": "人民调解法第三十一条；个人信息保护法第十三条第一款第三项",
    "source": "办理单位",
    "seen_by": "纠纷主办单位的办理岗位",
    "retention": "P3Y",
}


class Review(Record):
    """复盘: what happened, which chance was missed, what is changed, by whom until when."""

    dispute = models.ForeignKey("disputes.Dispute", models.PROTECT, related_name="reviews")
    about = models.UUIDField()
    why = models.CharField(max_length=10)  # rules.reviews.WHY
    round = models.SmallIntegerField()  # of the dispute's settlements
    happened = personal(models.TextField(default=""), **LOOKED_BACK)
    missed = personal(models.TextField(blank=True), **LOOKED_BACK)
    change = personal(models.TextField(default=""), **LOOKED_BACK)
    owner = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField()  # until written down; then until the change is made
    written_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["about"], name="review_about"),
            models.Index(fields=["org", "due_on", "id"], name="review_open", condition=Q(done_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "why", "round"], name="review_once"),
            models.CheckConstraint(condition=Q(done_at=None) | Q(written_at__isnull=False), name="review_written"),
            models.CheckConstraint(
                condition=Q(written_at=None) | (~Q(happened="") & ~Q(change="") & Q(owner__isnull=False)), name="review_whole"
            ),
        ]
