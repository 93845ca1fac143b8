"""风险等级 and 违法迹象 of a dispute: level, since when, leader in charge; how it changed; signs and what became of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import fengqiao.core.clock
import fengqiao.core.ids
from fengqiao.core.rls import owned

LEVELS = ["", "blue", "yellow", "orange", "red"]
PROTECT = {"on_delete": django.db.models.deletion.PROTECT}
ACCOUNT = PROTECT | {"related_name": "+", "to": settings.AUTH_USER_MODEL}
MAYBE = {"blank": True, "null": True}


def record() -> list[tuple[str, models.Field]]:
    """Columns every record has, and those every row of a dispute has."""
    return [
        ("id", models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
        ("created_at", models.DateTimeField(default=fengqiao.core.clock.now)),
        ("version", models.IntegerField(default=1)),
        ("org", models.ForeignKey(related_name="+", to="core.organisation", **PROTECT)),
        ("about", models.UUIDField()),
        ("approval", models.ForeignKey(related_name="+", to="core.approval", **PROTECT, **MAYBE)),
    ]


class Migration(migrations.Migration):
    dependencies = [("disputes", "0002_scope"), ("core", "0006_approvals")]

    operations = [
        migrations.AddField("dispute", "lead", models.ForeignKey(**ACCOUNT, **MAYBE)),
        migrations.AddField("dispute", "level", models.CharField(blank=True, max_length=8)),
        migrations.AddField("dispute", "level_since", models.DateTimeField(**MAYBE)),
        migrations.AddIndex(
            "dispute", models.Index(fields=["org", "level", "-created_at", "-id"], name="dispute_level", condition=~Q(level=""))
        ),
        migrations.AddConstraint(
            "dispute",
            models.CheckConstraint(
                condition=Q(level="", level_since=None, lead=None)
                | Q(level__in=["blue", "yellow"], level_since__isnull=False, lead=None)
                | Q(level__in=["orange", "red"], level_since__isnull=False),
                name="dispute_level_whole",
            ),
        ),
        migrations.CreateModel(
            name="LevelChange",
            fields=[
                *record(),
                ("dispute", models.ForeignKey(related_name="level_changes", to="disputes.dispute", **PROTECT)),
                ("was", models.CharField(blank=True, max_length=8)),
                ("level", models.CharField(blank=True, max_length=8)),
                ("reasons", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ("automatic", models.BooleanField(default=False)),
                ("state", models.CharField(max_length=10)),
                ("round", models.SmallIntegerField(default=0)),
                ("by", models.ForeignKey(**ACCOUNT)),
                ("at", models.DateTimeField(**MAYBE)),
                ("counted_to", models.DateTimeField(**MAYBE)),
                ("cause", models.UUIDField(**MAYBE)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["dispute", "-created_at"], name="level_newest"),
                    models.Index(fields=["approval"], name="level_approval", condition=Q(approval__isnull=False)),
                    models.Index(fields=["about"], name="level_about"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=Q(level__in=LEVELS, was__in=LEVELS) & ~Q(level=F("was")), name="level_known"),
                    models.CheckConstraint(condition=~Q(reasons=[]), name="level_with_reason"),
                    models.CheckConstraint(condition=Q(state="asked", at=None) | ~Q(state="asked"), name="level_asked_no_effect"),
                    models.CheckConstraint(
                        condition=~Q(state="asked") | Q(automatic=False, approval__isnull=False), name="level_asked_signed"
                    ),
                    models.UniqueConstraint(fields=["dispute"], condition=Q(state="asked"), name="level_one_asked"),
                    models.UniqueConstraint(fields=["dispute", "cause"], condition=Q(cause__isnull=False), name="level_cause_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sign",
            fields=[
                *record(),
                ("dispute", models.ForeignKey(related_name="signs", to="disputes.dispute", **PROTECT)),
                ("sign", models.CharField(max_length=20)),
                ("state", models.CharField(default="open", max_length=12)),
                ("suggested", models.BooleanField(default=False)),
                ("found_by", models.ForeignKey(**ACCOUNT)),
                ("case_number", models.CharField(blank=True, max_length=40)),
                ("leader", models.ForeignKey(**ACCOUNT, **MAYBE)),
                ("decided_by", models.ForeignKey(**ACCOUNT, **MAYBE)),
                ("decided_at", models.DateTimeField(**MAYBE)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["dispute", "created_at"], name="sign_dispute"),
                    models.Index(fields=["org", "created_at"], name="sign_open", condition=Q(state__in=["open", "suggested"])),
                    models.Index(fields=["approval"], name="sign_approval", condition=Q(approval__isnull=False)),
                    models.Index(fields=["about"], name="sign_about"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["dispute", "sign"], condition=Q(state__in=["suggested", "open"]), name="sign_once_open"
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=["suggested", "open"], decided_by=None, decided_at=None)
                        | Q(state__in=["case", "not_accepted", "dismissed"], decided_by__isnull=False, decided_at__isnull=False),
                        name="sign_decided",
                    ),
                    models.CheckConstraint(
                        condition=(Q(state="case") & ~Q(case_number="")) | (~Q(state="case") & Q(case_number="")), name="sign_case"
                    ),
                    models.CheckConstraint(
                        condition=Q(state="not_accepted", leader__isnull=False) | (~Q(state="not_accepted") & Q(leader=None)),
                        name="sign_not_accepted",
                    ),
                ],
            },
        ),
        owned("disputes_levelchange", about="about"),
        owned("disputes_sign", about="about"),
    ]
