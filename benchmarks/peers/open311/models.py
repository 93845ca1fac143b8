"""A service request as Open311 GeoReport v2 has it."""

from django.db import models


class Request(models.Model):
    service_code = models.CharField(max_length=20)
    description = models.TextField(max_length=4000)
    address_string = models.CharField(max_length=200, blank=True)
    lat = models.FloatField(null=True, blank=True)
    long = models.FloatField(null=True, blank=True)
    first_name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    status = models.CharField(max_length=10, default="open", editable=False)
    requested_datetime = models.DateTimeField(auto_now_add=True, db_index=True)
