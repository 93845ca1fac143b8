"""Who may do what with a dispute, as sentences."""

from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.intake.policies import DECIDES, may_read, need

WORKS = DECIDES | {Role.MEDIATOR}
REVISITS = POLICE | {Role.MEDIATOR, Role.SYSTEM}

__all__ = ["DECIDES", "REVISITS", "WORKS", "may_decide", "may_read", "may_revisit", "may_work"]


def may_work(actor: Actor) -> None:
    """Police officers, leaders, desks and mediators take a dispute on, write down its result, take note of a withdrawal."""
    need(actor, WORKS, "纠纷由民警、所领导、综合指挥室或调解员办理。")


def may_revisit(actor: Actor) -> None:
    """Every police post and the mediators may ask again and write down what they heard."""
    need(actor, REVISITS, "当前岗位不能登记回访。")


def may_decide(actor: Actor) -> None:
    """Opening, handing over, closing and reopening are decided by police officers, leaders and desks."""
    need(actor, DECIDES, "立为纠纷、流转、结案由民警、所领导或综合指挥室决定。")
