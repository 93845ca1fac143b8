"""Red and orange disputes in the list's order."""

from django.db import migrations
from django.db.models import Index, Q


class Migration(migrations.Migration):
    dependencies = [("disputes", "0010_read_in_order")]

    operations = [
        migrations.AddIndex(
            "dispute", Index(fields=["org", "-created_at", "-id"], name="dispute_serious", condition=Q(level__in=["orange", "red"]))
        ),
    ]
