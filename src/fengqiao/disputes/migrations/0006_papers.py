"""文书与成卷."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("disputes", "0005_agreements")]

    operations = []
