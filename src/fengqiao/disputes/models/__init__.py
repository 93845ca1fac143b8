"""Tables of disputes, by subject."""

from fengqiao.disputes.models.dispute import Dispute, Party, Revisit

__all__ = ["Dispute", "Party", "Revisit"]
