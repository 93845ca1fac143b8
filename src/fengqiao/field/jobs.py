"""What the phones' room does by itself, once a night."""

from fengqiao.core import clock
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.field import acts, queries


def night() -> int:
    """Void the numbers of earlier years that phones did not use; for how many phones."""
    actor = system_actor("手机")
    with scope(actor):
        waiting = queries.with_numbers_before(clock.today().year)
    for device in waiting:
        acts.close_year(actor, device_id=device)
    return len(waiting)
