"""Approvals (审批): who asked, who decided, what was said by telephone and signed the next morning."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import fengqiao.core.clock
import fengqiao.core.ids
from fengqiao.core.rls import owned

ACCOUNT = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    dependencies = [("core", "0005_rights")]

    operations = [
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=fengqiao.core.clock.now)),
                ("version", models.IntegerField(default=1)),
                ("about", models.UUIDField()),
                ("kind", models.CharField(max_length=20)),
                ("subject_kind", models.CharField(max_length=20)),
                ("subject_id", models.UUIDField()),
                ("text", models.CharField(blank=True, max_length=200)),
                ("url", models.CharField(blank=True, max_length=200)),
                ("change", models.JSONField(default=dict)),
                ("own", models.BooleanField(default=False)),
                ("asked_event", models.UUIDField()),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_event", models.UUIDField(null=True)),
                ("sign_due", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("asked_by", models.ForeignKey(**ACCOUNT)),
                ("decided_by", models.ForeignKey(blank=True, null=True, **ACCOUNT)),
                ("noted_by", models.ForeignKey(blank=True, null=True, **ACCOUNT)),
                ("org", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.organisation")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["org", "created_at"], name="approval_waiting", condition=Q(state="waiting")),
                    models.Index(fields=["org", "-created_at", "-id"], name="approval_newest"),
                    models.Index(fields=["decided_by"], name="approval_unsigned", condition=Q(noted_by__isnull=False, confirmed_at=None)),
                    models.Index(fields=["asked_by", "-created_at"], name="approval_asked"),
                    models.Index(fields=["subject_id"], name="approval_subject"),
                    models.Index(fields=["about"], name="approval_about"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["subject_kind", "subject_id", "kind"], condition=Q(state="waiting"), name="approval_one_open"
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=["waiting", "lapsed"], decided_by=None, decided_at=None)
                        | Q(state__in=["granted", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                        name="approval_decided",
                    ),
                    models.CheckConstraint(
                        condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")) | Q(own=True), name="approval_not_own"
                    ),
                    models.CheckConstraint(
                        condition=Q(noted_by=None, sign_due=None, confirmed_at=None)
                        | (Q(noted_by__isnull=False, sign_due__isnull=False, decided_by__isnull=False) & ~Q(noted_by=F("decided_by"))),
                        name="approval_telephone",
                    ),
                ],
            },
        ),
        owned("core_approval", about="about"),
    ]
