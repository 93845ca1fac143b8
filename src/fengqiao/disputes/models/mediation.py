"""Rooms, committees, methods; sessions with what was heard, by whom, with whom; recusals; lawyers' rota; co-operation.

Minutes, reasons and a lawyer's advice lie in the events' content, each in its compartment; here stand codes and dates.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from fengqiao.core.collection import impersonal, personal
from fengqiao.core.models import Record
from fengqiao.disputes.models.dispute import TOLD, Dispute, Party
from fengqiao.places.validity import DAYS, lasting

ACCOUNT, ORG = "core.Account", "core.Organisation"


class Room(Record):
    """调解室, 调解亭, 线上: a venue for mediation, whose it is, which offices sit there (ND-20), its house brand (ND-24)."""

    venue = models.OneToOneField("places.Venue", models.PROTECT, related_name="+")  # booking is the venue's (NP-05)
    kind = models.CharField(max_length=10)  # vocabulary room_kinds
    brand = impersonal(models.CharField(max_length=60, blank=True), "a house brand such as 白茶调解")
    agencies = ArrayField(models.IntegerField(), default=list, blank=True)  # organisations that sit there


class Committee(Record):
    """人民调解委员会, as registered: number, kind, the days it holds. `org` keeps this entry."""

    number = models.CharField(max_length=40, unique=True)
    name = impersonal(models.CharField(max_length=100), "name of a committee")
    kind = models.CharField(max_length=12)  # vocabulary committee_kinds
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [lasting("committee_lasting")]


class CommitteeMember(Record):
    """A mediator's term in a committee. Members sign on; whoever does not is not assigned by this product."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="members")
    account = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            lasting("member_lasting"),
            ExclusionConstraint(
                name="member_once_at_a_time",
                expressions=[("committee", RangeOperators.EQUAL), ("account", RangeOperators.EQUAL), (DAYS, RangeOperators.OVERLAPS)],
            ),
        ]
        indexes = [models.Index(fields=["account"], name="member_account")]


class Method(Record):
    """工作法: a template in the users' own words: 三步十法 (KZ-36), 五心 (NJ-26), a house brand (ND-24)."""

    name = impersonal(models.CharField(max_length=60), "name of a method")
    form = models.CharField(max_length=8)  # rules.mediation.FORMS
    steps = ArrayField(impersonal(models.CharField(max_length=200), "wording of a method"), default=list, blank=True)
    methods = ArrayField(impersonal(models.CharField(max_length=200), "wording of a method"), default=list, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "name"], condition=Q(ended_at=None), name="method_once"),
            models.CheckConstraint(condition=~Q(form="steps") | Q(steps__len=3, methods__len=10), name="method_three_ten"),
            models.CheckConstraint(condition=~Q(form="hearts") | Q(steps__len=0, methods__len=5), name="method_five"),
        ]


class LawyerSlot(Record):
    """律师值班: a stretch of the rota at a station; without a lawyer it is listed as open (NJ-25)."""

    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    during = DateTimeRangeField()
    lawyer = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    lawyer_org = models.ForeignKey(ORG, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(during__isempty=False), name="slot_lasts"),
            models.CheckConstraint(condition=Q(lawyer=None, lawyer_org=None) | Q(lawyer__isnull=False, lawyer_org__isnull=False), name="slot_whole"),
            ExclusionConstraint(
                name="lawyer_once_at_a_time",
                expressions=[("lawyer", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(cancelled_at=None),
            ),
        ]
        indexes = [models.Index(fields=["org", "starts_at"], name="slot_by_day"), models.Index(fields=["lawyer", "starts_at"], name="slot_lawyer")]


class Advice(Record):
    """律师咨询: that advice was given, on what, with what result. `org` is the lawyer's office, `host` the station.

    No party, no dispute, no words: those lie in the event's content, compartment lawyer, of the lawyer's office alone.
    """

    slot = models.ForeignKey(LawyerSlot, models.PROTECT, related_name="advice")
    host = models.ForeignKey(ORG, models.PROTECT, related_name="+")
    lawyer = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+")
    topic = models.CharField(max_length=15)  # vocabulary advice_topics
    outcome = models.CharField(max_length=15)  # vocabulary advice_outcomes
    state = models.CharField(max_length=8, default="given")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["host", "-at"], name="advice_host"), models.Index(fields=["lawyer", "-at"], name="advice_lawyer")]


