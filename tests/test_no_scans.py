"""As the app role, under row-level security: no list, search or look-up reads a large table through.

Forty thousand matters with their reports are written, analysed, and every SELECT of the pages is explained.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from fengqiao.core import clock
from fengqiao.core.queries import approvals
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.disputes import queries as disputes
from fengqiao.disputes.models import Dispute
from fengqiao.disputes.queries import casefile, feedback, levels, mediation, papers
from fengqiao.disputes.queries.held import Held
from fengqiao.intake import matching, queries
from fengqiao.intake.models import Matter
from fengqiao.intake.rules import PartyIn, ReportIn

LARGE = (
    "intake_matter", "intake_report", "intake_party", "intake_occurrence", "intake_fingerprint", "intake_searchindex",
    "intake_suggestion", "core_event", "core_content", "promises_promise", "core_deadline", "core_notice",
    "disputes_dispute", "disputes_party", "disputes_sign", "disputes_levelchange", "core_approval",
    "disputes_mediationsession", "disputes_hearing", "disputes_sessionmediator", "disputes_attendance", "disputes_cooperation",
    "disputes_agreement", "disputes_obligation", "disputes_revisit", "disputes_review", "core_message",
    "field_operation", "field_held", "field_kept",
)  # fmt: skip
FILL = """
INSERT INTO intake_matter (id, org_id, created_at, version, number, title, kind, kind_unsure, police, state, desk_id,
  case_number, place_text, lat, lon, cell, first_at, last_at, occurrences, reports, history, outcome)
SELECT md5('m' || i)::uuid, orgs[1 + i %% 5], now(), 1, 'F' || i, '事项' || i, 'D0' || (1 + i %% 9), true, 'yes',
  (ARRAY['waiting', 'open', 'closed', 'closed', 'closed'])[1 + i %% 5], orgs[1 + i %% 5], '', '枫桥村' || i, 29.7, 120.4,
  617700169958293503 + i %% 3000, now() - i * interval '1 minute', now() - i * interval '1 minute', 1, 1, false, ''
FROM generate_series(1, 40000) i, (SELECT array_agg(id ORDER BY id) AS orgs FROM core_organisation WHERE kind = 'station') o;
INSERT INTO intake_occurrence SELECT md5('o' || number)::uuid, last_at, created_at, id, org_id FROM (
  SELECT id, number, last_at, created_at, org_id FROM intake_matter WHERE number LIKE 'F%%') m;
"""
REST = """
INSERT INTO intake_report (id, org_id, created_at, version, receipt, matter_id, occurrence_id, channel, outer_id,
  received_at, captured_at, occurred_start, occurred_end, precision, title, text, place_text, given_system, outside, cell,
  kind_given, received_by_id, history)
SELECT md5('r' || number)::uuid, org_id, created_at, 1, 'R' || number, id, md5('o' || number)::uuid, '110', '', last_at, last_at,
  last_at, last_at, 'exact', title, '两户为界墙争吵', place_text, '', false, cell, '', (SELECT min(id) FROM core_account), false
FROM intake_matter WHERE number LIKE 'F%%';
INSERT INTO intake_party (id, org_id, created_at, version, report_id, matter_id, role, name, phone, phone_hash, id_last4, language)
SELECT md5('p' || number)::uuid, org_id, created_at, 1, md5('r' || number)::uuid, id, 'party', '王某', '', sha256(number::bytea), '', ''
FROM intake_matter WHERE number LIKE 'F%%';
INSERT INTO intake_fingerprint (report_id, org_id, matter_id, at, cell, rare)
SELECT md5('r' || number)::uuid, org_id, id, last_at, cell, ARRAY[hashtext(number), hashtext(title), hashtext(left(number, 3))]
FROM intake_matter WHERE number LIKE 'F%%';
INSERT INTO intake_searchindex SELECT id, org_id, last_at, ARRAY[title, place_text, '枫桥', number] FROM intake_matter WHERE number LIKE 'F%%';
INSERT INTO core_event (id, recorded_at, occurred_start, occurred_end, precision, act, account_id, post_id, org_id, zone, about,
  correlation, subjects, facts, digests, schema)
