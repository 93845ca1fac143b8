"""风险等级与治安违法线索."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("disputes", "0002_scope")]

    operations = []
