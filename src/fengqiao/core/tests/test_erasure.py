"""Erasure: no table, event, file or fresh restore yields the name; every figure is unchanged; the ledger verifies."""

import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import psycopg
import pytest
import typst
from django.db import connections

from fengqiao.core import access, clock, documents, erasure, erasure_list, ledger, sealing
from fengqiao.core.acts import documents as document_acts
from fengqiao.core.acts import rights
from fengqiao.core.cast import actors
from fengqiao.core.errors import Refused
from fengqiao.core.models import Document, Erasure, Event
from fengqiao.core.rules import filetypes, traces
from fengqiao.core.scope import scope
from fengqiao.core.tests.test_documents import PNG, sheet
from fengqiao.disputes import acts as disputes
from fengqiao.home import database
from fengqiao.intake import acts, jobs, queries
from fengqiao.intake.models import Matter, Party, Report
from fengqiao.intake.rules import PartyIn, ReportIn
from fengqiao.ops import postgres
from fengqiao.ops.testing import HOME, copy

NAME, PHONE, ID = "欧阳砚秋", "13899990017", "999999198501010034"
TRACES = [NAME, "歐陽硯秋", "欧阳 砚秋", PHONE, "138-9999-0017", ID, "小秋子"]


@pytest.fixture(autouse=True)
def places(tmp_path: Path, settings) -> Path:
    """Files and erasure lists of this test alone."""
    for name in ("files", "erasures"):
        (tmp_path / name).mkdir()
        setattr(settings, f"{name.upper()}_DIR", tmp_path / name)
    return tmp_path


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """A database of this test alone, in which everything really commits, connected to as the app role."""
    name = copy(f"erase{os.getpid()}")
    before = {alias: dict(connections[alias].settings_dict) for alias in connections}
    with django_db_blocker.unblock():
        point_at(name, "app")
        yield name
        for alias, settings in before.items():
            connections[alias].close()
            connections[alias].settings_dict.clear()
            connections[alias].settings_dict.update(settings)
    postgres.drop_database(name, HOME)


def point_at(name: str, role: str) -> None:
    for alias in connections:
        at = database(role, HOME, dbname=name)  # type: ignore[arg-type]
        connections[alias].close()
        connections[alias].settings_dict.update(
            NAME=name, HOST=str(at["host"]), PORT=str(at["port"]), USER=at["user"], PASSWORD=at["password"]
        )


def seal(name: str) -> None:
    with psycopg.connect(**database("sealer", HOME, dbname=name), autocommit=True) as conn:
        while sealing.seal_batch(conn):
            pass


def whole_database(name: str) -> dict[str, str]:
    """Every row of every table as text, read by the superuser, with binary columns also as the text they may hold."""
    found = {}
    with postgres.connect(dbname=name, base=HOME) as db:
        tables = db.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind = 'r'"
        ).fetchall()
        for (table,) in tables:
            rows = db.execute(f"SELECT to_jsonb(t)::text FROM {table} t").fetchall()  # type: ignore[arg-type]
            found[table] = "\n".join(sorted(row[0] for row in rows))
    return found


def yields(text: str, word: str) -> bool:
    raw = word.encode()
    forms = [word, raw.hex(), word.encode("utf-16-le").hex(), word.encode("unicode_escape").decode()]
    return any(form in text for form in forms) or traces.fold(word)[0] in traces.fold(text)[0]


def where(name: str, words: list[str] = TRACES) -> list[tuple[str, str]]:
    return [
        (table, word) for table, text in whole_database(name).items() for word in words if yields(text, word)
    ]


def files_with(folder: Path, words: list[str] = TRACES) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            found += [path.name for word in words if yields(text, word)]
    with scope(erasure.sight()):
        for row in Document.objects.filter(erased_at=None):
            text = filetypes.words_in(row.media_type, documents.plain_bytes(row))
            found += [row.name for word in words if text and yields(text, word)]
    return found


def filetypes_text(row: Document) -> str | None:
    return filetypes.words_in(row.media_type, documents.plain_bytes(row))