SELECT md5('e' || number)::uuid, created_at, last_at, last_at, 'exact', 'intake.receive', 1, 1, org_id, 'A', id, id, '[]', '{}', '{}', 1
FROM intake_matter WHERE number LIKE 'F%%';
"""

# Drawn by hash, so that every station has its share: one matter in four is a dispute, one dispute in ten has a level, one in
# fifty an open sign, one in a hundred waits for a signature.
TRADE = """
INSERT INTO disputes_dispute (id, org_id, created_at, version, number, matter_id, kind, state, level, level_since, outcome, performance,
  round, resolved_tier, resolved_how, next_step, next_for)
SELECT md5('d' || number)::uuid, org_id, last_at, 1, 'D' || number, id, 'D02', 'working', level, CASE WHEN level <> '' THEN now() END,
  '', '', 0, '', '', '', ''
FROM (SELECT *, coalesce((ARRAY['red', 'orange', 'yellow', 'blue'])[1 + abs(hashtext('l' || number)) % 40], '') AS level
  FROM intake_matter WHERE number LIKE 'F%' AND abs(hashtext('d' || number)) % 4 = 0) m;
INSERT INTO disputes_party (id, org_id, created_at, version, dispute_id, about, role, name, phone, id_last4, language)
SELECT md5('q' || number)::uuid, org_id, created_at, 1, id, matter_id, 'party', '王某', '', '', '' FROM disputes_dispute WHERE number LIKE 'DF%';
INSERT INTO disputes_sign (id, org_id, created_at, version, dispute_id, about, sign, state, suggested, found_by_id, case_number, decided_by_id, decided_at)
SELECT md5('s' || number)::uuid, org_id, created_at, 1, id, matter_id, 'injury', CASE WHEN open THEN 'open' ELSE 'case' END, false, one,
  CASE WHEN open THEN '' ELSE 'A3512001' END, CASE WHEN NOT open THEN one END, CASE WHEN NOT open THEN now() END
FROM (SELECT d.*, abs(hashtext('s' || number)) % 50 = 0 AS open, (SELECT min(id) FROM core_account) AS one FROM disputes_dispute d
  WHERE number LIKE 'DF%') d;
INSERT INTO core_approval (id, org_id, created_at, version, about, kind, subject_kind, subject_id, text, url, change, own, asked_by_id, asked_event,
  state, found, decided_by_id, decided_at)
SELECT md5('a' || number)::uuid, org_id, created_at, 1, matter_id, 'level_up', 'dispute', id, number, '', '{}', true, one, id,
  CASE WHEN open THEN 'waiting' ELSE 'granted' END, '', CASE WHEN NOT open THEN one END, CASE WHEN NOT open THEN now() END
FROM (SELECT d.*, abs(hashtext('a' || number)) % 100 = 0 AS open, (SELECT min(id) FROM core_account) AS one FROM disputes_dispute d
  WHERE number LIKE 'DF%') d;
"""
# Every dispute was mediated once, one in fifty by a method; one in a hundred has a visitor who leaves, a recusal, a co-operation.
TALKS = """
UPDATE disputes_dispute SET departs_on = current_date + 3 WHERE number LIKE 'DF%' AND abs(hashtext('v' || number)) % 100 = 0;
INSERT INTO disputes_method (id, org_id, created_at, version, name, form, steps, methods)
SELECT md5('w' || id)::uuid, id, now(), 1, '一杯茶', 'brand', '{}', '{一杯茶}' FROM core_organisation WHERE kind = 'station';
INSERT INTO disputes_mediationsession (id, org_id, created_at, version, dispute_id, about, kind, way, tier, origin, state, starts_at, ends_at,
  method_id, used, language, planned_by_id, ended_at)
