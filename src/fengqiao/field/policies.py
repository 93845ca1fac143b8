"""Who may do what with phones and what came from them, as sentences."""

from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.errors import Forbidden

CARRIES = POLICE | {Role.GRID, Role.VOLUNTEER, Role.MEDIATOR}
KEEPS = frozenset({Role.LEADER, Role.DESK})
SETTLES = frozenset({Role.OFFICER, Role.LEADER, Role.DESK, Role.CENTRE, Role.MEDIATOR, Role.PARTNER})
SEES = POLICE | SETTLES


def may_carry(actor: Actor) -> None:
    """Whoever works outside carries a phone: police, auxiliaries, grid workers, volunteers, mediators."""
    if not actor.has(*CARRIES):
        raise Forbidden("当前岗位不使用手机端。")


def may_end(actor: Actor, account_id: int) -> None:
    """Its owner ends a device; leaders and command desks of the station too (挂失)."""
    if account_id != actor.account_id and not actor.has(*KEEPS):
        raise Forbidden("手机由本人停用，或由所领导、综合指挥室挂失。")


def may_settle(actor: Actor) -> None:
    """What came from a phone and waits is decided by police officers, leaders and desks; an office's own by its people.

    The acts it leads to ask for their own rights besides.
    """
    if not actor.has(*SETTLES):
        raise Forbidden("待核、待核对由民警、所领导或综合指挥室处理。")


def may_see_held(actor: Actor) -> None:
    """Everybody of the police sees what waits at the station; mediators and their office what waits there."""
    if not actor.has(*SEES):
        raise Forbidden("当前岗位不能查看待核记录。")


def may_see_devices(actor: Actor) -> None:
    """Whoever may carry a phone sees their own; leaders and command desks those of the station."""
    if not actor.has(*CARRIES):
        raise Forbidden("当前岗位不使用手机端。")


def may_bring(actor: Actor) -> None:
    """Anybody who carries a phone, and the office of mediators, brings a file of operations in; each runs as who wrote it."""
    if not actor.has(*CARRIES, Role.PARTNER, Role.SYSTEM):
        raise Forbidden("当前岗位不读入手机数据包。")


def may_reserve(actor: Actor) -> None:
    """Numbers are reserved by who makes papers: police who decide, and mediators."""
    if not actor.has(Role.OFFICER, Role.LEADER, Role.DESK, Role.CENTRE, Role.MEDIATOR):
        raise Forbidden("当前岗位不制作文书，不预留文号。")
