"""Acts on phones and on what came from them."""

from fengqiao.field.acts.devices import Enrolled, end, enrol, order_wipe, wiped
from fengqiao.field.acts.held import hold

__all__ = ["Enrolled", "end", "enrol", "hold", "order_wipe", "wiped"]
