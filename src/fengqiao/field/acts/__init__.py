"""Acts on phones and on what came from them."""

from fengqiao.field.acts.devices import Enrolled, bring, end, enrol, order_wipe, wiped
from fengqiao.field.acts.held import adopt, hold, keep_as_note, keep_theirs, set_aside
from fengqiao.field.acts.ranges import close_year, reserve_numbers

__all__ = ["Enrolled", "adopt", "bring", "close_year", "end", "enrol", "hold", "keep_as_note", "keep_theirs", "order_wipe", "reserve_numbers", "set_aside", "wiped"]
