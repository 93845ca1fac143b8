"""办理依据 of a dispute: what the law allows now, under the editions in force; the checklist of domestic violence."""

import uuid
from typing import Any

from fengqiao.core import clock, deadlines
from fengqiao.core.actor import Actor
from fengqiao.core.errors import NotThere, Refused
from fengqiao.core.queries import approvals
from fengqiao.core.queries.law import editions
from fengqiao.disputes import policies, rules
from fengqiao.disputes.models import Agreement, Dispute, Warning
from fengqiao.disputes.queries.held import Held, stated
from fengqiao.disputes.rules import NOTHING_DUE, routes, situation, violence
from fengqiao.disputes.rules.agreements import SELF, performance_of
from fengqiao.disputes.rules.due import CASE, Running, clocks
from fengqiao.disputes.rules.routes import Assessment, Law
from fengqiao.disputes.rules.situation import Situation
from fengqiao.intake import queries as intake


def in_force() -> Law:
    """The rules as this installation has them, and the bureau's working calendar."""
    return Law(editions(), deadlines.calendar())


def situation_of(held: Held, **more: Any) -> Situation:
    """The dispute's situation today: what was stated last, over it what the records show, over that `more` (fields of Situation).

    The day of the conduct, while nobody stated it, is that of the latest occurrence. A matter marked as domestic violence
    makes its dispute one (ND-35).
    """
    told = held.stated.facts if held.stated else {}
    facts = {**told, **_on_record(held), **more}
    facts.setdefault("conduct", clock.local(held.matter.last_at).date())
    return situation.situation(held.dispute.kind, clock.today(), facts)


def _on_record(held: Held) -> dict[str, Any]:
    """What nobody has to state, because it stands in the dispute's own records."""
    days = {clock.local(at).date().isoformat() for at in held.failed}
    tries = held.stated.facts.get("tries", ()) if held.stated else ()
    facts: dict[str, Any] = {"signs_open": any(one.state == "open" for one in held.signs), "tries": sorted({*tries, *days})}
    if held.matter.kind == rules.VIOLENCE:
        facts["violence"] = True
    if held.matter.case_number:
        facts["accepted"] = True
        facts["case_extended"] = extended(held.dispute.id)
    if asked := next((one for one in held.recusals if one.decided_at is None), None):
        facts["recusal_on"] = clock.local(asked.created_at).date()
    if held.standing:
        facts |= _agreed(held.standing)
    return facts


def extended(dispute_id: uuid.UUID) -> int:
    """Days the organ above granted for the case behind a dispute, in all (延长期限, the approvals table)."""
    granted = approvals.granted_on(dispute_id, "extension")
    return sum(int(change.get("days", 0)) for change in granted)


def case_clock(dispute: Dispute, matter: Any) -> Running | None:
    """The running clock of the case's limit; None when none runs."""
    return next((one for one in clocks(situation_of(Held(dispute, matter)), in_force()) if one.rule == CASE), None)


def young(dispute: Dispute) -> bool:
    """Was it stated that a party is under eighteen?"""
    told = stated(dispute.id)
    return bool(told and told.facts.get("age"))


HOSTS = {"people": "people", "security": "security", SELF: "self"}  # the rest: others
PERFORMED = {"performed": "performed", NOTHING_DUE: "performed", "not_performed": "broken"}  # the rest: still to come


def _agreed(standing: Agreement) -> dict[str, Any]:
    owed = list(standing.obligations.all())  # in their order (agreements.rows_of)
    overdue = min((one.overdue_at for one in owed if one.overdue_at), default=None)
    return {
        "agreement": "oral" if standing.form == "oral" else "written",
        "host": HOSTS.get(standing.kind, "other"),
        "agreed_on": clock.local(standing.effective_at).date(),
        "amount": int(standing.total),
        "status": standing.status,
        "performance": PERFORMED.get(performance_of([one.state for one in owed]), "pending"),
        "broken_on": clock.local(overdue).date() if overdue else None,
        "joint": hasattr(standing, "confirmation"),
    }


def assessment(actor: Actor, dispute_id: uuid.UUID) -> Assessment:
    """What may be done about the dispute now, what not and why, the papers due and the clocks that run. NotThere when unseen."""
    policies.may_read(actor)
    dispute = Dispute.objects.filter(id=dispute_id).select_related("matter").first()
    if dispute is None:
        raise NotThere
    return assess(_held(dispute))


def assess(held: Held) -> Assessment:
    """The same of a dispute that was loaded through the actor's eyes already."""
    return routes.assess(situation_of(held), in_force())


def _held(dispute: Dispute) -> Held:
    return Held(dispute, intake.survivor_of(dispute.matter))


def must_allow(actor: Actor, dispute: Dispute, what: str, **said: Any) -> routes.Option:
    """Refused (with the article) when the law, as far as it was read, or this product's order of work forbids a route now.

    what   a route of rules.routes.ROUTES, e.g. people, security, on_the_spot, second_mediation, settle_by_agreement
    said   fields of Situation known to the caller (tries, drunk, host …), standing over what was stated
    Advice that does not block comes back with the option (`reasons`).
    """
    if what not in routes.ROUTES:
        raise ValueError(f"no such route: {what}")
    known = situation_of(_held(dispute), **said)
    option = routes.assess(known, in_force()).option(what)
    if option is None:
        raise Refused(f"本纠纷不涉及{routes.ROUTES[what]}。")
    if option.verdict == routes.BLOCKED:
        cited = next((one.article for one in option.reasons if one.blocks and one.article), None)
        raise Refused(routes.refusal(option), article=cited)
    return option


def must_allow_police(actor: Actor, dispute: Dispute) -> routes.Option:
    """`must_allow` for 治安调解 as it stands: the first one, or after a failed one the second (程序规定 178, 179, 183)."""
    tried = situation_of(_held(dispute)).tries
    return must_allow(actor, dispute, "second_mediation" if tried else "security", **({"again": True} if tried else {}))


def warned(dispute_id: uuid.UUID) -> violence.Warned | None:
    """The 告诫书 of a dispute as it stands."""
    row = Warning.objects.filter(dispute_id=dispute_id).first()
    if row is None:
        return None
    return violence.Warned(row.decision, row.why_not, row.offender_on, row.victim_on, row.committee, row.committee_on)


def must_be_violence(violent: bool) -> None:
    """Refused for a dispute that is not marked as domestic violence: its checklist and 告诫书 are for that alone."""
    if not violent:
        raise Refused("本纠纷没有标为家庭暴力。")


def violent(dispute: Dispute, matter: Any) -> bool:
    """Is it domestic violence, by kind or as stated?"""
    return Held(dispute, matter).violent


def violence_not_ready(dispute: Dispute, matter: Any) -> str:
    """Why a case of domestic violence may not be closed yet; empty when it may, or when it is none (ND-35)."""
    if not violent(dispute, matter):
        return ""
    checked = stated(dispute.id, "safety")
    return violence.not_ready(checked.facts if checked else None, warned(dispute.id))