SELECT md5('t' || number)::uuid, org_id, created_at, 1, id, matter_id, 'people', 'phone', '', 'active', 'held', created_at - interval '90 days',
  created_at - interval '90 days' + interval '1 hour', CASE WHEN abs(hashtext('w' || number)) % 50 = 0 THEN md5('w' || org_id)::uuid END,
  CASE WHEN abs(hashtext('w' || number)) % 50 = 0 THEN '{1}'::smallint[] ELSE '{}' END, '', (SELECT min(id) FROM core_account), created_at
FROM disputes_dispute WHERE number LIKE 'DF%';
INSERT INTO disputes_hearing (id, org_id, created_at, version, session_id, dispute_id, about, outcome, performance, told)
SELECT id, org_id, created_at, 1, id, dispute_id, about, 'settled', 'performed', true FROM disputes_mediationsession;
INSERT INTO disputes_sessionmediator (id, org_id, created_at, version, session_id, dispute_id, about, account_id, capacity, during, released_at)
SELECT id, org_id, created_at, 1, id, dispute_id, about, planned_by_id, 'officer', tstzrange(starts_at, ends_at), now() FROM disputes_mediationsession;
INSERT INTO disputes_attendance (id, org_id, created_at, version, session_id, dispute_id, about, party_id, consents, came, age, guardian, guardian_name)
SELECT s.id, s.org_id, s.created_at, 1, s.id, s.dispute_id, s.about, p.id, true, true, '', '', ''
FROM disputes_mediationsession s JOIN disputes_party p ON p.dispute_id = s.dispute_id;
INSERT INTO disputes_recusal (id, org_id, created_at, version, dispute_id, about, account_id, ground, asked_by, decided_at, granted, decided_by_id)
SELECT id, org_id, created_at, 1, dispute_id, about, planned_by_id, 'other', 'party', now(), false, planned_by_id FROM disputes_mediationsession
WHERE abs(hashtext('k' || id)) % 100 = 0;
INSERT INTO disputes_cooperation (id, org_id, created_at, version, partner_id, about, area, day)
SELECT id, org_id, created_at, 1, (SELECT min(id) FROM core_organisation WHERE kind = 'partner'), about, 'mediation', current_date - 100
FROM disputes_mediationsession;
"""


KEPT = """
INSERT INTO core_deadline (id, org_id, about, subject_kind, subject_id, rule, edition, started_at, due_at, paused, met_at)
SELECT md5('clock' || id)::uuid, org_id, matter_id, 'dispute', id, 'dispute_revisit', 'agreed', now() - interval '9 days', now(), '[]',
  CASE WHEN abs(hashtext('met' || id)) % 50 > 0 THEN now() END FROM disputes_dispute;
INSERT INTO disputes_agreement (id, org_id, created_at, version, dispute_id, about, round, form, kind, total, content, status, effective_at)
SELECT id, org_id, created_at, 1, id, matter_id, 1, 'written', 'people', 0, '', false, now() FROM disputes_dispute;
INSERT INTO disputes_party (id, org_id, created_at, version, dispute_id, about, role, name, phone, id_last4, language)
SELECT md5('second' || id)::uuid, org_id, created_at, 1, id, matter_id, 'party', '李某', '', '', '' FROM disputes_dispute;
INSERT INTO disputes_obligation (id, org_id, created_at, version, agreement_id, dispute_id, about, seq, debtor_id, creditor_id, kind, paid,
  text, agreed_on, due_on, state, done_at)
SELECT a.id, a.org_id, a.created_at, 1, a.id, a.id, a.about, 1, p.one, p.two, 'apology', 0, '道歉', current_date - 100, current_date - 100 + abs(hashtext('due' || a.id)) % 200,
  CASE WHEN open THEN 'pending' ELSE 'performed' END, CASE WHEN NOT open THEN now() END
