"""成卷 of a file of 200 pages: seconds and memory, beside the bare joining of the same pages by pypdf.

Half the pages are scans as a station's scanner leaves them (grey pictures of an A4 page), half our own prints.
"""

import io
import os
import random
import resource
import statistics
import time
import zlib
from struct import pack

from _ground import machine
from pypdf import PdfReader, PdfWriter

from fengqiao.disputes.printing import Part, bind, pdf, picture
from fengqiao.disputes.rules import papers, sheets

PAGES = int(os.environ.get("PAGES", "200"))
RUNS = 3
SCANNED = (1240, 1754)  # 150 dpi
WORDS = {
    "org": "城关派出所", "number": "D2611-A00001", "matter": "S2611-A00001", "title": "界墙争吵", "kind": "邻里纠纷", "parties": "王大山、李四海",
    "opened": "", "closed": "", "outcome": "", "owner": "王砚", "by": "王砚", "day": "2026年11月22日", "unsigned": [], "voided": [], "missing": [],
}  # fmt: skip


def scan(seed: int) -> bytes:
    """A grey PNG of a written page: lines of dark specks on a slightly uneven ground."""
    width, height = SCANNED
    chance = random.Random(seed)
    rows = []
    for y in range(height):
        ink = y % 60 < 18
        ground = bytes(chance.choices((250, 252, 255), k=64)) * (width // 64 + 1)
        row = bytearray(ground[:width])
        for _ in range(90 if ink else 0):
            at = chance.randrange(width - 6)
            row[at : at + 5] = bytes((40, 20, 10, 20, 60))
        rows.append(b"\0" + bytes(row))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows), 6)) + chunk(b"IEND", b"")


def parts() -> list[Part]:
    """Papers and scans of PAGES pages less the closing note, turn about."""
    sheet = sheets.fill(sheets.sheet(papers.KINDS["收条"].file), {"事由": "界墙争吵"}, [], lambda ids: "")
    print_, found = pdf(sheet), []
    for n in range(PAGES - 1):
        found.append(Part("签字件", "", "", scan(n % 20), "image/png") if n % 2 else Part("收条", "", "", print_))
    return found


def plain(given: list[bytes]) -> bytes:
    """The yardstick: the same pages one after the other, no cover, no numbers."""
    writer = PdfWriter()
    for data in given:
        writer.append(PdfReader(io.BytesIO(data)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def peak() -> float:
    """Most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    machine()
    given = parts()
    at_rest = peak()
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        bound = bind(WORDS, given)
        took.append(time.perf_counter() - begun)
    most = peak()
    pages = [one.data if one.media_type == "application/pdf" else picture.page(one.data, one.media_type) for one in given]
    beside = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        plain(pages)
        beside.append(time.perf_counter() - begun)
    size = sum(len(one.data) for one in given) / 2**20
    print(f"{bound.pages} pages from {len(given)} papers ({size:.0f} MB, half scans at 150 dpi) → {len(bound.data) / 2**20:.1f} MB")
    print(f"成卷: median {statistics.median(took):.2f} s (of {RUNS}), slowest {max(took):.2f} s")
    print(f"memory: {at_rest:.0f} MB before, {most:.0f} MB at the most: {most - at_rest:.0f} MB more")
    print(f"joining the same pages alone, pictures already set (pypdf): median {statistics.median(beside):.2f} s")


if __name__ == "__main__":
    main()
