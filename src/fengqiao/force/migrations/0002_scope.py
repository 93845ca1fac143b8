"""Row-level security: staff and their placements are seen inside the organisations that own them."""

from django.db import migrations

from fengqiao.core.rls import everyone, owned


class Migration(migrations.Migration):
    dependencies = [("force", "0001_initial"), ("places", "0002_scope"), ("core", "0003_furniture")]

    operations = [
        owned("force_servicerecord"),
        owned("force_placement"),
        everyone("force_templateuse", ("SELECT", "INSERT", "UPDATE")),  # like organisations themselves: no secret
        owned("force_duty"),
    ]
