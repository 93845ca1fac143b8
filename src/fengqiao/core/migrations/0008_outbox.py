"""Messages to parties."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0007_law")]

    operations = []
