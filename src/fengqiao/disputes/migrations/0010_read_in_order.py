"""Each filter of the list of disputes has an index in the list's order: what is read does not grow with what is held."""

from django.db import migrations
from django.db.models import Index, Q

LIVE = ["handed", "opened", "reopened", "revisited", "settled", "working"]


class Migration(migrations.Migration):
    dependencies = [("core", "0009_sight"), ("disputes", "0009_level_owner")]

    operations = [
        migrations.AddIndex("dispute", Index(fields=["org", "-created_at", "-id"], name="dispute_live", condition=Q(state__in=LIVE))),
        migrations.AddIndex("dispute", Index(fields=["org", "kind", "-created_at", "-id"], name="dispute_kind")),
        migrations.AddIndex("dispute", Index(fields=["org", "outcome", "-created_at", "-id"], name="dispute_outcome", condition=~Q(outcome=""))),
        migrations.AddIndex(
            "dispute", Index(fields=["owner", "org", "-created_at", "-id"], name="dispute_mine", condition=Q(owner__isnull=False))
        ),
    ]  # fmt: skip
