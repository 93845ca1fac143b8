"""Which matters' words never go onto a phone: violence at home, and whatever concerns the young."""

import uuid
from collections.abc import Sequence

from fengqiao.disputes.models import Attendance, Dispute, Sign
from fengqiao.disputes.rules import VIOLENCE


def not_for_phones(matter_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these matters with a dispute that is violence at home, a sign 涉及未成年人 nobody dismissed, or somebody
    under 18 at a session. Three queries, however many."""
    violent = Dispute.objects.filter(matter_id__in=matter_ids, kind=VIOLENCE).values_list("matter_id", flat=True)
    signed = Sign.objects.filter(about__in=matter_ids, sign="minor").exclude(state="dismissed").values_list("about", flat=True)
    young = Attendance.objects.filter(about__in=matter_ids).exclude(age="").values_list("about", flat=True)
    return {*violent, *signed, *young}
