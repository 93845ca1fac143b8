"""Every address of the product."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from fengqiao.config.api import api
from fengqiao.config.settings.apps import PACKAGE

# Address prefix → app. Each app's own addresses stand in its urls.py.
ROOMS = {"intake": "", "disputes": "disputes/", "promises": "", "tasks": "tasks/", "places": "places/", "force": "force/", "portal": "", "desk": ""}

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("login/", account.login, name="login"),
    path("logout/", account.logout, name="account_logout"),
    path("logout/", account.logout, name="logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("mfa/", include("allauth.mfa.urls")),
    path("api/v1/", api.urls),
    *(path(prefix, include(f"fengqiao.{app}.urls")) for app, prefix in ROOMS.items() if (PACKAGE / app / "urls.py").exists()),
]
