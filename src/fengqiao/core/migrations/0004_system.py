"""The named system actor: an account nobody can sign on with, in a post of its own."""

from django.db import migrations

SYSTEM = """
WITH org AS (
  INSERT INTO core_organisation (name, short, kind, lineage, mode, partner_channel, phone, valid_from)
  VALUES ('系统', '系统', 'system', '{}', '', '', '', '2020-01-01') RETURNING id
), filed AS (
  INSERT INTO core_account (username, name, pin, email, is_active, is_system, created_at, password)
  VALUES ('system', '系统', '', '', true, true, now(), '!') RETURNING id
)
INSERT INTO core_post (account_id, org_id, role, staff_kind, title, valid_from)
SELECT filed.id, org.id, 'system', '', '系统', '2020-01-01' FROM org, filed;
UPDATE core_organisation SET lineage = ARRAY[id] WHERE kind = 'system';
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_furniture")]

    operations = [migrations.RunSQL(SYSTEM, migrations.RunSQL.noop)]
