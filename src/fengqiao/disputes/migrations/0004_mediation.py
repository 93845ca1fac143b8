"""调解."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("disputes", "0003_levels")]

    operations = []
