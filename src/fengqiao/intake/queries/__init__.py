"""Reads of the front door, actor first. Everything outside the app comes in through these names."""

from fengqiao.intake.queries.around import (
    Numbered,
    by_number,
    collected,
    ids_seen,
    names,
    paper_of,
    receivers,
    revisits,
    stations,
    told_by,
    told_in_writing,
)
from fengqiao.intake.queries.imports import (
    Run,
    import_run,
    import_runs,
    imported_before,
    known_rows,
    refusals,
    remembered_mapping,
    run_for_update,
    tell_total,
)
from fengqiao.intake.queries.keeping import live, to_keep
from fengqiao.intake.queries.lists import (
    Delay,
    Filter,
    Page,
    Row,
    capture_delay,
    counts_by_source,
    export_rows,
    found,
    mine,
    waiting,
)
from fengqiao.intake.queries.loading import (
    asked_for_update,
    by_outer_id,
    changed_since,
    handed_by_law,
    join_for_update,
    known_report,
    matter_for_update,
    may_own,
    move_org,
    organisation_named,
    report_for_update,
    standing,
    still_out,
    subject,
    suggestion_for_update,
    survivor,
    survivor_of,
    two_for_update,
    under,
    updates,
)
from fengqiao.intake.queries.matter import (
    MatterPage,
    ReportPage,
    editable,
    matter_page,
    owners,
    receipt_page,
    receipt_printed,
    unmasked,
)
from fengqiao.intake.queries.period import Handled, briefly, counts_by_kind, handled, happened_again
from fengqiao.intake.queries.similar import (
    Pair,
    asked,
    pairs_waiting,
    side_by_side,
    similar_to,
    type_suggestion,
)
from fengqiao.intake.queries.spots import Spot, county, spots

__all__ = [
    "live", "to_keep",
    "Spot", "county", "spots",
    "handed_by_law",
    "Handled", "briefly", "counts_by_kind", "handled", "happened_again",
    "Delay", "capture_delay",
    "Run", "imported_before", "organisation_named", "tell_total", "import_run", "import_runs", "known_report", "known_rows", "refusals", "remembered_mapping", "run_for_update",
    "Filter", "MatterPage", "Numbered", "Page", "Pair", "ReportPage", "Row", "asked", "asked_for_update",
    "by_number", "by_outer_id", "changed_since", "collected", "counts_by_source", "editable", "export_rows", "found", "ids_seen",
    "join_for_update", "matter_for_update", "matter_page", "may_own", "mine", "move_org", "names", "owners",
    "pairs_waiting", "paper_of", "told_by", "told_in_writing", "receipt_page", "receipt_printed",
    "receivers", "report_for_update", "revisits",
    "side_by_side", "similar_to", "standing", "stations", "still_out", "subject", "suggestion_for_update",
    "survivor", "survivor_of", "two_for_update", "type_suggestion", "under", "unmasked", "updates", "waiting",
]  # fmt: skip
