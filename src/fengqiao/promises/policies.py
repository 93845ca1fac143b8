"""Who may do what with a hand-over, as sentences."""

from django.db.models import Q

from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden
from fengqiao.promises.models import Promise
from fengqiao.promises.rules import BY, moves

SENDS = frozenset({Role.OFFICER, Role.LEADER, Role.DESK, Role.CENTRE, Role.PARTNER, Role.SYSTEM})
DECIDES = SENDS | {Role.MEDIATOR}
SIGNS = DECIDES | {Role.AUXILIARY, Role.WINDOW}
READS = SIGNS | {Role.RIGHTS}


def may_send(actor: Actor) -> None:
    """Officers, leaders, desks and partner offices hand over; nobody else does."""
    _need(actor, SENDS, "流转、移送由民警、所领导、综合指挥室或协作单位办理。")


def may_move(actor: Actor, promise: Promise, move: str) -> None:
    """The sender delivers, recalls and sends on; the receiver signs, accepts, returns and answers.

    Signing for it is also the auxiliary's and the window's; deciding about it is not. For an office without an account
    the sender writes down what it said.
    """
    _need(actor, SIGNS if move in ("sign", "scan", "deliver") else DECIDES, "当前岗位不能办理这一步。")
    side = BY[move]
    if side == "sender" and promise.org_id not in actor.orgs:
        raise Forbidden("这一步由移送单位办理。")
    if side == "receiver" and promise.to_org_id not in actor.orgs and not by_proxy(actor, promise):
        raise Forbidden("这一步由承办单位办理。")


def by_proxy(actor: Actor, promise: Promise) -> bool:
    """Does the sender write for a receiver that has no account?"""
    return promise.paper and promise.org_id in actor.orgs and promise.to_org_id not in actor.orgs


def visible_to(actor: Actor) -> Q:
    """Hand-overs of the actor's own organisations, either side."""
    if not actor.has(*READS):
        return Q(pk__in=[])
    return Q(org_id__in=actor.orgs) | Q(to_org_id__in=actor.orgs)


def open_to(actor: Actor, promise: Promise) -> tuple[str, ...]:
    """The moves the actor may make now, the most likely first: while the other side holds the ball, a reminder."""
    sender = promise.org_id in actor.orgs and not actor.roles.isdisjoint(SENDS)
    found = ["remind"] if sender and promise.holder_id not in (None, promise.org_id) else []
    for move in moves(promise.state):
        try:
            may_move(actor, promise, move)
        except Forbidden:
            continue
        found.append(move)
    return tuple(found)


def _need(actor: Actor, roles: frozenset[str], message: str) -> None:
    if actor.roles.isdisjoint(roles):
        raise Forbidden(message)
