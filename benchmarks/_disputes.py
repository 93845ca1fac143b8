"""Every matter of a filled home (_held.fill) as a dispute, with what belongs to it: written by the superuser in bulk.

Shares as a county's books have them: nine in ten ended and a thousand live whatever the size (a county's open ones do not
grow with its history), two parties each, three in five mediated, two in five with a written agreement of one to three
instalments, papers for those, revisits with their clocks, one in twelve with a level, one in forty flared up and reviewed,
three hundred of the newest shared with the people's mediators. Four and a half events a dispute beside its report's.
"""

import time
from typing import Any

from fengqiao.ops import postgres

LIVE = 1_000  # of all, the newest most of them
ONE = "(SELECT id FROM core_account WHERE username = 'wang')"
CHIEF = "(SELECT id FROM core_account WHERE username = 'zhao')"
JUSTICE = "(SELECT p.org_id FROM core_post p JOIN core_account a ON a.id = p.account_id WHERE a.username = 'he')"
SPUN = """
CREATE TEMP TABLE spun AS
SELECT *, CASE WHEN live THEN (ARRAY['opened', 'working', 'working', 'settled', 'settled', 'revisited', 'reopened', 'handed'])[1 + (dice & 7)]
    WHEN dice % 25 = 0 THEN 'withdrawn' ELSE 'closed' END AS state,
  dice % 5 < 3 AS mediated, CASE WHEN dice % 20 = 1 THEN 'failed' WHEN dice % 11 = 1 THEN 'self_settled' ELSE 'settled' END AS outcome
FROM (SELECT row_number() OVER (ORDER BY last_at) AS n, m.id AS matter, m.org_id AS org, m.last_at AS at, 'D' || lpad((1 + abs(hashtext(m.number)) % 14)::text, 2, '0') AS kind,
    uuidv7(m.last_at - now()) AS id, uuidv7(m.last_at - now()) AS one, uuidv7(m.last_at - now()) AS two, uuidv7(m.last_at - now()) AS session,
    uuidv7(m.last_at - now()) AS agreement, abs(hashtext('x' || m.number)) AS dice,
    {count} - row_number() OVER (ORDER BY last_at) < {live} * 2 / 3 OR abs(hashtext('live' || m.number)) % {count} < {live} / 3 AS live
  FROM intake_matter m) m;
ALTER TABLE spun ADD round int, ADD done timestamptz;
UPDATE spun SET round = CASE WHEN state IN ('opened', 'working', 'handed', 'withdrawn') THEN 0 WHEN dice % 40 = 0 OR state = 'reopened' THEN 2 ELSE 1 END,
  done = least(at + (1 + dice % 20) * interval '1 day', now());
CREATE INDEX ON spun (id);
ANALYZE spun;
"""
INSERT = [
    """INSERT INTO disputes_dispute (id, org_id, created_at, version, number, matter_id, kind, state, owner_id, level, level_since, lead_id, outcome, performance,
         round, settled_at, revisited_at, closed_at, resolved_tier, resolved_how, departs_on, next_step, next_for)
       SELECT id, org, at, 3, 'DB' || n, matter, kind, state, CASE WHEN state <> 'opened' AND dice % 9 = 0 THEN {one} END, level,
         CASE WHEN level <> '' THEN at END, CASE WHEN level IN ('red', 'orange') THEN {chief} END,
         CASE WHEN round > 0 AND state <> 'reopened' THEN outcome ELSE '' END, CASE WHEN round > 0 THEN 'performed' ELSE '' END, round,
         CASE WHEN round > 0 THEN done END, CASE WHEN state IN ('revisited', 'closed') THEN done + interval '3 days' END,
         CASE WHEN state = 'closed' THEN done + interval '9 days' END, CASE WHEN round > 0 THEN 'station' ELSE '' END,
         CASE WHEN round > 0 THEN 'people' ELSE '' END, CASE WHEN live AND dice % 100 = 0 THEN current_date + 5 END, '', ''
       FROM (SELECT *, coalesce((ARRAY['red', 'orange', 'yellow', 'yellow', 'blue', 'blue', 'blue', 'blue'])[1 + dice % 96], '') AS level FROM spun) s""",
    """INSERT INTO disputes_party (id, org_id, created_at, version, dispute_id, about, role, name, phone, phone_hash, id_last4, language)
       SELECT one, org, at, 1, id, matter, 'caller', '王' || (n % 997), '139' || lpad(n::text, 8, '0'), sha256(('a' || n)::bytea), '', '' FROM spun
       UNION ALL SELECT two, org, at, 1, id, matter, 'party', '李' || (n % 991), '', sha256(('b' || n)::bytea), '', '' FROM spun""",
    """INSERT INTO disputes_levelchange (id, org_id, created_at, version, about, dispute_id, was, level, reasons, automatic, state, round, by_id, at)
       SELECT uuidv7(), org_id, level_since, 1, matter_id, id, '', level, '{{repeat}}', false, 'standing', 0, {one}, level_since FROM disputes_dispute WHERE level <> ''""",
    """INSERT INTO disputes_sign (id, org_id, created_at, version, dispute_id, about, sign, state, suggested, found_by_id, case_number, decided_by_id, decided_at)
       SELECT uuidv7(), org, at, 1, id, matter, 'injury', CASE WHEN live THEN 'open' ELSE 'case' END, false, {one}, CASE WHEN live THEN '' ELSE 'A3512001' END,
         CASE WHEN NOT live THEN {chief} END, CASE WHEN NOT live THEN at END FROM spun WHERE dice % 50 = 7""",
    """INSERT INTO disputes_mediationsession (id, org_id, created_at, version, dispute_id, about, kind, way, tier, origin, state, starts_at, ends_at, used, language,
         planned_by_id, ended_at)
       SELECT session, org, at, 1, id, matter, 'people', 'phone', '', 'active', CASE WHEN held THEN 'held' ELSE 'planned' END, starts, starts + interval '1 hour',
         '{{}}', '', {one}, CASE WHEN held THEN starts + interval '1 hour' END
       FROM (SELECT *, done - interval '2 hours' AS starts, done < now() AS held FROM spun WHERE mediated AND state <> 'opened') s""",
    """INSERT INTO disputes_hearing (id, org_id, created_at, version, session_id, dispute_id, about, outcome, performance, told)
       SELECT uuidv7(), s.org_id, s.created_at, 1, s.id, s.dispute_id, s.about, CASE WHEN s.state = 'held' THEN 'settled' ELSE '' END, '', s.state = 'held'
       FROM disputes_mediationsession s""",
    """INSERT INTO disputes_sessionmediator (id, org_id, created_at, version, session_id, dispute_id, about, account_id, capacity, during, released_at)
       SELECT uuidv7(), org_id, created_at, 1, id, dispute_id, about, planned_by_id, 'officer', tstzrange(starts_at, ends_at), now() FROM disputes_mediationsession""",
    """INSERT INTO disputes_attendance (id, org_id, created_at, version, session_id, dispute_id, about, party_id, consents, came, age, guardian, guardian_name)
       SELECT uuidv7(), s.org_id, s.created_at, 1, s.id, s.dispute_id, s.about, p.id, true, true, '', '', ''
       FROM disputes_mediationsession s JOIN disputes_party p ON p.dispute_id = s.dispute_id""",
    """INSERT INTO disputes_agreement (id, org_id, created_at, version, dispute_id, about, round, form, kind, total, content, status, effective_at)
       SELECT agreement, org, done, 1, id, matter, round, 'written', 'people', 0, '双方约定。', false, done FROM spun WHERE round > 0 AND dice % 5 < 2""",
    """INSERT INTO disputes_obligation (id, org_id, created_at, version, agreement_id, dispute_id, about, seq, debtor_id, creditor_id, kind, amount, paid, text,
         agreed_on, due_on, state, done_at)
       SELECT uuidv7(), org, done, 1, agreement, id, matter, seq, one, two, 'money', 100, CASE WHEN open THEN 0 ELSE 100 END, '', done::date,
         (done + seq * interval '20 days')::date, CASE WHEN open THEN 'pending' ELSE 'performed' END, CASE WHEN NOT open THEN done + seq * interval '19 days' END
       FROM (SELECT s.*, seq, live AND state <> 'revisited' OR abs(hashtext(n || 'o' || seq)) % {count} < {live} AS open
         FROM spun s, generate_series(1, 1 + s.dice % 3) seq WHERE round > 0 AND dice % 5 < 2) s""",
    """INSERT INTO disputes_performance (id, org_id, created_at, version, obligation_id, dispute_id, about, amount, "on", proof, by_id)
       SELECT uuidv7(), org_id, done_at, 1, id, dispute_id, about, 100, due_on, 'receipt', {one} FROM disputes_obligation WHERE state = 'performed'""",
    """INSERT INTO disputes_paper (id, org_id, created_at, version, dispute_id, about, office_id, compartment, kind, state, number, versions, issued_at, made_by_id, void_reason)
       SELECT uuidv7(), org, done, 1, id, matter, org, 'police', kind, 'issued', number || n, 1, done, {one}, ''
       FROM (SELECT id, org, done, matter, n, unnest(ARRAY['调笔', '调解']) AS kind, unnest(ARRAY['', '城公调字']) AS number FROM spun WHERE round > 0 AND mediated) s""",
    """INSERT INTO disputes_paperversion (id, org_id, created_at, version, paper_id, dispute_id, about, office_id, compartment, n, how, words, sheet, by_id)
       SELECT uuidv7(), org_id, created_at, 1, id, dispute_id, about, office_id, compartment, 1, 'issued', '{{}}', '{{}}', made_by_id FROM disputes_paper""",
    """INSERT INTO disputes_revisit (id, org_id, created_at, version, dispute_id, about, round, at, manner, kind, day, result, party_id, asked_name, by_id)
       SELECT uuidv7(), org, at, 1, id, matter, round, done + day * interval '1 day', 'phone', 'dispute', day, 'stable', one, '', {one}
       FROM spun, unnest(ARRAY[3, 7]) day WHERE state IN ('revisited', 'closed') AND (day = 3 OR state = 'closed')""",
    """INSERT INTO core_deadline (id, org_id, about, subject_kind, subject_id, rule, edition, started_at, due_at, paused, met_at)
       SELECT uuidv7(), org, matter, 'dispute', id, rule, 'agreed', done, done + days * interval '1 day', '[]', CASE WHEN NOT open THEN done + days * interval '1 day' END
       FROM (SELECT s.*, rule, days, live AND waits AS open FROM spun s, LATERAL (VALUES ('dispute_revisit', 3, state = 'settled'),
           ('dispute_revisit', 7, state = 'revisited'), ('alarm_revisit', 2, dice % 20 = 0)) AS v (rule, days, waits) WHERE round > 0) s""",
    """INSERT INTO disputes_review (id, org_id, created_at, version, dispute_id, about, why, round, happened, missed, change, owner_id, due_on, written_at, done_at)
       SELECT uuidv7(), org, done, 1, id, matter, 'reopened', 1, '经过', '', '改进', {one}, done::date + 10, done, CASE WHEN NOT (live OR dice % {count} < 200) THEN done END
       FROM spun WHERE dice % 40 = 0""",
    """INSERT INTO disputes_pasted (id, org_id, created_at, version, dispute_id, about, system, round, by_id)
       SELECT uuidv7(), org, done, 1, id, matter, '110', round, {one} FROM spun WHERE NOT live AND dice % 3 > 0""",
    """INSERT INTO core_approval (id, org_id, created_at, version, about, kind, subject_kind, subject_id, text, url, change, own, found, asked_by_id, asked_event, state,
         decided_by_id, decided_at)
       SELECT uuidv7(), org, at, 1, matter, 'level_up', 'dispute', id, 'DB' || n, '/disputes/' || id || '/', '{{}}', false, '', {one}, uuidv7(),
         CASE WHEN live THEN 'waiting' ELSE 'granted' END, CASE WHEN NOT live THEN {chief} END, CASE WHEN NOT live THEN done END FROM spun WHERE dice % 10 = 3""",
    """INSERT INTO core_message (id, org_id, created_at, version, about, key, "group", subject_kind, subject_id, to_name, to_phone, text, state, adapter, left_at)
       SELECT uuidv7(), org, done, 1, matter, id::text, 'disputes.due', 'dispute', id, '王某', '', '请按期履行', CASE WHEN live THEN 'waiting' ELSE 'sent' END, '',
         CASE WHEN NOT live THEN done END FROM spun WHERE dice % 6 = 1""",
    """INSERT INTO disputes_cooperation (id, org_id, created_at, version, partner_id, about, area, day)
       SELECT uuidv7(), org, done, 1, {justice}, matter, 'mediation', done::date
       FROM spun WHERE dice % 30 = 1""",
    """INSERT INTO core_share (id, about, org_id, purpose, given_at, until, given_by_id)
       SELECT uuidv7(), matter, {justice}, '调解', now(), now() + interval '60 days', org
       FROM spun WHERE live AND dice % 10 = 1 LIMIT 300""",
    """INSERT INTO core_event (id, recorded_at, occurred_start, occurred_end, precision, act, account_id, post_id, org_id, zone, about, correlation, subjects, facts,
         digests, schema)
       SELECT uuidv7(t - now()), t, t, t, 'exact', act, {one}, 1, org, 'A', matter, id, jsonb_build_array(jsonb_build_array('dispute', id, 'of'), jsonb_build_array('matter', matter, 'of')),
         facts || jsonb_build_object('dispute', 'DB' || n), '{{}}', 1
       FROM (SELECT s.*, v.act, v.t, v.facts FROM spun s, LATERAL (VALUES
           ('disputes.open_dispute', at, jsonb_build_object('kind', kind, 'parties', 2, 'state', 'working', 'grid', null), true),
           ('disputes.note', at + interval '5 hours', '{{}}', dice % 2 = 0),
           ('disputes.settle', done, jsonb_build_object('outcome', outcome, 'due_at', done + interval '7 days', 'tier', 'station', 'kind', kind), round > 0),
           ('disputes.revisit', done + interval '3 days', jsonb_build_object('result', 'stable', 'now', 'revisited'), state IN ('revisited', 'closed')),
           ('disputes.close', done + interval '9 days', jsonb_build_object('outcome', outcome, 'kind', kind), state = 'closed'),
           ('disputes.withdraw', done, jsonb_build_object('was', 'working'), state = 'withdrawn')) AS v (act, t, facts, told) WHERE told) s""",
    """INSERT INTO core_content (event_id, compartment, recorded_at, org_id, about, salt, body)
       SELECT id, 'police', recorded_at, org_id, about, '\\x00', json_build_object('text', '双方各执一词，约定再谈')::text FROM core_event WHERE act = 'disputes.note'""",
]


