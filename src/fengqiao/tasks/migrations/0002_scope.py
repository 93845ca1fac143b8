"""Row-level security of tasks: who gave it and who has it to do."""

from django.db import migrations

from fengqiao.core.rls import owned


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial"), ("core", "0004_system")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE tasks_number; GRANT USAGE ON SEQUENCE tasks_number TO fengqiao_app",
            "DROP SEQUENCE tasks_number",
        ),
        owned("tasks_task", also="to_org_id", files_to_others=True),
    ]
