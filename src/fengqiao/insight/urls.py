"""Addresses of insight."""

from django.urls import path

from fengqiao.insight.views import figures, filings

app_name = "insight"

urlpatterns = [
    path("", figures.page, name="figures"),
    path("of/<str:figure>/", figures.evidence, name="evidence"),
    path("of/<str:figure>/export/", figures.export, name="export"),
    path("forms/", filings.forms, name="forms"),
    path("forms/new/", filings.new_form, name="form-new"),
    path("forms/examples/", filings.examples, name="examples"),
    path("forms/<uuid:form_id>/", filings.form, name="form"),
    path("forms/<uuid:form_id>/file/", filings.form_file, name="form-file"),
    path("forms/<uuid:form_id>/end/", filings.end_form, name="form-end"),
    path("filings/", filings.listing, name="filings"),
    path("filings/<uuid:filing_id>/", filings.filing, name="filing"),
    path("filings/<uuid:filing_id>/file/", filings.file, name="file"),
    path("filings/<uuid:filing_id>/of/<int:cell>/", filings.cell, name="cell"),
    path("filings/<uuid:filing_id>/changes/", filings.changes, name="changes"),
    path("filings/<uuid:filing_id>/<slug:move>/", filings.move, name="move"),
]
