"""Figures of hand-overs: where they wait, on whom, and how long (MS8). Both sides see the same facts."""

from collections.abc import Mapping

from fengqiao.core.figures import Figure, declare
from fengqiao.promises import rules

PAGE = "/promises/{id}/"
HOPS = {"sign": "等签收", "accept": "等接收", "answer": "等结果", "again": "等另行流转"}
# One line for each step of a hand-over; sending a returned hop on also ends that hop.
STEPS = """told AS (
  SELECT s.grp, (e.subjects->0->>1)::uuid AS id, e.subjects->0->>2 AS move, e.facts->>'number' AS number, e.about, e.id AS event,
    e.facts->>'state' AS state, (e.facts->>'holder')::int AS holder, e.facts->>'kind' AS kind, e.facts->>'channel' AS channel,
    (e.facts->>'due')::timestamptz AS due, e.occurred_start AS at, e.recorded_at AS noted, e.facts
  FROM core_event e JOIN scope s ON s.org = e.org_id
  WHERE e.act IN ('promises.send', 'promises.deliver', 'promises.sign', 'promises.sign_by_slip', 'promises.accept',
      'promises.return_', 'promises.answer', 'promises.recall')
    AND e.recorded_at <= %(as_of)s
), steps AS (
  SELECT * FROM told UNION ALL
  SELECT grp, (facts->>'again')::uuid, 'send_again', number, about, event, 'passed', NULL, kind, channel, due, at, noted, facts
  FROM told WHERE facts->>'again' IS NOT NULL
), turns AS (
  SELECT *, lag(at) OVER hop AS began, lag(state) OVER hop AS was FROM steps WINDOW hop AS (PARTITION BY grp, id ORDER BY noted, event)
)"""


def _channels() -> Mapping[str, str]:
    return {**rules.CHANNELS, **rules.OFFICES, "transfer": rules.KINDS["transfer"], "handover": rules.KINDS["handover"]}


SENT = declare(
    Figure(
        key="promises.sent",
        name="流转移送",
        unit="件",
        formula="期内发出的流转、移送、五调对接和三办联动件数，按渠道分列。",
        cohort="期内由本单位发出的每一次流转；退回后另行流转的另计一件。",
        given=STEPS,
        select="""SELECT grp, id, number, about, at, event, coalesce(nullif(channel, ''), kind) AS part FROM steps
          WHERE move = 'send' AND at >= %(start)s AND at < %(end)s""",
        parts=_channels,
        address=PAGE,
        since="0.2",
    )
)
WAIT = declare(
    Figure(
        key="promises.wait",
        name="流转环节等待",
        unit="小时",
        formula="各环节从上一步到这一步的小时数，取中位数：等签收、等接收、等结果、等另行流转。",
        cohort="在期内走完的环节，由发出单位计；仍在等的见“流转超时”。",
        given=STEPS,
        select="""SELECT grp, id, number, about, at, event, extract(epoch FROM at - began) / 3600.0 AS value, CASE
            WHEN was IN ('sent', 'slip', 'delivered') THEN 'sign' WHEN was = 'signed' THEN 'accept'
            WHEN was = 'accepted' THEN 'answer' ELSE 'again' END AS part
          FROM turns WHERE began IS NOT NULL AND at >= %(start)s AND at < %(end)s""",
        measure="median",
        parts=lambda: HOPS,
        shown={"value": "小时"},
        address=PAGE,
        since="0.2",
    )
)
_ENDED = "(state IN ('done', 'recalled', 'passed') OR (state = 'accepted' AND kind IN ('transfer', 'handover')))"
OVERDUE = declare(
    Figure(
        key="promises.overdue",
        name="流转超时",
        unit="件",
        formula="截至期末（期末未到的，截至统计时点）已过期限仍未了结的件数；清单写明现由谁办、已等多少小时。",
        cohort="期末前由本单位发出、尚未了结的流转，按等待环节分列。",
        given=STEPS,
        select=f"""WITH stood AS (
            SELECT DISTINCT ON (grp, id) * FROM steps WHERE at < %(end)s ORDER BY grp, id, noted DESC, event DESC
          ) SELECT grp, id, number, about, at, event, extract(epoch FROM least(%(end)s, %(as_of)s) - at) / 3600.0 AS value, CASE
            WHEN state IN ('sent', 'slip', 'delivered') THEN 'sign' WHEN state = 'signed' THEN 'accept'
            WHEN state = 'accepted' THEN 'answer' ELSE 'again' END AS part, holder
          FROM stood WHERE NOT {_ENDED} AND due < least(%(end)s, %(as_of)s)""",
        parts=lambda: HOPS,
        shown={"holder": "现由谁办", "value": "已等（小时）"},
        address=PAGE,
        since="0.2",
    )
)
ARBITRATION = declare(
    Figure(
        key="promises.arbitration",
        name="提请裁决",
        unit="件",
        formula="期内因一条流转链两次以上退回而提请裁决的次数。",
        cohort="期内的退回，由发出单位计。",
        given=STEPS,
        select="""SELECT grp, event AS id, number, about, at, event, 'asked' AS part FROM steps
          WHERE move = 'return' AND (facts->>'arbitration')::bool AND at >= %(start)s AND at < %(end)s""",
        parts=lambda: {"asked": "提请裁决"},
        address="/promises/?box=overdue",
        since="0.2",
    )
)
