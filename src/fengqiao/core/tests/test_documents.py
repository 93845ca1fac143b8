"""Documents: what is taken and what is refused, how it lies on the disk, who may read it."""

import io
import os
import time
import zipfile
from pathlib import Path

import openpyxl
import pypdf
import pytest
import typst
from django.conf import settings
from django.db import connection, transaction
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from fengqiao.core import access, documents
from fengqiao.core.acts import documents as acts
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import AccessLine, Content, Document, Event
from fengqiao.core.rules import BadInput, filetypes
from fengqiao.core.scope import scope
from fengqiao.core.spine import act, record

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def access_on_the_tests_own_connection(monkeypatch):
    """Two connections of one test do not see each other's uncommitted rows; in the product each line is committed."""
    monkeypatch.setattr(access, "connections", {"access": connection})


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.FILES_DIR = tmp_path
    return tmp_path


def pdf(text="证明材料"):
    return typst.compile(text.encode(), font_paths=[])


def sheet(text="数"):
    book = openpyxl.Workbook()
    book.active["A1"] = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@act("开立")
def open_matter(actor, *, about):
    record(actor, about=about, subjects=[("matter", about, "new")])
    return about


def test_a_stored_file_is_encrypted_named_by_its_hash_and_reads_back_with_a_line(
    cast, files, django_capture_on_commit_callbacks
):
    about = open_matter(cast.wang, about=uuid7())
    row = acts.attach(cast.wang, about=about, name="笔录.txt", data="刘加旺陈述".encode())
    stored = files / row.stored
    assert row.stored == f"{row.sha256[:2]}/{row.sha256[2:4]}/{row.id}"
    assert "刘加旺".encode() not in stored.read_bytes() and stored.stat().st_mode & 0o077 == 0
    with scope(cast.wang):
        read, plain = documents.read(cast.wang, row.id, "核对笔录")
        assert (plain.decode(), read.media_type, read.org_id) == (
            "刘加旺陈述",
            "text/plain",
            cast.wang.org_id,
        )
        line = AccessLine.objects.get(subject_id=row.id)
        assert (line.kind, line.purpose, line.account_id) == ("document", "核对笔录", cast.wang.account_id)
        event = Event.objects.get(about=about, act="core.attach")
        assert row.sha256 not in str(event.facts), (
            "a file's hash can be guessed: it stands in the erasable part"
        )
        assert row.sha256 in Content.objects.get(event_id=event.id).body


def test_another_station_cannot_read_or_attach_and_is_told_nothing(cast):
    about = open_matter(cast.wang, about=uuid7())
    row = acts.attach(cast.wang, about=about, name="a.txt", data=b"x")
    for other in (cast.chen, cast.shi):
        with scope(other), pytest.raises(NotThere):
            documents.read(other, row.id, "看看")
        with pytest.raises(NotThere):
            acts.attach(other, about=about, name="b.txt", data=b"x")
    with scope(cast.wang), pytest.raises(Refused) as caught:
        documents.read(cast.wang, row.id, " ")
    assert caught.value.status == 422


def test_equal_bytes_are_two_files_so_that_erasing_one_leaves_the_other(
    cast, django_capture_on_commit_callbacks
):
    about = open_matter(cast.wang, about=uuid7())
    one = acts.attach(cast.wang, about=about, name="a.png", data=PNG)
    two = acts.attach(cast.wang, about=about, name="b.png", data=PNG)
    assert one.sha256 == two.sha256 and one.stored != two.stored
    with django_capture_on_commit_callbacks(execute=True), scope(cast.wang):
        documents.forget([one])
        assert (Path(settings.FILES_DIR) / one.stored).exists(), "not before the erasure is committed"
    assert not (Path(settings.FILES_DIR) / one.stored).exists()
    with scope(cast.wang):
        assert documents.read(cast.wang, two.id, "核对")[1] == PNG
        with pytest.raises(Refused) as caught:
            documents.read(cast.wang, one.id, "核对")
    assert caught.value.status == 410


def test_a_file_is_on_the_disk_before_its_row_commits_and_a_rolled_back_one_is_swept(cast, files):
    about = open_matter(cast.wang, about=uuid7())
    with scope(cast.wang):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            row = documents.store(cast.wang, about=about, name="a.txt", data=b"x", purpose="evidence")
            assert (files / row.stored).exists()
            raise ZeroDivisionError
        kept = documents.store(cast.wang, about=about, name="b.txt", data=b"y", purpose="evidence")
        assert documents.sweep() == 0, "young files may belong to a transaction still open"
        for path in files.glob("??/??/*"):
            os.utime(path, (time.time() - 7200, time.time() - 7200))
        assert documents.sweep() == 1
        assert (files / kept.stored).exists() and not (files / row.stored).exists()
        assert not Document.objects.filter(id=row.id).exists()


