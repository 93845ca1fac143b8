"""Addresses of the front door."""

from django.urls import path

from fengqiao.intake.views import imports, matters, receiving, steps, waiting

app_name = "intake"

urlpatterns = [
    path("reports/new/", receiving.new, name="new"),
    path("reports/similar/", receiving.similar, name="similar"),
    path("reports/places/", receiving.places, name="places"),
    path("reports/place/", receiving.place, name="place"),
    path("reports/card/", receiving.card, name="card"),
    path("reports/kind/<str:code>/", receiving.kind, name="kind"),
    path("reports/<uuid:report_id>/", receiving.receipt, name="receipt"),
    path("reports/<uuid:report_id>/receipt.pdf", receiving.receipt_pdf, name="receipt-pdf"),
    path("reports/<uuid:report_id>/case.pdf", receiving.case_pdf, name="case-pdf"),
    path("reports/<uuid:report_id>/detach/", steps.detach, name="detach"),
    path("reports/<uuid:report_id>/again/", steps.mark_again, name="mark-again"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("pairs/<uuid:suggestion_id>/", waiting.pair, name="pair"),
    path("pairs/<uuid:suggestion_id>/merge/", waiting.merge, name="pair-merge"),
    path("pairs/<uuid:suggestion_id>/again/", waiting.merge, {"again": True}, name="pair-again"),
    path("pairs/<uuid:suggestion_id>/apart/", waiting.apart, name="pair-apart"),
    path("pairs/<uuid:suggestion_id>/ask/", waiting.ask, name="pair-ask"),
    path("intake/asked/<uuid:suggestion_id>/", waiting.asked, name="asked"),
    path("intake/asked/<uuid:suggestion_id>/agree/", waiting.agree, name="agree"),
    path("intake/asked/<uuid:suggestion_id>/refuse/", waiting.refuse, name="refuse"),
    path("joins/<uuid:join_id>/undo/", steps.unmerge, name="unmerge"),
    path("matters/", matters.listing, name="matters"),
    path("matters/export/", matters.export, name="export"),
    path("matters/<uuid:matter_id>/", matters.matter, name="matter"),
    path("matters/<uuid:matter_id>/unmasked/", matters.unmasked, name="unmasked"),
    path("matters/<uuid:matter_id>/take-over/", steps.take_over, name="take-over"),
    path("matters/<uuid:matter_id>/open/<slug:kind>/", steps.open_trade, name="open"),
    path("matters/<uuid:matter_id>/papers/<str:kind>/", matters.make_paper, name="paper"),
    path("matters/<uuid:matter_id>/papers/<str:kind>.pdf", matters.paper_pdf, name="paper-pdf"),
    path("matters/<uuid:matter_id>/do/<slug:name>/", steps.step, name="step"),
    path("imports/", imports.listing, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/<uuid:run_id>/", imports.page, name="import"),
    path("imports/<uuid:run_id>/progress/", imports.progress, name="import-progress"),
    path("imports/<uuid:run_id>/discard/", imports.discard, name="import-discard"),
    path("imports/<uuid:run_id>/refused.csv", imports.refused, name="import-refused"),
]
