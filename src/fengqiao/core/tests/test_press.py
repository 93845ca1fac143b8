"""Characters a font can show, and prints that must not come out as boxes."""

from pathlib import Path

import pytest

from fengqiao import home
from fengqiao.core import press
from fengqiao.core.errors import Refused
from fengqiao.core.rules import glyphs


def font():
    folder = home.font_dirs()[0]
    return next(Path(folder).glob("*.otf")).read_bytes()


def test_a_font_tells_which_characters_it_has():
    covered = glyphs.coverage(font())
    assert glyphs.lacking("王大山·阿卜杜拉 〔2026〕\n", [covered]) == ""
    assert glyphs.lacking("王\U000323af山\U000323af", [covered]) == "\U000323af"


@pytest.mark.parametrize("data", [b"", b"OTTO", b"\x00\x01\x00\x00\x00\x09" + b"\0" * 40, b"hello, no font at all"])
def test_what_is_no_font_says_so(data):
    with pytest.raises(ValueError):
        glyphs.coverage(data)


def test_without_a_chinese_font_nothing_is_printed(monkeypatch, tmp_path):
    source = tmp_path / "a.typ"
    source.write_text("#let d = json(bytes(sys.inputs.data))\n#d.name")
    assert press.pdf(source, {"name": "王大山"}).startswith(b"%PDF")
    monkeypatch.setattr(home, "font_dirs", list)
    with pytest.raises(Refused, match="没有可用的中文字体"):
        press.pdf(source, {"name": "王大山"})
    with pytest.raises(Refused, match="没有可用的中文字体"):
        press.lacking("王")


def test_a_picture_that_is_none_is_told():
    source = Path(press.__file__).parents[1] / "disputes" / "printing" / "scan.typ"
    with pytest.raises(ValueError):
        press.picture(source, b"no picture", "image/png")
