"""Figures of the dispute loop, each one SELECT over the facts of its acts.

`MOVED` reads what ever decided where a dispute stands; `LIFE` makes one line of each dispute of it: where it stood before
the period began, when it ended, and now (`as_of`). All figures of the balance share `EVER`, so that a report or a page
reads the ledger once for all of them. What is given away for good (流转, 移送) has left the unit; what is
lent (五调, 三办) stays its own work until the answer comes.
"""

from collections.abc import Mapping

from fengqiao.core.figures import Figure, declare, named

SHOWN = {"kind": "类别"}
PAGE = "/disputes/{id}/"
STANDS = {
    "resolved": "已化解", "open": "在办", "failed": "调解不成", "referred": "移送或引导", "withdrawn": "撤回", "other": "其他办结",
}  # fmt: skip
INFLOW = {"carried": "上期结转", "new": "新增", "received": "移入", "reopened": "反弹重办"}
# Acts that say where a dispute stands, in the order of its life.
ACTS = (
    "disputes.open_dispute", "disputes.keep_up", "disputes.hand_over", "disputes.settle", "disputes.revisit", "disputes.reopen",
    "disputes.withdraw", "disputes.close",
)  # fmt: skip
_LIST = ", ".join(f"'{name}'" for name in ACTS)

_BEGINS = "e.act IN ('disputes.open_dispute', 'disputes.keep_up')"
# One line for each such fact, only what is read of it. `stands`: what it makes of the dispute; NULL when it stays as it was.
# The dispute is the first subject of every act of its own room.
MOVED = f"""moved AS (
  SELECT s.grp, e.id AS event, e.about, e.org_id AS org, e.act, e.occurred_start AS at, e.recorded_at AS noted,
    (e.subjects->0->>1)::uuid AS id, CASE WHEN {_BEGINS} THEN e.facts->>'dispute' END AS number,
    CASE WHEN {_BEGINS} OR e.act = 'disputes.close' THEN e.facts->>'kind' END AS kind,
    CASE WHEN {_BEGINS} THEN e.facts->>'grid' END AS grid,
    CASE WHEN e.act = 'disputes.settle' THEN nullif(e.facts->>'tier', '') END AS tier,
    CASE WHEN e.act = 'disputes.settle' THEN nullif(e.facts->>'how', '') END AS how,
    CASE WHEN e.act = 'disputes.settle' THEN (e.facts->>'due_at')::timestamptz END AS due_at,
    CASE e.act
      WHEN 'disputes.open_dispute' THEN 'open'
      WHEN 'disputes.keep_up' THEN CASE WHEN e.facts->'now'->>'state' <> 'handed' THEN 'open' END
      WHEN 'disputes.hand_over' THEN CASE WHEN e.facts->>'kind' IN ('transfer', 'handover') THEN 'referred' ELSE 'open' END
      WHEN 'disputes.settle' THEN CASE
        WHEN e.facts->>'outcome' IN ('settled', 'self_settled') THEN 'resolved'
        WHEN e.facts->>'outcome' = 'failed' THEN 'failed'
        WHEN e.facts->>'outcome' IN ('referred', 'court', 'case') THEN 'referred'
        ELSE 'other' END
      WHEN 'disputes.revisit' THEN CASE WHEN e.facts->>'now' = 'reopened' THEN 'open' END
      WHEN 'disputes.reopen' THEN 'open'
      WHEN 'disputes.withdraw' THEN 'withdrawn'
    END AS stands
  FROM core_event e JOIN scope s ON s.org = e.org_id
  WHERE e.act IN ({_LIST}) AND e.recorded_at <= %(as_of)s AND e.recorded_at >= {{floor}}
)"""
_LAST = "(array_agg({what} ORDER BY at, noted, event) FILTER (WHERE {when}))[count(*) FILTER (WHERE {when})]"


def _last(what: str, when: str) -> str:
    """The newest `what` among the lines of a dispute that satisfy `when`."""
    return _LAST.format(what=what, when=when)


