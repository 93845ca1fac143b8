"""What hand-overs do by themselves: say once, to both sides, that one ran over its time."""

from procrastinate.contrib.django import app

from fengqiao.core import notices
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.promises import queries


def warn() -> int:
    """Tell holder and sender of every hand-over newly over time; returns how many there were. Safe to repeat."""
    actor = system_actor("时限提醒")
    with scope(actor):
        late = queries.newly_overdue(actor)
        for shown in late:
            text = f"{shown.kind_word} {shown.number} 已超时，现由{shown.holder}办，已 {shown.waited_words}"
            for org_id in {shown.holder_id or shown.org_id, shown.org_id}:
                notices.notify(queries.OVERDUE, text, f"/promises/{shown.id}/", org_id=org_id, about=shown.id)
    return len(late)


@app.periodic(cron="*/10 * * * *")
@app.task(name="promises.warn", queueing_lock="promises.warn", pass_context=False)
def warn_now(timestamp: int) -> None:
    """Every ten minutes. `timestamp`: the moment it was due (seconds since 1970)."""
    warn()
