"""The monthly sample of approvals: who looked which decision through, when, what was found."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("core", "0009_sight")]

    operations = [
        migrations.AddField(
            "approval", "looked_by",
            models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField("approval", "looked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("approval", "found", models.CharField(blank=True, max_length=4, default=""), preserve_default=False),
        migrations.AddConstraint(
            "approval",
            models.CheckConstraint(
                condition=Q(looked_by=None, looked_at=None, found="")
                | (
                    Q(looked_by__isnull=False, looked_at__isnull=False, found__in=["fine", "fix"], decided_by__isnull=False)
                    & ~Q(looked_by=F("decided_by")) & ~Q(looked_by=F("asked_by"))
                ),
                name="approval_looked",
            ),
        ),
    ]
