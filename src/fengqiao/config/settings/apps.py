"""Which apps, which middleware, which templates."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]

TRADE = ["core", "places", "force", "promises", "tasks", "intake", "disputes", "desk", "portal", "insight", "field"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "procrastinate.contrib.django",
    *(f"fengqiao.{app}" for app in TRADE if (PACKAGE / app / "apps.py").exists()),
    "fengqiao.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "fengqiao.core.web.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fengqiao.core.web.act_as",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "desk" / "templates"],  # before the sign-on library's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fengqiao.config.wiring.page_context",
            ],
        },
    }
]

ROOT_URLCONF = "fengqiao.config.urls"
WSGI_APPLICATION = "fengqiao.config.wsgi.application"
STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # served from the package: no collectstatic step on a modest machine
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Jobs stand in each app's jobs.py; procrastinate finds them there. The live stream has no use for them.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None if os.environ.get("FENGQIAO_PROCESS") == "stream" else "jobs"
