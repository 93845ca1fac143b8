"""Rules of law as data."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0006_approvals")]

    operations = []
