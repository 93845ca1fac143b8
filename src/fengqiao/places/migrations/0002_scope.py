"""Borders are public inside the bureau (a report must find its grid wherever it comes in); only their own
organisation changes them. Reservations are seen by who booked and whose venue it is.
"""

from django.db import migrations

from fengqiao.core.rls import MINE, everyone, owned


def kept_by(table: str, org: str) -> migrations.RunSQL:
    """Seen by everyone, written only where `org` (an expression over the new row) is one of the actor's."""
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY seen ON {table} FOR SELECT USING (true)",
            f"CREATE POLICY filed ON {table} FOR INSERT WITH CHECK ({org} = {MINE})",
            f"CREATE POLICY changed ON {table} FOR UPDATE USING ({org} = {MINE}) WITH CHECK ({org} = {MINE})",
            f"GRANT SELECT, INSERT, UPDATE ON {table} TO fengqiao_app",
        ],
        migrations.RunSQL.noop,
    )


# A mark that changes with every change of an area or border; by it a process knows that its index of polygons is out
# of date. Writers queue for the row, so whoever reads a mark sees all borders of that mark. Random, not counted: a
# count given in a transaction that rolls back would be given again for other borders.
EDITION = """
CREATE TABLE places_edition (one boolean PRIMARY KEY DEFAULT true CHECK (one), mark uuid NOT NULL);
INSERT INTO places_edition (mark) VALUES (gen_random_uuid());
CREATE FUNCTION places_next_edition() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN UPDATE places_edition SET mark = gen_random_uuid(); RETURN NULL; END $$;
CREATE TRIGGER next_edition AFTER INSERT OR UPDATE OR DELETE ON places_area
  FOR EACH STATEMENT EXECUTE FUNCTION places_next_edition();
CREATE TRIGGER next_edition AFTER INSERT OR UPDATE OR DELETE ON places_border
  FOR EACH STATEMENT EXECUTE FUNCTION places_next_edition();
"""

OF_AREA = "(SELECT a.org_id FROM places_area a WHERE a.id = {column})"


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial"), ("core", "0003_furniture")]

    operations = [
        kept_by("places_area", "org_id"),
        kept_by("places_border", OF_AREA.format(column="area_id")),
        kept_by("places_descent", OF_AREA.format(column="successor_id")),
        kept_by("places_arealink", OF_AREA.format(column="police_id")),
        kept_by("places_venue", "org_id"),
        owned("places_reservation", also="host_id"),
        migrations.RunSQL(EDITION, "DROP TABLE places_edition; DROP FUNCTION places_next_edition CASCADE"),
        everyone("places_edition"),
        migrations.RunSQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO fengqiao_app", migrations.RunSQL.noop),
    ]
