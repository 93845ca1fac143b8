"""Figures of the front door: what was received, by which channel, and what of it was told again."""

from fengqiao.core.figures import Figure, declare, named

MATTER = "/matters/{about}/"


def _told(part: str, *acts: str) -> str:
    """Reports taken by these acts within the period; `part`: an expression over the event."""
    listed = ", ".join(f"'{name}'" for name in acts)
    return f"""SELECT s.grp, (jsonb_path_query_first(e.subjects, 'strict $[*] ? (@[0] == "report")[1]') #>> '{{}}')::uuid AS id,
    e.facts->>'receipt' AS number, e.about, e.recorded_at AS at, e.id AS event, {part} AS part
  FROM core_event e JOIN scope s ON s.org = e.org_id
  WHERE e.act IN ({listed}) AND e.recorded_at >= %(start)s AND e.recorded_at < %(end)s AND e.recorded_at <= %(as_of)s
    AND coalesce((e.facts->>'history')::bool, false) IS FALSE"""


RECEIPTS = declare(
    Figure(
        key="intake.receipts",
        name="接报",
        unit="件",
        formula="期内接报并出具接报回执号的件数，按来源分列。",
        cohort="期内接收的报告，含并入已有事项的；历史台账导入的不计。",
        select=_told("e.facts->>'channel'", "intake.receive", "intake.attach"),
        parts=named("channels"),
        address=MATTER,
        since="0.2",
    )
)
MATTERS = declare(
    Figure(
        key="intake.matters",
        name="新事项",
        unit="件",
        formula="期内接报中新立事项的件数，按首报来源分列。",
        cohort="期内首次接报的事项；历史台账导入的不计。",
        select=_told("e.facts->>'channel'", "intake.receive"),
        parts=named("channels"),
        address=MATTER,
        since="0.2",
    )
)
AGAIN = declare(
    Figure(
        key="intake.again",
        name="重复接报",
        unit="件",
        formula="期内并入已有事项的报告件数：再次发生的，与同一次发生的重复报告。",
        cohort="期内接收时即并入已有事项的报告。",
        select=_told("CASE WHEN (e.facts->>'again')::bool THEN 'again' ELSE 'same' END", "intake.attach"),
        parts=lambda: {"again": "再次发生", "same": "同一次发生"},
        address=MATTER,
        since="0.2",
    )
)
