"""What the law asks about a quarrel: the ticks of the form 办理依据, in the words of the articles they come from.

Everything here is about the event and the procedure: what was done, how grave, who refused, which papers. Nothing grades a
person. A situation travels as plain facts (`facts`, `situation`), so that each statement can be kept as it was made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from fengqiao.disputes.rules.conditions import (
    Condition,
    either,
    equals,
    every,
    holds,
    no,
    stated,
    term,
    within,
)

# 程序规定 178 ¶1: the acts it lists, the three grounds
ACTS = {
    "beat": "殴打他人",
    "injure": "故意伤害",
    "insult": "侮辱",
    "slander": "诽谤",
    "frame": "诬告陷害",
    "damage": "故意损毁财物",
    "disturb": "干扰他人正常生活",
    "privacy": "侵犯隐私",
    "intrude": "非法侵入住宅",
    "other": "其他违反治安管理行为",
}
LISTED = frozenset(ACTS) - {"other"}
GROUNDS = {
    "familiar": "亲友、邻里、同事、在校学生之间因琐事引起",
    "provoked": "由被侵害人事前的过错行为引起",
    "easier": "其他适用调解更易化解矛盾的",
}
# 程序规定 179: what excludes mediation
EXCLUSIONS = {
    "hired": "雇凶伤害他人",
    "gang": "结伙斗殴或者其他寻衅滋事",
    "repeated": "多次实施违反治安管理行为",
    "unwilling": "当事人明确表示不愿意调解处理",
    "again": "调解过程中又针对对方违反治安管理",
    "fled": "调解过程中违法嫌疑人逃跑",
    "unfit": "其他不宜调解处理",
}
# 程序规定 178 ¶3: what mediation on the spot asks beyond
SPOT = {
    "trivial": "情节轻微",
    "clear": "事实清楚、因果关系明确",
    "undisputed": "不涉及赔付或者对赔付无争议",
    "agreed": "双方同意当场调解",
    "performed": "当场履行",
    "kept": "制作协议书或者录音录像中明确记录",
}
VIOLATIONS = {"none": "不构成违反治安管理", "yes": "违反治安管理", "crime": "涉嫌犯罪"}
AGES = {"under14": "不满十四周岁", "under16": "十四至十六周岁", "over16": "十六至十八周岁"}
GUARDIANS = {"present": "监护人到场", "told": "已通知监护人到场", "waived": "以自己劳动收入为主要生活来源，本人同意不通知"}
INJURIES = {"none": "无伤", "slight": "轻微伤", "serious": "可能轻伤以上", "pending": "伤情待鉴定"}
PROXIES = {"letter": "被侵害人委托，有委托书", "bare": "被侵害人委托，无委托书", "suspect": "违法嫌疑人委托他人"}
LANDS = {"contract": "承包经营", "ownership": "权属"}
PETITIONS = {"direct": "直接提出", "transferred": "转送交办"}
FORMS = {"written": "书面协议", "oral": "口头协议（已记录）", "unrecorded": "口头协议（未记录）"}
HOSTS = {"people": "人民调解委员会", "security": "公安机关", "self": "双方自行", "other": "其他机关或者组织"}
PERFORMANCE = {"pending": "待履行", "performed": "已履行", "broken": "不履行"}
PROTECTIONS = {"asked": "已申请人身安全保护令", "urgent": "已紧急申请人身安全保护令", "given": "法院已作出人身安全保护令"}


@dataclass(frozen=True, slots=True)
class Situation:
    """A quarrel as the law asks about it. Empty means: not stated yet, never: no.

    kind      vocabulary dispute_types
    step      day the step is taken, or the question asked
    conduct   day of the conduct; None while unknown
    tries     days of security mediations that failed so far
    officers  how many would mediate; one may with auxiliaries and full audio and video (程序规定 52)
    amount    yuan the agreement is about
    """

    kind: str
    step: date
    conduct: date | None = None
    # what was done (178, 179)
    violation: str = ""
    civil: bool = False
    acts: frozenset[str] = frozenset()
    slight: bool = False
    grounds: frozenset[str] = frozenset()
    exclusions: frozenset[str] = frozenset()
    injury: str = ""
    death: bool = False
    violence: bool = False
    protection: str = ""
    protection_on: date | None = None
    accepted: bool = False
    accepted_on: date | None = None
    decided: bool = False
    case_extended: int = 0  # days the organ above granted for the case; on record, never stated
    # how it would be mediated
    refused: bool = False
    spot: frozenset[str] = frozenset()
    tries: tuple[date, ...] = ()
    again: bool = False
    age: str = ""
    guardian: str = ""
    proxy: str = ""
    officers: int = 2
    recorded: bool = False
    case_place: bool = False
    drunk: bool = False
    signs_open: bool = False
    recusal_on: date | None = None
    people_since: date | None = None
    people_failed: bool = False
    people_extended: bool = False
    # what it is about
    status: bool = False
    land: str = ""
    petition: str = ""
    petition_on: date | None = None
    # what was agreed
    agreement: str = ""
    host: str = ""
    agreed_on: date | None = None
    amount: int | None = None
    performance: str = ""
    broken_on: date | None = None
    joint: bool = False
    consent: bool = False

    @property
    def violent(self) -> bool:
        """Domestic violence, by kind or because it was stated."""
        return holds(TERMS["violent"], self, TERMS)

    @property
    def criminal(self) -> bool:
        """Suspected of a crime: stated, or an injury that may be 轻伤 or more, or a death by an act of violence."""
        return holds(TERMS["criminal"], self, TERMS)

    @property
    def offence(self) -> bool:
        """A violation of public order, stated or implied by the acts ticked."""
        return holds(TERMS["offence"], self, TERMS)


# What is asked of a situation by name. `fits`: it meets 程序规定 178 ¶1 (civil cause, acts it lists, slight, one of the three
# grounds); `asked`: its conditions are the question at all.
TERMS: dict[str, Condition] = {
    "violent": either(equals("kind", "D01V"), stated("violence")),
    "criminal": either(equals("violation", "crime"), equals("injury", "serious"), every(stated("death"), stated("acts"))),
    "offence": every(no(term("criminal")), either(equals("violation", "yes"), every(no(stated("violation")), stated("acts")))),
    "listed": every(stated("acts"), within("acts", LISTED)),
    "fits": every(stated("civil"), term("listed"), stated("slight"), stated("grounds")),
    "asked": every(no(equals("violation", "none")), no(term("criminal"))),
    "broken": every(equals("performance", "broken"), equals("host", "security")),
}


SETS = {"acts": ACTS, "grounds": GROUNDS, "exclusions": EXCLUSIONS, "spot": SPOT}
CHOICES = {
    "violation": VIOLATIONS, "age": AGES, "guardian": GUARDIANS, "injury": INJURIES, "proxy": PROXIES, "land": LANDS,
    "petition": PETITIONS, "agreement": FORMS, "host": HOSTS, "performance": PERFORMANCE, "protection": PROTECTIONS,
}  # fmt: skip
TICKS = {
    "civil": "因民间纠纷引起",
    "slight": "情节较轻",
    "death": "有人死亡",
    "violence": "家庭暴力",
    "accepted": "已受案或者立案",
    "decided": "已作出处理决定",
    "refused": "一方明确拒绝人民调解",
    "again": "公安机关认为有必要或者当事人申请再次调解",
    "recorded": "全程录音录像",
    "case_place": "在规范设置的办案场所",
    "drunk": "当事人醉酒",
    "signs_open": "违法线索未答复",
    "people_failed": "人民调解不成",
    "people_extended": "双方同意延长人民调解",
    "status": "确认身份、收养、婚姻关系",
    "joint": "双方共同书面申请",
    "consent": "公安机关认可",
}
DAYS = {
    "conduct": "行为日",
    "accepted_on": "受案日",
    "recusal_on": "申请回避日",
    "people_since": "人民调解受理日",
    "protection_on": "申请保护令日",
    "petition_on": "信访日",
    "agreed_on": "协议日",
    "broken_on": "不履行日",
}
NUMBERS = {"officers": "主持民警", "amount": "金额（元）"}
STATED = frozenset(one.name for one in fields(Situation)) - {"kind", "step"}


@dataclass(slots=True)
class _Wrong:
    """What cannot be stated: field → what to do."""

    fields: dict[str, str] = field(default_factory=dict)

    def say(self, name: str, words: str) -> None:
        self.fields.setdefault(name, words)


def problems(facts: Mapping[str, Any], today: date) -> dict[str, str]:
    """What is wrong with facts as they are stated: unknown names and codes, days to come, ticks that contradict each other."""
    wrong = _Wrong()
    for name, value in facts.items():
        _check(wrong, name, value, today)
    if wrong.fields:
        return wrong.fields
    said = situation("D15", today, facts)
    if said.violation == "none" and said.acts:
        wrong.say("violation", "已勾选违反治安管理的行为，请改为“违反治安管理”或者去掉行为。")
    if said.guardian == "waived" and said.age != "over16":
        wrong.say("guardian", "年满十六周岁、以自己劳动收入为主要生活来源的，才可以不通知监护人。")
    if any(said.conduct and day < said.conduct for day in said.tries):
        wrong.say("tries", "调解日不能早于行为日。")
    if said.agreement and not said.agreed_on:
        wrong.say("agreed_on", "请填写达成协议的日期。")
    return wrong.fields


def _check(wrong: _Wrong, name: str, value: Any, today: date) -> None:
    if name in SETS:
        if not isinstance(value, list | tuple | set | frozenset) or not set(value) <= set(SETS[name]):
            wrong.say(name, "请从所列各项中勾选。")
    elif name in CHOICES:
        if value and value not in CHOICES[name]:
            wrong.say(name, "请从所列各项中选择。")
    elif name in TICKS:
        if not isinstance(value, bool):
            wrong.say(name, "请勾选或者不勾选。")
    elif name in DAYS or name == "tries":
        for day in value if name == "tries" else [value]:
            if (found := _day(day)) is None:
                if day:
                    wrong.say(name, "请填写日期，例如 2026-01-01。")
            elif found > today:
                wrong.say(name, "日期不能晚于今天。")
    elif name in NUMBERS:
        least = 1 if name == "officers" else 0
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 10**12):
            wrong.say(name, "请填写人数。" if name == "officers" else "请填写金额。")
    else:
        wrong.say(name, "没有这一项。")


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if value else None
    except (TypeError, ValueError):
        return None


def situation(kind: str, step: date, facts: Mapping[str, Any]) -> Situation:
    """The situation of a dispute of `kind` on day `step`, from facts as they were stated (see `facts`)."""
    given: dict[str, Any] = {}
    for name, value in facts.items():
        if name in SETS:
            given[name] = frozenset(value)
        elif name == "tries":
            given[name] = tuple(sorted(day for day in map(_day, value) if day))
        elif name in DAYS:
            given[name] = _day(value)
        elif name in STATED:
            given[name] = value
    if given.get("officers") is None:
        given.pop("officers", None)
    return Situation(kind=kind, step=step, **given)


def facts(said: Situation) -> dict[str, Any]:
    """What was stated, as plain values to keep: codes, days as ISO text, numbers; what was left open is left out."""
    plain: dict[str, Any] = {}
    for name in sorted(STATED):
        value = getattr(said, name)
        if name == "officers" and value == 2:
            continue
        if name in SETS:
            value = sorted(value)
        elif name == "tries":
            value = [day.isoformat() for day in value]
        elif isinstance(value, date):
            value = value.isoformat()
        if value not in ("", None, False, [], ()):
            plain[name] = value
    return plain


def told(plain: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts in words, for a page: (what, said)."""
    lines = []
    for name, value in plain.items():
        if name in SETS:
            lines.append((SET_NAMES[name], "；".join(SETS[name][code] for code in SETS[name] if code in value)))
        elif name in CHOICES and value:
            lines.append((CHOICE_NAMES[name], CHOICES[name][value]))
        elif name in TICKS and value:
            lines.append((TICKS[name], "是"))
        elif name == "tries" and value:
            lines.append(("治安调解未成", "、".join(str(day) for day in value)))
        elif name in DAYS and value:
            lines.append((DAYS[name], str(value)))
        elif name in NUMBERS and value is not None:
            lines.append((NUMBERS[name], f"{value}"))
    return lines


SET_NAMES = {"acts": "行为", "grounds": "调解事由", "exclusions": "不适用调解的情形", "spot": "当场调解条件"}
CHOICE_NAMES = {
    "violation": "性质", "age": "未成年人", "guardian": "监护人", "injury": "伤情", "proxy": "委托", "land": "土地",
    "petition": "信访", "agreement": "协议", "host": "主持", "performance": "履行", "protection": "人身安全保护令",
}  # fmt: skip
