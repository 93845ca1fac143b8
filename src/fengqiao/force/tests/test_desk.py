"""Station modes steer which desk a matter goes to."""

import pytest

from fengqiao.core.models import Organisation
from fengqiao.force.queries import desk_for


@pytest.mark.spec("NP-17")
@pytest.mark.parametrize(
    ("unit", "desk"),
    [
        ("chengguan", "cg_desk"),
        ("cg_community", "cg_desk"),
        ("cg_desk", "cg_desk"),
        ("shiqiao", "sl_desk"),
        ("liuwan", "sl_desk"),
        ("yunling", "centre"),
        ("dongwu", "centre"),
        ("justice", "justice"),
        ("bureau", "bureau"),
    ],
)
def test_a_matter_goes_to_the_desk_of_its_station_mode(cast, unit, desk):
    """标准型 → own, 紧密型 → shared, 宽松型 → county centre. Alarms and criminal hand-over are still to come."""
    assert desk_for(cast.org[unit]) == cast.org[desk]


def test_a_loose_station_finds_the_county_centre_even_when_it_names_none(cast):
    Organisation.objects.filter(id=cast.org["yunling"]).update(desk=None)
    assert desk_for(cast.org["yunling"]) == cast.org["centre"]


def test_a_standard_station_without_a_command_room_answers_itself(cast):
    Organisation.objects.filter(id=cast.org["chengguan"]).update(desk=None)
    Organisation.objects.filter(id=cast.org["cg_desk"]).update(name="城关派出所值班点", kind="room")
    assert desk_for(cast.org["cg_case"]) == cast.org["chengguan"]
