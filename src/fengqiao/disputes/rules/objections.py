"""What stands against a route, one line each: which routes, on which rule of law, when, and in which words.

Every line is data (`conditions`): the phone app judges by this very table (`carried`).
The line names a rule of core/data/deadlines.csv; whether it blocks is that rule's business (已核 and a gate), so a line on a
待核 rule can only advise. A line of FLOW is this product's own order of work and blocks without any law behind it; a line with
`advice` never blocks, however verified its rule is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fengqiao.core.rules import deadlines
from fengqiao.core.rules.deadlines import NoEdition, Rule
from fengqiao.core.rules.workdays import WorkCalendar
from fengqiao.disputes.rules.conditions import (
    Condition,
    after,
    among,
    either,
    equals,
    every,
    has,
    holds,
    last_day,
    limits,
    more,
    no,
    stated,
    term,
)
from fengqiao.disputes.rules.situation import ACTS, EXCLUSIONS, GROUNDS, SPOT, TERMS, Situation

FLOW = "flow"  # the rule of lines that are this product's order of work, not law
VIOLENCE_LAW = "反家庭暴力法第十五条、第十六条"

ROUTES = {
    "people": "人民调解",
    "security": "治安调解",
    "on_the_spot": "当场调解",
    "second_mediation": "再次治安调解",
    "administrative": "行政调解",
    "judicial": "司法调解",
    "professional": "行业性、专业性调解",
    "self_settlement": "自行和解或人民调解履行后不予处罚",
    "settle_by_agreement": "以协议了结",
    "confirmation": "司法确认",
    "labour": "劳动监察、劳动仲裁",
    "land_arbitration": "土地承包仲裁",
    "consumer": "市场监管12315",
    "lawsuit": "诉讼",
    "case": "案件办理",
    "violence": "家庭暴力处置",
    "petition": "信访答复",
}
POLICE = ("security", "on_the_spot", "second_mediation")
OUTSIDE = ("people", "administrative", "professional")  # mediated by others, at our suggestion
MEDIATION = (*POLICE, *OUTSIDE, "judicial")


@dataclass(frozen=True, slots=True)
class Law:
    """The rules in force and the working calendar: all a judgement of the law needs beyond the situation."""

    editions: Sequence[Rule]
    calendar: WorkCalendar

    def rule(self, rule_id: str, said: Situation, step: date | None = None) -> Rule | None:
        """The edition that holds for a step of that day (default the situation's); None when none is in force."""
        try:
            return deadlines.edition_for(rule_id, step or said.step, said.conduct, among=self.editions)
        except NoEdition:
            return None

    def last_day(self, rule_id: str, said: Situation, since: date) -> date | None:
        """The last day of a limit in days that began on `since`."""
        rule = self.rule(rule_id, said, since)
        return deadlines.due(rule, since, self.calendar).day if rule else None


@dataclass(frozen=True, slots=True)
class Objection:
    """One line: it stands against the routes, in these words, when its condition holds.

    `{last}` in the words is the last day of the (first) limit the condition asks about.
    """

    name: str
    routes: tuple[str, ...]
    rule: str
    words: str
    when: Condition
    advice: bool = False
    article: str = ""  # cited where no rule of the table can be

    def says(self, said: Situation, law: Law) -> str:
        """The words when it stands, and nothing when it does not."""
        if not holds(self.when, said, TERMS, law):
            return ""
        limit = next(limits(self.when), None)
        return self.words.replace("{last}", str(last_day(limit, said, law))) if limit else self.words


def fits(said: Situation) -> bool:
    """Does it meet 程序规定 178 ¶1: civil cause, acts it lists, slight, one of the three grounds?"""
    return holds(TERMS["fits"], said, TERMS)


AGREEMENT = ("settle_by_agreement", "self_settlement")
TO_COURT = "不构成违反治安管理，告知当事人向人民法院或者人民调解组织申请处理。"
CONDITIONS = "security_mediation_allowed"

OBJECTIONS: tuple[Objection, ...] = (
    # whatever the route
    Objection("violence", (*MEDIATION, *AGREEMENT), FLOW, "家庭暴力不以调解或和解结案，依法处置。", term("violent"), article=VIOLENCE_LAW),
    Objection("signs", (*POLICE, *OUTSIDE, "settle_by_agreement"), FLOW,
              "有违法线索尚未答复：先填案件编号，或者写明不予受案的理由和审签人。", stated("signs_open")),
    Objection("drunk", (*POLICE, *OUTSIDE), FLOW, "当事人醉酒，现在不组织调解，约定次日。", stated("drunk")),
    Objection("child", ("people", "professional"), FLOW, "不满十四周岁的当事人须由监护人到场。",
              every(equals("age", "under14"), no(among("guardian", "present", "told")))),
    Objection("crime", (*POLICE, "self_settlement"), "crime_transfer", "涉嫌犯罪，按刑事案件办理，不作治安调解。", term("criminal")),
    Objection("crime_settled", ("settle_by_agreement",), "crime_transfer", "涉嫌犯罪，受案后才可就民事赔偿登记协议。",
              every(term("criminal"), no(either(stated("accepted"), stated("accepted_on"))))),
    Objection("crime_civil", OUTSIDE, "crime_transfer", "只可就民事赔偿调解，不代替案件办理。", term("criminal"), advice=True),
    Objection("death", OUTSIDE, FLOW, "有人死亡，先查明死因和责任，再谈赔偿。", every(stated("death"), no(term("criminal"))), advice=True),
    # 178 ¶1–2
    Objection("no_offence", POLICE, "civil_dispute_notice", TO_COURT, equals("violation", "none")),
    Objection("cause", POLICE, CONDITIONS, "未勾选“因民间纠纷引起”。", every(term("asked"), no(stated("civil")))),
    Objection("acts", POLICE, CONDITIONS, "未勾选第一百七十八条所列的行为。", every(term("asked"), no(stated("acts")))),
    Objection("acts_other", POLICE, CONDITIONS, f"“{ACTS['other']}”不在第一百七十八条所列行为之内。",
              every(term("asked"), stated("acts"), no(term("listed")))),
    Objection("slight", POLICE, CONDITIONS, "未勾选“情节较轻”。", every(term("asked"), no(stated("slight")))),
    Objection("grounds", POLICE, CONDITIONS, f"未勾选三项事由之一：{'；'.join(GROUNDS.values())}。",
              every(term("asked"), no(stated("grounds")))),
    # 179
    *(
        Objection(f"excluded_{code}", (*POLICE, "settle_by_agreement"), "security_mediation_excluded", f"{words}，不适用调解处理。",
                  every(has("exclusions", code), no(stated("decided"))))
        for code, words in EXCLUSIONS.items()
    ),
    Objection("decided", POLICE, FLOW, "已作出处理决定，不再治安调解。", stated("decided")),
    # 183
    Objection("first_is_over", ("security", "on_the_spot"), "second_mediation", "已治安调解一次，只可依法再次调解。", stated("tries")),
    Objection("third", ("second_mediation",), "second_mediation", "已经再次调解，不再治安调解，依法处理。", more("tries", 1)),
    Objection("late", ("second_mediation",), "second_mediation", "第一次调解后七个工作日已过（至{last}）。", after("second_mediation", "tries")),
    Objection("no_need", ("second_mediation",), "second_mediation", "公安机关认为有必要或者当事人申请的，方可再次调解。",
              every(stated("tries"), no(stated("again")))),
    # who takes part: 181, 52, 21
    Objection("guardian", POLICE, "minor_guardian", "当事人有未成年人，应当通知其父母或者其他监护人到场。",
              every(stated("age"), no(stated("guardian")))),
    Objection("waived", POLICE, "minor_guardian", "未满十六周岁的，不得以本人同意为由不通知监护人。",
              every(equals("guardian", "waived"), no(equals("age", "over16")))),
    Objection("bare", POLICE, "mediation_agent", "被侵害人委托他人参加调解的，须提交委托书并写明权限。", equals("proxy", "bare")),
    Objection("suspect", POLICE, "mediation_agent", "违法嫌疑人不得委托他人参加调解。", equals("proxy", "suspect")),
    Objection("one_officer", POLICE, "one_officer_mediation", "一名民警带辅警调解的，应当全程录音录像。",
              every(equals("officers", 1), no(stated("recorded")))),
    Objection("one_officer_place", POLICE, "one_officer_case_place", "一名民警调解，宜在规范设置的办案场所进行并全程同步录音录像。",
              every(equals("officers", 1), no(stated("case_place")))),
    Objection("recusal", POLICE, "recusal_decision", "回避申请还没有决定。", stated("recusal_on"), advice=True),
    Objection("appraisal", POLICE, "injury_appraisal", "伤情待鉴定，先鉴定；鉴定期间不计入办案期限。", equals("injury", "pending"), advice=True),
    Objection("broken", (*POLICE, *AGREEMENT), "security_failed", "达成协议后不履行，依法处罚，损害赔偿告知诉讼。",
              every(term("broken"), no(stated("decided")))),
    # 178 ¶3
    *(
        Objection(f"spot_{code}", ("on_the_spot",), "on_the_spot_mediation", f"当场调解须“{words}”。", no(has("spot", code)))
        for code, words in SPOT.items()
    ),
    # 人民调解法
    Objection("refused", ("people", "professional"), "mediation_refused", "当事人一方明确拒绝调解，不得调解。", stated("refused")),
    Objection("month", ("people",), "peoples_mediation", "人民调解一般在一个月内调结，已于{last}届满；双方同意的可以延长。",
              every(no(stated("people_extended")), after("peoples_mediation", "people_since"))),
    Objection("failed", ("people",), "mediation_failed_notice", "人民调解不成已终止，告知仲裁、行政、司法等途径。", stated("people_failed"), advice=True),
    Objection("offence_stays", ("people", "professional"), CONDITIONS, "不符合治安调解条件，只可就民事赔偿调解，不代替治安案件的处理。",
              every(term("offence"), either(no(term("fits")), stated("exclusions")), no(stated("decided"))), advice=True),
    # 186, and 2025 art. 9 for later conduct
    Objection("self_unfit", ("self_settlement",), "self_settlement", "不符合治安调解条件的，和解不免除处罚。", no(term("fits"))),
    Objection("self_unperformed", ("self_settlement",), "self_settlement", "须达成协议并已履行。",
              no(every(stated("agreement"), equals("performance", "performed"), among("host", "people", "self")))),
    Objection("self_joint", ("self_settlement",), "self_settlement", "须双方当事人书面申请。", no(stated("joint"))),
    Objection("self_consent", ("self_settlement",), "self_settlement", "须经公安机关认可。", no(stated("consent"))),
    Objection("self_decided", ("self_settlement",), "self_settlement", "公安机关已经作出处理决定。", stated("decided")),
    # what may not be settled away
    Objection("settle_unfit", ("settle_by_agreement",), CONDITIONS, "违反治安管理又不符合治安调解条件，先依法处理，再就赔偿登记协议。",
              every(term("offence"), no(term("fits")), no(stated("decided")))),
    Objection("settle_unrecorded", ("settle_by_agreement",), "oral_agreement", "口头协议应当记录协议内容。", equals("agreement", "unrecorded")),
    # 司法确认
    Objection("status", ("confirmation",), "judicial_confirmation_excluded", "确认身份关系、收养关系、婚姻关系的，法院不予受理司法确认。",
              stated("status")),
    Objection("confirm_host", ("confirmation",), "judicial_confirmation_apply", "经人民调解委员会调解达成的协议，方可共同申请司法确认。",
              every(stated("agreement"), no(equals("host", "people")))),
    Objection("confirm_joint", ("confirmation",), "judicial_confirmation_apply", "须双方当事人共同申请。",
              every(stated("agreement"), equals("host", "people"), no(stated("joint")))),
    Objection("confirm_late", ("confirmation",), "judicial_confirmation_apply", "申请司法确认的三十日已过（至{last}），可就协议另行起诉。",
              after("judicial_confirmation_apply", "agreed_on")),
    # which office it belongs to (domain §2.1)
    Objection("expropriation", ("people", *POLICE), FLOW, "征地拆迁的核心诉求不由公安机关调解，走行政调解；只就其中的违法行为办理。",
              equals("kind", "D08"), advice=True),
    Objection("no_case", ("case",), "civil_dispute_notice", TO_COURT, every(equals("violation", "none"), no(term("violent")))),
)  # fmt: skip