FROM (SELECT *, abs(hashtext('o' || id)) % 50 = 0 AS open FROM disputes_agreement) a
JOIN (SELECT dispute_id, (array_agg(id ORDER BY id))[1] AS one, (array_agg(id ORDER BY id))[2] AS two FROM disputes_party GROUP BY dispute_id HAVING count(*) > 1) p
  ON p.dispute_id = a.id;
INSERT INTO core_message (id, org_id, created_at, version, about, key, "group", subject_kind, subject_id, to_name, to_phone, text, state, adapter, left_at)
SELECT id, org_id, created_at, 1, matter_id, id::text, 'disputes.due', 'obligation', id, '王某', '', '请履行', CASE WHEN open THEN 'waiting' ELSE 'sent' END, '',
  CASE WHEN NOT open THEN now() END
FROM (SELECT *, abs(hashtext('w' || id)) % 50 = 0 AS open FROM disputes_dispute) d;
INSERT INTO disputes_review (id, org_id, created_at, version, dispute_id, about, why, round, happened, missed, change, owner_id, due_on, written_at, done_at)
SELECT id, org_id, created_at, 1, id, matter_id, 'reopened', 1, '经过', '', '改进', (SELECT min(id) FROM core_account), current_date, now(),
  CASE WHEN abs(hashtext('v' || id)) % 50 > 0 THEN now() END FROM disputes_dispute;
"""
# A hundred phones with four hundred operations each, one in fifty of them held; each phone keeps as many things.
PHONES = """
INSERT INTO field_device (id, org_id, created_at, version, account_id, post_id, label, user_agent, secret_hash, share_sealed, verify_key,
  contact_at, written, written_at, batch, state, ended_why)
SELECT md5('phone' || i)::uuid, p.org_id, now(), 1, p.account_id, p.id, '手机', '', sha256(i::text::bytea), '', '', now(), 400, now(), 1, 'running', ''
FROM generate_series(1, 100) i, LATERAL (SELECT * FROM core_post WHERE role = 'officer' ORDER BY id OFFSET i % 5 LIMIT 1) p;
INSERT INTO field_operation (id, org_id, created_at, version, device_id, op, seq, v, act, kind, about, occurred_at, precision, body_hash, outcome, why, made)
SELECT md5('op' || d.id || n)::uuid, d.org_id, now(), 1, d.id, md5('op' || d.id || n)::uuid, n, 1, 'note', 'fact', md5('m' || n)::uuid, now(), 'exact', '',
  'done', '', '{}' FROM field_device d, generate_series(1, 400) n;
INSERT INTO field_held (id, org_id, created_at, version, device_id, operation_id, about, queue, act, kind, why, article, mark, state, settled_at)
SELECT id, org_id, now() - seq * interval '1 minute', 1, device_id, id, about, 'check', act, kind, '', '', sha256(id::text::bytea),
  CASE WHEN abs(hashtext(id::text)) % 50 = 0 THEN 'open' ELSE 'aside' END, CASE WHEN abs(hashtext(id::text)) % 50 > 0 THEN now() END FROM field_operation;
