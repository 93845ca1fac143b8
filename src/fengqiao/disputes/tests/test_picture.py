"""A scan goes into the file as it came: its own bytes, upright, on one page."""

import base64
import io
import struct
import zlib

import pytest
from pypdf import PdfReader

from fengqiao.disputes.printing import picture

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/"
    "wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q=="
)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width=4, height=2, bits=8, colour=0, interlaced=0, more=b""):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    rows = b"".join(b"\0" + bytes(range(width * channels * bits // 8)) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def only(pdf):
    [page] = PdfReader(io.BytesIO(pdf)).pages
    return page


def turned(data, orientation):
    """The JPEG with an Exif block that says how it is to be turned."""
    tiff = b"II*\0" + struct.pack("<IHHHII", 8, 1, 0x0112, 3, 1, orientation) + struct.pack("<I", 0)
    body = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


def test_a_jpeg_stands_in_the_pdf_byte_for_byte():
    made = picture.page(JPEG, "image/jpeg")
    assert JPEG in made and "/DCTDecode" in str(only(made)["/Resources"]["/XObject"]["/Scan"])


@pytest.mark.parametrize(("colour", "more"), [(0, b""), (2, b""), (3, chunk(b"PLTE", bytes(range(48))))])
def test_a_png_of_a_scanner_shows_the_pixels_it_had(colour, more):
    held = only(picture.page(png(colour=colour, more=more), "image/png"))["/Resources"]["/XObject"]["/Scan"]
    row = bytes(range(4 * (3 if colour == 2 else 1)))
    assert held.get_data() == row * 2, "decoded with the predictor PNG names"


@pytest.mark.parametrize("data", [png(colour=6), png(colour=4), png(bits=16)])
def test_what_pdf_cannot_hold_as_it_is_is_set_anew(data):
    assert only(picture.page(data, "image/png")).mediabox.height == pytest.approx(842, abs=1)


def test_a_telephones_picture_that_must_be_turned_is_turned():
    assert JPEG[20:] in picture.page(turned(JPEG, 1), "image/jpeg"), "upright already: as it came"
    assert only(picture.page(turned(JPEG, 6), "image/jpeg"))


def test_a_sheet_that_lay_across_is_a_page_across():
    box = only(picture.page(png(width=8, height=2), "image/png")).mediabox
    assert box.width > box.height


@pytest.mark.parametrize(
    ("data", "media"),
    [(b"", "image/png"), (b"\x89PNG\r\n\x1a\n", "image/png"), (png()[:40], "image/png"), (b"\xff\xd8", "image/jpeg"), (JPEG[:60], "image/jpeg"),
     (b"\xff\xd8 and words", "image/jpeg"), (b"GIF89a", "image/png")],
)  # fmt: skip
def test_what_cannot_be_read_says_so(data, media):
    with pytest.raises(ValueError):
        picture.page(data, media)
