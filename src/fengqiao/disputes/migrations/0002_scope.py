"""Row-level security of disputes: who leads them, and who their matter is shared with; the sequence of their numbers."""

from django.db import migrations

from fengqiao.core.rls import owned


class Migration(migrations.Migration):
    dependencies = [("disputes", "0001_initial"), ("core", "0005_rights"), ("intake", "0002_scope")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE disputes_number; GRANT USAGE ON SEQUENCE disputes_number TO fengqiao_app",
            "DROP SEQUENCE disputes_number",
        ),
        owned("disputes_dispute", about="matter_id"),
        owned("disputes_party", about="about"),
        owned("disputes_revisit", about="about"),
    ]
