"""What was signed on a screen, as one page of PDF that shows the lines and nothing else."""

import io
from collections.abc import Sequence

from pypdf import PdfWriter
from pypdf.generic import NameObject, StreamObject

from fengqiao.disputes.rules.strokes import Stroke

WIDTH, HEIGHT, MARGIN = 420.0, 210.0, 20.0  # points


def page(drawn: Sequence[Stroke]) -> bytes:
    """A page with the strokes as large as its margins allow."""
    xs, ys = [x for stroke in drawn for x, _ in stroke], [y for stroke in drawn for _, y in stroke]
    left, top = min(xs), min(ys)
    scale = min((WIDTH - 2 * MARGIN) / max(max(xs) - left, 1), (HEIGHT - 2 * MARGIN) / max(max(ys) - top, 1))

    def at(point: tuple[float, float]) -> str:
        return f"{MARGIN + (point[0] - left) * scale:.2f} {HEIGHT - MARGIN - (point[1] - top) * scale:.2f}"

    lines = ["1 J 1 j 2 w"]
    for stroke in drawn:
        first, *rest = stroke
        lines.append(" ".join([f"{at(first)} m", *(f"{at(one)} l" for one in rest or [first]), "S"]))
    writer = PdfWriter()
    sheet = writer.add_blank_page(WIDTH, HEIGHT)
    content = StreamObject()
    content.set_data("\n".join(lines).encode())
    sheet[NameObject("/Contents")] = writer._add_object(content.flate_encode())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
