"""A picture of a signed paper as one A4 page of PDF, its bytes as they came: no decoding, no loss, no second copy.

JPEG and PNG streams are what PDF itself holds, so a scan goes in as it is. What PDF cannot hold as it is (transparent,
interlaced or 16-bit PNG, CMYK JPEG, a telephone's picture that must be turned) is set by typst instead.
"""

import io
import struct
from pathlib import Path

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from fengqiao.core import press

SOURCE = Path(__file__).with_name("scan.typ")
A4, MARGIN = (595.28, 841.89), 28.0  # points
Held = tuple[StreamObject, int, int]  # the picture as PDF holds it, its width and height
GREY, RGB = "/DeviceGray", "/DeviceRGB"


def page(data: bytes, media_type: str) -> bytes:
    """The picture (image/jpeg, image/png) on a page, as large as its margins allow. ValueError when it cannot be read."""
    try:
        whole = _jpeg(data) if media_type == "image/jpeg" else _png(data)
    except (struct.error, IndexError, KeyError) as error:
        raise ValueError("the picture is cut short") from error
    return press.picture(SOURCE, data, media_type) if whole is None else _set(whole)


def _jpeg(data: bytes) -> Held | None:
    """The picture as PDF holds it; None when it must be decoded first."""
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    at = 2
    while at < len(data):
        if data[at] != 0xFF:
            raise ValueError("no JPEG marker")
        marker = data[at + 1]
        (size,) = struct.unpack_from(">H", data, at + 2)
        if marker == 0xE1 and data[at + 4 : at + 8] == b"Exif" and not _upright(data[at + 10 : at + 2 + size]):
            return None
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            bits, height, width, colours = struct.unpack_from(">BHHB", data, at + 4)
            if bits != 8 or colours not in (1, 3) or marker not in (0xC0, 0xC1, 0xC2):
                return None
            return _image(data, width, height, 8, NameObject(GREY if colours == 1 else RGB), "/DCTDecode")
        at += 2 + size
    raise ValueError("no frame in the JPEG")


def _upright(tiff: bytes) -> bool:
    """Does the telephone say that its picture stands as it was taken?"""
    order = "<" if tiff[:2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for n in range(count):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * n)
        if tag == 0x0112:
            return bool(value == 1)
    return True


def _png(data: bytes) -> Held | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    at, packed, palette = 8, [], b""
    width = height = bits = colour = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        if len(body) < size:
            raise ValueError("the PNG is cut short")
        if kind == b"IHDR":
            width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            if bits > 8 or interlaced or colour not in (0, 2, 3):
                return None
        elif kind == b"PLTE":
            palette = body
        elif kind == b"tRNS":
            return None
        elif kind == b"IDAT":
            packed.append(body)
        at += 12 + size
    if not packed or not width or (colour == 3 and not palette):
        raise ValueError("no picture in the PNG")
    colours = 3 if colour == 2 else 1
    space: NameObject | ArrayObject = NameObject(RGB if colour == 2 else GREY)
    if colour == 3:
        space = ArrayObject([NameObject("/Indexed"), NameObject(RGB), NumberObject(len(palette) // 3 - 1), ByteStringObject(palette)])
    held = _image(b"".join(packed), width, height, bits, space, "/FlateDecode")
    held[0][NameObject("/DecodeParms")] = DictionaryObject(
        {
            NameObject("/Predictor"): NumberObject(15), NameObject("/Colors"): NumberObject(colours),
            NameObject("/BitsPerComponent"): NumberObject(bits), NameObject("/Columns"): NumberObject(width),
        }  # fmt: skip
    )
    return held


def _image(data: bytes, width: int, height: int, bits: int, space: NameObject | ArrayObject, packing: str) -> Held:
    if not width or not height:
        raise ValueError("the picture has no size")
    image = StreamObject()
    image._data = data
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(width), NameObject("/Height"): NumberObject(height),
            NameObject("/BitsPerComponent"): NumberObject(bits), NameObject("/ColorSpace"): space,
            NameObject("/Filter"): NameObject(packing),
        }  # fmt: skip
    )
    return image, width, height


def _set(held: Held) -> bytes:
    image, width, height = held
    across = width > height  # a sheet that lay across is a sheet across
    page_width, page_height = (A4[1], A4[0]) if across else A4
    scale = min((page_width - 2 * MARGIN) / width, (page_height - 2 * MARGIN) / height)
    x, y = (page_width - width * scale) / 2, (page_height - height * scale) / 2
    writer = PdfWriter()
    sheet = writer.add_blank_page(page_width, page_height)
    drawn = StreamObject()
    drawn._data = f"q {width * scale:.2f} 0 0 {height * scale:.2f} {x:.2f} {y:.2f} cm /Scan Do Q".encode()
    shown = DictionaryObject({NameObject("/Scan"): writer._add_object(image)})
    sheet[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): shown})
    sheet[NameObject("/Contents")] = writer._add_object(drawn)
    sheet[NameObject("/MediaBox")] = ArrayObject([FloatObject(0), FloatObject(0), FloatObject(page_width), FloatObject(page_height)])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
