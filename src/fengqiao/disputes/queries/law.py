"""办理依据 of a dispute: what the law allows now, under the editions in force; the checklist of domestic violence."""

import uuid
from typing import Any

from fengqiao.core import clock, deadlines
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.queries.law import editions
from fengqiao.disputes import policies, rules
from fengqiao.disputes.models import Dispute, Statement, Warning
from fengqiao.disputes.rules import routes, situation, violence
from fengqiao.disputes.rules.routes import Assessment, Law
from fengqiao.disputes.rules.situation import Situation
from fengqiao.intake import queries as intake


def in_force() -> Law:
    """The rules as this installation has them, and the bureau's working calendar."""
    return Law(editions(), deadlines.calendar())


def stated(dispute_id: uuid.UUID, sheet: str = "law") -> Statement | None:
    """The newest statement of a sheet (law 办理依据, safety 安全核查); None before the first."""
    rows = Statement.objects.filter(dispute_id=dispute_id, sheet=sheet).select_related("by")
    return rows.order_by("-number").first()


def situation_of(dispute: Dispute, matter: Any, **more: Any) -> Situation:
    """The dispute's situation today, from what was stated last; `more` stands over it (fields of Situation).

    The day of the conduct, while nobody stated it, is that of the latest occurrence. A matter marked as domestic violence
    makes its dispute one (ND-35).
    """
    last = stated(dispute.id)
    facts = {**(last.facts if last else {}), **more}
    facts.setdefault("conduct", clock.local(matter.last_at).date())
    if matter.kind == rules.VIOLENCE:
        facts["violence"] = True
    return situation.situation(dispute.kind, clock.today(), facts)


def assessment(actor: Actor, dispute_id: uuid.UUID) -> Assessment:
    """What may be done about the dispute now, what not and why, the papers due and the clocks that run. NotThere when unseen."""
    policies.may_read(actor)
    dispute = Dispute.objects.filter(id=dispute_id).select_related("matter").first()
    if dispute is None:
        raise NotThere
    return routes.assess(situation_of(dispute, intake.survivor_of(dispute.matter)), in_force())


def must_allow(actor: Actor, dispute: Dispute, what: str, **said: Any) -> routes.Option:
    """Refused (with the article) when the law, as far as it was read, or this product's order of work forbids a route now.

    what   a route of rules.routes.ROUTES, e.g. people, security, on_the_spot, second_mediation, settle_by_agreement
    said   fields of Situation known to the caller (tries, drunk, host …), standing over what was stated
    Advice that does not block comes back with the option (`reasons`).
    """
    if what not in routes.ROUTES:
        raise ValueError(f"no such route: {what}")
    known = situation_of(dispute, intake.survivor_of(dispute.matter), **said)
    option = routes.assess(known, in_force()).option(what)
    if option is None:
        raise Refused(f"本纠纷不涉及{routes.ROUTES[what]}。")
    if option.verdict == routes.BLOCKED:
        blocking = [one for one in option.reasons if one.blocks]
        words = "".join(dict.fromkeys(one.words for one in blocking))
        raise Refused(f"不得{option.name}：{words}", article=next((one.article for one in blocking if one.article), None))
    return option


def warned(dispute_id: uuid.UUID) -> violence.Warned | None:
    """The 告诫书 of a dispute as it stands."""
    row = Warning.objects.filter(dispute_id=dispute_id).first()
    if row is None:
        return None
    return violence.Warned(row.decision, row.why_not, row.offender_on, row.victim_on, row.committee, row.committee_on)


def violence_not_ready(dispute: Dispute, matter: Any) -> str:
    """Why a case of domestic violence may not be closed yet; empty when it may, or when it is none (ND-35)."""
    if rules.VIOLENCE not in (dispute.kind, matter.kind):
        return ""
    checked = stated(dispute.id, "safety")
    return violence.not_ready(checked.facts if checked else None, warned(dispute.id))
