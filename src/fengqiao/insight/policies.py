"""Who may do what with forms and filings, as sentences."""

from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden
from fengqiao.core.figures import may_read

__all__ = ["may_draft", "may_keep", "may_read", "may_send"]

DRAFTS = frozenset({Role.DESK, Role.LEADER, Role.CENTRE, Role.OFFICER})
KEEPS = frozenset({Role.DESK, Role.LEADER, Role.CENTRE})


def may_draft(actor: Actor) -> None:
    """The command room drafts; officers and leaders may as well."""
    if not actor.has(*DRAFTS):
        raise Forbidden("报表由综合指挥室、民警或所领导起草。")


def may_keep(actor: Actor) -> None:
    """Forms are kept by the command room and the leaders."""
    if not actor.has(*KEEPS):
        raise Forbidden("样表由综合指挥室或所领导维护。")


def may_send(actor: Actor) -> None:
    """What was signed is sent by the command room or a leader."""
    if not actor.has(*KEEPS):
        raise Forbidden("报表由综合指挥室或所领导报送。")