# One line for each dispute these organisations had to do with.
LIFE = f"""life AS (
  SELECT grp, id, (array_agg(about))[1] AS about, max(number) AS number,
    min(at) AS entered_at, (array_agg(act ORDER BY at, noted, event))[1] AS entered_by,
    (array_agg(event ORDER BY at, noted, event))[1] AS entered_event,
    {_last("kind", "kind IS NOT NULL")} AS kind, {_last("grid", "grid IS NOT NULL")} AS grid,
    {_last("stands", "stands IS NOT NULL AND at < %(start)s")} AS before,
    {_last("stands", "stands IS NOT NULL AND at < %(end)s")} AS after,
    {_last("event", "stands IS NOT NULL AND at < %(end)s")} AS after_event,
    {_last("at", "stands IS NOT NULL AND at < %(end)s")} AS after_at,
    {_last("tier", "stands = 'resolved' AND at < %(end)s")} AS tier_told,
    {_last("how", "stands = 'resolved' AND at < %(end)s")} AS how,
    {_last("org", "stands = 'resolved' AND at < %(end)s")} AS resolved_org,
    {_last("stands", "stands IS NOT NULL")} AS stands,
    {_last("event", "stands IS NOT NULL")} AS event,
    bool_or(stands = 'open' AND at >= %(start)s AND at < %(end)s) AS opened_within
  FROM moved GROUP BY grp, id
)"""

# What was on the table within the period: open when it began, or come in since. Both balances count exactly these.
ON_THE_TABLE = "(before = 'open' OR (before IS NULL AND after IS NOT NULL) OR (before <> 'open' AND opened_within))"
# The last time a dispute was resolved within the period, and what came after it.
RESOLVED = """resolved AS (
  SELECT DISTINCT ON (grp, id) grp, id, event, at, noted, org, due_at FROM moved
  WHERE stands = 'resolved' AND at >= %(start)s AND at < %(end)s ORDER BY grp, id, at DESC, noted DESC, event DESC
), since AS (
  SELECT r.grp, r.id, r.event, r.at, r.org, r.due_at,
    bool_or(m.stands = 'open') AS flared,
    min(m.at) FILTER (WHERE m.act = 'disputes.revisit') AS revisited_at
  FROM resolved r LEFT JOIN moved m ON m.grp = r.grp AND m.id = r.id AND (m.at, m.noted, m.event) > (r.at, r.noted, r.event)
  GROUP BY r.grp, r.id, r.event, r.at, r.org, r.due_at
)"""
BEGINNING = "'-infinity'"
WHOLE = f"{MOVED.replace('{floor}', '%(start)s')}, {LIFE}"  # disputes that began within the period
EVER = f"{MOVED.replace('{floor}', BEGINNING)}, {LIFE}, {RESOLVED}"
COUNTED = "l.grp, l.id, l.number, l.about, l.kind, l.grid"

TIER = """CASE WHEN o.kind IN ('bureau', 'county', 'branch', 'centre', 'squad', 'office') THEN 'county' ELSE 'station' END"""


def _tiers() -> Mapping[str, str]:
    return named("resolution_tiers")()