class MediationSession(Record):
    """调解: one sitting for one or several linked disputes. `org` leads the dispute it was planned for, `about` is its matter."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="sessions")  # for which it was planned
    about = models.UUIDField()
    kind = models.CharField(max_length=15)  # vocabulary mediation_kinds (KZ-15)
    way = models.CharField(max_length=8)  # rules.mediation.WAYS
    tier = models.CharField(max_length=10, blank=True)  # vocabulary resolution_tiers
    origin = models.CharField(max_length=10)  # vocabulary dispute_origins
    state = models.CharField(max_length=10, default="planned")  # rules.mediation.STATES
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="sessions")
    reservation = models.OneToOneField("places.Reservation", models.PROTECT, null=True, blank=True, related_name="+")
    slot = models.ForeignKey(LawyerSlot, models.PROTECT, null=True, blank=True, related_name="sessions")
    method = models.ForeignKey(Method, models.PROTECT, null=True, blank=True, related_name="sessions")
    used = ArrayField(models.SmallIntegerField(), default=list, blank=True)  # which lines of the template, from 1
    language = models.CharField(max_length=6, blank=True)  # of the interpreter, as a party declared it
    planned_by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_lasts"),
            models.CheckConstraint(condition=~Q(way="room") | Q(room__isnull=False, reservation__isnull=False), name="session_room"),
            models.CheckConstraint(condition=Q(state="planned", ended_at=None) | Q(~Q(state="planned"), ended_at__isnull=False), name="session_ended"),
        ]
        indexes = [
            models.Index(fields=["org", "starts_at"], name="session_by_day"),
            models.Index(fields=["about"], name="session_about"),
            models.Index(fields=["org", "method"], name="session_by_method", condition=Q(method__isnull=False)),
        ]


class Hearing(Record):
    """One dispute heard in a session, with an outcome of its own (ND-21)."""

    session = models.ForeignKey(MediationSession, models.PROTECT, related_name="hearings")
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="hearings")
    about = models.UUIDField()
    outcome = models.CharField(max_length=10, blank=True)  # rules.mediation.OUTCOMES
    performance = models.CharField(max_length=15, blank=True)
    told = models.BooleanField(default=False)  # the dispute's own result was written down from it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "dispute"], name="hearing_once"),
            models.CheckConstraint(condition=Q(told=False) | Q(outcome__in=["settled", "failed"]), name="hearing_told"),
        ]
        indexes = [models.Index(fields=["about"], name="hearing_about")]


class SessionMediator(Record):
    """Who mediates a session, as what. The database refuses two sittings at once (NP-05)."""

    session = models.ForeignKey(MediationSession, models.PROTECT, related_name="mediators")
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="+")
    about = models.UUIDField()
    account = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=10)  # rules.mediation.CAPACITIES
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, blank=True, related_name="+")
    during = DateTimeRangeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(capacity="committee") | Q(committee__isnull=False), name="mediator_of_committee"),
            ExclusionConstraint(
                name="mediator_once_at_a_time",
                expressions=[("account", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(released_at=None),
            ),
        ]
        indexes = [models.Index(fields=["about"], name="mediator_about")]


class Attendance(Record):
    """A party at a session: consent, whether it came, and for the young who stands by them (程序规定 181)."""

    session = models.ForeignKey(MediationSession, models.PROTECT, related_name="attendance")
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="+")
    about = models.UUIDField()
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    consents = models.BooleanField(null=True)
    came = models.BooleanField(null=True)
    age = models.CharField(max_length=6, blank=True)  # rules.mediation.AGES, as said for this session
    guardian = models.CharField(max_length=6, blank=True)  # rules.mediation.GUARDIANS
    guardian_name = personal(models.CharField(max_length=60, blank=True), **TOLD)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "party"], name="attendance_once"),
            models.CheckConstraint(condition=~Q(age="child") | Q(guardian="with"), name="attendance_child"),
            models.CheckConstraint(condition=~Q(age="minor") | ~Q(guardian=""), name="attendance_minor"),
        ]
        indexes = [models.Index(fields=["about"], name="attendance_about")]


class Recusal(Record):
    """回避: somebody may not mediate this dispute because of kin, interest or another relation, once it is decided."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="recusals")
    about = models.UUIDField()
    account = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+")
    ground = models.CharField(max_length=10)  # vocabulary recusal_grounds
    asked_by = models.CharField(max_length=10)  # party 当事人申请, mediator 自行回避, noticed 发现
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    substitute = models.ForeignKey(ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "account"], condition=Q(decided_at=None), name="recusal_open_once"),
            models.CheckConstraint(
                condition=Q(decided_at=None, granted=None, decided_by=None)
                | Q(decided_at__isnull=False, granted__isnull=False, decided_by__isnull=False),
                name="recusal_decided",
            ),
        ]
        indexes = [models.Index(fields=["about"], name="recusal_about")]


class Cooperation(Record):
    """两所联动: what police station and justice office did together, by content area (KZ-19). What it was, is content."""

    partner = models.ForeignKey(ORG, models.PROTECT, related_name="+")
    about = models.UUIDField()
    regarding = models.ForeignKey(Dispute, models.PROTECT, null=True, blank=True, related_name="+")  # stays when that moves on
    area = models.CharField(max_length=15)  # a code of the areas in use
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["org", "-day", "-id"], name="cooperation_newest"), models.Index(fields=["partner", "-day", "-id"], name="cooperation_partner")]
