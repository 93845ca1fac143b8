"""Reports, the matters they attach to, and what matching and triage learn from.

A *matter* (事项) is one quarrel or request; reports attach to it, whatever channel they came by. Every report
belongs to exactly one matter at any time (a non-null foreign key). What joins move is written down, so that
undoing a join restores it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fengqiao.core import clock
from fengqiao.core.collection import impersonal, personal
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Record

ASKED = {
    "purpose": "受理报警求助与矛盾纠纷，核对是否同一事项，答复报告人",
    "basis": "公安机关办理行政案件程序规定第六十条；个人信息保护法第十三条第一款第三项",
    "source": "报告人陈述或来文",
    "seen_by": "事项所属单位及共享单位的办理岗位",
    "retention": "P3Y",
}


class Matter(Record):
    """事项: one quarrel or request with one owner. `org` is the unit that leads it."""

    number = models.CharField(max_length=20, unique=True)
    title = personal(models.CharField(max_length=200), **ASKED)
    kind = models.CharField(
        max_length=10, blank=True
    )  # vocabulary dispute_type or alarm_kind; blank = not triaged
    kind_unsure = models.BooleanField(default=True)  # 存疑
    police = models.CharField(max_length=6, default="unsure")  # yes, no, unsure
    state = models.CharField(max_length=12, default="waiting")  # rules.STATES
    owner = models.ForeignKey("core.Account", models.PROTECT, null=True, blank=True, related_name="+")
    desk = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")  # who sorts it (NP-17)
    case_number = models.CharField(max_length=40, blank=True)  # 受案回执 only from one
    place_text = personal(models.CharField(max_length=200, blank=True), **ASKED)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    cell = models.BigIntegerField(null=True, blank=True)  # h3, resolution 9
    grid_id = models.IntegerField(null=True, blank=True)  # places.Area in force when first reported
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    occurrences = models.IntegerField(default=1)
    reports = models.IntegerField(default=1)
    history = models.BooleanField(default=False)  # from an old register: reminds nobody
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["org", "-last_at", "-id"], name="matter_newest"),
            models.Index(fields=["org", "state", "-last_at", "-id"], name="matter_state"),
            models.Index(fields=["org", "kind", "-last_at", "-id"], name="matter_kind"),
            models.Index(fields=["desk", "-last_at"], name="matter_waiting", condition=Q(state="waiting")),
            models.Index(fields=["owner", "state"], name="matter_owner"),
            models.Index(fields=["cell", "-last_at"], name="matter_cell"),
            models.Index(
                fields=["merged_into"], name="matter_merged", condition=Q(merged_into__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="matter_not_into_itself"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(state="merged"), name="matter_merged_state"
            ),
        ]


class Occurrence(models.Model):
    """发生 / 再次发生: one separate incident of a matter. Several reports may tell of one."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="occurrence_set")
    at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["matter", "at"])]


class Report(Record):
    """接报记录: one message of one channel. Never changed in substance; only the matter it attaches to moves."""

    receipt = models.CharField(max_length=30, unique=True)  # 接报回执 number
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="report_set")
    occurrence = models.ForeignKey(Occurrence, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)  # vocabulary channel: 110, 12345, 窗口 …
    source_org = models.ForeignKey(
        "core.Organisation", models.PROTECT, related_name="+", null=True, blank=True
    )
    outer_id = models.CharField(max_length=64, blank=True)  # the partner's or file's own id
    body_hash = impersonal(models.BinaryField(null=True), "hash, to know an update from a repeat")
    received_at = models.DateTimeField()
    captured_at = models.DateTimeField()  # when it was first written down, before any wait for the network
    occurred_start = models.DateTimeField()
    occurred_end = models.DateTimeField()
    precision = models.CharField(max_length=12, default="exact")
    title = personal(models.CharField(max_length=200, blank=True), **ASKED)
    text = personal(models.TextField(blank=True), **ASKED)
    place_text = personal(models.CharField(max_length=200, blank=True), **ASKED)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    given_x = models.FloatField(null=True, blank=True)  # coordinates as they came,
    given_y = models.FloatField(null=True, blank=True)
    given_system = models.CharField(max_length=10, blank=True)  # and the system they declared
    outside = models.BooleanField(default=False)  # outside the county: kept, without a grid
    cell = models.BigIntegerField(null=True, blank=True)
    kind_given = models.CharField(max_length=60, blank=True)  # what the sender called it
    received_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    history = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["org", "-received_at", "-id"], name="report_newest"),
            models.Index(fields=["matter", "received_at"], name="report_matter"),
            models.Index(fields=["channel", "-received_at"], name="report_channel"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_org", "outer_id"], condition=~Q(outer_id=""), name="report_once"
            ),
            models.CheckConstraint(
                condition=Q(occurred_end__gte=F("occurred_start")), name="report_interval"
            ),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None) | Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
                name="report_position",
            ),
        ]


