"""Row-level security of shifts: the station that keeps the roster. A closed shift and a signed handover are frozen."""

from django.db import migrations

from fengqiao.core.rls import owned

FROZEN = """
CREATE FUNCTION desk_frozen_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.signed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'a signed handover cannot change' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.body IS DISTINCT FROM OLD.body OR NEW.given_at IS DISTINCT FROM OLD.given_at
     OR NEW.given_by_id IS DISTINCT FROM OLD.given_by_id OR NEW.shift_id IS DISTINCT FROM OLD.shift_id THEN
    RAISE EXCEPTION 'what was signed cannot change: take it back and give it anew' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE ON desk_handover FOR EACH ROW EXECUTE FUNCTION desk_frozen_handover();

-- Of a closed shift only the crew's release may still be written.
CREATE FUNCTION desk_frozen_shift() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'closed' AND (OLD.released_at IS NOT NULL
     OR (to_jsonb(NEW) - 'released_at' - 'version') IS DISTINCT FROM (to_jsonb(OLD) - 'released_at' - 'version')) THEN
    RAISE EXCEPTION 'a closed shift cannot change' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER frozen BEFORE UPDATE ON desk_shift FOR EACH ROW EXECUTE FUNCTION desk_frozen_shift();

CREATE FUNCTION desk_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is kept', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE TRIGGER kept BEFORE DELETE ON desk_shift FOR EACH ROW EXECUTE FUNCTION desk_kept();
CREATE TRIGGER kept BEFORE DELETE ON desk_handover FOR EACH ROW EXECUTE FUNCTION desk_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("core", "0005_rights")]

    operations = [
        owned("desk_shift"),
        owned("desk_handover"),
        owned("desk_passing"),
        migrations.RunSQL(
            FROZEN,
            "DROP FUNCTION desk_frozen_handover CASCADE; DROP FUNCTION desk_frozen_shift CASCADE; DROP FUNCTION desk_kept CASCADE",
        ),
    ]
