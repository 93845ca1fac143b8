"""Who may organise stations, place people and keep rosters, as sentences."""

from django.db.models import QuerySet

from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden
from fengqiao.force.models import Duty, Placement, ServiceRecord

ORGANISERS = (Role.ADMIN,)
PLACERS = (Role.LEADER, Role.CENTRE, Role.SYSTEM)
ROSTERERS = (Role.LEADER, Role.DESK, Role.CENTRE, Role.SYSTEM)


def visible_to(actor: Actor) -> QuerySet[ServiceRecord]:
    """Staff are seen inside the organisations they serve in."""
    return ServiceRecord.objects.filter(org_id__in=actor.orgs)


def placements_visible_to(actor: Actor) -> QuerySet[Placement]:
    """A placement is seen by the station that polices its area."""
    return Placement.objects.filter(org_id__in=actor.orgs)


def duties_visible_to(actor: Actor) -> QuerySet[Duty]:
    """A roster is seen by the stations it is kept for."""
    return Duty.objects.filter(org_id__in=actor.orgs)


def may_read(actor: Actor) -> None:
    """The force is a matter of the police; partners, grid workers and volunteers do not see its lists."""
    if not (actor.is_police or actor.has(Role.SYSTEM)):
        raise Forbidden("队伍名册限公安机关内部查阅。")


def may_read_stations(actor: Actor) -> None:
    """How stations are made up is also seen by administrators, who set them up."""
    if not actor.has(Role.ADMIN):
        may_read(actor)


def may_organise(actor: Actor) -> None:
    """Administrators apply templates and set formulas."""
    if not actor.has(*ORGANISERS):
        raise Forbidden("机构模板和编组公式由系统管理员设置。")


def may_place(actor: Actor) -> None:
    """Station leaders, and the county centre for the whole county, enter staff and place them in areas."""
    if not actor.has(*PLACERS):
        raise Forbidden("入格由所领导或县级指挥中心安排。")


def may_roster(actor: Actor) -> None:
    """Station leaders, command desks and the county centre write the duty roster."""
    if not actor.has(*ROSTERERS):
        raise Forbidden("值班表由所领导或综合指挥室编排。")
