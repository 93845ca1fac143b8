"""Who may draw borders and book venues, as sentences."""

from django.db.models import QuerySet

from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden
from fengqiao.places.managing import managed
from fengqiao.places.models import Area, Reservation, Venue

DRAWERS = (Role.ADMIN, Role.LEADER, Role.SYSTEM)


def visible_to(actor: Actor) -> QuerySet[Area]:
    """The areas an actor works with are those its organisations police (an administrator's: those of the bureau)."""
    return Area.objects.filter(org_id__in=managed(actor))


def bookings_visible_to(actor: Actor) -> QuerySet[Reservation]:
    """A reservation is seen by who made it and by whose venue it is."""
    return Reservation.objects.filter(org_id__in=actor.orgs) | Reservation.objects.filter(host_id__in=actor.orgs)


def bookable_by(actor: Actor) -> QuerySet[Venue]:
    """Every venue that is open may be booked by any unit: mediators have none of their own."""
    return Venue.objects.filter(closed_at=None)


def may_see(actor: Actor) -> None:
    """The map of areas is for police, administrators and the grid workers who walk them; partners have no part in it."""
    if not (actor.is_police or actor.has(Role.ADMIN, Role.GRID, Role.SYSTEM)):
        raise Forbidden("辖区资料限公安机关和网格员查阅。")


def may_draw(actor: Actor) -> None:
    """Administrators and station leaders draw, move, split and merge areas and map police areas to grids."""
    if not actor.has(*DRAWERS):
        raise Forbidden("辖区界线由系统管理员或所领导调整。")


def may_book(actor: Actor) -> None:
    """Police, mediators and partners book venues; grid workers and volunteers ask them to."""
    if not (actor.is_police or actor.has(Role.MEDIATOR, Role.PARTNER, Role.ADMIN, Role.SYSTEM)):
        raise Forbidden("预约场所由民警、调解员或协作单位办理。")
