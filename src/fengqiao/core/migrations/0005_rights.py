"""The rights desk's numbers (Q2611-A00003): unique and rising over all organisations."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0004_system")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE core_rights_number; GRANT USAGE ON SEQUENCE core_rights_number TO fengqiao_app",
            "DROP SEQUENCE core_rights_number",
        )
    ]