def a_quarrel(cast) -> tuple[uuid.UUID, uuid.UUID]:
    """A matter in which the person stands everywhere: two reports, notes, an edit, a join, files, another's words."""
    first = acts.receive(
        cast.sun,
        report=ReportIn(
            channel="window",
            title=f"{NAME}与邻居争界墙",
            text=f"来访人{NAME}（电话138-9999-0017）称王伟民推倒其院墙，身份证{ID}。歐陽硯秋要求修复。小秋子情绪激动。",
            place_text="枫桥村三组欧阳 砚秋家门口",
            parties=(
                PartyIn(name=NAME, phone=PHONE, id_number=ID, role="caller"),
                PartyIn(name="王伟民", phone="13700001111", role="party"),
            ),
        ),
    )
    second = acts.receive(
        cast.deng,
        report=ReportIn(
            channel="110",
            title="又吵起来了",
            text="报警人欧阳砚秋",
            parties=(PartyIn(name=NAME, phone=PHONE),),
        ),
    )
    matter = first.matter_id
    acts.note(cast.wang, matter_id=matter, text=f"已电话联系{NAME}", shared=True)
    join = acts.merge(cast.wang, survivor_id=matter, joined_id=second.matter_id)
    acts.note(cast.wang, matter_id=matter, text=f"合并后补记：{NAME}同意调解")
    acts.unmerge(cast.wang, join_id=join)
    acts.note(cast.wang, matter_id=matter, text="王伟民愿意出砖，此条不提对方")
    dispute = disputes.open_dispute(cast.wang, matter_id=matter, kind="D02", owner_id=cast.wang.account_id)
    disputes.note(cast.wang, dispute_id=dispute, text=f"上门走访{NAME}")
    acts.hand_over(
        cast.zhao,
        matter_id=matter,
        to_org_id=cast.org["justice"],
        kind="referral",
        channel="GT",
        reason=f"请为{NAME}调解",
    )
    return matter, second.matter_id


def store_files(cast, matter: uuid.UUID) -> dict[str, uuid.UUID]:
    given = {
        "陈述.txt": f"我叫{NAME}".encode(),
        "照片.png": PNG,
        "登记表.xlsx": sheet(f"姓名 {NAME}"),
        "回执.pdf": typst.compile(f"当事人 {NAME}".encode()),
        "地块.txt": "界墙长十二米".encode(),
    }
    stored = {n: document_acts.attach(cast.wang, about=matter, name=n, data=d).id for n, d in given.items()}
    stored["改名.txt"] = document_acts.attach(
        cast.wang, about=matter, name=f"{NAME}的地块.txt", data=b"12m"
    ).id
    return stored


def ask(cast, asks: str = "erase") -> uuid.UUID:
    return rights.open_request(
        cast.quan, asks=asks, name=NAME, phone=PHONE, id_number=ID, text="请删除", checked="card"
    ).id


def figures(name: str) -> dict[str, object]:
    """What boards count: facts of events, and rows by their codes."""
    with postgres.connect(dbname=name, base=HOME) as db:

        def all_of(sql: str) -> list[tuple]:
            return db.execute(sql).fetchall()  # type: ignore[arg-type]

        return {
            "events": all_of(
                "SELECT id, facts::text, subjects::text, digests::text FROM core_event ORDER BY id"
            ),
            "matters": all_of(
                "SELECT id, number, state, kind, grid_id, cell, reports, occurrences, first_at, closed_at"
                " FROM intake_matter ORDER BY id"
            ),
            "reports": all_of(
                "SELECT id, receipt, channel, received_at, matter_id, cell FROM intake_report ORDER BY id"
            ),
            "parties": all_of("SELECT role, count(*) FROM intake_party GROUP BY 1 ORDER BY 1"),
            "occurrences": all_of("SELECT id, at, matter_id FROM intake_occurrence ORDER BY id"),
            "files": all_of("SELECT id, size, media_type, purpose FROM core_document ORDER BY id"),
        }


