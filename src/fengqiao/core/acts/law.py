"""规则版本 and 节假日: a bureau adds an edition of a rule of law, or a year's holidays."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from fengqiao.core import clock, deadlines
from fengqiao.core.actor import Actor, Role
from fengqiao.core.errors import Forbidden, Invalid, Refused
from fengqiao.core.models import Deadline, RuleEdition, Workday
from fengqiao.core.queries import law, organisations
from fengqiao.core.rules.deadlines import UNITS, UNVERIFIED, VERIFIED
from fengqiao.core.rules.workdays import Exceptional, WorkCalendar
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.core.spine import act, record

CHANGES = ("limit", "extension", "extension_by", "pauses", "rolls", "blocks", "on_expiry", "note")


@act("增加规则版本")
def add_edition(
    actor: Actor,
    *,
    rule: str,
    edition: str,
    valid_from: date,
    valid_to: date | None = None,
    law_name: str = "",
    article: str = "",
    checked: str = "",
    replaces: str = "",
    **changes: Any,
) -> int:
    """Add an edition of a known rule; returns its id. What is not given stays as in the edition before it.

    checked   which official text it was checked against: it is 已核 then, may be cited, and with blocks=True refuse. Without
              it the edition is 待核 and only reminds.
    replaces  an edition this one stands for from its first day on (a 待核 line that was checked); the old one is kept for the
              clocks that began under it.
    changes   limit, extension, pauses, rolls, blocks …, as in core/data/deadlines.csv
    An edition still open when this one begins ends the day before; one that begins later, or holds on the same days, is
    refused. Clocks that run stay under the edition they began with.
    """
    if not actor.has(Role.ADMIN):
        raise Forbidden
    rows = RuleEdition.objects.select_for_update(no_key=True).filter(rule=rule)
    if not (found := list(rows.order_by("valid_from", "id"))):
        raise Invalid({"rule": "没有这条规则。"})
    _checked(found, edition, valid_from, valid_to, checked, article, replaces, changes)
    holding = [row for row in found if row.replaced_at is None]
    before = next((row for row in found if row.edition == replaces), None) if replaces else _before(holding, valid_from)
    ended = None
    try:
        with transaction.atomic():
            if replaces and before:
                RuleEdition.objects.filter(pk=before.pk).update(replaced_at=clock.now())
            elif before and (before.valid_to is None or before.valid_to >= valid_from) and (before.valid_from or date.min) < valid_from:
                ended = valid_from - timedelta(days=1)
                RuleEdition.objects.filter(pk=before.pk).update(valid_to=ended)
            row = RuleEdition.objects.create(**_columns(before or found[-1], edition, valid_from, valid_to, law_name, article, checked, changes), bureau_id=actor.org_id)
    except IntegrityError as error:
        raise Refused("这条规则在这些日子已有版本，两个版本的适用日期不得重叠。") from error
    transaction.on_commit(law.forget)
    record(
        actor,
        about=organisations.about(actor.org_id),
        subjects=[("rule", row.pk, "added")],
        facts={
            "rule": rule, "edition": edition, "valid_from": valid_from.isoformat(), "valid_to": valid_to.isoformat() if valid_to else None,
            "law": row.law, "article": row.article, "state": row.state, "checked": checked, "blocks": row.blocks,
            "before": before.edition if before else None, "before_ended": ended.isoformat() if ended else None, "replaces": replaces,
        },
    )  # fmt: skip
    return row.pk


@act("录入节假日安排")
def enter_holidays(actor: Actor, *, year: int, days: Sequence[Exceptional]) -> int:
    """Enter a year's holidays as the State Council published them (the days off, and the weekends worked for them).

    What was entered for the year before is replaced. Clocks that were counted in calendar days for want of it are counted
    anew as far as this actor sees them, the others in the night; returns how many moved here.
    """
    if not actor.has(Role.ADMIN, Role.SYSTEM):
        raise Forbidden
    wrong = {}
    if any(one.day.year != year for one in days):
        wrong["days"] = f"日期须都在 {year} 年。"
    elif len({one.day for one in days}) != len(days):
        wrong["days"] = "同一天不能出现两次。"
    elif not WorkCalendar(days).knows(date(year, 1, 1)):
        wrong["days"] = "须有元旦、春节、劳动节、国庆节的放假日，名称照公布的写。"
    if wrong:
        raise Invalid(wrong)
    Workday.objects.filter(day__year=year).delete()
    Workday.objects.bulk_create(Workday(day=one.day, works=one.working, note=one.name[:60]) for one in days)
    moved = deadlines.recount_natural()
    record(
        actor, about=organisations.about(actor.org_id), subjects=[("year", year, "entered")],
        facts={"year": year, "off": sum(not one.working for one in days), "worked": sum(one.working for one in days), "moved": moved},
    )  # fmt: skip
    return moved


@act("重新核对期限")
def recount_clocks(actor: Actor) -> int:
    """Count anew the running clocks that were counted in calendar days; returns how many moved."""
    moved = deadlines.recount_natural()
    record(actor, about=organisations.about(actor.org_id), subjects=[("organisation", actor.org_id, "of")], facts={"moved": moved})
    return moved


def recount_due() -> None:
    """The night's chore: count anew what was counted in calendar days, once that year's holidays are there."""
    actor = system_actor("recount")
    calendar = deadlines.calendar()
    with scope(actor):
        natural = Deadline.objects.filter(natural=True, met_at=None, dropped_at=None).values_list("due_at", flat=True)
        waiting = any(calendar.knows(clock.local(due).date()) for due in natural)
    if waiting:
        recount_clocks(actor)


def _before(holding: list[RuleEdition], day: date) -> RuleEdition | None:
    return next((row for row in reversed(holding) if (row.valid_from or date.min) <= day), None)


def _columns(
    before: RuleEdition, edition: str, since: date, until: date | None, law_name: str, article: str, checked: str, changes: dict[str, Any]
) -> dict[str, Any]:
    kept = law.columns(law.of_row(before))
    state = VERIFIED if checked.strip() else UNVERIFIED
    return {
        **kept, "edition": edition, "valid_from": since, "valid_to": until, "law": law_name or before.law,
        "article": article or before.article, "state": state, "mark": "", "checked": checked.strip(),
        "blocks": kept["blocks"] and state == VERIFIED, **changes,
    }  # fmt: skip


def _checked(
    found: list[RuleEdition], edition: str, since: date, until: date | None, checked: str, article: str, replaces: str, changes: dict[str, Any]
) -> None:
    wrong = {}
    if not edition.strip() or len(edition) > 20:
        wrong["edition"] = "请填写版本名称，20 字以内。"
    elif any(row.edition == edition for row in found):
        wrong["edition"] = "这条规则已有同名版本。"
    if until and until < since:
        wrong["valid_to"] = "失效日期不能早于生效日期。"
    if replaces and not any(row.edition == replaces and row.replaced_at is None for row in found):
        wrong["replaces"] = "没有可替换的这一版本。"
    if unknown := [name for name in changes if name not in CHANGES]:
        wrong[unknown[0]] = "没有这一项。"
    if changes.get("blocks") and not checked.strip():
        wrong["blocks"] = "待核的规则只作提醒，不得拦截；请先与官方文本核对。"
    if checked.strip() and not (article or found[-1].article):
        wrong["article"] = "已核对的规则须填写条文。"
    limit = changes.get("limit", found[-1].limit)
    if (limit is None) != (found[-1].limit is None) or (limit is not None and (found[-1].unit not in UNITS or not 0 <= limit <= 10**5)):
        wrong["limit"] = "期限须为数字，单位与原规则相同。"
    if wrong:
        raise Invalid(wrong)
