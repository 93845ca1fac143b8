from django.db import models

from fengqiao.core.collection import impersonal, personal
from fengqiao.core.models.base import Record

FILED = {
    "purpose": "办理事项的书证材料",
    "basis": "公安机关办理行政案件程序规定第六十条",
    "source": "当事人或办理人提交",
    "seen_by": "事项所属单位及共享单位",
    "retention": "P3Y",
}


class Document(Record):
    """材料: a stored file. Addressed by the SHA-256 of its plain bytes, encrypted at rest, fsynced before commit."""

    about = models.UUIDField()
    name = personal(models.CharField(max_length=200), **FILED)
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    media_type = impersonal(models.CharField(max_length=80), "media type found in the bytes")
    purpose = models.CharField(max_length=30)
    retain_until = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    stored = impersonal(models.CharField(max_length=100), "path below the files folder")

    class Meta:
        indexes = [models.Index(fields=["about"]), models.Index(fields=["sha256"])]