@pytest.mark.spec("S12", "S17")
def test_one_party_erased_is_nowhere_and_stays_nowhere_after_a_restore(own_database, places):
    cast = actors()
    matter, other = a_quarrel(cast)
    files = store_files(cast, matter)
    with scope(erasure.sight()):
        jobs.index({matter, other})
    request = ask(cast)
    seal(own_database)
    assert {t for t, _ in where(own_database)} >= {
        "intake_matter", "intake_report", "intake_party", "core_content", "core_document", "core_rightsrequest", "disputes_party", "promises_promise",
    }, "the test would prove nothing if the name were not everywhere before"  # fmt: skip
    before = figures(own_database)
    head = ledger.head(database("owner", HOME, dbname=own_database))
    snapshot = f"{own_database}_old"
    point_at("postgres", "app")  # nobody may be connected to a database that is copied
    for alias in connections:
        connections[alias].close()
    postgres.create_database(snapshot, template=own_database, base=HOME)
    copytree(places / "files", places / "old_files")
    point_at(own_database, "app")

    counts = rights.erase(cast.quan, request_id=request, also=["小秋子"])

    assert where(own_database) == []
    with scope(cast.zhao):
        exported = str(list(queries.export_rows(cast.zhao, queries.Filter(), masked=False)))
    assert "枫桥村三组" in exported and not [word for word in TRACES if yields(exported, word)]
    assert files_with(places / "files") == [] and files_with(places / "erasures") == []
    assert counts["rows"] == 3 and counts["files"] == 4 and counts["contents"] >= 8 and counts["texts"] >= 2
    with scope(cast.wang):
        kept = Document.objects.get(id=files["地块.txt"])
        assert documents.plain_bytes(kept).decode() == "界墙长十二米"
        assert Document.objects.get(id=files["改名.txt"]).name == "某的地块.txt"
        assert Document.objects.get(id=files["照片.png"]).erased_at, "nobody can say what a picture shows"
        assert Party.objects.get(name="王伟民").phone == "+8613700001111", (
            "the other side's data is the other side's"
        )
        report = Report.objects.get(matter_id=matter)
        assert report.text == "来访人某（电话某）称王伟民推倒其院墙，身份证某。某要求修复。某情绪激动。"
        erased = Party.objects.filter(erased_at__isnull=False)
        assert [(p.name, p.phone, p.phone_hash, p.id_sealed, p.id_hash, p.id_last4) for p in erased] == [
            ("", "", None, None, None, "")
        ] * 2
    held = whole_database(own_database)["core_content"]
    with scope(cast.wang):
        gone = {x.sha256 for x in Document.objects.filter(erased_at__isnull=False)}
    assert gone == {""}
    assert held.count("sha256") == 1, (
        "of the files that stay, only the one whose event does not name the person"
    )
    assert "砖" in held, "a note without the person stays"
    after = figures(own_database)
    assert after["events"][: len(before["events"])] == before["events"]  # type: ignore[index]
    assert {k: v for k, v in after.items() if k != "events"} == {
        k: v for k, v in before.items() if k != "events"
    }
    seal(own_database)
    verdict = ledger.verify(database("owner", HOME, dbname=own_database), expected_head=head)
    assert verdict.faults == [] and verdict.erased >= 8

    # An old backup is laid down again, with the list of erasures as it is now.
    for path in (places / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    copytree(places / "old_files", places / "files", dirs_exist_ok=True)
    point_at(snapshot, "owner")
    assert where(snapshot), "the backup holds the name"
    assert erasure.replay() >= 1
    assert where(snapshot) == []
    assert files_with(places / "files") == []
    assert {k: v for k, v in figures(snapshot).items() if k != "events"} == {
        k: v for k, v in before.items() if k != "events"
    }
    seal(snapshot)
    assert ledger.verify(database("owner", HOME, dbname=snapshot)).faults == []
    once = whole_database(snapshot)
    assert erasure.replay() == 0
    assert {t: x for t, x in whole_database(snapshot).items() if x != once[t]} == {}, (
        "a second replay changes nothing"
    )
    point_at(own_database, "app")
    postgres.drop_database(snapshot, HOME)


@pytest.fixture
def one(cast, monkeypatch):
    """Access lines on the test's own connection, so that a test sees what it wrote."""
    monkeypatch.setattr(access, "connections", {"access": connections["default"]})
    return cast


def test_the_list_of_erasures_holds_no_name_and_no_plain_hash(
    one, places, django_capture_on_commit_callbacks
):
    import hashlib

    a_quarrel(one)
    a_quarrel(one)
    with django_capture_on_commit_callbacks(execute=True):
        rights.erase(one.quan, request_id=ask(one))
    written = [p.read_text() for p in (places / "erasures").glob("*.json")]
    assert written and not list((places / "erasures").glob("*.pending"))
    for text in written:
        assert not any(yields(text, word) for word in TRACES)
        assert hashlib.sha256(NAME.encode()).hexdigest()[:16] not in text, (
            "names are few: a plain hash is guessed"
        )
    first, second = (o for o in erasure_list.orders() if o.root == "intake.Matter")
    assert first.words != second.words and first.salt != second.salt, (
        "two erasures cannot be linked by their hashes"
    )


def test_a_rolled_back_erasure_leaves_its_data_and_no_order_behind(one, places, settings):
    matter, _ = a_quarrel(one)
    stored = store_files(one, matter)
    with pytest.raises(Refused):
        rights.erase(one.quan, request_id=ask(one), matters=[uuid.uuid4()])
    request = ask(one)
    settings.ERASURES_DIR = places / "missing"  # the list cannot be written: nothing may be erased
    with pytest.raises(FileNotFoundError):
        rights.erase(one.quan, request_id=request)
    settings.ERASURES_DIR = places / "erasures"
    with scope(one.wang):
        assert Party.objects.filter(matter_id=matter, name=NAME).exists()
        assert documents.read(one.wang, stored["陈述.txt"], "核对")[1].decode() == f"我叫{NAME}"
        assert not Erasure.objects.exists()


def test_an_order_a_crash_left_pending_is_kept_only_if_its_erasure_was_committed(one, places):
    order = erasure_list.Order("intake.Matter", [uuid.uuid4()], "s", clock.now(), event=uuid.uuid4())
    lost = erasure_list.write(order)
    done = erasure_list.write(replace(order, event=uuid.uuid4()))
    with scope(one.quan):
        Erasure.objects.create(
            event_id=uuid.UUID(done.stem), table="intake_party", row_id=uuid.uuid4(), columns=["name"]
        )
    erasure.settle()
    assert len(erasure_list.pending()) == 2, "an act may still be running"
    for path in (lost, done):
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    with scope(one.quan):
        erasure.settle()
    assert [p.name for p in (places / "erasures").iterdir()] == [f"{done.stem}.json"]


def test_the_event_tells_which_fields_of_the_matter_changed_so_that_an_old_form_cannot_save_them_back(one):
    matter, _ = a_quarrel(one)
    with scope(one.wang):
        version = Matter.objects.get(id=matter).version
    rights.erase(one.quan, request_id=ask(one))
    with scope(one.wang):
        event = Event.objects.get(act="core.erase_party", about=matter)
        assert event.facts["changed"] == ["place_text", "title"]
        assert event.facts["version"] == Matter.objects.get(id=matter).version == version + 1


def test_files_kept_by_law_stay_and_are_counted(one):
    matter, _ = a_quarrel(one)
    files = store_files(one, matter)
    counts = rights.erase(one.quan, request_id=ask(one), keep=[files["照片.png"]])
    assert counts["files"] == 3
    with scope(one.wang):
        assert Document.objects.get(id=files["照片.png"]).erased_at is None


def test_what_a_person_reports_anew_after_their_erasure_survives_a_replay(
    one, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        matter, _ = a_quarrel(one)
        rights.erase(one.quan, request_id=ask(one))
        with clock.at(clock.now() + timedelta(days=1)):
            acts.attach(
                one.sun,
                matter_id=matter,
                report=ReportIn(
                    channel="window", title="再次求助", text=f"{NAME}再次来访", parties=(PartyIn(name=NAME),)
                ),
            )
    erasure.replay()
    with scope(one.wang):
        assert Report.objects.get(title="再次求助").text == f"{NAME}再次来访"


def test_only_the_rights_desk_may_erase(one):
    matter, _ = a_quarrel(one)
    request = ask(one)
    for actor in (one.wang, one.zhao, one.guan, one.chen):
        with pytest.raises(Exception, match="权利受理"):
            rights.erase(actor, request_id=request)
        with scope(erasure.sight()):
            rows = [("intake.Party", Party.objects.filter(matter_id=matter)[0].pk)]
        with pytest.raises(Exception, match="权利受理"):
            rights.erase_party(actor, request_id=request, root="intake.Matter", root_id=matter, rows=rows)


NAMELESS = [
    ("王伟", "王伟和王伟民都在场", False, "某和某民都在场"),
    ("王伟", "王伟民", True, "王伟民"),
    ("王伟", "王伟（户主）", True, "某（户主）"),
    ("阿卜杜拉·买买提", "阿卜杜拉来所，买买提未到，阿卜杜拉•买买提签字", False, "某来所，某未到，某签字"),
    ("吴忠", "吳忠", False, "某"),
    ("李 四", "李四", False, "某"),
    ("𠮷野", "𠮷野到场", False, "某到场"),
    ("某", "某人", False, "某人"),
    ("王某", "王某某", False, "王某某"),
    ("群众", "群众报警", False, "群众报警"),
]


@pytest.mark.parametrize(("name", "text", "whole", "masked"), NAMELESS)
def test_a_name_is_found_however_it_is_written(name, text, whole, masked):
    words = traces.words(traces.name_words(name), str)
    assert traces.masked(text, words, str, whole=whole) == masked


@pytest.mark.parametrize(
    "written",
    ["13899990017", "138 9999 0017", "138-9999-0017", "＋８６１３８９９９９００１７", "(138)99990017"],
)
def test_a_phone_is_found_however_it_is_written(written):
    words = traces.words(traces.number_words("+8613899990017"), str)
    assert "9990017" not in traces.fold(traces.masked(f"电话{written}转告", words, str))[0]


def test_a_fixed_line_is_found_without_its_area_code():
    words = traces.words(traces.number_words("+8657512345678"), str)
    assert traces.masked("座机 0575-12345678，或12345678", words, str) == "座机 0某，或某"


def test_every_personal_column_is_reached_by_erasure_or_listed_here_with_its_reason(db):
    """A new table with personal data hangs on a root, or somebody says here how it is erased."""
    staff = {
        "core.Account",
        "force.ServiceRecord",
    }  # kept while they serve and three years more: core.staff
    assert set(erasure.unreached()) == staff