INSERT INTO field_kept (device_id, org_id, kind, thing, about, position, batch, gone)
SELECT device_id, org_id, 'matter', op, op, 1, 1, false FROM field_operation;
"""


@pytest.fixture(scope="module")
def large(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """A database of its own, filled and analysed as the owner; connections look at it as the app role."""
    from fengqiao.home import database
    from fengqiao.ops import postgres
    from fengqiao.ops.testing import HOME, copy

    name = copy(f"large{os.getpid()}")
    with postgres.connect("owner", dbname=name, base=HOME) as db:
        for part in (FILL, REST, TRADE, TALKS, KEPT, PHONES):
            for statement in filter(str.strip, part.replace("%%", "%").split(";\n")):
                db.execute(statement)  # type: ignore[arg-type]
        db.execute("ANALYZE")
    held = {alias: dict(connections[alias].settings_dict) for alias in ("default", "access")}
    at = database("app", HOME, dbname=name)
    for alias in held:
        connections[alias].close()
        connections[alias].settings_dict.update(NAME=name, USER=at["user"], PASSWORD=at["password"])
    yield
    for alias, before in held.items():
        connections[alias].close()
        connections[alias].settings_dict.update(before)
    postgres.drop_database(name, HOME)


def scans(captured: list[dict[str, str]]) -> list[str]:
    """Large tables that the plans of the captured SELECTs read through."""
    found = []
    with connection.cursor() as cursor:
        for query in captured:
            sql = query["sql"]
            if not sql.lstrip().upper().startswith(("SELECT", "WITH")) or "set_config" in sql:
                continue
            cursor.execute("EXPLAIN " + sql)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            # an empty table (a partition of next year) is read through at no cost; a full one costs thousands
            costs = re.findall(r"Seq Scan on (\w+).*?cost=[\d.]+\.\.([\d.]+)", plan)
            found += [f"{t}: {sql[:200]}" for t, cost in costs if float(cost) > 100 and t.startswith(LARGE)]
    return found


FILTERS = [
    queries.Filter(),
    queries.Filter(state="waiting"),
    queries.Filter(kind="D02"),
    queries.Filter(owner="me"),
    queries.Filter(words="枫桥"),
    queries.Filter(repeated=True),
]


@pytest.mark.parametrize("chosen", FILTERS, ids=str)
def test_lists_and_search_read_by_index(large, cast, chosen):
    with scope(cast.wang), CaptureQueriesContext(connection) as captured:
        queries.found(cast.wang, chosen)
        queries.found(cast.wang, chosen, cursor=f"{datetime(2026, 11, 1, tzinfo=UTC).timestamp():.6f}_{'0' * 32}")
    with scope(cast.wang):
        assert scans(captured.captured_queries) == []


def test_a_matter_page_reads_by_index(large, cast):
    with scope(cast.wang), CaptureQueriesContext(connection) as captured:
        some = queries.found(cast.wang, queries.Filter()).rows[0].id
        queries.matter_page(cast.wang, some)
        queries.mine(cast.wang)
        queries.pairs_waiting(cast.wang)
    with scope(cast.wang):
        assert scans(captured.captured_queries) == []


@pytest.mark.parametrize("level", ["", "red", "serious"])
def test_the_list_of_disputes_reads_by_index_whatever_the_level(large, cast, level):
    chosen = disputes.Filter(level=level)
    with scope(cast.wang), CaptureQueriesContext(connection) as captured:
        page = disputes.found(cast.wang, chosen)
        disputes.found(cast.wang, chosen, cursor=page.next_cursor)
    with scope(cast.wang):
        assert page.rows and scans(captured.captured_queries) == []


@pytest.mark.parametrize("who", ["wang", "wu", "he"])
@pytest.mark.parametrize(
    "chosen",
    [
        disputes.Filter(state="live"), disputes.Filter(state="closed"), disputes.Filter(kind="D02", state="live"), disputes.Filter(kind="D05"),
        disputes.Filter(owner="me"), disputes.Filter(outcome="failed"), disputes.Filter(due="late"), disputes.Filter(due="wait"),
        disputes.Filter(number="DF1000"), disputes.Filter(number="F1000"), disputes.Filter(org="shared"),
    ],
    ids=str,
)  # fmt: skip
def test_every_filter_of_the_list_of_disputes_reads_by_index(large, cast, chosen, who):
    actor = getattr(cast, who)
    with scope(actor), CaptureQueriesContext(connection) as captured:
        disputes.found(actor, chosen)
    with scope(actor):
        assert scans(captured.captured_queries) == []


def test_levels_signs_and_approvals_read_by_index(large, cast):
    for actor in (cast.wang, cast.zhao):
        with scope(actor), CaptureQueriesContext(connection) as captured:
            some = disputes.found(actor, disputes.Filter(level="red")).rows[0]
            levels.changes(some.id)
            levels.signs_of(some.id)
            assert Held(Dispute.objects.get(id=some.id), Matter.objects.get(id=some.matter_id)).repeat.count
            assert levels.signs_waiting(actor, everybodys=True)
            levels.signs_waiting(actor, everybodys=False)
            for read in (approvals.waiting_for, approvals.to_sign, approvals.asked_by, approvals.decided):
                read(actor)
            approvals.on_subject(actor, some.id)
        with scope(actor):
            assert scans(captured.captured_queries) == []


def test_calls_reminders_reviews_and_the_outbox_read_by_index(large, cast):
    from fengqiao.core.queries import outbox

    for actor in (cast.wang, cast.wu, system_actor("测试")):
        with scope(actor), CaptureQueriesContext(connection) as captured:
            disputes.calls(actor)
            disputes.calls(actor, kind="alarm")
            disputes.calls(actor, mine=True)
            disputes.reviews(actor)
            disputes.newly_overdue(actor)
            assert list(disputes.to_remind(actor))
            outbox.listed(actor)
            assert outbox.listed(actor, "sent")
        with scope(actor):
            assert scans(captured.captured_queries) == []


def test_mediation_reads_by_index(large, cast):
    """The list with visitors in front, a dispute's sessions, the rooms' day, counts, methods' use, co-operation, the rota."""
    with scope(cast.wang), CaptureQueriesContext(connection) as captured:
        first = disputes.found(cast.wang, disputes.Filter())
        assert first.rows[0].departs_on and disputes.found(cast.wang, disputes.Filter(), cursor=first.next_cursor).rows
        some = first.rows[0].id
        (sitting,) = mediation.sessions_of(cast.wang, some)
        mediation.session_page(cast.wang, sitting.id)
        mediation.minutes_of(cast.wang, sitting.id)
        mediation.recusal_lines(mediation.recusal_rows(some))
        mediation.mediators_for(cast.wang, some)
        mediation.hearings_of(some)
        mediation.rooms(cast.wang)
        mediation.coming(cast.wang, clock.now() - timedelta(days=30), clock.now() + timedelta(days=2))
        mediation.counted(cast.wang, clock.today().replace(day=1), clock.today())
        assert mediation.usage(cast.wang) and mediation.cooperation(cast.wang)
        mediation.slots(cast.wang)
        mediation.advice_counted(cast.wang, clock.today(), clock.today())
    with scope(cast.wang):
        assert scans(captured.captured_queries) == []