class Party(Record):
    """当事人 of one report: a row of *its* matter, never of a person table (architecture §5)."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="parties")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="parties")
    role = models.CharField(max_length=10)  # caller 报警人, party 当事人, contact 联系人
    name = personal(models.CharField(max_length=100, blank=True), **ASKED)
    phone = personal(models.CharField(max_length=30, blank=True), **ASKED)
    phone_hash = personal(models.BinaryField(null=True), **ASKED)
    id_sealed = personal(models.BinaryField(null=True), **ASKED)
    id_hash = personal(models.BinaryField(null=True), **ASKED)
    id_last4 = personal(models.CharField(max_length=4, blank=True), **ASKED)
    language = models.CharField(max_length=6, blank=True)  # self-declared language of service, optional (S2)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["matter"]),
            models.Index(fields=["phone_hash"], name="party_phone", condition=Q(phone_hash__isnull=False)),
            models.Index(fields=["id_hash"], name="party_id", condition=Q(id_hash__isnull=False)),
        ]


class Fingerprint(models.Model):
    """What matching looks a report up by: where, when, and its rarest words (hashed to integers)."""

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="+")
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    cell = models.BigIntegerField(null=True)
    rare = ArrayField(models.IntegerField(), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["cell", "-at"], name="fingerprint_cell"),
            models.Index(fields=["matter"]),
        ]


class Suggestion(models.Model):
    """疑似同一事项: matching found that a new report may tell of a matter already known."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")  # who decides
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="suggestions")  # the newer one
    other = models.ForeignKey(Matter, models.CASCADE, related_name="+")
    other_org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    score = models.FloatField()
    reasons = impersonal(models.JSONField(), "distance, time gap, same kind, count of shared words")
    created_at = models.DateTimeField(default=clock.now)
    decided = models.CharField(max_length=10, blank=True)  # same, again, other, later, asked
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "other"], name="suggestion_once")]
        indexes = [models.Index(fields=["org", "-score"], name="suggestion_open", condition=Q(decided=""))]


class Join(Record):
    """归并: one matter joined into another; `moved` lists what went along, so that undoing restores it."""

    survivor = models.ForeignKey(Matter, models.PROTECT, related_name="joins")
    joined = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    moved = impersonal(models.JSONField(), "ids of reports, occurrences, parties")
    state_before = models.CharField(max_length=12)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["survivor"]), models.Index(fields=["joined"])]


class Judgement(models.Model):
    """What a user confirmed about a pair or a kind: what matching and triage learn from. No text, no names."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    topic = models.CharField(max_length=8)  # pair, kind
    report = models.ForeignKey(Report, models.CASCADE, related_name="+")
    same = models.BooleanField(null=True)
    code = models.CharField(max_length=10, blank=True)
    features = impersonal(models.JSONField(default=dict), "numbers")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["topic", "-at"])]


class LearnedModel(models.Model):
    """What matching and triage have learned: document frequencies, weights, a type model. Numbers and words."""

    kind = models.CharField(max_length=12)  # idf, weights, triage
    made_at = models.DateTimeField()
    examples = models.IntegerField()
    body = impersonal(models.TextField(), "counts and weights of words")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "made_at"], name="model_once")]


class ImportRun(Record):
    """导入: one file read once. Its refused lines can be taken away and mended; running it again doubles nothing."""

    kind = models.CharField(max_length=10, default="reports")
    file_name = impersonal(models.CharField(max_length=200), "a file's name")
    sha256 = models.CharField(max_length=64)
    history = models.BooleanField(default=False)
    mapping = impersonal(models.JSONField(default=dict), "columns")
    state = models.CharField(max_length=10, default="mapping")  # mapping, running, done, failed
    rows = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    made = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    warned = models.IntegerField(default=0)
    error = impersonal(models.CharField(max_length=300, blank=True), "why the file could not be read")
    upload = impersonal(
        models.CharField(max_length=100, blank=True), "path of the encrypted upload until the run ends"
    )
    started_by = models.ForeignKey("core.Account", models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)


class ImportRefusal(models.Model):
    """A line that was not taken (or taken with a warning), where it stands, and why."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="refusals")
    line = models.IntegerField()
    sheet = impersonal(models.CharField(max_length=60, blank=True), "name of a sheet")
    column = impersonal(models.CharField(max_length=60, blank=True), "heading")
    shown = impersonal(models.CharField(max_length=60, blank=True), "value, masked and shortened")
    reason = impersonal(models.CharField(max_length=200), "what is wrong and what to do")
    warning = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["run", "line"])]


class ColumnMapping(models.Model):
    """How a file of these headings is read: guessed once, corrected by a person, remembered."""

    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    mapping = impersonal(models.JSONField(), "columns")
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "fingerprint"], name="mapping_once")]