def fill(count: int) -> None:
    """`count`: how many matters there are. Afterwards each has its dispute."""
    begun = time.perf_counter()
    with postgres.connect("super", dbname="fengqiao") as db:
        db.execute("SET session_replication_role = replica")
        db.execute("SET maintenance_work_mem = '512MB'")
        db.execute("SET work_mem = '256MB'")
        db.execute("SET synchronous_commit = off")
        told = {"count": count, "live": min(LIVE, count // 10), "one": ONE, "chief": CHIEF, "justice": JUSTICE}
        for statement in [*filter(str.strip, SPUN.split(";\n")), *INSERT]:
            db.execute(statement.format(**told))  # type: ignore[arg-type]
        _checked(db)
        db.execute("VACUUM ANALYZE")
        rows = db.execute("SELECT sum(reltuples)::bigint FROM pg_class WHERE relkind = 'r' AND relname ~ '^(disputes|core|intake)_'").fetchone()
    print(f"filled with {count:,} disputes, {rows[0] if rows else 0:,} rows in all, in {time.perf_counter() - begun:.0f} s")


def _checked(db: Any) -> None:
    """Keys were not checked while it was written: nothing hangs in the air."""
    for table, column, other in (("party", "dispute_id", "dispute"), ("hearing", "session_id", "mediationsession"), ("obligation", "agreement_id", "agreement")):
        missing = db.execute(f"SELECT count(*) FROM disputes_{table} t WHERE NOT EXISTS (SELECT FROM disputes_{other} o WHERE o.id = t.{column})").fetchone()
        assert missing == (0,), (table, missing)
