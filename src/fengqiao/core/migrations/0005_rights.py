"""The rights desk: numbers unique and rising over all organisations; requests seen by its compartment alone."""

from django.db import migrations

from fengqiao.core.rls import COMPARTMENTS, MINE

# A request names somebody who asks about the police. Neither leader nor command room of the same bureau reads it.
SIGHT = f"org_id = {MINE} AND 'rights' = {COMPARTMENTS}"


class Migration(migrations.Migration):
    dependencies = [("core", "0004_system")]

    operations = [
        migrations.RunSQL(
            [
                "CREATE SEQUENCE core_rights_number",
                "GRANT USAGE ON SEQUENCE core_rights_number TO fengqiao_app",
                f"ALTER POLICY seen ON core_rightsrequest USING ({SIGHT})",
                f"ALTER POLICY changed ON core_rightsrequest USING ({SIGHT}) WITH CHECK ({SIGHT})",
                f"ALTER POLICY removed ON core_rightsrequest USING ({SIGHT})",
            ],
            "DROP SEQUENCE core_rights_number",
        )
    ]
