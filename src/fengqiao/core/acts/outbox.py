"""Acts on a message to a party: it left the house, or is not sent any more."""

import uuid

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Forbidden, NotThere, Refused
from fengqiao.core.models import Message
from fengqiao.core.outbox import SENDS, STATES
from fengqiao.core.spine import act, record


@act("发出提醒")
def leave(actor: Actor, *, message_id: uuid.UUID, how: str, adapter: str = "") -> None:
    """Note that a message was sent by telephone, printed, handed to a gateway, or will not be sent.

    how  key of outbox.STATES other than waiting. Refused when it has left before.
    """
    if not actor.has(*SENDS):
        raise Forbidden("提醒由民警、辅警、值班人员或调解员发送。")
    if how not in STATES or how == "waiting":
        raise Refused("请选择发送方式。", status=422)
    row = Message.objects.select_for_update(no_key=True).filter(id=message_id).first()
    if row is None:
        raise NotThere
    if row.state != "waiting":
        raise Refused(f"这条提醒{STATES[row.state]}。")
    row.state, row.left_at, row.adapter, row.by_id = how, clock.now(), adapter, None if actor.is_system else actor.account_id
    row.version += 1
    row.save(update_fields=["state", "left_at", "adapter", "by", "version"])
    record(
        actor,
        about=row.about,
        subjects=[("message", row.id, how), (row.subject_kind, row.subject_id, "of")],
        facts={"how": how, "group": row.group, "adapter": adapter},
        org_id=row.org_id,
    )
