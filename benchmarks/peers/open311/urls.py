"""POST /requests.json: validate, save one row, answer its number."""

from django import forms
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from open311.models import Request


class RequestForm(forms.ModelForm):
    class Meta:
        model = Request
        fields = ("service_code", "description", "address_string", "lat", "long", "first_name", "phone")


@csrf_exempt
@require_POST
def requests(request: HttpRequest) -> JsonResponse:
    form = RequestForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    saved = form.save()
    return JsonResponse([{"service_request_id": saved.pk, "service_notice": ""}], safe=False, status=201)


urlpatterns = [path("requests.json", requests)]