FOUND = declare(
    Figure(
        key="disputes.found",
        name="排查发现纠纷",
        unit="起",
        formula="期内立为纠纷的起数。",
        cohort="立为纠纷之日在期内的纠纷，由立案单位计；移入的不计。",
        given=WHOLE,
        select=f"""SELECT {COUNTED}, entered_at AS at, 'found' AS part, entered_event AS event FROM life l
          WHERE entered_by = 'disputes.open_dispute' AND entered_at >= %(start)s AND entered_at < %(end)s""",
        parts=lambda: {"found": "排查发现"},
        words={"排查发现": "found", "发现": "found"},
        by=("kind", "grid"),
        shown=SHOWN,
        address=PAGE,
        since="0.2",
    )
)
RESOLUTION = declare(
    Figure(
        key="disputes.resolution",
        name="化解率",
        unit="%",
        formula="期内发现的纠纷中截至统计时点已化解的起数÷期内发现的起数。在办、调解不成、移送、撤回都留在分母中。",
        cohort="立为纠纷之日在期内的纠纷（同批次）；反弹的计为在办。",
        given=WHOLE,
        select=f"""SELECT {COUNTED}, entered_at AS at, stands AS part, event FROM life l
          WHERE entered_by = 'disputes.open_dispute' AND entered_at >= %(start)s AND entered_at < %(end)s""",
        measure="share",
        parts=lambda: STANDS,
        hits=frozenset({"resolved"}),
        by=("kind", "grid"),
        shown=SHOWN,
        address=PAGE,
        since="0.2",
    )
)
COMING = declare(
    Figure(
        key="disputes.inflow",
        name="期内纠纷",
        unit="起",
        formula="上期结转＋新增＋移入＋反弹重办。",
        cohort="期初在办的纠纷，与期内立案、移入或重新办理的纠纷。",
        given=EVER,
        select=f"""SELECT {COUNTED}, entered_at AS at, entered_event AS event,
            CASE WHEN before = 'open' THEN 'carried' WHEN before IS NOT NULL THEN 'reopened'
              WHEN entered_by = 'disputes.open_dispute' THEN 'new' ELSE 'received' END AS part
          FROM life l WHERE {ON_THE_TABLE}""",
        parts=lambda: INFLOW,
        words={"上期结转": "carried", "结转": "carried", "新增": "new", "移入": "received", "反弹重办": "reopened", "反弹": "reopened"},
        by=("kind", "grid"),
        shown=SHOWN,
        address=PAGE,
        since="0.2",
    )
)
GOING = declare(
    Figure(
        key="disputes.outflow",
        name="期内办理",
        unit="起",
        formula="期内纠纷按期末状态分列；各项之和等于期内纠纷总数。",
        cohort="期初在办的纠纷，与期内立案、移入或重新办理的纠纷。",
        given=EVER,
        select=f"""SELECT {COUNTED}, after_at AS at, after_event AS event, after AS part
          FROM life l WHERE {ON_THE_TABLE}""",
        parts=lambda: STANDS,
        words={
            "期内化解": "resolved", "化解": "resolved", "未化解": "open", "期末在办": "open", "调解不成": "failed", "移送或引导": "referred",
            "移送": "referred", "撤回": "withdrawn", "其他办结": "other",
        },
        by=("kind", "grid"),
        shown=SHOWN,
        address=PAGE,
        since="0.2",
    )
)
BY_TIER = declare(
    Figure(
        key="disputes.tier",
        name="基层化解率",
        unit="%",
        formula="期末已化解的纠纷中，在网格、村（社区）、乡镇（街道）和派出所化解的起数÷期内化解的起数。",
        cohort="期内纠纷中期末已化解的；未登记化解层级的，按化解单位计。",
        given=EVER,
        select=f"""SELECT {COUNTED}, after_at AS at, after_event AS event, coalesce(l.tier_told, {TIER}) AS part,
            coalesce(l.tier_told, {TIER}) AS tier
          FROM life l JOIN core_organisation o ON o.id = l.resolved_org WHERE {ON_THE_TABLE} AND after = 'resolved'""",
        measure="share",
        parts=_tiers,
        hits=frozenset({"grid", "village", "station"}),
        by=("kind", "grid", "tier"),
        shown=SHOWN,
        address=PAGE,
        since="0.2",
    )
)
FLARED = declare(
    Figure(
        key="disputes.flared",
        name="反弹率",
        unit="%",
        formula="期内化解后又反弹或重新办理的起数÷期内化解的起数。",
        cohort="期内登记化解的纠纷，同一纠纷计最后一次；看到统计时点为止。",
        given=EVER,
        select=f"""SELECT {COUNTED}, s.at, s.event, CASE WHEN s.flared THEN 'flared' ELSE 'held' END AS part
          FROM since s JOIN life l USING (grp, id)""",
        measure="share",
        parts=lambda: {"flared": "反弹", "held": "未反弹"},
        hits=frozenset({"flared"}),
        by=("kind", "grid"),
        shown=SHOWN,
        address=PAGE,
        since="0.2",
    )
)
REVISITED = declare(
    Figure(
        key="disputes.revisited",
        name="按期回访率",
        unit="%",
        formula="首次回访在期限内完成的起数÷首次回访已到期的起数。",
        cohort="期内登记化解、截至统计时点已回访或回访期限已过的纠纷；尚未到期的不计。",
        given=EVER,
        select=f"""SELECT {COUNTED}, s.at, s.event, CASE
            WHEN s.revisited_at <= s.due_at THEN 'in_time'
            WHEN s.revisited_at IS NOT NULL THEN 'late' ELSE 'missed' END AS part
          FROM since s JOIN life l USING (grp, id)
          WHERE s.due_at IS NOT NULL AND (s.revisited_at IS NOT NULL OR s.due_at <= %(as_of)s)""",
        measure="share",
        parts=lambda: {"in_time": "按期回访", "late": "超期回访", "missed": "到期未回访"},
        hits=frozenset({"in_time"}),
        by=("kind", "grid"),
        shown=SHOWN,
        address=PAGE,
        since="0.2",
    )
)
DAYS = declare(
    Figure(
        key="disputes.days",
        name="化解用时中位数",
        unit="天",
        formula="从立为纠纷（或移入）到登记化解的天数，取中位数。",
        cohort="期内纠纷中期末已化解的。",
        given=EVER,
        select=f"""SELECT {COUNTED}, after_at AS at, after_event AS event, 'resolved' AS part,
            extract(epoch FROM after_at - entered_at) / 86400.0 AS value
          FROM life l WHERE {ON_THE_TABLE} AND after = 'resolved'""",
        measure="median",
        parts=lambda: {"resolved": "已化解"},
        by=("kind", "grid"),
        shown={"kind": "类别", "value": "天数"},
        address=PAGE,
        since="0.2",
    )
)


