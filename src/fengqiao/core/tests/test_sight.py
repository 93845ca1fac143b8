"""Row-level security reads the actor's organisations once a statement."""

import re

from django.db import connection

ONCE = re.compile(r"SELECT \(NULLIF\(current_setting\('app\.\w+'::text, true\), ''::text\)\)::(integer|text)\[\] AS ")


def test_no_policy_reads_the_list_of_organisations_anew_for_every_row(db):
    """A list made outside the sub-select is made of its text for each row: at 162 organisations that is most of the work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename || '.' || policyname, concat(qual, ' ', with_check) FROM pg_policies")
        policies = dict(cursor.fetchall())
    assert len(policies) > 200
    again = {name for name, text in policies.items() if text.count("current_setting(") != len(ONCE.findall(text))}
    assert again == set()
    assert any("NULLIF" in text for text in policies.values())
