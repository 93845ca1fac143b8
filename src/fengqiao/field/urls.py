from django.urls import path

from fengqiao.field.views import bundles, devices, held

app_name = "field"
urlpatterns = [
    path("held/", held.held, name="held"),
    path("held/<uuid:held_id>/", held.one, name="one"),
    path("held/<uuid:held_id>/<slug:name>/", held.settle, name="settle"),
    path("conflicts/", held.conflicts, name="conflicts"),
    path("bundles/", bundles.bring, name="bundles"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<uuid:device_id>/<slug:name>/", devices.end, name="end"),
]
