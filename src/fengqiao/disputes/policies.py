"""Who may do what with a dispute, as sentences."""

from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.errors import Forbidden
from fengqiao.disputes.rules import papers
from fengqiao.intake.policies import DECIDES, READS, may_read, need

WORKS = DECIDES | {Role.MEDIATOR}
CALLS = frozenset({Role.DESK, Role.LEADER, Role.CENTRE, Role.SYSTEM})  # 警情回访
REVISITS = POLICE | {Role.MEDIATOR, Role.SYSTEM}

# Rooms are the station's; committees and methods are kept by stations and by the offices that register them.
KEEPS_ROOMS = frozenset({Role.LEADER, Role.ADMIN, Role.SYSTEM})
KEEPS = frozenset({Role.LEADER, Role.DESK, Role.MEDIATOR, Role.PARTNER, Role.SYSTEM})
KEEPS_ROTA = frozenset({Role.LEADER, Role.DESK, Role.OFFICER, Role.SYSTEM})
DECIDES_RECUSAL = frozenset({Role.LEADER, Role.CENTRE, Role.PARTNER, Role.SYSTEM})
SEES_ROTA = READS | {Role.LAWYER}
APPOINTS = frozenset({Role.LEADER, Role.DESK, Role.CENTRE, Role.SYSTEM})  # the leader in charge

__all__ = [
    "APPOINTS", "DECIDES", "DECIDES_RECUSAL", "KEEPS", "KEEPS_ROOMS", "KEEPS_ROTA", "REVISITS", "SEES_ROTA", "WORKS",
    "may_advise", "may_appoint", "may_call", "may_check_safety", "may_decide", "may_decide_recusal", "may_find",
    "may_keep", "may_keep_rooms", "may_keep_rota", "may_make_paper", "may_read", "may_revisit", "may_see_rota",
    "may_work", "need", "works_on_papers",
]  # fmt: skip


def may_work(actor: Actor) -> None:
    """Police officers, leaders, desks and mediators take a dispute on, write down its result, take note of a withdrawal."""
    need(actor, WORKS, "纠纷由民警、所领导、综合指挥室或调解员办理。")


def may_revisit(actor: Actor) -> None:
    """Every police post and the mediators may ask again and write down what they heard."""
    need(actor, REVISITS, "当前岗位不能登记回访。")


def may_check_safety(actor: Actor) -> None:
    """The police check the safety of those hurt at home; auxiliaries among them."""
    need(actor, POLICE, "家庭暴力安全核查由公安机关填写。")


def may_decide(actor: Actor) -> None:
    """Opening, handing over, closing and reopening are decided by police officers, leaders and desks."""
    need(actor, DECIDES, "立为纠纷、流转、结案由民警、所领导或综合指挥室决定。")


def may_keep_rooms(actor: Actor) -> None:
    """A station's leader registers its rooms and pavilions; anybody who mediates books them."""
    need(actor, KEEPS_ROOMS, "调解室由所领导登记。")


def may_keep(actor: Actor) -> None:
    """Leaders, command rooms, mediators and partner offices keep committees, methods and the record of co-operation."""
    need(actor, KEEPS, "由所领导、综合指挥室、调解员或协作单位登记。")


def may_decide_recusal(actor: Actor) -> None:
    """Station leaders and the county centre decide on officers, the office that keeps the committee on its mediators."""
    need(actor, DECIDES_RECUSAL, "回避由所领导、县级指挥中心或调解员所在单位决定。")


def may_keep_rota(actor: Actor) -> None:
    """The station asks lawyers onto its rota."""
    need(actor, KEEPS_ROTA, "律师值班表由民警、所领导或综合指挥室安排。")


def may_see_rota(actor: Actor) -> None:
    """Everybody who sends parties to a lawyer sees when one is there; the lawyers see their own stretches."""
    need(actor, SEES_ROTA, "当前岗位不能查看律师值班表。")


def may_advise(actor: Actor) -> None:
    """Advice is given, written down and read by lawyers alone (NJ-25)."""
    need(actor, frozenset({Role.LAWYER}), "律师咨询由值班律师登记，内容只有律师可读。")


def may_appoint(actor: Actor) -> None:
    """The leader in charge is named by the leaders themselves or the command room."""
    need(actor, APPOINTS, "包案领导由所领导或综合指挥室指定。")


def works_on_papers(actor: Actor, kind: papers.Kind) -> bool:
    """Does this post make papers of this kind? A committee's are its mediators', never the police's, nor the other way."""
    if kind.room == "people":
        return actor.has(Role.MEDIATOR)
    if kind.room == "police":
        return actor.has(*DECIDES)
    return actor.has(*WORKS)


def may_make_paper(actor: Actor, kind: papers.Kind) -> None:
    """Papers are made by whose they are: 公安文书 by police who decide, 人民调解文书 by a committee's mediator."""
    if not works_on_papers(actor, kind):
        if kind.room == "people" and actor.is_police:
            raise Forbidden(papers.OFFICER_NOT)
        raise Forbidden(papers.MEDIATOR_NOT if actor.has(Role.MEDIATOR) else "当前岗位不制作文书。")


def may_find(actor: Actor) -> None:
    """Only the daily job finds what is over time and writes reminders."""
    need(actor, frozenset({Role.SYSTEM}), "由系统每日自动办理。")


def may_call(actor: Actor) -> None:
    """The command room asks callers whether they were content; leaders and the county centre may too, crews never."""
    need(actor, CALLS, "警情回访由综合指挥室或所领导办理。")
