"""The append-only ledgers: partitioned, guarded by privilege, trigger and row-level security."""

from datetime import date

from django.db import migrations

from fengqiao.core.partitions import statements
from fengqiao.core.rls import COMPARTMENTS, everyone, owned

TABLES = """
CREATE TABLE core_event (
  id uuid NOT NULL, recorded_at timestamptz NOT NULL,
  occurred_start timestamptz NOT NULL, occurred_end timestamptz NOT NULL, precision varchar(12) NOT NULL,
  act varchar(60) NOT NULL, account_id int NOT NULL, post_id int NOT NULL, org_id int NOT NULL, zone varchar(4) NOT NULL,
  about uuid NOT NULL, correlation uuid NOT NULL, cause uuid,
  subjects jsonb NOT NULL, facts jsonb NOT NULL, digests jsonb NOT NULL, schema smallint NOT NULL,
  PRIMARY KEY (recorded_at, id)
) PARTITION BY RANGE (recorded_at);
CREATE TABLE core_event_old PARTITION OF core_event DEFAULT;
CREATE INDEX core_event_about ON core_event (about, id);
CREATE INDEX core_event_org ON core_event (org_id, act, recorded_at DESC);
CREATE INDEX core_event_id ON core_event (id);

CREATE TABLE core_content (
  event_id uuid NOT NULL, compartment varchar(10) NOT NULL, recorded_at timestamptz NOT NULL,
  org_id int NOT NULL, about uuid NOT NULL, salt bytea NOT NULL, body text NOT NULL,
  PRIMARY KEY (event_id, compartment)
);
CREATE INDEX core_content_about ON core_content (about);

CREATE TABLE core_unsealed (event_id uuid PRIMARY KEY, recorded_at timestamptz NOT NULL);
CREATE TABLE core_seal (
  position bigint PRIMARY KEY, event_id uuid NOT NULL UNIQUE, hash bytea NOT NULL, sealed_at timestamptz NOT NULL
);

CREATE TABLE core_limit (key varchar(80) PRIMARY KEY, n int NOT NULL, until timestamptz NOT NULL);

CREATE TABLE core_access (
  id uuid NOT NULL, at timestamptz NOT NULL, account_id int NOT NULL, post_id int NOT NULL, org_id int NOT NULL,
  kind varchar(20) NOT NULL, subject_id uuid, action varchar(12) NOT NULL, purpose varchar(200) NOT NULL,
  fields varchar(30)[] NOT NULL, PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE TABLE core_access_old PARTITION OF core_access DEFAULT;
CREATE INDEX core_access_subject ON core_access (subject_id, at DESC);
CREATE INDEX core_access_org ON core_access (org_id, at DESC);
"""

GUARDS = """
CREATE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core_event FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core_access FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core_seal FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER append_only BEFORE UPDATE ON core_content FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core_erasure FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON core_event FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON core_access FOR EACH STATEMENT EXECUTE FUNCTION core_append_only();

CREATE FUNCTION core_queue_for_sealing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN INSERT INTO core_unsealed VALUES (NEW.id, NEW.recorded_at); RETURN NULL; END $$;
CREATE TRIGGER queue_for_sealing AFTER INSERT ON core_event FOR EACH ROW EXECUTE FUNCTION core_queue_for_sealing();

-- The only way a content row goes: with its line on the erasure list. Runs as the owner, so the act that calls it
-- (core.erasure) decides which rows.
CREATE FUNCTION core_erase_content(events uuid[], because uuid) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
DECLARE gone int;
BEGIN
  WITH erased AS (DELETE FROM core_content WHERE event_id = ANY(events) RETURNING event_id, compartment)
  INSERT INTO core_erasure (id, at, event_id, "table", row_id, columns)
  SELECT gen_random_uuid(), now(), because, 'core_content', event_id, array_agg(compartment) FROM erased GROUP BY event_id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
REVOKE EXECUTE ON FUNCTION core_erase_content(uuid[], uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core_erase_content(uuid[], uuid) TO fengqiao_app;

CREATE SEQUENCE core_receipt_number;
CREATE SEQUENCE core_matter_number;
GRANT USAGE ON SEQUENCE core_receipt_number, core_matter_number TO fengqiao_app;

GRANT USAGE ON SCHEMA public TO fengqiao_app, fengqiao_sealer;
GRANT SELECT ON core_event TO fengqiao_sealer;
GRANT SELECT, DELETE ON core_unsealed TO fengqiao_sealer;
GRANT SELECT, INSERT ON core_seal TO fengqiao_sealer;
CREATE POLICY sealer ON core_event FOR SELECT TO fengqiao_sealer USING (true);
"""

WRITE = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(TABLES, migrations.RunSQL.noop),
        *[migrations.RunSQL(s, migrations.RunSQL.noop) for s in statements(date(2026, 8, 1), 8)],
        owned("core_event", about="about", files_to_others=True, grants=("SELECT", "INSERT")),
        owned("core_content", about="about", files_to_others=True, extra=f"compartment = {COMPARTMENTS}", grants=("SELECT", "INSERT")),
        owned("core_access", files_to_others=True, grants=("SELECT", "INSERT")),
        owned("core_document", about="about", grants=("SELECT", "INSERT", "UPDATE")),
        owned("core_deadline", about="about", files_to_others=True),
        owned("core_notice", files_to_others=True),
        owned("core_rightsrequest"),
        owned("core_papernumber", about="about"),
        owned("core_share", also="given_by_id", files_to_others=True),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        everyone("core_seal"),
        everyone("core_limit", WRITE),
        everyone("core_erasure", ("SELECT", "INSERT")),
        everyone("core_idempotency", ("SELECT", "INSERT", "UPDATE", "DELETE")),
        everyone("core_listenerposition", ("SELECT", "INSERT", "UPDATE")),
        everyone("core_counter", ("SELECT", "INSERT", "UPDATE")),
        everyone("core_organisation", ("SELECT", "INSERT", "UPDATE")),
        everyone("core_account", ("SELECT", "INSERT", "UPDATE")),
        everyone("core_post", ("SELECT", "INSERT", "UPDATE")),
        everyone("core_partnerkey", ("SELECT", "INSERT", "UPDATE")),
        everyone("core_code", ("SELECT", "INSERT", "UPDATE")),
        everyone("core_setting", ("SELECT", "INSERT", "UPDATE")),
        everyone("core_workday", ("SELECT", "INSERT", "UPDATE", "DELETE")),
        everyone("core_impactassessment", ("SELECT", "INSERT", "UPDATE")),
        everyone("core_savedview", WRITE),
        # Furniture of the libraries: sessions, sign-on, jobs. Not the trade's records.
        migrations.RunSQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO fengqiao_app", migrations.RunSQL.noop),
    ]
