"""What changed is kept with its old and its new value, and read on the timeline."""

import pytest

from fengqiao.core.queries.timeline import timeline
from fengqiao.core.scope import scope
from fengqiao.intake import acts
from fengqiao.intake.rules import ReportIn
from fengqiao.intake.views.timeline import entries


@pytest.mark.spec("U2")
def test_every_change_stands_on_the_timeline_with_its_old_and_its_new_value(cast):
    matter = acts.receive(cast.sun, report=ReportIn(channel="window", title="界墙", text="两户为界墙争吵", place_text="三组")).matter_id
    acts.triage(cast.wang, matter_id=matter, kind="D03", police="yes", owner_id=cast.wang.account_id)
    acts.edit(cast.wang, matter_id=matter, version=2, values={"title": "界墙争执", "place_text": "枫桥村三组"})
    with scope(cast.wang):
        changes = {change for entry in entries(timeline(cast.wang, {matter})) for change in entry["changes"]}
    assert {("事由", "界墙", "界墙争执"), ("地点", "三组", "枫桥村三组"), ("类别", "", "房屋、宅基地纠纷")} <= changes, changes
    assert ("状态", "待分流", "办理中") in changes
