"""What a dispute's own records hold, each asked of the database once, when something first needs it.

The law's answer, the sections of the page and the papers due all read the same rows: they read them here.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from fengqiao.core import clock, settings_tree
from fengqiao.disputes.models import Agreement, Dispute, Hearing, Recusal, Statement
from fengqiao.disputes.queries import agreements, levels
from fengqiao.disputes.queries.mediation import recusal_rows
from fengqiao.disputes.rules import VIOLENCE
from fengqiao.disputes.rules import levels as rules
from fengqiao.intake import queries as intake


class Held:
    """The records of one dispute, loaded through the actor's eyes with the matter it now belongs to."""

    def __init__(self, dispute: Dispute, matter: Any, tree: Sequence[uuid.UUID] | None = None) -> None:
        self.dispute, self.matter = dispute, matter
        if tree is not None:
            self.tree = list(tree)

    @cached_property
    def tree(self) -> list[uuid.UUID]:
        """The matter and those joined into it."""
        return intake.under(self.matter.id)

    @cached_property
    def reports(self) -> list[tuple[uuid.UUID, str, str, Any]]:
        """The matter's reports, oldest first: id, receipt, channel, when received."""
        return intake.told_by(self.matter.id)

    @cached_property
    def stated(self) -> Statement | None:
        """The newest statement of the law's conditions (办理依据)."""
        return stated(self.dispute.id)

    @property
    def violent(self) -> bool:
        """Is it domestic violence: by the dispute's kind, by its matter's, or as stated among the law's conditions (ND-35)?"""
        kinds = (self.dispute.kind, self.matter.kind)
        return VIOLENCE in kinds or bool(self.stated and self.stated.facts.get("violence"))

    @cached_property
    def signs(self) -> list[levels.SignLine]:
        """Violation signs, those not answered first."""
        return levels.signs_of(self.dispute.id)

    @cached_property
    def failed(self) -> list[datetime]:
        """When the police mediated it in vain."""
        return [at for at in failed_hearings([self.dispute.id]).values_list("session__ended_at", flat=True) if at]

    def known(self, **rows: Any) -> "Held":
        """Itself, with rows that were read for many disputes at once (names as the properties')."""
        self.__dict__.update(rows)
        return self

    @cached_property
    def recusals(self) -> list[Recusal]:
        """Recusals, oldest first, with the people in them."""
        return recusal_rows(self.dispute.id)

    @cached_property
    def agreements(self) -> list[Agreement]:
        """Agreements with what is owed and the court's answer, the one that stands first; before a settlement there is none."""
        return agreements.rows_of(self.dispute.id) if self.dispute.round else []

    @property
    def standing(self) -> Agreement | None:
        """The agreement that stands."""
        return next((one for one in self.agreements if one.ended_at is None), None)

    @cached_property
    def changes(self) -> list[levels.Change]:
        """How the level changed, newest first."""
        return levels.changes(self.dispute.id)

    @cached_property
    def counting(self) -> rules.Counting:
        """At which occurrence it warns and raises here."""
        return rules.counting(self.settings.get("levels.repeat"))

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What the unit has set for levels."""
        return settings_tree.values(self.dispute.org_id, levels.SETTINGS)

    @cached_property
    def repeat(self) -> rules.Repeat:
        """How often it happened lately, and whether that warns or raises."""
        last = max((one.counted_to for one in self.changes if one.counted_to), default=None)
        return rules.repeated(levels.told(self.matter.id, self.tree), clock.now(), self.counting, last)


def failed_hearings(dispute_ids: Sequence[uuid.UUID]) -> QuerySet[Hearing]:
    """Hearings of the police's mediations that came to no agreement."""
    return Hearing.objects.filter(
        dispute_id__in=dispute_ids, session__kind="security", session__state="held", outcome="failed", session__ended_at__isnull=False
    )


def stated(dispute_id: uuid.UUID, sheet: str = "law") -> Statement | None:
    """The newest statement of a sheet (law 办理依据, safety 安全核查); None before the first."""
    rows = Statement.objects.filter(dispute_id=dispute_id, sheet=sheet).select_related("by")
    return rows.order_by("-number").first()
