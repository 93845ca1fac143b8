"""Tables of the ground floor, by subject."""

from fengqiao.core.models.approvals import Approval
from fengqiao.core.models.base import Record
from fengqiao.core.models.documents import Document
from fengqiao.core.models.events import Content, Event, ListenerPosition, Seal
from fengqiao.core.models.law import RuleEdition
from fengqiao.core.models.ledgers import AccessLine, Erasure, Idempotency
from fengqiao.core.models.lists import Code, Deadline, ImpactAssessment, Setting, Workday
from fengqiao.core.models.numbers import Counter, PaperNumber
from fengqiao.core.models.organisations import Account, Organisation, PartnerKey, Post
from fengqiao.core.models.outbox import Message
from fengqiao.core.models.sharing import Notice, RightsRequest, SavedView, Share

__all__ = [
    "AccessLine",
    "Account",
    "Approval",
    "Code",
    "Content",
    "Counter",
    "Deadline",
    "Document",
    "Erasure",
    "Event",
    "Idempotency",
    "ImpactAssessment",
    "ListenerPosition",
    "Message",
    "Notice",
    "Organisation",
    "PaperNumber",
    "PartnerKey",
    "Post",
    "Record",
    "RightsRequest",
    "SavedView",
    "RuleEdition",
    "Seal",
    "Setting",
    "Share",
    "Workday",
]
