"""Policies written before `core.rls` made the actor's list once: the text was read as a list anew for every row."""

from django.db import migrations

ONCE = r"""
DO $do$
DECLARE
  slow text := $re$\( SELECT (NULLIF\(current_setting\('app\.\w+'::text, true\), ''::text\)) AS "nullif"\)\)::(integer|text)\[\]$re$;
  fast text := '( SELECT (\1)::\2[] AS mine))::\2[]';
  one record;
BEGIN
  FOR one IN SELECT * FROM pg_policies WHERE schemaname = 'public' AND concat(qual, with_check) ~ slow LOOP
    EXECUTE format('ALTER POLICY %I ON %I', one.policyname, one.tablename)
      || coalesce(' USING (' || regexp_replace(one.qual, slow, fast, 'g') || ')', '')
      || coalesce(' WITH CHECK (' || regexp_replace(one.with_check, slow, fast, 'g') || ')', '');
  END LOOP;
END $do$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0008_outbox")]

    operations = [migrations.RunSQL(ONCE, migrations.RunSQL.noop)]
