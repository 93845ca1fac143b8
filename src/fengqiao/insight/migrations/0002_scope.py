"""Row-level security of forms and filings; what was signed cannot be changed, not even by a defect."""

from django.db import migrations

from fengqiao.core.rls import owned

FROZEN = """
CREATE FUNCTION insight_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.frozen_at IS NOT NULL AND (NEW.form_id, NEW.org_id, NEW.orgs, NEW.first, NEW.last, NEW.as_of, NEW.document_id, NEW.sha256,
      NEW.cells, NEW.frozen_at, NEW.signed_by_id, NEW.drafted_by_id) IS DISTINCT FROM (OLD.form_id, OLD.org_id, OLD.orgs, OLD.first,
      OLD.last, OLD.as_of, OLD.document_id, OLD.sha256, OLD.cells, OLD.frozen_at, OLD.signed_by_id, OLD.drafted_by_id) THEN
    RAISE EXCEPTION 'a signed filing is frozen' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE ON insight_filing FOR EACH ROW EXECUTE FUNCTION insight_frozen();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON insight_evidence FOR EACH ROW EXECUTE FUNCTION core_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial"), ("core", "0002_ledger")]

    operations = [
        owned("insight_form"),
        owned("insight_filing"),
        owned("insight_evidence", grants=("SELECT", "INSERT")),
        migrations.RunSQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO fengqiao_app", migrations.RunSQL.noop),
        migrations.RunSQL(FROZEN, "DROP FUNCTION insight_frozen CASCADE"),
    ]
