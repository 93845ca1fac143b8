"""机构设置: making up a station by a template (NP-15, KZ-30), and the bureau's team formula (WZ-10)."""

from datetime import date, timedelta

from fengqiao.core import clock
from fengqiao.core.actor import Actor
from fengqiao.core.acts.organisations import create_organisation
from fengqiao.core.acts.settings import put
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.models import Organisation
from fengqiao.core.queries import organisations
from fengqiao.core.spine import act, record
from fengqiao.force import policies, queries, rules
from fengqiao.force.models import TemplateUse
from fengqiao.places.managing import managing
from fengqiao.places.validity import holds


@act("套用机构模板")
@managing
def apply_template(
    actor: Actor, *, station_id: int, template: str = rules.DEFAULT_TEMPLATE, on: date | None = None
) -> TemplateUse:
    """Make up a station by a template from day `on`: missing units are created, existing ones kept.

    Swapping templates ends the units only the old one had, with the day before; they and their history stay.
    Posts stay where they are; those then in no unit are listed by queries.posts_in_no_unit.
    Errors: Invalid for an unknown template, NotThere, Refused when it is in use already or a later one is.
    """
    policies.may_organise(actor)
    on = on or clock.today()
    station = Organisation.objects.select_for_update(no_key=True).filter(id=station_id, id__in=actor.orgs, kind="station").first()
    if station is None:
        raise NotThere
    if template not in rules.templates():
        raise Invalid({"template": "没有这个机构模板。"})
    before = TemplateUse.objects.filter(holds(on), org=station).first()
    if before and before.template == template:
        raise Refused("该所已在使用这个模板。")
    if TemplateUse.objects.filter(org=station, since__gte=on).exists():
        raise Refused("该所已有同日或更晚启用的模板。")
    wanted = rules.units(template)
    held = queries.running_units(station.id, on)
    made = []
    for unit in wanted:
        if any(unit.filled_by(org.kind, org.name) for org in held):
            continue
        made.append(
            create_organisation(
                actor, name=f"{station.name}{unit.name}", short=unit.name, kind=unit.org_kind, parent_id=station.id, valid_from=on
            )
        )
    ended = []
    if before:
        dropped = [unit for unit in rules.units(before.template) if unit not in wanted]
        ended = [org for org in held if any(unit.filled_by(org.kind, org.name) for unit in dropped)]
        Organisation.objects.filter(id__in=[org.id for org in ended]).update(valid_to=on - timedelta(days=1))
        before.until, before.version = on, before.version + 1
        before.save(update_fields=["until", "version"])
    if station.mode == "standard" and station.desk_id is None:
        room = next((org for org in [*held, *made] if rules.unit_kind(org.kind, org.name) == "command_room"), None)
        Organisation.objects.filter(id=station.id).update(desk=room)
    use = TemplateUse.objects.create(org=station, template=template, since=on)
    record(
        actor,
        about=organisations.about(station.id),
        subjects=[
            ("station", station.id, "station"),
            *(("organisation", org.id, "new") for org in made),
            *(("organisation", org.id, "ended") for org in ended),
        ],
        facts={"template": template, "before": before.template if before else None, "on": on, "made": len(made)},
        org_id=station.id,
    )
    return use


@act("设置编组公式")
@managing
def set_formula(actor: Actor, *, org_id: int, text: str, on: date | None = None) -> rules.Formula:
    """Store the bureau's (or a station's own) team formula from day `on`; earlier days keep the earlier one.

    Errors: Invalid when it is no formula (rules.formula), NotThere for another's organisation.
    """
    policies.may_organise(actor)
    on = on or clock.today()
    if org_id not in actor.orgs:
        raise NotThere
    try:
        formula = rules.formula(text)
    except ValueError as error:
        raise Invalid({"text": str(error)}) from error
    put(org_id, rules.FORMULA_KEY, formula.text, on)
    record(
        actor,
        about=organisations.about(org_id),
        subjects=[("organisation", org_id, "setting")],
        facts={"key": rules.FORMULA_KEY, "value": formula.text, "on": on},
        org_id=org_id,
    )
    return formula
