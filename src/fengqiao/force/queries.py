"""Reads of the force: which desk answers for whom."""

from django.db import connection

from fengqiao.core import clock
from fengqiao.force import rules

_STATION = """
SELECT s.id, s.mode, s.desk_id,
  (SELECT r.id FROM core_organisation r
   WHERE r.parent_id = s.id AND (r.kind = 'command_room' OR r.name LIKE '%%综合指挥室')
     AND r.valid_from <= %(day)s AND (r.valid_to IS NULL OR r.valid_to >= %(day)s) ORDER BY r.id LIMIT 1) AS own,
  (SELECT c.id FROM core_organisation c
   WHERE c.kind IN ('centre', 'county_centre') AND c.parent_id = ANY (s.lineage)
     AND c.valid_from <= %(day)s AND (c.valid_to IS NULL OR c.valid_to >= %(day)s)
   ORDER BY cardinality(c.lineage) DESC, c.id LIMIT 1) AS centre
FROM core_organisation o JOIN core_organisation s ON s.id = ANY (o.lineage) AND s.kind = 'station'
WHERE o.id = %(org)s
"""


def desk_for(org_id: int) -> int:
    """The organisation whose desk a matter of `org_id` goes to, by its station's mode (NP-17, rules.desk_of).

    An organisation outside every station (bureau, partner) is its own desk. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATION, {"day": clock.today(), "org": org_id})
        row = cursor.fetchone()
    if row is None:
        return org_id
    station, mode, named, own, centre = row
    return rules.desk_of(mode, station=station, own=own, named=named, centre=centre)
