"""Reads of mediation: sessions and hearings, the rooms' day, registers, recusals, the lawyers' rota, planning."""

from fengqiao.disputes.queries.mediation.lawyers import (
    Slot,
    advice_counted,
    lawyers,
    my_advice,
    slot,
    slots,
)
from fengqiao.disputes.queries.mediation.planning import (
    Told,
    kinds_offered,
    mediators_for,
    planning,
    sources,
    tiers_offered,
)
from fengqiao.disputes.queries.mediation.recusals import recusal, recusal_lines, recusal_rows
from fengqiao.disputes.queries.mediation.registers import (
    committees,
    cooperation,
    cooperation_areas,
    cooperation_counted,
    mediator_accounts,
    methods,
    offices,
    partners,
    usage,
    vocabulary_names,
)
from fengqiao.disputes.queries.mediation.rooms import Booking, RoomLine, bookable, rooms
from fengqiao.disputes.queries.mediation.sessions import (
    Coming,
    Heard,
    Seated,
    Side,
    Sitting,
    coming,
    counted,
    dispute_of,
    hearings_of,
    minutes_of,
    session_page,
    sessions_of,
)

__all__ = [
    "Booking", "Coming", "Heard", "RoomLine", "Seated", "Side", "Sitting", "Slot", "Told", "advice_counted", "bookable", "coming", "committees",
    "cooperation", "cooperation_areas", "cooperation_counted", "counted", "dispute_of", "hearings_of", "kinds_offered", "lawyers",
    "mediator_accounts", "mediators_for", "methods", "minutes_of", "my_advice", "offices", "partners", "planning", "recusal",
    "recusal_lines", "recusal_rows", "rooms", "session_page", "sessions_of", "slot", "slots", "sources", "tiers_offered", "usage",
    "vocabulary_names",
]  # fmt: skip
