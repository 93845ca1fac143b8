"""文书与成卷: papers, what they said, a bureau's own templates, what was pasted into other systems."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import fengqiao.core.clock
import fengqiao.core.ids
from fengqiao.core.rls import COMPARTMENTS, everyone, owned

PROTECT = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}
ACCOUNT = {**PROTECT, "to": settings.AUTH_USER_MODEL}
ORG = {**PROTECT, "to": "core.organisation"}


def record() -> list[tuple[str, models.Field]]:
    return [
        ("id", models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
        ("created_at", models.DateTimeField(default=fengqiao.core.clock.now)),
        ("version", models.IntegerField(default=1)),
    ]


class Migration(migrations.Migration):
    dependencies = [("disputes", "0005_agreements")]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                *record(),
                ("about", models.UUIDField()),
                ("compartment", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=10)),
                ("state", models.CharField(default="draft", max_length=8)),
                ("number", models.CharField(blank=True, max_length=64)),
                ("number_row", models.UUIDField(blank=True, null=True, unique=True)),
                ("versions", models.SmallIntegerField(default=1)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("void_reason", models.CharField(blank=True, max_length=12)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="disputes.dispute")),
                ("made_by", models.ForeignKey(**ACCOUNT)),
                ("office", models.ForeignKey(**ORG)),
                ("org", models.ForeignKey(**ORG)),
                ("party", models.ForeignKey(blank=True, null=True, **PROTECT, to="disputes.party")),
                ("scan", models.ForeignKey(blank=True, null=True, **PROTECT, to="core.document")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["dispute", "created_at"], name="paper_of_dispute"),
                    models.Index(fields=["about"], name="paper_about"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state="draft", issued_at=None, number="", scan=None)
                        | Q(state="issued", issued_at__isnull=False, scan=None)
                        | Q(state="signed", issued_at__isnull=False, signed_at__isnull=False, scan__isnull=False)
                        | Q(state="void", voided_at__isnull=False),
                        name="paper_state",
                    ),
                    models.CheckConstraint(condition=Q(versions__gte=1), name="paper_versions"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperVersion",
            fields=[
                *record(),
                ("about", models.UUIDField()),
                ("compartment", models.CharField(max_length=10)),
                ("n", models.SmallIntegerField()),
                ("how", models.CharField(max_length=8)),
                ("words", models.JSONField(default=dict)),
                ("sheet", models.JSONField(default=dict)),
                ("by", models.ForeignKey(**ACCOUNT)),
                ("dispute", models.ForeignKey(**PROTECT, to="disputes.dispute")),
                ("document", models.ForeignKey(blank=True, null=True, **PROTECT, to="core.document")),
                ("office", models.ForeignKey(**ORG)),
                ("org", models.ForeignKey(**ORG)),
                ("paper", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="said", to="disputes.paper")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["paper", "n"], name="paper_version_once"),
                    models.CheckConstraint(
                        condition=Q(how="edited", document__isnull=False) | (~Q(how="edited") & Q(document=None)),
                        name="paper_version_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperTemplate",
            fields=[
                *record(),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("org", models.ForeignKey(**ORG)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["org", "kind"], condition=Q(ended_at=None), name="paper_template_one"),
                    models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("created_at")), name="paper_template_ended"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pasted",
            fields=[
                *record(),
                ("about", models.UUIDField()),
                ("system", models.CharField(max_length=20)),
                ("round", models.SmallIntegerField()),
                ("by", models.ForeignKey(**ACCOUNT)),
                ("dispute", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="pasted", to="disputes.dispute")),
                ("org", models.ForeignKey(**ORG)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["dispute", "system", "round"], name="pasted_once")]},
        ),
        owned("disputes_paper", about="about", also="office_id", extra=f"compartment = {COMPARTMENTS}"),
        owned("disputes_paperversion", about="about", also="office_id", extra=f"compartment = {COMPARTMENTS}"),
        owned("disputes_pasted", about="about"),
        everyone("disputes_papertemplate", ("SELECT", "INSERT", "UPDATE")),  # empty forms: no secrets
    ]
