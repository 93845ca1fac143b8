"""A filled sheet on paper: as PDF to print; many of them bound into one file (成卷). As Word file: `printing.word`.

`word` is not imported here: its library is large and few pages need it.
"""

from fengqiao.disputes.printing.casefile import Bound, Part, bind
from fengqiao.disputes.printing.page import pdf

__all__ = ["Bound", "Part", "bind", "pdf"]