def test_papers_numbers_and_what_was_not_pasted_read_by_index(large, cast):
    for actor in (cast.wang, cast.wu):
        with scope(actor):
            some = disputes.found(actor, disputes.Filter()).rows[0]
        with scope(actor), CaptureQueriesContext(connection) as captured:
            papers.papers_of(actor, some.id)
            casefile.numbers_of(actor, "调解", 2026)
            feedback.waiting(actor)
            feedback.waiting(actor, mine=True)
            page = disputes.dispute_page(actor, some.id)
            feedback.told(page)
            assert page.law.options and page.sittings is not None
        with scope(actor):
            assert scans(captured.captured_queries) == []


@pytest.mark.parametrize("typed", ["枫桥", "fq", "12"])
def test_places_while_typing_read_by_index(large, cast, typed):
    for actor in (cast.wang, cast.wu):
        with scope(actor), CaptureQueriesContext(connection) as captured:
            assert queries.spots(actor, typed)
        with scope(actor):
            assert scans(captured.captured_queries) == []


def test_the_delay_on_the_start_page_and_a_partners_updates_read_by_index(large, cast):
    day = (clock.now() - timedelta(days=1), clock.now())
    with scope(cast.zhao), CaptureQueriesContext(connection) as captured:
        queries.capture_delay(cast.zhao, *day)
        queries.updates(cast.lang, 0)
    with scope(cast.zhao):
        assert scans(captured.captured_queries) == []


