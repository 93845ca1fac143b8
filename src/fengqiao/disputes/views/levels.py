"""风险等级与违法迹象 on a dispute's page."""

from typing import Any

from django.urls import URLPattern, reverse

from fengqiao.core.actor import Actor
from fengqiao.core.queries.timeline import Line
from fengqiao.core.rules.vocabularies import vocabulary
from fengqiao.disputes import acts, policies, rules
from fengqiao.disputes.forms import levels as forms
from fengqiao.disputes.queries import DisputePage, levels
from fengqiao.disputes.rules.levels import LEVELS, SERIOUS, WORDS
from fengqiao.disputes.views.steps import Step, offer
from fengqiao.intake import queries as intake


def _leaders(actor: Actor, page: DisputePage) -> dict[str, Any]:
    return {"leaders": levels.leaders(page.org_id)}


def _raising(actor: Actor, page: DisputePage) -> dict[str, Any]:
    terms = {level: levels.terms_of(page.held.settings, level) for level in LEVELS}
    return _leaders(actor, page) | {"owners": intake.owners(actor, page.held.matter), "terms": terms}


def _signs(actor: Actor, page: DisputePage) -> dict[str, Any]:
    return {"signs": page.held.signs, "case_number": page.case_number}


WORKS, DECIDES = policies.may_work, policies.may_decide
STEPS: dict[str, Step] = {
    "raise": Step("定风险等级", forms.RaiseForm, acts.raise_level, "已提交。", "等级只定在这件纠纷上。不在本人权限内的，由审批人决定后生效。",
                  _raising, WORKS, True),
    "lower": Step("降低风险等级", forms.LowerForm, acts.lower_level, "已提交。", "红色、橙色降级须所长或副所长审批。", None, WORKS, True),
    "lead": Step("指定包案领导", forms.LeadForm, acts.appoint, "已指定。", "", _leaders, policies.may_appoint, True),
    "ask-close": Step("提请结案审批", forms.AskCloseForm, acts.ask_close, "已提请。", "", None, DECIDES, True),
    "signs": Step("登记违法迹象", forms.SignsForm, acts.add_signs, "已登记。", "填案件编号或不予受案理由之前，不得调解。", None, WORKS, True),
    "sign-case": Step("填案件编号", forms.CaseForm, acts.enter_case, "已填写。", "", _signs, DECIDES, True),
    "sign-refuse": Step("不予受案", forms.NotAcceptedForm, acts.refuse_case, "已提交。", "须写明理由，由所领导审签。", _signs, DECIDES, True),
    "sign-confirm": Step("确认违法迹象", forms.ConfirmSignsForm, acts.confirm_signs, "已确认。", "", _signs, DECIDES, True),
    "sign-dismiss": Step("排除违法迹象", forms.DismissSignsForm, acts.dismiss_signs, "已排除。", "", _signs, DECIDES, True),
}  # fmt: skip
urlpatterns: list[URLPattern] = []


def section(actor: Actor, page: DisputePage) -> dict[str, Any] | None:
    """Level with its reasons, how often it happened lately, and the violation signs with what became of each."""
    changes = page.held.changes
    live, mine = page.state in rules.LIVE, page.own and not page.led_by
    works, decides = mine and live and actor.has(*policies.WORKS), mine and live and actor.has(*policies.DECIDES)
    signs = page.held.signs
    standing = next((one for one in changes if one.state == "standing" and one.level == page.level), None)
    asked = next((one for one in changes if one.state == "asked"), None)
    return {
        "template": "disputes/_levels.html",
        "standing": standing if page.level else None,
        "asked": asked,
        "asked_word": WORDS[asked.level] if asked else "",
        "unsigned": standing if standing and standing.automatic and standing.waits else None,
        "changes": [(one, WORDS[one.was], WORDS[one.level]) for one in changes],
        "serious": page.level in SERIOUS,
        "terms": levels.terms_of(page.held.settings, page.level) if page.level else None,
        "repeat": page.held.repeat if live else None,
        "counting": page.held.counting,
        "signs": signs,
        "open": [one for one in signs if one.state == "open"],
        "asked_signs": next((one.asked for one in signs if one.asked), None) if all(one.asked for one in signs if one.state == "open") else None,
        "hinted": [one for one in signs if one.state == "suggested"],
        "law": levels.LAW,
        "raise_url": _url(page, "raise") if works and not asked and page.level != "red" else "",
        "lower_url": _url(page, "lower") if works and not asked and page.level else "",
        "lead_url": _url(page, "lead") if mine and live and page.level in SERIOUS and actor.has(*policies.APPOINTS) else "",
        "signs_url": _url(page, "signs") if works else "",
        "answer": {name: _url(page, f"sign-{name}") for name in ("case", "refuse", "confirm", "dismiss")} if decides else {},
    }


def _url(page: DisputePage, name: str) -> str:
    return reverse("disputes:step", args=[page.id, name])


def offers(actor: Actor, page: DisputePage) -> list[dict[str, Any]]:
    """The signature a red or orange dispute needs before it is closed."""
    if page.level not in SERIOUS or page.state not in ("settled", "revisited") or not page.own or not actor.has(*policies.DECIDES):
        return []
    return [offer(page, "ask-close", "提请结案审批")] if page.unsigned and page.unsigned != levels.CLOSE_ASKED else []


def tell(line: Line, entry: dict[str, Any]) -> None:
    """What only these acts tell on the timeline: levels, reasons, signs, what was signed."""
    facts, details = line.facts, entry["details"]
    if line.act.startswith("core.") and line.content.get("words"):
        entry["text"] = line.content["words"]
    if not line.act.startswith("disputes."):
        return
    level, lead = facts.get("level"), facts.get("lead")
    if isinstance(level, dict):
        asked = "（待审批）" if facts.get("asked") else ""
        if level["was"] != level["now"]:
            entry["changes"].append(("风险等级", WORDS[level["was"]], WORDS[level["now"]] + asked))
        details.append(("理由", _names("level_reasons", facts.get("reasons", []))))
    if isinstance(facts.get("signs"), list):
        details.append(("迹象", _names("violation_signs", facts["signs"])))
    if "case" in facts:
        details.append(("案件编号", str(facts["case"])))
    if isinstance(facts.get("granted"), bool):
        details.append(("审批", "同意" if facts["granted"] else "不同意"))
    if isinstance(owner := facts.get("owner"), dict):
        details.append(("主办人", "已变更" if owner["was"] else "已指定"))
    if isinstance(lead, dict):
        details.append(("包案领导", "已变更" if lead["was"] else "已指定"))


def _names(table: str, codes: list[str]) -> str:
    known = vocabulary(table)
    return "、".join(known[code].name if code in known else code for code in codes)