def test_a_changed_or_missing_file_is_never_shown(cast, files):
    about = open_matter(cast.wang, about=uuid7())
    row = acts.attach(cast.wang, about=about, name="a.txt", data=b"abc")
    path = files / row.stored
    sealed = bytearray(path.read_bytes())
    sealed[-1] ^= 1
    path.write_bytes(sealed)
    with scope(cast.wang):
        with pytest.raises(Refused, match="缺失或已被改动"):
            documents.read(cast.wang, row.id, "核对")
        path.unlink()
        with pytest.raises(Refused, match="缺失或已被改动"):
            documents.read(cast.wang, row.id, "核对")


def test_fifty_megabytes_are_taken_and_one_byte_more_is_refused(cast):
    about = open_matter(cast.wang, about=uuid7())
    limit = settings.MAX_UPLOAD
    assert acts.attach(cast.wang, about=about, name="大.txt", data=b"a" * limit).size == limit
    for data in (b"a" * (limit + 1), io.BytesIO(b"a" * (limit + 1))):
        with pytest.raises(Refused, match="50 兆") as caught:
            acts.attach(cast.wang, about=about, name="大.txt", data=data)
        assert caught.value.status == 413


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("材料.pdf", b"MZ\x90\x00" + b"\0" * 200),
        ("材料.pdf", b"\x7fELF" + b"\0" * 200),
        ("材料.pdf", b"#!/bin/sh\nrm -rf /\n%PDF-1.7"),
        ("材料.pdf", b"%PDF-1.7\nnothing more"),
        ("照片.jpg", PNG),
        ("说明.txt", b"MZ\x90\x00\x03\x00"),
        ("说明.txt", pdf()),
        ("说明.csv", PNG),
        ("表.xlsx", b"PK\x03\x04 broken"),
        ("程序.exe", b"MZ"),
        ("网页.html", b"<script>"),
        ("无扩展名", b"abc"),
        ("空.txt", b""),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(cast, name, data):
    about = open_matter(cast.wang, about=uuid7())
    with pytest.raises(Invalid) as caught:
        acts.attach(cast.wang, about=about, name=name, data=data)
    assert list(caught.value.fields) == ["file"]
    with scope(cast.wang):
        assert not Document.objects.filter(about=about).exists()


@pytest.mark.parametrize(
    ("name", "data", "media"),
    [
        ("a.PDF", pdf(), "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.xlsx", sheet(), filetypes.OFFICE["xlsx"][0]),
        ("a.txt", "中文".encode("gb18030"), "text/plain"),
        ("a.csv", "姓名,地点\n".encode(), "text/csv"),
        ("a.mp3", b"ID3\x04\x00\x00" + b"\0" * 300, "audio/mpeg"),
        ("a.mp4", b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2mp41" + b"\0" * 300, "video/mp4"),
        ("a.m4a", b"\0\0\0\x18ftypM4A \0\0\x02\0M4A mp42isom" + b"\0" * 300, "audio/mp4"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 300, "image/jpeg"),
    ],
)
def test_the_listed_kinds_are_taken(name, data, media):
    assert filetypes.media_type(name, data) == media


def bomb(unfolded):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", b"\0" * unfolded)
    return out.getvalue()


def macro():
    out = io.BytesIO(sheet())
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


def active_pdf(action, key="/JS"):
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(pdf())))
    run = DictionaryObject(
        {NameObject("/S"): NameObject(action), NameObject(key): TextStringObject("app.alert(1)")}
    )
    writer._root_object[NameObject("/OpenAction")] = writer._add_object(run)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked_pdf():
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(pdf())))
    writer.encrypt("geheim", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.docx", bomb(20_000_000), "展开后过大"),
        ("a.xlsx", macro(), "宏"),
        ("a.pdf", active_pdf("/JavaScript"), "脚本"),
        ("a.pdf", active_pdf("/Launch", "/F"), "启动程序"),
        ("a.pdf", locked_pdf(), "加密"),
    ],
)
def test_bombs_macros_and_pages_that_run_are_refused(name, data, why):
    with pytest.raises(BadInput, match=why):
        filetypes.media_type(name, data)


def test_text_is_found_in_what_a_machine_can_read():
    font = typst.compile("证人刘加旺陈述".encode())
    assert "刘加旺" in (filetypes.words_in("application/pdf", font) or "").replace("\n", "")
    assert "刘加旺" in filetypes.words_in(filetypes.OFFICE["xlsx"][0], sheet("证人刘加旺"))
    assert filetypes.words_in("image/png", PNG) is None
    blank = pypdf.PdfWriter()
    blank.add_blank_page(100, 100)
    out = io.BytesIO()
    blank.write(out)
    assert filetypes.words_in("application/pdf", out.getvalue()) is None, (
        "a scan: nobody can say what it holds"
    )


def test_a_hostile_name_loses_its_folders_and_keeps_its_extension(cast):
    about = open_matter(cast.wang, about=uuid7())
    row = acts.attach(cast.wang, about=about, name="..\\..\\etc/" + "长" * 300 + ".txt", data=b"x")
    assert len(row.name) == 200 and row.name.endswith("长.txt") and "/" not in row.name
