"""Every address of the product."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from fengqiao.config.api import api, field
from fengqiao.config.settings.apps import PACKAGE
from fengqiao.desk.views import signon

# Address prefix → app. Each app's own addresses stand in its urls.py.
ROOMS = {"intake": "", "disputes": "disputes/", "promises": "", "tasks": "tasks/", "places": "places/", "force": "force/", "insight": "figures/", "field": "field/", "portal": "", "desk": ""}

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("login/", account.login, name="login"),
    path("logout/", account.logout, name="account_logout"),
    path("logout/", account.logout, name="logout"),
    path("switch/", signon.switch, name="switch"),
    path("password/", account.password_change, name="account_change_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("mfa/", include("allauth.mfa.urls")),
    path("api/v1/", api.urls),
    path("field/v1/", field.urls),
    path("phone/", include("fengqiao.field.views.phone")),
    path("", include("fengqiao.field.views.install")),
    path("", include("fengqiao.desk.rights.urls")),
    path("", include("fengqiao.desk.shifts.urls")),
    path("", include("fengqiao.desk.briefing.urls")),
    path("", include("fengqiao.desk.approvals.urls")),
    *(path(prefix, include(f"fengqiao.{app}.urls")) for app, prefix in ROOMS.items() if (PACKAGE / app / "urls.py").exists()),
]

handler400 = "fengqiao.desk.views.errors.bad_request"
handler403 = "fengqiao.desk.views.errors.forbidden"
handler404 = "fengqiao.desk.views.errors.not_found"
handler500 = "fengqiao.desk.views.errors.broken"
