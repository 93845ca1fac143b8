"""Which encoding a text table is in, and whether its text was already ruined before it reached us.

UTF-8 proves itself: other text practically never decodes strictly. GB18030 and Big5 accept each other's bytes,
so the reading with more everyday characters wins. Everything else is left to charset-normalizer.
"""

import codecs
import io
from collections.abc import Callable, Iterator
from functools import cache
from typing import BinaryIO

from charset_normalizer import from_bytes

Opener = Callable[[], BinaryIO]
"""Gives a fresh binary stream over the whole file."""
_SAMPLE = 64 * 1024
_ADVICE = "请在原系统重新导出，或用表格软件打开后另存为“CSV UTF-8”或“Excel 工作簿（.xlsx）”再导入。"


class Garbled(Exception):
    """No encoding gives sensible text; `message_zh` says from which line and what to do."""

    def __init__(self, problem_zh: str):
        self.message_zh = problem_zh + _ADVICE
        super().__init__(self.message_zh)


def detect(opener: Opener) -> tuple[str, list[str]]:
    """The codec name for the file behind `opener` (a callable giving a fresh binary stream), and warnings.

    Raises Garbled when the file mixes encodings, is binary, or holds text that was ruined earlier.
    """
    with opener() as file:
        head = file.read(8192)
    for mark, codec in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
                        (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if head.startswith(mark):
            return _accepted(opener, codec), []
    wide = "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"
    if head.count(0) > len(head) / 4:
        return _accepted(opener, wide), []

    sample = _telling_lines(opener)
    broken = _first_undecodable(opener, "utf-8")
    if broken is None:
        return _accepted(opener, "utf-8"), []
    if 0 not in head and _mixed(sample):
        raise Garbled(f"文件里混有两种编码，第 {_line_of(opener, broken)} 行附近读不出。")
    readings = [(plausibility(sample.decode(codec, "ignore")) + bonus, codec)
                for codec, bonus in (("gb18030", 0.1), ("cp950", 0.0), ("big5hkscs", -0.02))
                if _first_undecodable(opener, codec) is None]  # fmt: skip
    score, codec = max(readings, default=(0.0, ""))
    if score >= 0.6:
        return _accepted(opener, codec), []
    if 0 in head:  # Chinese prose in UTF-16 has few zero bytes, a stray one in other text has fewer
        return _accepted(opener, wide), []
    guess = from_bytes(sample).best()
    if guess is None or _first_undecodable(opener, guess.encoding) is not None:
        raise Garbled(f"认不出文件的编码，第 {_line_of(opener, broken)} 行起读不出。")
    return _accepted(opener, guess.encoding), [f"文件编码按 {guess.encoding} 读取，存疑；请核对预览里的文字。"]


def _accepted(opener: Opener, codec: str) -> str:
    """`codec` if the text read with it makes sense; otherwise Garbled."""
    broken = _first_undecodable(opener, codec)
    if broken is not None:
        raise Garbled(f"文件标明是 {codec} 编码，但第 {_line_of(opener, broken)} 行起读不出。")
    if "16" in codec or "32" in codec:
        with io.TextIOWrapper(opener(), encoding=codec) as text:
            sample = text.read(_SAMPLE)
    else:
        sample = _telling_lines(opener).decode(codec, "ignore")
    with opener() as file:
        start = file.read(8192).decode(codec, "ignore")
    if sum(ch < " " and ch not in "\t\r\n\f\x0b\x1a" for ch in start) > max(8, len(start) / 100):
        raise Garbled("这不是文本表格，里面是二进制数据。")
    if _ruined(sample):
        raise Garbled("文件里的文字已成乱码，是此前保存时用错了编码造成的，本系统无法还原。")
    return codec


def plausibility(text: str) -> float:
    """Share of the non-ASCII characters that are everyday Chinese (either script) or its punctuation, 0 to 1."""
    foreign = [ch for ch in text if ch > "\x7f"]
    return sum(ch in _everyday() for ch in foreign) / len(foreign) if foreign else 1.0


@cache
def _everyday() -> frozenset[str]:
    """The frequent planes of GB 2312 (3,755 characters) and Big5 (5,401), and full-width punctuation."""

    def plane(codec: str, leads: range, trails: tuple[range, ...]) -> Iterator[str]:
        for lead in leads:
            for trails_range in trails:
                for trail in trails_range:
                    yield bytes((lead, trail)).decode(codec, "ignore")

    chinese = {*plane("gb2312", range(0xB0, 0xD8), (range(0xA1, 0xFF),)),
               *plane("big5", range(0xA4, 0xC7), (range(0x40, 0x7F), range(0xA1, 0xFF)))}  # fmt: skip
    signs = {chr(code) for block in ((0x3000, 0x3020), (0xFF00, 0xFF60), (0x2010, 0x2030)) for code in range(*block)}
    return frozenset((chinese | signs | set("·°×÷±℃①②③④⑤⑥⑦⑧⑨⑩")) - {""})


def _ruined(sample: str) -> bool:
    """True for text read with a wrong encoding and saved again: 锟斤拷, �, `鎶ヨ` for 报警, `æŠ¥` for 报."""
    foreign = sum(ch > "\x7f" for ch in sample)
    if not foreign:
        return False
    if sample.count("\ufffd") + 3 * sample.count("锟斤拷") + 2 * sample.count("烫烫") > foreign * 0.05:
        return True
    for wrong, right in (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "gb18030")):
        original = sample.encode(wrong, "ignore").decode(right, "replace")
        chinese = sum(ch in _everyday() for ch in original if ch > "\x7f")
        # Two or three ruined characters stand for one real one.
        if chinese * 3 > foreign * 0.6 and plausibility(original) > 0.6:
            return True
    return False


def _mixed(sample: bytes) -> bool:
    """True if many lines are UTF-8 and others are not: two files of different systems pasted together."""
    good = bad = 0
    for line in sample.split(b"\n"):
        try:
            good += bool(line) and plausibility(line.decode("utf-8")) > 0.6  # 使 in GB18030 is ʹ in UTF-8 by chance
        except UnicodeDecodeError:
            bad += 1
    # One bad line may be the cut end of a file.
    return bad > 1 and good > max(2, bad / 10) or (bad <= 1 and good > 2)


def _telling_lines(opener: Opener) -> bytes:
    """Up to 64 KiB of the lines that hold anything but ASCII: the only ones that tell encodings apart."""
    kept = size = 0
    lines = []
    with opener() as file:
        for line in file:
            kept += 1
            if not line.isascii():
                lines.append(line)
                size += len(line)
                if size > _SAMPLE:
                    break
    return b"".join(lines) or b""


def _first_undecodable(opener: Opener, codec: str) -> int | None:
    """Byte position near the first error under strict decoding, or None when the whole file decodes."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    position = 0
    with opener() as file:
        while chunk := file.read(1 << 20):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as problem:
                return position + problem.start
            position += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return position
    return None


def _line_of(opener: Opener, position: int) -> int:
    with opener() as file:
        return file.read(position).count(b"\n") + 1
