"""Earlier disputes between the same parties: both sides must match, the look-up is logged, nobody else's are shown."""

import pytest
from django.db import connection

from fengqiao.core.errors import Forbidden, NotThere, Refused
from fengqiao.core.scope import scope
from fengqiao.disputes import acts, queries
from fengqiao.intake import acts as intake
from fengqiao.intake.rules import PartyIn, ReportIn

from .conftest import LI, WANG, told

ZHAO = PartyIn(name="赵小兰", phone="13700007777")


def opened(cast, *parties):
    return acts.open_dispute(cast.wang, matter_id=told(cast, parties=parties))


def between(actor, dispute):
    with scope(actor):
        return [one.id for one in queries.earlier_between(actor, dispute)]


def test_an_earlier_dispute_between_the_same_two_is_shown_and_the_look_up_is_logged(cast, access_lines):
    first = opened(cast, LI, PartyIn(name="大山", id_number="999999199001010016"))
    now = opened(cast, WANG, LI)
    assert between(cast.wang, now) == [first]
    (line,) = access_lines()
    assert (line["kind"], line["subject_id"], line["action"]) == ("dispute", now, "lookup")
    assert line["account_id"] == cast.wang.account_id and line["fields"] == ["id_hash", "phone_hash"]
    assert between(cast.wang, first) == []  # earlier means earlier


def test_what_one_of_them_had_with_somebody_else_is_not_shown(cast):
    opened(cast, WANG, ZHAO)
    assert between(cast.wang, opened(cast, WANG, LI)) == []


def test_one_shared_telephone_does_not_make_two_people_match(cast):
    opened(cast, PartyIn(name="李四海", phone=LI.phone), ZHAO)
    assert between(cast.wang, opened(cast, PartyIn(name="李四海", phone=LI.phone), PartyIn(name="李妻", phone=LI.phone))) == []


def test_another_organisations_dispute_between_them_is_not_shown(cast):
    matter = intake.receive(cast.chen, report=ReportIn(channel="window", text="争吵", parties=(WANG, LI))).matter_id
    acts.open_dispute(cast.chen, matter_id=matter, kind="D02")
    assert between(cast.wang, opened(cast, WANG, LI)) == []


def test_an_ended_dispute_asks_no_more_and_an_auxiliary_never(cast):
    dispute = opened(cast, WANG, LI)
    with pytest.raises(Forbidden):
        between(cast.lin, dispute)
    with pytest.raises(NotThere):
        between(cast.chen, dispute)
    acts.withdraw(cast.wang, dispute_id=dispute, reason="撤回")
    with pytest.raises(Refused, match="已结束"):
        between(cast.wang, dispute)


def test_the_look_up_goes_by_the_hashes_index(cast):
    """As app, under row-level security: equality on a keyed hash is leakproof, so its index serves."""
    with scope(cast.wang), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM disputes_party WHERE id_hash IN ('\\x00') OR phone_hash IN ('\\x01')")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "dparty_id" in plan and "dparty_phone" in plan and "Seq Scan on disputes_party" not in plan
