"""What waits in 待核 is reached by erasure: a person's name goes from it with the matter, and everything after its time."""

import uuid
from datetime import timedelta

import pytest

from fengqiao.core import clock, erasure, retention
from fengqiao.core.models import Erasure
from fengqiao.core.scope import scope
from fengqiao.field import acts
from fengqiao.field.models import Device, Held
from fengqiao.field.tests.test_held import only
from fengqiao.field.tests.test_operations import QUARREL
from fengqiao.intake.models import Party

NAME = "欧阳砚秋"


@pytest.fixture(autouse=True)
def lists(tmp_path, settings):
    settings.ERASURES_DIR = tmp_path


def test_a_name_in_a_held_note_is_masked_when_its_bearer_is_erased(enrol, cast):
    phone = enrol("wang")
    made = phone.do("capture", QUARREL | {"parties": [{"name": NAME, "phone": "13899990017"}]})["made"]["matter"]
    acts.end(cast.zhao, device_id=uuid.UUID(phone.device), why="lost")
    phone.do("note", {"text": f"{NAME}又来过，电话13899990017"}, about=made)
    held = only(cast.wang, act="note")
    assert NAME in str(held.body) and str(held.about) == made
    with scope(erasure.sight()):
        party = Party.objects.get(matter_id=made)
        plan = erasure.plan_party("intake.Matter", uuid.UUID(made), [party])
    assert any(isinstance(row, Held) for row, _ in plan.mask)
    masked = next(new for row, new in plan.mask if isinstance(row, Held))["body"]
    assert NAME not in str(masked) and "13899990017" not in str(masked) and "又来过" in str(masked)


def test_what_nobody_settled_goes_three_years_after_its_phone_ended(enrol, cast):
    phone = enrol("gao")
    acts.end(cast.zhao, device_id=uuid.UUID(phone.device), why="lost")
    phone.do("capture", QUARREL | {"parties": [{"name": NAME}]})
    assert NAME in str(only(cast.wang, act="capture").body)
    with scope(erasure.sight()):
        Device.objects.filter(id=phone.device).update(ended_at=clock.now() - timedelta(days=3 * 366 + 2))
        Device.objects.filter(id=phone.device).update(created_at=clock.now() - timedelta(days=4 * 366))
        found = [one for one in retention.due() if str(one.id) == phone.device]
    assert found and not Erasure.objects.filter(row_id=phone.device).exists()
    retention.run_due()
    assert only(cast.wang, act="capture").body is None
