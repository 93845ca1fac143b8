"""办理依据 on a dispute's page: what may be done, what not and why, which papers, which clock; the steps of domestic violence."""

from dataclasses import asdict
from typing import Any

from django.urls import URLPattern, reverse

from fengqiao.core.actor import POLICE, Actor
from fengqiao.disputes import acts, forms, policies, rules
from fengqiao.disputes.queries import DisputePage, law
from fengqiao.disputes.rules import routes, situation, violence
from fengqiao.disputes.views.steps import Step, offer

RESULTS = {"settle_by_agreement"}  # asked when the result is written down, not shown as a route


def _facts(actor: Actor, page: DisputePage) -> dict[str, Any]:
    last = page.held.stated
    return {"facts": last.facts if last else {}}


def _answers(actor: Actor, page: DisputePage) -> dict[str, Any]:
    law.must_be_violence(page.violence)
    last = law.stated(page.id, "safety")
    return {"answers": last.facts if last else {}}


def _warned(actor: Actor, page: DisputePage) -> dict[str, Any]:
    law.must_be_violence(page.violence)
    found = law.warned(page.id)
    return {"warned": asdict(found) if found else {}}


STEPS: dict[str, Step] = {
    "facts": Step("填写办理依据", forms.FactsForm, acts.state_facts, "已填写办理依据。",
                  "只填已经查明的；未填的不作“否”。以前填写的仍保留。", _facts, policies.may_work, True),
    "safety": Step("安全核查", forms.SafetyForm, acts.check_safety, "已填写安全核查。",
                   "只问发生了什么、做了什么，不对人评分。", _answers, policies.may_check_safety, True),
    "warning": Step("记录告诫书", forms.WarningForm, acts.warn, "已记录告诫书。",
                    "告诫书送交加害人、受害人，并通知居民委员会或者村民委员会。", _warned, policies.may_decide, True),
    "extend": Step("提请延长办案期限", forms.ExtendForm, acts.ask_extension, "已提请上级审批，同意后延长。",
                   "由法律规定的机关批准；批准前期限照常计算。", None, policies.may_decide, True),
}  # fmt: skip
urlpatterns: list[URLPattern] = []


def section(actor: Actor, page: DisputePage) -> dict[str, Any] | None:
    """The law's answer for a dispute that is not ended; nothing afterwards."""
    if page.state not in rules.LIVE:
        return None
    found, last = page.law, page.held.stated
    may = page.own and actor.has(*policies.WORKS)
    shown = [one for one in found.options if one.route not in RESULTS]
    return {
        "template": "disputes/_law.html",
        "first": [routes.ROUTES[one] for one in found.first],
        "open": [one for one in shown if one.verdict == routes.ALLOWED],
        "advised": [one for one in shown if one.verdict == routes.ADVISED],
        "blocked": [one for one in shown if one.verdict == routes.BLOCKED],
        "clocks": found.clocks,
        "hints": found.hints,
        "unverified": found.unverified,
        "stated": last,
        "lines": situation.told(last.facts) if last and actor.has(*policies.WORKS, *POLICE) else [],
        "fill": reverse("disputes:step", args=[page.id, "facts"]) if may else "",
        "violence": _violence(page) if page.violence and actor.is_police else None,
    }


def _violence(page: DisputePage) -> dict[str, Any]:
    checked, given = law.stated(page.id, "safety"), law.warned(page.id)
    answers = checked.facts if checked else None
    return {
        "checked": checked,
        "undone": violence.undone(answers) if answers is not None else [],
        "warned": given,
        "decision": violence.DECISIONS[given.decision] if given else "",
        "why_not": violence.WHY_NOT.get(given.why_not, "") if given else "",
        "not_ready": violence.not_ready(answers, given),
    }


def offers(actor: Actor, page: DisputePage) -> list[dict[str, Any]]:
    """Stating the law's conditions; with domestic violence its checklist and the 告诫书."""
    if not page.own or page.state not in rules.LIVE or page.led_by:
        return []
    found = []
    if page.violence:
        found += [offer(page, "safety", STEPS["safety"].title)] if actor.has(*POLICE) else []
        found += [offer(page, "warning", STEPS["warning"].title)] if actor.has(*policies.DECIDES) else []
    if actor.has(*policies.WORKS):
        found.append(offer(page, "facts", STEPS["facts"].title))
    if page.case_number and actor.has(*policies.DECIDES):
        found.append(offer(page, "extend", STEPS["extend"].title))
    return found
