"""Addresses of shifts, their logs and handovers."""

from django.urls import path

from fengqiao.desk.shifts import views

app_name = "shifts"
urlpatterns = [
    path("shifts/", views.register, name="register"),
    path("shifts/open/", views.begin, name="open"),
    path("shifts/now/", views.now, name="now"),
    path("shifts/line/", views.line_now, name="line_now"),
    path("shifts/<uuid:shift_id>/", views.page, name="page"),
    path("shifts/<uuid:shift_id>/log/", views.log, name="log"),
    path("shifts/<uuid:shift_id>/handover.pdf", views.printed, name="printed"),
    path("shifts/<uuid:shift_id>/<slug:step>/", views.step, name="step"),
    path("settings/shifts/", views.settings, name="settings"),
    path("night/<uuid:passing_id>/sign/", views.sign_night, name="sign_night"),
]
