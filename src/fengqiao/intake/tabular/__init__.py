"""表格导入: from the bytes of a CSV or Excel file to clean report candidates. Pure: no Django, no database, no clock.

    table = open_table(path)                      # Unreadable says in Chinese what is wrong
    header, mapping = guess_sheet(table.sheets[0])  # show it, correct it, keep mapping.to_json() by mapping.fingerprint
    result = Result()
    for item in candidates(table, mapping, now, bounds, result=result):
        ...                                       # Candidate to store, or Refused to list
"""

from fengqiao.intake.tabular.columns import (
    Choice,
    Header,
    Mapping,
    Unmappable,
    find_header,
    fingerprint,
    guess,
    guess_sheet,
)
from fengqiao.intake.tabular.fields import FIELDS, forbidden
from fengqiao.intake.tabular.positions import Bounds, Position
from fengqiao.intake.tabular.reading import MAX_BYTES, Dialect, Sheet, Table, Unreadable, open_table
from fengqiao.intake.tabular.registers import history, state_of, year_of
from fengqiao.intake.tabular.results import Candidate, Note, PartyCandidate, Refused, Result
from fengqiao.intake.tabular.rows import candidates

__all__ = [
    "FIELDS", "MAX_BYTES", "Bounds", "Candidate", "Choice", "Dialect", "Header", "Mapping", "Note", "PartyCandidate",
    "Position", "Refused", "Result", "Sheet", "Table", "Unmappable", "Unreadable", "candidates", "find_header",
    "fingerprint", "forbidden", "guess", "guess_sheet", "history", "open_table", "state_of", "year_of",
]  # fmt: skip
