"""Pure rules of revisits (回访): when the next one is due, what a result means, who is not called.

纠纷回访 asks again after 3, 7, 30, 90 days by the level of the dispute, also after it was closed; 警情回访 asks once, within
48 hours, whether the caller was content with the police (station-day 7).
"""

from collections.abc import Sequence
from datetime import timedelta

from fengqiao.intake.rules import TRIES

PLAIN = (7, 30)  # days after a dispute was settled that was given no level; with one, rules.levels says
RETRY = 3  # days until somebody not reached, or with something new, is asked again
CALL_WITHIN = timedelta(hours=48)
SATISFACTION = {"content": "满意", "fair": "基本满意", "discontent": "不满意"}
EXEMPT = {"arrest": "已拘留或转为案件办理", "violence": "暴力警情，不作满意度回访"}


def next_day(schedule: Sequence[int], last: int, elapsed: int) -> int | None:
    """The next day of the schedule (days since it was settled); None when all were made.

    last     day of the schedule the latest finished revisit stood for; 0 for none
    elapsed  whole days since it was settled: a day of the schedule that is over is not caught up with, it counts as made
    """
    return next((day for day in sorted(schedule) if day > last and day > elapsed), None)


def stands_for(schedule: Sequence[int], elapsed: int) -> int:
    """Which day of the schedule a revisit made `elapsed` days after the settlement stands for: the latest due, else the next."""
    due = [day for day in sorted(schedule) if day <= elapsed]
    return due[-1] if due else min(schedule, default=elapsed)


def finished(results: Sequence[str]) -> bool:
    """Is this round of asking done, by its results, oldest first? 稳定, or three times nobody was reached."""
    return bool(results) and (results[-1] == "stable" or vain(results) >= TRIES)


def vain(results: Sequence[str]) -> int:
    """How many times running nobody was reached, counted back from the latest."""
    count = 0
    for result in reversed(results):
        if result != "unreachable":
            break
        count += 1
    return count


def no_call(kind: str, outcome: str, *, violent: bool) -> str:
    """Why the caller is not asked for 满意度: a key of EXEMPT; empty when they are (station-day 7: arrest, violence).

    violent  is a sign of injury, weapon or repeated violence recorded?
    """
    if kind == "D01V" or violent:
        return "violence"
    return "arrest" if outcome == "case" else ""
