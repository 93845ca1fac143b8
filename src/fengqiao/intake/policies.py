"""Who may do what at the front door, as sentences."""

from django.db.models import Q, QuerySet

from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.errors import Forbidden

RECEIVES = POLICE | {Role.GRID, Role.VOLUNTEER, Role.MEDIATOR, Role.PARTNER, Role.SYSTEM}
DECIDES = frozenset({Role.OFFICER, Role.LEADER, Role.DESK, Role.CENTRE, Role.SYSTEM})
IMPORTS = frozenset({Role.LEADER, Role.DESK, Role.CENTRE, Role.WINDOW, Role.OFFICER, Role.SYSTEM})
READS = POLICE | {Role.MEDIATOR, Role.PARTNER, Role.RIGHTS, Role.SYSTEM}


def need(actor: Actor, roles: frozenset[str], message: str) -> None:
    """Deny unless the post carries one of the roles."""
    if actor.roles.isdisjoint(roles):
        raise Forbidden(message)


def may_receive(actor: Actor) -> None:
    """Everybody who meets people may hand a report in; administrators and the rights desk do not."""
    need(actor, RECEIVES, "当前岗位不受理接报。")


def may_decide(actor: Actor) -> None:
    """Joining, triage, taking over and telling where to go are decided by police officers, leaders and desks."""
    need(actor, DECIDES, "归并、分流由民警、所领导或综合指挥室办理。")


def may_settle(actor: Actor) -> None:
    """Who works on a quarrel writes down that it was settled."""
    need(actor, DECIDES | {Role.MEDIATOR}, "化解由民警、所领导、综合指挥室或调解员登记。")


def may_revisit(actor: Actor) -> None:
    """Every police post and the mediators may ask again and write down what they heard."""
    need(actor, POLICE | {Role.MEDIATOR}, "当前岗位不能登记回访。")


def may_edit(actor: Actor) -> None:
    """Every police post and the mediators may put title and place right."""
    need(actor, POLICE | {Role.MEDIATOR}, "当前岗位不能修改事项。")


def may_import(actor: Actor) -> None:
    """Files are brought in by a station's officers, window, desk or leader."""
    need(actor, IMPORTS, "当前岗位不能导入文件。")


def may_read(actor: Actor) -> None:
    """Administrators run the machine and do not read the trade's records (NP-39)."""
    need(actor, READS, "当前岗位不能查看事项。")


def visible_to(actor: Actor) -> Q:
    """The filter every list of matters carries besides row-level security: own organisations, or shared to them.

    Grid workers and volunteers see what they handed in themselves (station-day 16).
    """
    if actor.has(Role.GRID, Role.VOLUNTEER):
        return Q(report_set__received_by_id=actor.account_id)
    if actor.has(Role.ADMIN):
        return Q(pk__in=[])
    return Q()


def scoped(actor: Actor, rows: QuerySet) -> QuerySet:
    """`rows` as the actor may list them."""
    condition = visible_to(actor)
    narrowed = rows.filter(condition)
    return narrowed.distinct() if actor.has(Role.GRID, Role.VOLUNTEER) else narrowed
