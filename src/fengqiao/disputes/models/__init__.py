"""Tables of disputes, by subject."""

from typing import Any

from django.apps import apps

from fengqiao.core.models import Record
from fengqiao.disputes.models.agreements import Agreement, Confirmation, Obligation, Performance
from fengqiao.disputes.models.dispute import Dispute, Party, Revisit
from fengqiao.disputes.models.law import Statement, Warning
from fengqiao.disputes.models.levels import LevelChange, Sign
from fengqiao.disputes.models.mediation import (
    Advice,
    Attendance,
    Committee,
    CommitteeMember,
    Cooperation,
    Hearing,
    LawyerSlot,
    MediationSession,
    Method,
    Recusal,
    Room,
    SessionMediator,
)
from fengqiao.disputes.models.papers import Paper, PaperTemplate, PaperVersion, Pasted
from fengqiao.disputes.models.reviews import Review

__all__ = [
    "Advice", "Agreement", "Attendance", "Committee", "CommitteeMember", "Confirmation", "Cooperation", "Dispute",
    "Hearing", "LawyerSlot", "LevelChange", "MediationSession", "Method", "Obligation", "Paper", "PaperTemplate",
    "PaperVersion", "Party", "Pasted", "Performance", "Recusal", "Review", "Revisit", "Room", "SessionMediator", "Sign",
    "Statement", "Warning", "of_dispute",
]  # fmt: skip


def of_dispute() -> list[type[Any]]:
    """Every table whose rows belong to one dispute and are seen with it: they go along when another office leads it."""
    return [
        model
        for model in apps.get_app_config("disputes").get_models()
        if issubclass(model, Record)
        and {"dispute", "about"} <= {field.name for field in model._meta.local_fields}
    ]
