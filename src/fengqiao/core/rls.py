"""Row-level security as migration operations: the second lock, so that a forgotten filter shows nothing.

The sub-select and the nullif are deliberate (architecture §5): PostgreSQL evaluates the sub-select once
instead of per row, and a used connection returns '' and not NULL. The list is made of the text *inside* the sub-select:
outside, it would be read anew for every row (at 162 organisations half the time of a month's report).
"""

from collections.abc import Sequence

from django.db import migrations

# The cast outside says that one array is meant; without it ANY((SELECT …)) means "any row of the query". It costs nothing.
MINE = "ANY ((SELECT nullif(current_setting('app.orgs', true), '')::int[])::int[])"
COMPARTMENTS = "ANY ((SELECT nullif(current_setting('app.compartments', true), '')::text[])::text[])"
SHARED = (
    "IN (SELECT about FROM core_share WHERE org_id = ANY ("
    "(SELECT nullif(current_setting('app.shares_to', true), '')::int[])::int[]) AND ended_at IS NULL AND until > now())"
)


def owned(
    table: str,
    *,
    about: str | None = None,
    also: str = "",
    extra: str = "",
    files_to_others: bool = False,
    grants: Sequence[str] = ("SELECT", "INSERT", "UPDATE"),
) -> migrations.RunSQL:
    """Rows of `table` are seen by organisations that own them (`org_id`), and by those a share opens `about` to.

    also             another column that may own the row (a promise's receiving organisation).
    extra            a further condition every sight must meet (compartments).
    files_to_others  a row may be written for an organisation the actor cannot look into (a report handed in
                     at the wrong station); it still cannot be read back.
    """
    seen = f"org_id = {MINE}"
    if also:
        seen += f" OR {also} = {MINE}"
    if about:
        seen += f" OR {about} {SHARED}"
    using = f"({seen}) AND ({extra})" if extra else seen
    check = "true" if files_to_others else using
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY seen ON {table} FOR SELECT USING ({using})",
            f"CREATE POLICY filed ON {table} FOR INSERT WITH CHECK ({check})",
            f"CREATE POLICY changed ON {table} FOR UPDATE USING ({using}) WITH CHECK ({check})",
            f"CREATE POLICY removed ON {table} FOR DELETE USING ({using})",
            f"GRANT {', '.join(grants)} ON {table} TO fengqiao_app",
        ],
        migrations.RunSQL.noop,
    )


def everyone(table: str, grants: Sequence[str] = ("SELECT",)) -> migrations.RunSQL:
    """A table without personal or organisational secrets (codes, calendar): open, with just these privileges."""
    return migrations.RunSQL(f"GRANT {', '.join(grants)} ON {table} TO fengqiao_app", migrations.RunSQL.noop)
