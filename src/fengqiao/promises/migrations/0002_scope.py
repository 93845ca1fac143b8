"""Row-level security of hand-overs: sender, receiver, and whoever the matter is shared with."""

from django.db import migrations

from fengqiao.core.rls import owned


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_initial"), ("core", "0004_system")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE promises_number; GRANT USAGE ON SEQUENCE promises_number TO fengqiao_app",
            "DROP SEQUENCE promises_number",
        ),
        owned("promises_promise", about="about", also="to_org_id", files_to_others=True),
        owned("promises_slip"),
    ]