@pytest.mark.parametrize("place", [(29.7, 120.4), (None, None)], ids=["with a place", "without a place"])
def test_the_duplicate_look_up_reads_by_index(large, cast, place):
    report = ReportIn(
        channel="110", text="两户为界墙争吵", lat=place[0], lon=place[1], parties=(PartyIn(name="王某", phone="13800001234"),)
    )
    with scope(cast.wang), CaptureQueriesContext(connection) as captured:
        queries.similar_to(cast.wang, report)
    with scope(system_actor("匹配")):
        assert scans(captured.captured_queries) == []
    inside = "SELECT f.report_id FROM intake_fingerprint f WHERE f.rare && %s AND f.at > now() - interval '60 days'"
    from fengqiao.home import database
    from fengqiao.ops import postgres
    from fengqiao.ops.testing import HOME

    with postgres.connect("owner", dbname=database("app", HOME, dbname=connection.settings_dict["NAME"])["dbname"], base=HOME) as db:
        plan = "\n".join(r[0] for r in db.execute("EXPLAIN " + inside, [matching.word_hashes(["界墙", "两户"], datetime.now(UTC))]))  # type: ignore[arg-type]
    assert "fingerprint_rare" in plan


def test_a_shift_its_log_and_the_morning_read_by_index(large, cast):
    from fengqiao.desk.briefing import queries as briefing
    from fengqiao.desk.shifts import acts, draft
    from fengqiao.desk.shifts import queries as shifts

    shift = acts.open_shift(cast.deng)
    with scope(cast.zhao), CaptureQueriesContext(connection) as captured:
        shown, written = shifts.opened(cast.zhao, shift)
        shifts.log(cast.zhao, shown)
        draft.drafted(cast.zhao, shown, written)
        shifts.listed(cast.zhao)
        shifts.waiting_for(cast.zhao)
        shifts.night_waiting(cast.zhao)
        briefing.briefing(cast.zhao)
    with scope(cast.zhao):
        assert scans(captured.captured_queries) == []


def test_figures_of_a_station_read_the_ledger_by_index(large, cast):
    from datetime import date

    from fengqiao.core import figures
    from fengqiao.core.rules.periods import month

    october = month(date(2026, 10, 1), datetime(2026, 11, 1, tzinfo=UTC))
    mine = [one for one in figures.figures() if not one.key.startswith("intake.")]  # those count every report of the month
    with scope(cast.wang), CaptureQueriesContext(connection) as captured:
        for one in mine:
            figures.compute(cast.wang, one, october, cast.wang.orgs)
    with scope(cast.wang):
        assert scans(captured.captured_queries) == []


def test_what_phones_send_and_what_waits_from_them_reads_by_index(large, cast):
    from fengqiao.field import queries as field
    from fengqiao.field.models import Device
    from fengqiao.field.receiving import receive
    from fengqiao.field.rules import envelope

    with scope(cast.wang):
        device = Device.objects.filter(account_id=cast.wang.account_id)[0]
    caller, _, _ = field.caller_of(cast.wang, device.id)
    known = {"op": "00000000-0000-4000-8000-000000000001", "seq": 7, "v": 1, "act": "note", "data": {"text": "已到"}}
    after = known | {"op": "00000000-0000-4000-8000-000000000002", "seq": 401, "after": [str(device.id)]}
    with scope(cast.wang), CaptureQueriesContext(connection) as asked:
        assert field.waiting(cast.wang, "check").rows
        field.totals(cast.wang)
        field.next_open(cast.wang, "conflict")
        field.devices(cast.wang)
        assert [one["outcome"] for one in receive(caller, [known, after])] == ["refused", "later"]
    assert envelope.read(known) and not scans(list(asked))
