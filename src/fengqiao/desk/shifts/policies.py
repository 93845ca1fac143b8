"""Who may do what with a shift, as sentences."""

from django.db.models import QuerySet

from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.errors import Forbidden
from fengqiao.desk.shifts.models import Handover, Passing, Shift

SIGNS = frozenset({Role.OFFICER, Role.LEADER, Role.DESK, Role.CENTRE})
OPENS = SIGNS | {Role.SYSTEM}
LEADS = frozenset({Role.LEADER, Role.CENTRE})


def shifts_visible_to(actor: Actor) -> QuerySet[Shift]:
    """Shifts are seen by the police of the organisations they stand for."""
    return Shift.objects.filter(org_id__in=actor.orgs)


def handovers_visible_to(actor: Actor) -> QuerySet[Handover]:
    return Handover.objects.filter(org_id__in=actor.orgs)


def passings_visible_to(actor: Actor) -> QuerySet[Passing]:
    return Passing.objects.filter(org_id__in=actor.orgs)


def may_read(actor: Actor) -> None:
    """Shifts, their logs and handovers are the police's own."""
    if actor.roles.isdisjoint(POLICE | {Role.SYSTEM}):
        raise Forbidden("值班交接限公安机关内部查阅。")


def may_open(actor: Actor) -> None:
    """A shift begins by itself; officers, leaders and desks may begin one that did not."""
    if actor.roles.isdisjoint(OPENS):
        raise Forbidden("开班由民警、所领导或综合指挥室办理。")


def may_write(actor: Actor) -> None:
    """Everybody on duty writes the log: officers, auxiliaries, desk, window, leaders."""
    may_read(actor)


def may_sign(actor: Actor) -> None:
    """Officers and desks hand a shift over and take it over; auxiliaries and window clerks do not sign for it."""
    if actor.roles.isdisjoint(SIGNS):
        raise Forbidden("交接班由值班民警、综合指挥室或所领导签字。")


def may_close(actor: Actor) -> None:
    """The station leader signs last; the centre's own shift is signed by the centre."""
    if actor.roles.isdisjoint(LEADS):
        raise Forbidden("审签由所领导办理。")


def may_sign_night(actor: Actor, passing: Passing) -> None:
    """The officer responsible signs; once it went to the leader on duty, that leader; any leader of the station may."""
    if actor.account_id in (passing.to_id, passing.leader_id) or actor.has(Role.LEADER):
        return
    raise Forbidden("夜间事项由责任民警签收；逾时未签的，由带班领导签收。")
