"""Organisations, posts and accounts. An actor acts in a post of an organisation (architecture §5)."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fengqiao.core import clock
from fengqiao.core.collection import impersonal, personal

STAFF = {
    "purpose": "登录、签名与办理留痕",
    "basis": "个人信息保护法第十三条第一款第二项、第三项",
    "source": "本单位人事",
    "seen_by": "同一公安机关内",
    "retention": "P3Y",
}


class Organisation(models.Model):
    """机构: bureau → county → station → team or police room; partners beside the tree."""

    name = impersonal(models.CharField(max_length=100), "name of an organisation")
    short = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=20)  # vocabulary org_kind: bureau, county, station, team, room, office, partner …
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    lineage = ArrayField(models.IntegerField(), default=list)  # ids from the root down to and including this one
    mode = models.CharField(max_length=10, blank=True)  # NP-17: 标准型 standard, 紧密型 paired, 宽松型 loose
    desk = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")  # who commands for it
    squad = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")  # 片区刑警中队
    partner_channel = models.CharField(max_length=4, blank=True)  # 五调 channel or 三办 office it answers for
    phone = impersonal(models.CharField(max_length=30, blank=True), "an office's telephone")
    valid_from = models.DateField(default=clock.today)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="org_validity"),
            models.UniqueConstraint(fields=["parent", "name", "valid_from"], name="org_once", nulls_distinct=False),
        ]
        indexes = [models.Index(fields=["parent"])]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A sign-on. Rights hang on posts, never on accounts."""

    username = personal(models.CharField(max_length=60, unique=True), **STAFF)
    name = personal(models.CharField(max_length=60), **STAFF)
    pin = impersonal(models.CharField(max_length=128, blank=True), "salted hash of the quick-change PIN")
    email = personal(models.EmailField(blank=True), **STAFF)  # asked by the sign-on library; left empty
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    password = impersonal(models.CharField(max_length=128), "salted hash")

    last_login = None  # log-ins are not counted (KZ-33)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """岗位: an account's place in an organisation, from–to. Role decides the rights."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="posts")
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=12)
    staff_kind = models.CharField(max_length=12, blank=True)  # vocabulary staff_kind: 民警, 辅警, 警务助理 …
    title = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField(default=clock.today)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="post_validity"),
        ]
        indexes = [models.Index(fields=["account"]), models.Index(fields=["org", "role"])]


class PartnerKey(models.Model):
    """A partner platform's way in (ND-10): only the hash of its key is held."""

    org = models.ForeignKey(Organisation, models.PROTECT, related_name="partner_keys")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    key_hash = impersonal(models.BinaryField(max_length=32, unique=True), "hash of a random key")
    target = models.ForeignKey(Organisation, models.PROTECT, related_name="+")  # where its reports go by default
    callback = impersonal(models.CharField(max_length=300, blank=True), "address of the partner's platform")
    expires_at = models.DateTimeField()  # a grant without an end is refused (KZ-33)
    ended_at = models.DateTimeField(null=True, blank=True)
