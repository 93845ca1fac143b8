"""查阅记录: every opening of personal data, written on its own connection before the answer (S4).

If the line cannot be written, the read is refused. Lists show masked names and write nothing.
"""

import logging
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, connections

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Refused
from fengqiao.core.ids import uuid7

log = logging.getLogger(__name__)


class Router:
    """Nothing of the models lives on the access connection; it is only written to by `opened`."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"


def opened(
    actor: Actor,
    kind: str,
    subject_id: uuid.UUID | None,
    purpose: str,
    fields: Iterable[str] = (),
    *,
    action: str = "open",
) -> None:
    """Write one access line and commit it; raise Refused (503) when that fails, so that no look goes unlogged.

    kind     what was looked at (matter, report, document, export, lookup)
    purpose  why, in the user's words or a listed purpose; required
    fields   which personal fields were shown
    """
    if not purpose.strip():
        raise Refused("查阅个人信息须填写事由。", status=422)
    try:
        with connections["access"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_access (id, at, account_id, post_id, org_id, kind, subject_id, action, purpose, fields)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    uuid7(), clock.now(), actor.account_id, actor.post_id, actor.org_id, kind, subject_id, action,
                    purpose[:200], list(fields),
                ],
            )  # fmt: skip
    except DatabaseError as error:
        log.exception("access line not written")
        raise Refused(
            "查阅记录暂时无法写入，为保护个人信息，本次未予显示。请稍后再试。", status=503
        ) from error
