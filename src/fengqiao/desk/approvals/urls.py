"""Addresses of approvals."""

from django.urls import path

from fengqiao.desk.approvals import views

app_name = "approvals"
urlpatterns = [
    path("approvals/", views.overview, name="overview"),
    path("approvals/table/", views.table, name="table"),
    path("approvals/table/<int:org_id>/", views.table_of, name="table_of"),
    path("approvals/table/<int:org_id>/<slug:key>/", views.line, name="line"),
    path("approvals/<uuid:approval_id>/", views.page, name="page"),
    path("approvals/<uuid:approval_id>/decide/", views.decide, name="decide"),
    path("approvals/<uuid:approval_id>/telephone/", views.telephone, name="telephone"),
    path("approvals/<uuid:approval_id>/look/", views.look, name="look"),
    path("approvals/<uuid:approval_id>/sign/", views.sign, name="sign"),
]
