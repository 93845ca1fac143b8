"""Addresses of disputes."""

from django.urls import path

from fengqiao.disputes.views import agreements, law, levels, lists, mediation, page, papers

app_name = "disputes"

urlpatterns = [
    path("", lists.listing, name="list"),
    path("export/", lists.export, name="export"),
    path("open/<uuid:matter_id>/", page.open_dispute, name="open"),
    path("<uuid:dispute_id>/", page.page, name="page"),
    path("<uuid:dispute_id>/unmasked/", page.unmasked, name="unmasked"),
    path("<uuid:dispute_id>/earlier/", page.earlier, name="earlier"),
    path("<uuid:dispute_id>/take/", page.take, name="take"),
    path("<uuid:dispute_id>/do/<slug:name>/", page.step, name="step"),
    *(pattern for subject in (levels, law, mediation, agreements, papers) for pattern in subject.urlpatterns),
]
