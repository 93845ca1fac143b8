"""下步措施 in the officer's own words, with the state it was written in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disputes", "0007_law")]

    operations = [
        migrations.AddField("dispute", "next_step", models.CharField(blank=True, max_length=200, default=""), preserve_default=False),
        migrations.AddField("dispute", "next_for", models.CharField(blank=True, max_length=12, default=""), preserve_default=False),
    ]
