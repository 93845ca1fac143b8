"""办理依据: statements of the law's conditions, and the 告诫书 of domestic violence."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import fengqiao.core.clock
import fengqiao.core.ids
from fengqiao.core.rls import COMPARTMENTS, owned

POLICE = f"'police' = {COMPARTMENTS}"  # what happened at home is read by the police alone (S5)


class Migration(migrations.Migration):
    dependencies = [("disputes", "0006_papers"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=fengqiao.core.clock.now)),
                ("version", models.IntegerField(default=1)),
                ("about", models.UUIDField()),
                ("sheet", models.CharField(max_length=8)),
                ("number", models.SmallIntegerField()),
                ("facts", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="disputes.dispute")),
                ("org", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.organisation")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("dispute", "sheet", "number"), name="statement_once"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1), ("sheet__in", ["law", "safety"])), name="statement_sheet"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Warning",
            fields=[
                ("id", models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=fengqiao.core.clock.now)),
                ("version", models.IntegerField(default=1)),
                ("about", models.UUIDField()),
                ("decision", models.CharField(max_length=10)),
                ("why_not", models.CharField(blank=True, max_length=12)),
                ("offender_on", models.DateField(blank=True, null=True)),
                ("victim_on", models.DateField(blank=True, null=True)),
                ("committee", models.CharField(blank=True, max_length=60)),
                ("committee_on", models.DateField(blank=True, null=True)),
                ("dispute", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="warning", to="disputes.dispute")),
                ("org", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.organisation")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "given"), ("why_not", "")),
                            models.Q(
                                ("decision", "not_given"), models.Q(("why_not", ""), _negated=True), ("offender_on", None), ("victim_on", None)
                            ),
                            _connector="OR",
                        ),
                        name="warning_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("committee_on", None), models.Q(("committee", ""), _negated=True), _connector="OR"),
                        name="warning_committee_named",
                    ),
                ],
            },
        ),
        owned("disputes_statement", about="about", extra=f"sheet = 'law' OR {POLICE}", grants=("SELECT", "INSERT")),
        migrations.RunSQL("GRANT UPDATE (org_id) ON disputes_statement TO fengqiao_app", migrations.RunSQL.noop),  # it follows its dispute
        owned("disputes_warning", about="about", extra=POLICE),
    ]  # fmt: skip
