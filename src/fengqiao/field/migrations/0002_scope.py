"""Row-level security of phones and what came from them; who stands behind a device's secret."""

from django.db import migrations

from fengqiao.core.rls import owned

WRITE = ("SELECT", "INSERT", "UPDATE", "DELETE")

# Asked before anybody's scope is known: one id, the hash of its secret, and nothing else comes out.
KNOWN = """
CREATE FUNCTION field_known(id_ uuid, secret bytea)
RETURNS TABLE (device uuid, account int, post int, org int, enrolled timestamptz, ended boolean, wipe boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT id, account_id, post_id, org_id, created_at, ended_at IS NOT NULL, wipe_at IS NOT NULL
  FROM field_device WHERE id = id_ AND secret_hash = secret $$;
REVOKE EXECUTE ON FUNCTION field_known(uuid, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION field_known(uuid, bytea) TO fengqiao_app;
"""


class Migration(migrations.Migration):
    dependencies = [("field", "0001_initial"), ("core", "0008_outbox")]

    operations = [
        owned("field_device"),
        owned("field_stationkey"),
        owned("field_operation"),
        owned("field_held"),
        owned("field_kept", grants=WRITE),
        owned("field_upload"),
        owned("field_chunk", grants=WRITE),
        owned("field_numberrange"),
        migrations.RunSQL(KNOWN, "DROP FUNCTION field_known(uuid, bytea)"),
    ]
