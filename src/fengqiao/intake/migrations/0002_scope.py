"""Row-level security of the front door, and the two look-ups that must not scan (matching, search)."""

from django.db import migrations

from fengqiao.core.rls import everyone, owned

WRITE = ("SELECT", "INSERT", "UPDATE", "DELETE")

LOOKUPS = """
-- Under row-level security a GIN index is not used; these narrow functions apply the scope themselves.
CREATE INDEX fingerprint_rare ON intake_fingerprint USING gin (rare) WITH (fastupdate = off);

CREATE TABLE intake_searchindex (
  matter_id uuid PRIMARY KEY REFERENCES intake_matter (id) ON DELETE CASCADE,
  org_id int NOT NULL, at timestamptz NOT NULL, tokens text[] NOT NULL
);
CREATE INDEX searchindex_tokens ON intake_searchindex USING gin (tokens) WITH (fastupdate = off);
CREATE INDEX searchindex_newest ON intake_searchindex (at DESC);

CREATE FUNCTION intake_candidates(words int[], since timestamptz, until timestamptz, most int)
RETURNS TABLE (report_id uuid, shared int) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT f.report_id, (SELECT count(*)::int FROM unnest(f.rare) w WHERE w = ANY(words)) AS shared
  FROM intake_fingerprint f
  WHERE f.rare && words AND f.at BETWEEN since AND until
    AND f.org_id = ANY (nullif(current_setting('app.orgs', true), '')::int[])
  ORDER BY shared DESC, f.at DESC LIMIT least(most, 500) $$;

-- The newest matters holding all these words. Rare words: all their matters from the word index, sorted. Words of
-- thousands of matters: newest first until enough are found; fetching them all to sort them took ten times as long.
CREATE FUNCTION intake_find(words text[], most int)
RETURNS TABLE (matter_id uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  mine int[] := nullif(current_setting('app.orgs', true), '')::int[];
  shared uuid[] := ARRAY(SELECT about FROM core_share
                         WHERE org_id = ANY (nullif(current_setting('app.shares_to', true), '')::int[])
                           AND ended_at IS NULL AND until > now());
  common int := 2000;
BEGIN
  IF (SELECT count(*) < common FROM (SELECT FROM intake_searchindex s WHERE s.tokens @> words
                                     AND (s.org_id = ANY (mine) OR s.matter_id = ANY (shared)) LIMIT common) held) THEN
    RETURN QUERY SELECT s.matter_id FROM intake_searchindex s
      WHERE s.tokens @> words AND (s.org_id = ANY (mine) OR s.matter_id = ANY (shared))
      ORDER BY s.at DESC LIMIT least(most, 500);
  ELSE
    RETURN QUERY SELECT s.matter_id FROM (SELECT * FROM intake_searchindex ORDER BY at DESC OFFSET 0) s
      WHERE s.tokens @> words AND (s.org_id = ANY (mine) OR s.matter_id = ANY (shared)) LIMIT least(most, 500);
  END IF;
END $$;

-- A partner finds its own record by its own id, though it may not look into the station that has it now.
CREATE FUNCTION intake_known(source int, outer_key text)
RETURNS TABLE (report_id uuid, receipt text, matter_id uuid, number text, body_hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT r.id, r.receipt, m.id, m.number, r.body_hash FROM intake_report r JOIN intake_matter m ON m.id = r.matter_id
  WHERE r.source_org_id = source AND r.outer_id = outer_key AND r.outer_id <> ''  -- said of the column: the index is a partial one
    AND source = ANY (nullif(current_setting('app.orgs', true), '')::int[]) $$;
REVOKE EXECUTE ON FUNCTION intake_known(int, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION intake_known(int, text) TO fengqiao_app;

REVOKE EXECUTE ON FUNCTION intake_candidates(int[], timestamptz, timestamptz, int), intake_find(text[], int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION intake_candidates(int[], timestamptz, timestamptz, int), intake_find(text[], int) TO fengqiao_app;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("core", "0003_furniture")]

    operations = [
        owned("intake_matter", about="id", also="desk_id", files_to_others=True),
        owned("intake_occurrence", about="matter_id", files_to_others=True),
        owned("intake_report", about="matter_id", files_to_others=True),
        owned("intake_party", about="matter_id", files_to_others=True),
        owned("intake_fingerprint", files_to_others=True, grants=WRITE),
        # the other side sees a suggestion only once it has been asked to let the matter join
        owned("intake_suggestion", also="CASE WHEN decided = 'asked' THEN other_org_id END", files_to_others=True),
        owned("intake_join", about="survivor_id"),
        owned("intake_judgement", files_to_others=True),
        owned("intake_importrun"),
        owned("intake_importrefusal"),
        everyone("intake_learnedmodel", WRITE),
        everyone("intake_columnmapping", ("SELECT", "INSERT", "UPDATE")),
        migrations.RunSQL(LOOKUPS, "DROP FUNCTION intake_known; DROP FUNCTION intake_find; DROP FUNCTION intake_candidates; DROP TABLE intake_searchindex"),
        owned("intake_searchindex", about="matter_id", files_to_others=True, grants=WRITE),
    ]
