"""手机端安装: the page a phone opens first: the local root certificate, the app's address as a QR code, the home screen."""

from io import BytesIO

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from fengqiao.home import place


def _root() -> bytes | None:
    """The local root certificate (PEM) made by `fengqiao cert`; None where another authority's is used."""
    file = place("certs") / "ca.crt"
    return file.read_bytes() if file.exists() else None


@require_GET
def install(request: HttpRequest) -> HttpResponse:
    """How a phone gets the app, in three steps. Open to everybody: nothing here is secret."""
    here = request.build_absolute_uri("/install/")
    app = request.build_absolute_uri("/phone/").replace("http://", "https://", 1)
    root = _root()
    print_ = x509.load_pem_x509_certificate(root).fingerprint(hashes.SHA256()).hex().upper() if root else ""
    context = {
        "here": here, "app": app, "code": _drawn(here), "root": root is not None, "secure": request.is_secure(),
        "fingerprint": " ".join(print_[n : n + 4] for n in range(0, len(print_), 4)),
    }  # fmt: skip
    return render(request, "field/install.html", context)


def _drawn(address: str) -> str:
    """A QR code of an address, as SVG to stand in the page."""
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=5, border=2, xmldecl=False, svgns=True, omitsize=False)
    return out.getvalue().decode()


@require_GET
def certificate(request: HttpRequest) -> HttpResponse:
    """The local root certificate, as phones install it."""
    if (root := _root()) is None:
        raise Http404("这台服务器没有本地根证书。")
    response = HttpResponse(root, content_type="application/x-x509-ca-cert")
    response["Content-Disposition"] = 'attachment; filename="fengqiao-ca.crt"'
    return response


urlpatterns = [path("install/", install, name="install"), path("install/ca.crt", certificate, name="install_certificate")]
