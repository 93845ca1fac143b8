from django.db import models

from fengqiao.core import clock
from fengqiao.core.ids import uuid7


class Record(models.Model):
    """A record of the trade: UUIDv7, the organisation that owns it, when it was entered, an edit counter."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey("core.Organisation", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    version = models.IntegerField(default=1)

    class Meta:
        abstract = True
