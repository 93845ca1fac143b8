"""Devices, the operations they sent, what waits for a decision, what each device keeps, files on their way.

The body of an operation that was carried out is not kept here: it became records and events, only its hash stays. What
waits (待核, 待核对) keeps its body until somebody settles it.
"""

from django.db import models
from django.db.models import F, Q

from fengqiao.core import clock
from fengqiao.core.collection import impersonal, personal
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Record

WAITING = {
    "purpose": "手机离线记录的核实与办理，不因到达晚、权限变动而丢失",
    "basis": "公安机关办理行政案件程序规定第六十条；个人信息保护法第十三条第一款第三项",
    "source": "民警、辅警、网格员、义警、调解员在手机上的记录",
    "seen_by": "记录人所在单位的办理岗位",
    "retention": "P3Y",
}


class Device(Record):
    """手机端: one phone or browser enrolled for one account in one post. `org` is the post's organisation."""

    account = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    post = models.ForeignKey("core.Post", models.PROTECT, related_name="+")
    label = impersonal(models.CharField(max_length=60), "what the owner calls the phone")
    user_agent = impersonal(models.CharField(max_length=300, blank=True), "name of a browser")
    secret_hash = impersonal(models.BinaryField(unique=True), "SHA-256 of a random secret")
    share_sealed = impersonal(models.BinaryField(), "random bytes under the home's key")
    verify_key = impersonal(models.BinaryField(), "public key")
    contact_at = models.DateTimeField(default=clock.now)
    written = models.IntegerField(default=0)  # highest number the device said it had written
    written_at = models.DateTimeField(default=clock.now)  # the last contact at which it said so
    batch = models.IntegerField(default=0)  # answers of the feed given so far
    state = models.CharField(max_length=8, default="running")  # running, ended
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=8, blank=True)  # rules.ENDS
    wipe_at = models.DateTimeField(null=True, blank=True)  # ordered to wipe itself
    wiped_at = models.DateTimeField(null=True, blank=True)  # said that it did

    class Meta:
        indexes = [models.Index(fields=["org", "-created_at"], name="device_newest"), models.Index(fields=["account"], name="device_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None, ended_why="") | (Q(state="ended", ended_at__isnull=False) & ~Q(ended_why="")),
                name="device_ended_why",
            )
        ]


class StationKey(Record):
    """The keys phones seal for (box) and receipts are signed with (sign). One of each for an organisation."""

    use = models.CharField(max_length=4)
    public = impersonal(models.BinaryField(), "public key")
    private_sealed = impersonal(models.BinaryField(), "private key under the home's key")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "use"], name="stationkey_once"),
            models.CheckConstraint(condition=Q(use__in=("box", "sign")), name="stationkey_use"),
        ]


class Operation(Record):
    """One thing done on a device, as it arrived and what became of it."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="operations")
    op = models.UUIDField(unique=True)
    seq = models.IntegerField()
    v = models.SmallIntegerField()
    act = models.CharField(max_length=30)
    kind = models.CharField(max_length=8)  # rules.KINDS
    about = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    offset_ms = models.BigIntegerField(null=True)
    occurred_at = models.DateTimeField()
    precision = models.CharField(max_length=12)
    body_hash = impersonal(models.BinaryField(), "SHA-256 of the operation as it came")
    outcome = models.CharField(max_length=8)  # rules.OUTCOMES
    why = impersonal(models.CharField(max_length=300, blank=True), "the product's own sentence")
    made = impersonal(models.JSONField(default=dict), "ids and numbers")
    event = models.UUIDField(null=True)  # the last event it wrote: sealed, the projections have it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "seq"], name="operation_seq"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="operation_seq_from_one"),
        ]
        indexes = [models.Index(fields=["about"], name="operation_about", condition=Q(about__isnull=False))]


class Held(Record):
    """待核, 待核对: what came from a phone and was not (or not wholly) carried out. `about`: the matter, when known."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="held")
    operation = models.ForeignKey(Operation, models.PROTECT, null=True, related_name="held")  # none for what is no operation
    about = models.UUIDField(null=True)
    queue = models.CharField(max_length=8)  # rules.QUEUES: check, conflict
    act = models.CharField(max_length=30)
    kind = models.CharField(max_length=8)
    why = impersonal(models.CharField(max_length=300), "the product's own sentence")
    article = impersonal(models.CharField(max_length=200, blank=True), "article of law")
    mark = impersonal(models.BinaryField(), "SHA-256 of the operation as it came")
    body = personal(models.JSONField(null=True), **WAITING)
    theirs = personal(models.JSONField(null=True), **WAITING)  # what stands instead, field by field
    state = models.CharField(max_length=8, default="open")  # rules.SETTLED
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "mark"], name="held_once"),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | (~Q(state="open") & Q(settled_at__isnull=False, body=None, theirs=None)),
                name="held_settled_forgets",
            ),
        ]
        indexes = [
            models.Index(fields=["org", "queue", "-created_at", "-id"], name="held_open", condition=Q(state="open")),
            models.Index(fields=["about"], name="held_about", condition=Q(about__isnull=False)),
        ]


class Kept(models.Model):
    """What a device holds: sent in which answer of the feed, as it stood at which sealed position."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="+")
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    thing = models.UUIDField()
    about = models.UUIDField()
    position = models.BigIntegerField()
    batch = models.IntegerField()
    gone = models.BooleanField(default=False)  # a tombstone was sent, in `batch`

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "kind", "thing"], name="kept_once")]


class Upload(Record):
    """A file that follows its `attachment` in chunks."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="+")
    op = models.UUIDField(unique=True)
    about = models.UUIDField(null=True)  # none while its announcement is held
    name = personal(models.CharField(max_length=200), **WAITING)
    media_type = models.CharField(max_length=60, blank=True)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=20)
    have = models.IntegerField(default=0)
    document = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["about"], name="upload_about")]
        constraints = [models.CheckConstraint(condition=Q(have__gte=0, have__lte=F("size")), name="upload_within")]


class Chunk(models.Model):
    """Bytes of a file on its way, encrypted; gone once the file is whole."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="chunks")
    start = models.IntegerField()
    sealed = personal(models.BinaryField(), **WAITING)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="chunk_once")]


class NumberRange(Record):
    """文号 reserved for a device, so that a paper can be numbered without a signal. Each number stands in core_papernumber."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="ranges")
    kind = models.CharField(max_length=12)
    year = models.SmallIntegerField()
    first = models.IntegerField()
    last = models.IntegerField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="range_not_empty")]
        indexes = [models.Index(fields=["device"], name="range_device", condition=Q(ended_at=None))]

