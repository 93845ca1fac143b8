"""Sealed files of operations brought to the office (USB, LAN), and the receipt that is taken back."""

import orjson
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from fengqiao.core import clock
from fengqiao.core.forms import done
from fengqiao.core.web import Request
from fengqiao.field import bundles, forms, policies, rules
from fengqiao.field.views.held import tabs


@require_http_methods(["GET", "POST"])
def bring(request: Request) -> HttpResponse:
    """Read a bundle in; the answer is the receipt, as a file to take back to the phone."""
    actor = request.actor
    policies.may_bring(actor)
    form = forms.BundleForm(request.POST, request.FILES) if request.method == "POST" else forms.BundleForm()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        if given.size > rules.BUNDLE:
            form.add_error("file", f"数据包超过 {rules.BUNDLE // 1_000_000} MB，请分次导出。")
        elif receipt := done(form, bundles.read, actor, given.read()):
            response = HttpResponse(orjson.dumps(receipt), content_type="application/json")
            response["Content-Disposition"] = f'attachment; filename="receipt-{clock.local(clock.now()):%Y%m%d-%H%M%S}.json"'
            return response
    context = {"form": form, "tabs": tabs(actor, "devices")}
    return render(request, "field/bundles.html", context, status=422 if form.errors else 200)
