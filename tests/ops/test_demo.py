"""The demo county tells of quarrels that differ, and leaves some told twice for the reader to find."""

import random
from collections import Counter

from fengqiao.core import cast as people
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.intake.models import Matter, Report
from fengqiao.ops import demo


def test_quarrels_differ_and_fresh_ones_told_twice_stand_apart(cast, monkeypatch):
    monkeypatch.setattr(demo, "MATTERS", 40)
    monkeypatch.setattr(demo, "DAYS", 5)
    counts = demo._ninety_days(people.actors(), random.Random(7))
    with scope(system_actor("示范")):
        texts = list(Report.objects.values_list("text", flat=True))
        assert (Matter.objects.count(), len(texts)) == (counts["matters"], counts["reports"])
    assert counts["matters"] > 45  # every retelling is a matter of its own, and waits to be found
    assert Counter(texts).most_common(1)[0][1] == 1
    assert not [text for text in texts if "{" in text or "有两家为的" in text]
