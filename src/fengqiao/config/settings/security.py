"""Sessions, sign-on, limits. Secrets come from the home directory, never from the repository."""

import os

from fengqiao import home

_secrets = home.secrets()
SECRET_KEY = _secrets.django_secret_key
HASH_KEY = _secrets.hash_key
DATA_KEY = _secrets.encryption_key

DEBUG = False
DEMO = os.environ.get("FENGQIAO_DEMO") == "1"
ZONE = os.environ.get("FENGQIAO_ZONE", "A")
HTTPS = os.environ.get("FENGQIAO_HTTPS") == "1"
ALLOWED_HOSTS = os.environ.get("FENGQIAO_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("FENGQIAO_ORIGINS", "").split(",") if o]

AUTH_USER_MODEL = "core.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", "django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"

SESSION_COOKIE_AGE = 12 * 3600  # a shift
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "fengqiao.core.web.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "fengqiao.desk.workstation.DoorAdapter"
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False  # at a shared PC the next one signs on while the last one still is
ACCOUNT_SESSION_REMEMBER = False  # ends with the browser, at the latest after a shift
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # counted by axes: in the database, the same for every process
MFA_TOTP_ISSUER = "枫桥"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "429.html"

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000  # a form; files go through the upload limit below
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
MAX_UPLOAD = 50_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("FENGQIAO_LOG", "WARNING")},
}

STREAM_PORT = os.environ.get("FENGQIAO_STREAM_PORT", "")