def _ways() -> Mapping[str, str]:
    return {**named("mediation_kinds")(), "self": "自行和解", "": "未登记"}


HOW = declare(
    Figure(
        key="disputes.how",
        name="化解方式",
        unit="起",
        formula="期末已化解的纠纷按调解种类分列，自行和解的另列。",
        cohort="期内纠纷中期末已化解的。",
        given=EVER,
        select=f"""SELECT {COUNTED}, after_at AS at, after_event AS event, coalesce(l.how, '') AS part
          FROM life l WHERE {ON_THE_TABLE} AND after = 'resolved'""",
        parts=_ways,
        by=("kind", "grid"),
        shown=SHOWN,
        address=PAGE,
        since="0.2",
    )
)
HEARD = declare(
    Figure(
        key="disputes.heard",
        name="调解件次",
        unit="件次",
        formula="期内各次调解所听的纠纷件次，按调解种类分列；一次调解听几件计几件次，改期的也计。",
        cohort="期内已进行的调解，由主办单位计。",
        select="""SELECT s.grp, e.id, e.facts->>'dispute' AS number, e.about, e.occurred_start AS at, e.id AS event,
            e.facts->>'mediation' AS part
          FROM core_event e JOIN scope s ON s.org = e.org_id
          WHERE e.act = 'disputes.hear' AND e.recorded_at >= %(start)s AND e.recorded_at <= %(as_of)s
            AND e.occurred_start >= %(start)s AND e.occurred_start < %(end)s""",
        parts=named("mediation_kinds"),
        address="/matters/{about}/",
        since="0.2",
    )
)
_SUBJECT = "(jsonb_path_query_first(e.subjects, 'strict $[*] ? (@[0] == \"{kind}\")[1]') #>> '{{}}')::uuid"
# Every obligation of every agreement as it was agreed, with the day it was performed; a replaced agreement's later days fall away.
OWED = f"""owing AS (
  SELECT s.grp, e.id AS event, e.about, e.act, e.facts, e.occurred_start AS at,
    {_SUBJECT.format(kind="agreement")} AS agreement, {_SUBJECT.format(kind="obligation")} AS obligation
  FROM core_event e JOIN scope s ON s.org = e.org_id
  WHERE e.act IN ('disputes.agree', 'disputes.perform', 'disputes.waive') AND e.recorded_at <= %(as_of)s
), owed AS (
  SELECT o.grp, (p->>0)::uuid AS id, o.facts->>'dispute' AS number, o.about, o.event, (p->>1)::date AS due, p->>2 AS state,
    o.agreement
  FROM owing o CROSS JOIN LATERAL jsonb_array_elements(o.facts->'plan') p WHERE o.act = 'disputes.agree'
), done AS (
  SELECT grp, obligation AS id, min((facts->>'on')::date) AS day FROM owing
  WHERE act = 'disputes.perform' AND facts->>'state' = 'performed' GROUP BY 1, 2
), kept AS (
  SELECT w.*, (w.due::timestamp AT TIME ZONE 'Asia/Shanghai') AS at, d.day AS done,
    EXISTS (SELECT FROM owing m WHERE m.act = 'disputes.waive' AND m.grp = w.grp AND m.obligation = w.id) AS waived
  FROM owed w LEFT JOIN done d USING (grp, id)
  WHERE NOT EXISTS (
    SELECT FROM owing r WHERE (r.facts->>'replaces')::uuid = w.agreement AND (r.at AT TIME ZONE 'Asia/Shanghai')::date <= w.due
  )
)"""
PERFORMED = declare(
    Figure(
        key="disputes.performed",
        name="按期履行率",
        unit="%",
        formula="期内到期的约定事项中，在期限当日或以前履行完毕的件数÷期内到期的件数；当场履行的计入。",
        cohort="期内到期的协议约定事项（分期的逐期计），到期前已由新协议代替的不计。",
        given=OWED,
        select="""SELECT grp, id, number, about, at, event, CASE
            WHEN state = 'performed' OR done <= due THEN 'in_time' WHEN done IS NOT NULL THEN 'late'
            WHEN waived THEN 'waived' ELSE 'unpaid' END AS part
          FROM kept WHERE at >= %(start)s AND at < %(end)s AND at < %(as_of)s""",
        measure="share",
        parts=lambda: {"in_time": "按期履行", "late": "逾期后履行", "waived": "对方免除", "unpaid": "未履行"},
        hits=frozenset({"in_time"}),
        address="/matters/{about}/",
        since="0.2",
    )
)
