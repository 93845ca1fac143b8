"""Addresses of the rights desk, of the access log of a record, and of the module switches."""

from django.urls import path

from fengqiao.desk.rights import views

app_name = "rights"
urlpatterns = [
    path("rights/", views.requests, name="requests"),
    path("rights/new/", views.new, name="new"),
    path("rights/<uuid:request_id>/", views.detail, name="detail"),
    path("rights/<uuid:request_id>/identity/", views.identity, name="identity"),
    path("rights/<uuid:request_id>/held/", views.held, name="held"),
    path("rights/<uuid:request_id>/print/", views.print_held, name="print"),
    path("rights/<uuid:request_id>/correct/", views.correct, name="correct"),
    path("rights/<uuid:request_id>/erase/", views.erase, name="erase"),
    path("rights/<uuid:request_id>/refuse/", views.refuse, name="refuse"),
    path("rights/<uuid:request_id>/answer/", views.answer, name="answer"),
    path("looks/<uuid:subject_id>/", views.looks, name="looks"),
    path("settings/modules/", views.modules, name="modules"),
    path("settings/modules/<slug:key>/", views.assess, name="assess"),
    path("settings/modules/<slug:key>/switch/", views.switch, name="switch"),
    path("settings/assessments/<int:assessment_id>/sign/", views.sign, name="sign"),
]
