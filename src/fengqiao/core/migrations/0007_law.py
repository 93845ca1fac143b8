"""Rules of law as data: their editions, of which no two hold on one day, loaded from what is shipped."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import fengqiao.core.clock
import fengqiao.core.models.law
from fengqiao.core.queries.law import columns
from fengqiao.core.rls import everyone
from fengqiao.core.rules.deadlines import rules


def load(apps, editor):
    edition = apps.get_model("core", "RuleEdition")
    known = {field.name for field in edition._meta.local_fields}
    rows = [{name: value for name, value in columns(one).items() if name in known} for one in rules()]
    edition.objects.bulk_create(edition(**row) for row in rows)


class Migration(migrations.Migration):
    dependencies = [("core", "0006_approvals")]

    operations = [
        BtreeGistExtension(),
        migrations.AddField("deadline", "natural", models.BooleanField(db_default=False, default=False)),
        migrations.CreateModel(
            name="RuleEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=40)),
                ("edition", models.CharField(blank=True, max_length=20)),
                ("step", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=5)),
                ("limit", models.IntegerField(blank=True, null=True)),
                ("unit", models.CharField(blank=True, max_length=10)),
                ("extension", models.IntegerField(blank=True, null=True)),
                ("extension_by", models.CharField(blank=True, max_length=60)),
                ("pauses", models.CharField(blank=True, max_length=60)),
                ("rolls", models.BooleanField(default=False)),
                ("basis", models.CharField(default="step", max_length=8)),
                ("law", models.CharField(max_length=100)),
                ("article", models.CharField(blank=True, max_length=60)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("mark", models.CharField(blank=True, max_length=2)),
                ("state", models.CharField(default="待核", max_length=2)),
                ("on_expiry", models.CharField(blank=True, max_length=60)),
                ("blocks", models.BooleanField(default=False)),
                ("module", models.CharField(blank=True, max_length=20)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("checked", models.CharField(blank=True, max_length=200)),
                ("added_at", models.DateTimeField(default=fengqiao.core.clock.now)),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("rule", "edition"), name="rule_edition_once"),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("replaced_at", None)),
                        expressions=[
                            ("rule", "="),
                            (fengqiao.core.models.law.Holding("valid_from", "valid_to", models.Value("[]")), "&&"),
                        ],
                        name="rule_one_edition_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis__in", ["step", "conduct"]), ("state__in", ["已核", "待核"])), name="rule_states"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("blocks", False), ("state", "已核"), _connector="OR"), name="rule_blocks_when_checked"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bureau", None),
                            ("state", "待核"),
                            models.Q(models.Q(("checked", ""), _negated=True), models.Q(("article", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="rule_checked_against",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bureau", None), _negated=True),
                            models.Q(("law", "治安管理处罚法"), _negated=True),
                            ("valid_from__lt", "2026-01-01"),
                            ("state", "待核"),
                            _connector="OR",
                        ),
                        name="rule_new_law_unread",
                    ),
                ],
            },
        ),
        everyone("core_ruleedition", ("SELECT", "INSERT", "UPDATE")),
        migrations.RunSQL("GRANT USAGE ON SEQUENCE core_ruleedition_id_seq TO fengqiao_app", migrations.RunSQL.noop),
        migrations.RunPython(load, migrations.RunPython.noop, elidable=False),
    ]  # fmt: skip
