"""Acts on phones and on what came from them."""

from fengqiao.field.acts.devices import Enrolled, bring, end, enrol, order_wipe, wiped
from fengqiao.field.acts.held import adopt, hold, keep_as_note, keep_theirs, set_aside

__all__ = ["Enrolled", "adopt", "bring", "end", "enrol", "hold", "keep_as_note", "keep_theirs", "order_wipe", "set_aside", "wiped"]
