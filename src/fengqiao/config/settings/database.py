"""PostgreSQL as three roles: owner (migrations, backup), app, sealer. Web and worker connect as app."""

import os
from typing import Any

from fengqiao import home

ROLE = os.environ.get("FENGQIAO_DB_ROLE", "app")


def _connect(role: str, *, pooled: bool) -> dict[str, Any]:
    at = home.database(role, dbname=os.environ.get("FENGQIAO_DB_NAME"))  # type: ignore[arg-type]
    known = {"host", "port", "dbname", "user", "password"}
    options: dict[str, Any] = {k: v for k, v in at.items() if k not in known}
    options["prepare_threshold"] = 5  # lets core.statements prepare; what Django itself sends stays as it is
    if pooled:
        # One connection a thread and a few to spare; min_size 0 keeps a machine at rest quiet.
        options["pool"] = {"min_size": 1, "max_size": int(os.environ.get("FENGQIAO_POOL", "8")), "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": str(at["host"]),
        "PORT": str(at["port"]),
        "NAME": at["dbname"],
        "USER": at["user"],
        "PASSWORD": at["password"],
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if pooled else 600,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


DATABASES = {
    "default": _connect(ROLE, pooled=ROLE == "app" and os.environ.get("FENGQIAO_POOL") != "0"),
    # The access log commits on its own connection, before the answer, whatever becomes of the request.
    "access": _connect("app" if ROLE == "app" else ROLE, pooled=ROLE == "app" and os.environ.get("FENGQIAO_POOL") != "0"),
}
DATABASE_ROUTERS = ["fengqiao.core.access.Router"]
FILES_DIR = home.place("files")
ERASURES_DIR = home.place("erasures")
