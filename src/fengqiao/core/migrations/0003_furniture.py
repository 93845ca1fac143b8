"""The libraries' own tables (sessions, sign-on, limits, jobs): bookkeeping the app role reads and writes."""

from django.db import migrations

GRANT = """
DO $$ DECLARE t record; BEGIN
  FOR t IN SELECT c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = 'public' AND c.relkind IN ('r', 'S')
             AND c.relname ~ '^(django_session|django_content_type|auth_|account_|mfa_|axes_|procrastinate_)' LOOP
    IF t.relkind = 'r' THEN EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO fengqiao_app', t.relname);
    ELSE EXECUTE format('GRANT USAGE ON SEQUENCE %I TO fengqiao_app', t.relname); END IF;
  END LOOP;
END $$;
GRANT SELECT ON django_migrations TO fengqiao_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_ledger"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("account", "__latest__"),
        ("mfa", "__latest__"),
        ("axes", "__latest__"),
        ("procrastinate", "__latest__"),
    ]

    operations = [migrations.RunSQL(GRANT, migrations.RunSQL.noop)]
