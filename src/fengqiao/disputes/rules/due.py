"""Which papers a situation asks for, and which clocks of law run in it.

Papers are named as domain §2.13 and the paper kinds name them; each says the article that asks for it. A clock is counted by
the edition in force on the day it began, so that steps of last year stay under last year's text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from fengqiao.core.rules import deadlines
from fengqiao.core.rules.deadlines import SHANGHAI, Due
from fengqiao.disputes.rules.objections import Law
from fengqiao.disputes.rules.situation import Situation

CASE = "case_decision"  # the rule of a case's limit, which the organ above may prolong
EACH = 30  # days at a time


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that is due. `kind`: code of rules.papers.KINDS, empty for one that is made elsewhere; `rule`: what asks for
    it; `article` is empty while that is 待核.
    """

    name: str
    kind: str
    rule: str
    article: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs: its step in words, since when, until when. 待核 clocks only remind (`verified` False)."""

    rule: str
    edition: str
    step: str
    since: date
    due: Due
    article: str
    verified: bool
    extension: int = 0  # the most the rule allows to be added in all

    @property
    def day(self) -> date:
        return self.due.day


def papers(said: Situation, law: Law, verdicts: Mapping[str, str], first: tuple[str, ...]) -> Iterator[Paper]:
    """The papers due now, each kind once, in the order they are made. `verdicts`: route → allowed, advised or blocked."""
    seen: set[str] = set()
    for name, kind, rule_id, note in _due(said, verdicts, first):
        if (kind or name) not in seen:
            seen.add(kind or name)
            rule = law.rule(rule_id, said)
            yield Paper(name, kind, rule_id, rule.citation if rule else "", note)


def _due(said: Situation, verdicts: Mapping[str, str], first: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
    if said.violent:
        yield "家庭暴力告诫书", "告诫", "violence_warning", "情节较轻、依法不给予治安管理处罚的，批评教育或者出具；送交双方"
        yield "告诫书通知居（村）委会", "", "violence_warning_served", ""
    if said.offence or said.criminal:
        yield "受案登记表、受案回执", "", "register_report", ""
    if said.violation == "none" and not said.violent:
        yield "民间纠纷告知", "", "civil_dispute_notice", "向人民法院或者人民调解组织申请处理"
    if said.age and not said.violent and first and first[0] in ("security", "on_the_spot", "second_mediation"):
        yield "通知监护人记录", "", "minor_guardian", ""
    if "security" in first or "second_mediation" in first:
        yield "调解笔录", "调笔", "security_agreement", ""
        yield "治安调解协议书", "调解", "security_agreement", _sum(said)
    if "on_the_spot" in first:
        yield "治安调解协议书（当场）", "调解", "on_the_spot_mediation", "录音录像中明确记录的可以不另制作"
    if said.proxy in ("letter", "bare"):
        yield "授权委托书", "委托", "mediation_agent", ""
    if "people" in first or "professional" in first:
        yield "人民调解申请书", "调申", "mediation_archive", ""
        yield "人民调解受理登记表", "人受", "mediation_archive", ""
        yield "人民调解调查记录", "人查", "mediation_archive", ""
        yield "人民调解记录", "人录", "mediation_archive", ""
    if said.agreement and said.host == "people":
        if said.agreement == "written":
            yield "人民调解协议书", "人调", "peoples_agreement", _sum(said)
        else:
            yield "人民调解口头协议登记表", "口头", "oral_agreement", "记录协议内容"
    if said.agreement and said.host == "security":
        yield "治安调解协议书", "调解", "security_agreement", _sum(said)
    if said.agreement and said.performance == "pending":
        yield "履行凭证", "收条", "agreement_performed" if said.host == "people" else "security_agreement", "履行后附卷"
    if "confirmation" in first:
        yield "司法确认申请指引", "司认", "judicial_confirmation_apply", ""
    if "self_settlement" in first:
        yield "双方书面申请", "", "self_settlement", ""
    if said.people_failed:
        yield "调解不成告知", "不调", "mediation_failed_notice", "仲裁、行政、司法等途径"
    if said.exclusions and not said.violent:
        yield "不予调解告知", "不予", "security_failed", "损害赔偿可以向人民法院提起民事诉讼"
    if said.tries and verdicts.get("second_mediation") == "blocked":
        yield "调解不成告知", "不调", "security_failed", "损害赔偿可以向人民法院提起民事诉讼"
    if said.performance == "broken":
        yield "不履行告知", "", "security_failed" if said.host == "security" else "agreement_disputed", "可以向人民法院提起诉讼"
    if said.petition:
        yield "信访受理告知", "", "petition_direct" if said.petition == "direct" else "petition_transferred", ""


def _sum(said: Situation) -> str:
    return "写明金额、履行期限和方式" if said.amount else "写明履行期限和方式"


def clocks(said: Situation, law: Law) -> Iterator[Running]:
    """The clocks that run, in the order their ends come."""
    found = [one for rule_id, since in _begun(said, law) if (one := _running(rule_id, since, said, law))]
    yield from sorted(found, key=lambda one: (one.due.at, one.rule))


def _begun(said: Situation, law: Law) -> Iterator[tuple[str, date]]:
    if said.accepted_on and not said.decided and said.offence:
        yield CASE, _case_from(said)
    if len(said.tries) == 1 and not said.agreement and not said.decided:
        yield "second_mediation", said.tries[0]
    if said.recusal_on:
        yield "recusal_decision", said.recusal_on
    if said.people_since and not said.people_failed and not said.agreement and not said.people_extended:
        yield "peoples_mediation", said.people_since
    if said.agreement and said.host == "people" and said.agreed_on and not said.status:
        yield "judicial_confirmation_apply", said.agreed_on
    if said.petition and said.petition_on:
        yield "petition_direct" if said.petition == "direct" else "petition_transferred", said.petition_on
    if said.protection in ("asked", "urgent") and said.protection_on:
        yield "protection_order" if said.protection == "asked" else "protection_order_urgent", said.protection_on


def _case_from(said: Situation) -> date:
    """程序规定 185: with a mediation, the case's limit counts from the day it failed or was not performed."""
    if said.performance == "broken" and said.broken_on and said.host == "security":
        return said.broken_on
    return said.tries[-1] if said.tries else said.accepted_on or said.step


def _running(rule_id: str, since: date, said: Situation, law: Law) -> Running | None:
    rule = law.rule(rule_id, said, since)
    if rule is None or rule.limit is None:
        return None
    start = datetime.combine(since, time(0), SHANGHAI) if rule.unit == "hours" else since
    granted = said.case_extended if rule.id == CASE else 0
    counts = rule if rule.verified else replace(rule, extension=None)  # a 待核 rule's most does not bind
    due = deadlines.due(counts, start, law.calendar, extension=granted)
    return Running(rule.id, rule.edition, rule.step, since, due, rule.citation, rule.verified, rule.extension or 0)
