"""家庭暴力: the safety checklist, and what must be on record before it is closed (ND-35; 反家庭暴力法 15–17, 23).

The list asks what happened and what was done, never how dangerous somebody is: there is no score, and nothing adds up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

WARNING, SERVED, RESPONSE, PROTECTION = "violence_warning", "violence_warning_served", "violence_response", "protection_application"

# question → what it asks; every one is answered yes or no
QUESTIONS = {
    "stopped": "暴力已制止，双方已分开",
    "child": "现场有未成年人",
    "injury": "受害人有伤",
    "weapon": "使用或者拿出器械",
    "threat": "扬言再次施暴",
    "fear": "受害人表示害怕回家",
    "evidence": "已固定证据（录音录像、照片、陈述）",
    "told": "已告知可以申请人身安全保护令",
    "vulnerable": "受害人无民事行为能力或者限制民事行为能力",
}
# asked when another one was answered yes: answer → (question, what it asks)
FOLLOWING = {
    "injury": ("treated", "已协助就医、鉴定伤情，或者受害人不愿意"),
    "fear": ("sheltered", "已协助联系庇护场所、亲友，或者受害人不愿意"),
    "vulnerable": ("placed", "危险状态的，已通知并协助民政部门安置；无危险状态的选“是”"),
}
ANSWERS = QUESTIONS | dict(FOLLOWING.values())
# duty → the rule of law it comes from
DUTIES = {"stopped": RESPONSE, "evidence": RESPONSE, "treated": RESPONSE, "placed": RESPONSE, "told": PROTECTION, "sheltered": RESPONSE}

DECISIONS = {"given": "出具告诫书", "not_given": "不出具告诫书"}
WHY_NOT = {
    "punished": "已依法给予治安管理处罚或者受案办理",
    "criminal": "涉嫌犯罪，已立案",
    "educated": "情节较轻，已批评教育",
    "unfounded": "经查不是家庭暴力",
}


@dataclass(frozen=True, slots=True)
class Warned:
    """告诫书 as it stands: given or not and why; the days it reached both sides and the committee was told."""

    decision: str
    why_not: str = ""
    offender_on: date | None = None
    victim_on: date | None = None
    committee: str = ""
    committee_on: date | None = None


def problems(answers: Mapping[str, Any]) -> dict[str, str]:
    """Questions not answered yet, and answers that are none."""
    wrong = {name: "没有这一项。" for name in answers if name not in ANSWERS}
    asked = [*QUESTIONS, *(then for name, (then, _) in FOLLOWING.items() if answers.get(name) is True)]
    return wrong | {name: "请选择是或者否。" for name in asked if not isinstance(answers.get(name), bool)}


def undone(answers: Mapping[str, bool]) -> list[str]:
    """Duties the list shows as not done: what to do still, in words."""
    due = [name for name in DUTIES if name in QUESTIONS or any(then == name and answers.get(first) for first, (then, _) in FOLLOWING.items())]
    return [ANSWERS[name] for name in due if not answers.get(name)]


def not_ready(answers: Mapping[str, bool] | None, warned: Warned | None) -> str:
    """Why a case of domestic violence may not be closed yet; empty when it may.

    Closing asks for the safety checklist, the decision on the 告诫书, and, when one was given, that it reached both sides and
    the committee was told (反家庭暴力法 16, 17).
    """
    if answers is None:
        return "请先填写家庭暴力安全核查。"
    if warned is None:
        return "请先记录告诫书：已出具，或者不出具的理由。"
    if warned.decision == "not_given":
        return ""
    if not (warned.offender_on and warned.victim_on):
        return "告诫书须送交加害人和受害人，请记录送交日期。"
    if not (warned.committee and warned.committee_on):
        return "出具告诫书须通知居民委员会或者村民委员会，请记录通知日期。"
    return ""
