"""Who may do what with a task, as sentences."""

from django.db.models import Q

from fengqiao.core.actor import POLICE, Actor, Role
from fengqiao.core.errors import Forbidden
from fengqiao.tasks.models import Task
from fengqiao.tasks.rules import MOVES, allowed

GIVES = frozenset({Role.LEADER, Role.DESK, Role.CENTRE, Role.SYSTEM})
OWN = POLICE | {Role.MEDIATOR, Role.PARTNER}
FIELD = frozenset({Role.GRID, Role.VOLUNTEER})


def may_create(actor: Actor, kind: str) -> bool:
    """Leaders and desks give orders; everybody who works cases may set a task for themselves."""
    return actor.has(*GIVES) or (kind == "own" and actor.has(*OWN))


def may_meet(actor: Actor) -> None:
    """Police, mediators and grid workers sit together and agree on what to check."""
    if not actor.has(*OWN, Role.GRID, Role.SYSTEM) or actor.has(Role.PARTNER):
        raise Forbidden("会商和例会由民警、辅警、调解员和网格员登记。")


def may_find(actor: Actor) -> None:
    """Everybody who walks: police, grid workers and volunteers."""
    if not (actor.is_police or actor.has(*FIELD, Role.SYSTEM)):
        raise Forbidden("巡查发现由民警、辅警、网格员和义警登记。")


def decides_findings(actor: Actor) -> bool:
    """Officers, leaders, the command room: who sits in the evening's review."""
    return actor.has(Role.OFFICER, *GIVES)


def may_decide_finding(actor: Actor) -> None:
    """The evening's review decides."""
    if not decides_findings(actor):
        raise Forbidden("晚议由民警、所领导或综合指挥室作出决定。")


def meetings_visible_to(actor: Actor) -> Q:
    """The station's; a grid worker's own."""
    if actor.has(*FIELD):
        return Q(held_by_id=actor.account_id)
    return Q(org_id__in=actor.orgs) if actor.has(*GIVES, *OWN) else Q(pk__in=[])


def findings_visible_to(actor: Actor) -> Q:
    """The station's police; whoever found it sees their own."""
    return Q(org_id__in=actor.orgs) if actor.is_police or actor.is_system else Q(found_by_id=actor.account_id)


def may_move(actor: Actor, task: Task, move: str) -> None:
    """Its owner signs and finishes (anybody of the unit, while it has none); leaders and desks of the unit too.

    Who gave it cancels and reassigns it; leaders and desks of the unit that has it may reassign it within.
    """
    heads = actor.has(*GIVES)
    doing = task.to_org_id in actor.orgs and (heads or task.owner_id in (None, actor.account_id))
    giving = task.given_by_id == actor.account_id or (heads and task.org_id in actor.orgs)
    rights = {"sign": doing, "finish": doing, "cancel": giving, "reassign": giving or (heads and task.to_org_id in actor.orgs)}
    if not rights[move]:
        raise Forbidden("这一步由承办人办理。" if move in ("sign", "finish") else "这一步由交办人或所领导办理。")


def open_to(actor: Actor, task: Task) -> tuple[str, ...]:
    """The moves the actor may make now, the most likely first."""
    found = []
    for move in MOVES:
        if not allowed(task.state, move, signed=task.signed_at is not None):
            continue
        try:
            may_move(actor, task, move)
        except Forbidden:
            continue
        found.append(move)
    return tuple(found)


def visible_to(actor: Actor) -> Q:
    """Tasks one's organisations gave or have; grid workers and volunteers see their own only (station-day 16)."""
    if actor.has(*FIELD):
        return Q(owner_id=actor.account_id)
    if not actor.has(*GIVES, *OWN):
        return Q(pk__in=[])
    return Q(org_id__in=actor.orgs) | Q(to_org_id__in=actor.orgs)
