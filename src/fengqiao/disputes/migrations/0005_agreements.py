"""协议、履行与回访."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("disputes", "0004_mediation")]

    operations = []
