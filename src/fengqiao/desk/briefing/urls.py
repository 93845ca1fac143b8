"""Addresses of the morning's page."""

from django.urls import path

from fengqiao.desk.briefing import views

app_name = "briefing"
urlpatterns = [
    path("briefing/", views.briefing, name="briefing"),
    path("briefing/bulletin.pdf", views.bulletin, name="bulletin"),
]
