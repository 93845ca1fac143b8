"""风险等级 of a dispute (NJ-35, station-day 3): how often it happened, what raises it, who signs, when to ask again.

A level belongs to the dispute. Nothing here knows a person, and nothing of it goes with the people elsewhere.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LEVELS = ("blue", "yellow", "orange", "red")  # rising
WORDS = {"": "未定级", "blue": "蓝", "yellow": "黄", "orange": "橙", "red": "红"}
SERIOUS = frozenset({"orange", "red"})  # with a leader in charge (包案领导)
REVISITS: dict[str, tuple[int, ...]] = {"red": (3, 7, 30, 90), "orange": (3, 7, 30), "yellow": (7, 30), "blue": (30,)}
SEPARATE = timedelta(hours=6)  # further apart, two reports tell of two incidents
REPEAT = "repeat"  # the reason (vocabulary level_reasons) counted here
OWNERS = {"stay": "主办人不变", "place": "发生地责任民警主办", "lead": "包案领导主办"}  # whom a level gives the dispute to
OWNED: dict[str, str] = {"red": "place", "orange": "place", "yellow": "stay", "blue": "stay"}
CHANGES = {"asked": "待审批", "standing": "生效", "refused": "未同意", "reversed": "已撤回"}


def rank(level: str) -> int:
    """0 for none, 1 blue … 4 red."""
    return LEVELS.index(level) + 1 if level else 0


def raised(level: str, floor: str = "") -> str:
    """One step up, and at least to `floor`. Red stays red."""
    step = LEVELS[min(rank(level), len(LEVELS) - 1)]
    return max(step, floor, key=rank)


def approval_kind(was: str, now: str) -> str:
    """Which line of the approvals table signs this change (station-day 3)."""
    if rank(now) > rank(was):
        return "level_up" if now in SERIOUS else "level_mid"
    return "level_down" if was in SERIOUS else "level_mid"


def too_low(level: str, reasons: Sequence[str], floors: Mapping[str, str]) -> str:
    """The first of the reasons that asks for more than this level; empty when none does."""
    return next((one for one in reasons if rank(floors.get(one, "")) > rank(level)), "")


# --- occurrences ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One report: the occurrence it was filed under and when that began; `again`: a person marked it 再次发生.

    source  the matter it was first filed under, when matters were joined
    """

    occurrence: Hashable
    at: datetime
    again: bool = False
    source: Hashable = None


def occurrences(told: Iterable[Told]) -> list[datetime]:
    """When each separate incident began, oldest first, whatever the order of the reports.

    Several reports of one occurrence are one incident. Two occurrences are one incident as well when the second began
    within six hours of the first, unless a person marked one of them as separate: 再次发生 holds against the other
    occurrences of its own matter, earlier or later; a matter joined afterwards may still have told of the same.
    """
    begun: dict[Hashable, tuple[datetime, bool, Hashable]] = {}
    for one in told:
        at, again, _ = begun.get(one.occurrence, (one.at, False, None))
        begun[one.occurrence] = (min(at, one.at), again or one.again, one.source)
    heads: list[tuple[datetime, bool, Hashable]] = []
    for at, again, source in sorted(begun.values(), key=lambda one: (one[0], one[1], str(one[2]))):
        if heads and not again and at - heads[-1][0] <= SEPARATE and not (heads[-1][1] and heads[-1][2] == source):
            continue
        heads.append((at, again, source))
    return [at for at, _, _ in heads]


@dataclass(frozen=True, slots=True)
class Counting:
    """Settings `levels.repeat`: at which occurrence within how many days it warns and raises."""

    warn: int = 2
    raises: int = 3
    days: int = 30


@dataclass(frozen=True, slots=True)
class Repeat:
    """What the counting says: the incidents of the last days, and whether they warn or raise."""

    within: tuple[datetime, ...]
    warns: bool
    raises: bool

    @property
    def count(self) -> int:
        return len(self.within)


def repeated(told: Iterable[Told], now: datetime, how: Counting, after: datetime | None = None) -> Repeat:
    """Incidents of the `days` that end with the newest one, if that lies in the last `days` itself.

    after  incidents up to here have raised the level once already: only later ones raise it again
    """
    starts = [at for at in occurrences(told) if at <= now]
    span = timedelta(days=how.days)
    within = tuple(at for at in starts if at >= starts[-1] - span and starts[-1] >= now - span)
    fresh = [at for at in within if after is None or at > after]
    return Repeat(within, len(within) >= how.warn, len(fresh) >= how.raises)


# --- settings -------------------------------------------------------------------------------------------------------


def counting(given: Mapping[str, object] | None) -> Counting:
    """The setting `levels.repeat`; what is missing or nonsense stays as shipped."""
    default, given = Counting(), given or {}

    def number(name: str, least: int) -> int:
        value = given.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= least else getattr(default, name)

    return Counting(number("warn", 1), number("raises", 2), number("days", 1))


def owned_by(level: str, given: Mapping[str, object] | None = None) -> str:
    """Whom a dispute of this level belongs to, a code of OWNERS (setting `levels.owners` over OWNED)."""
    chosen = (given or {}).get(level)
    return chosen if isinstance(chosen, str) and chosen in OWNERS else OWNED.get(level, "stay")


def lead_titles(level: str, given: Mapping[str, object] | None = None) -> tuple[str, ...]:
    """Titles of the post that takes charge of a dispute of this level (setting `levels.leads`); none: whoever signs."""
    chosen = (given or {}).get(level)
    if isinstance(chosen, list | tuple) and all(isinstance(word, str) for word in chosen):
        return tuple(word.strip() for word in chosen if word.strip())
    return ()


def owner(way: str, now: int | None, place: Sequence[int], lead: int | None) -> int | None:
    """Who owns the dispute from now on: account, or None when there is nobody.

    way    code of OWNERS
    now    who owns it; stays where the level asks for nobody else, or for somebody who is not there
    place  who answers for the place, nearest first: also whoever gets what nobody owned
    """
    able: Sequence[int] = place if way == "place" else [lead] if way == "lead" and lead else [now] if now else ()
    if now in able:
        return now
    return next(iter(able), now if now is not None else next(iter(place), None))


def leader(titles: Sequence[str], now: int | None, signer: int | None, able: Sequence[tuple[int, str]]) -> int | None:
    """Who is in charge of a red or orange dispute, account; None when the unit has no leader.

    titles  of the post the level asks for, the first that is there; none: whoever is in charge, else the leader who signed
    able    the unit's leaders as (account, title)
    """
    for word in titles:
        fits = [one for one, title in able if title == word] or [one for one, title in able if word in title]
        if fits:
            return now if now in fits else fits[0]
    accounts = [one for one, _ in able]
    return now or (signer if signer in accounts else accounts[0] if accounts else None)


def revisit_days(level: str, given: Mapping[str, object] | None = None) -> tuple[int, ...]:
    """Days after the settling at which a dispute of this level is asked again (setting `levels.revisits` over REVISITS)."""
    chosen = (given or {}).get(level)
    if isinstance(chosen, list | tuple) and chosen and all(isinstance(day, int) and day > 0 for day in chosen):
        return tuple(sorted(chosen))
    return REVISITS.get(level, (7,))
