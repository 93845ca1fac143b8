"""Importing by upload: looked at first, run in the background, refused lines named; bad files are answered for."""

import csv
import io

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse

from fengqiao.core import collection
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.intake import importing, jobs
from fengqiao.intake.forms_imports import ColumnsForm, UploadForm
from fengqiao.intake.models import ImportRun, Matter, Report
from fengqiao.intake.tabular import MAX_BYTES

from . import files

HEAD = ["编号", "报警时间", "警情内容", "发生地点", "报警人", "联系电话"]
ROWS = [
    ["A-1", "2026/5/3 20:10:00", "两邻居为停车争吵", "解放路3号", "王大山", "13800001234"],
    ["A-2", "2026-05-04 08:00:00", "小区水管爆裂", "人民路9号", "", ""],
    ["A-3", "2026/2/30 10:00:00", "日期不存在的一行", "", "", ""],
]
CALLS = files.csv_bytes([HEAD, *ROWS])


@pytest.fixture(autouse=True)
def kept(tmp_path, settings):
    """Uploads of this test alone."""
    settings.FILES_DIR = tmp_path
    return tmp_path / "imports"


@pytest.fixture
def waiting():
    """The jobs waiting to be run, as (task, arguments)."""

    def ask():
        with connection.cursor() as cursor:
            cursor.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")
            return [(name, args if isinstance(args, dict) else __import__("json").loads(args)) for name, args in cursor.fetchall()]

    return ask


@pytest.fixture
def run_jobs(waiting):
    """Run them by calling the task's function, as the worker does."""

    def run():
        for name, args in waiting():
            assert name == "intake.import_upload"
            jobs.import_upload(**args)

    return run


def upload(client, data=CALLS, name="五月警情.csv", **given):
    return client.post(reverse("intake:import-new"), {"file": SimpleUploadedFile(name, data), "channel": "110", **given})


def start(client, where, **columns):
    return client.post(where, {**chosen(client, where), **columns, "act": "start"})


def chosen(client, where):
    """What the correction page's selects hold."""
    form = client.get(where).context["form"]
    return {field.html_name: field.value() for _, field, _ in form.rows}


def test_a_file_is_uploaded_looked_at_started_and_its_result_names_each_refused_line(cast, sign_on, words, run_jobs, kept):
    deng = sign_on("deng")
    sent = upload(deng)
    assert sent.status_code == 302
    shown = words(deng.get(sent.url))
    for said in ("警情内容", "两邻居为停车争吵", "列名相符", "开始导入", "UTF-8"):
        assert said in shown
    assert "王某某" in shown and "王大山" not in shown and "13800001234" not in shown
    assert "小区水管爆裂".encode() not in b"".join(one.read_bytes() for one in kept.iterdir())  # encrypted while it waits
    assert start(deng, sent.url).status_code == 302
    assert "排队中" in words(deng.get(sent.url))
    run_jobs()
    shown = words(deng.get(sent.url))
    assert "已完成" in shown and "新增 2 行" in shown and "未接受 1 行" in shown and "报警时间" in shown
    with scope(cast.deng):
        assert set(Report.objects.values_list("channel", flat=True)) == {"110"}
        run = ImportRun.objects.get()
        assert (run.rows, run.done) == (3, 3)
    assert list(kept.iterdir()) == []
    lines = list(csv.reader(io.StringIO(b"".join(deng.get(f"{sent.url}refused.csv").streaming_content).decode("utf-8-sig"))))
    assert lines[0] == ["工作表", "行", "列", "内容", "原因", "处理"]
    assert [line[1:3] for line in lines[1:] if line[5] == "未接受"] == [["4", "报警时间"]]
    assert "五月警情.csv" in words(deng.get(reverse("intake:imports")))


def test_state_and_job_are_one_transaction(cast, sign_on, waiting):
    deng = sign_on("deng")
    where = upload(deng).url
    run_id = where.split("/")[2]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        start(deng, where)
        (name, args), = waiting()
        assert name == "intake.import_upload"
        assert (args["run_id"], args["account_id"], args["channel"]) == (run_id, cast.deng.account_id, "110")
        raise ZeroDivisionError
    with scope(cast.deng):
        assert ImportRun.objects.get().state == "mapping"
    assert waiting() == []


def test_a_job_run_twice_doubles_nothing(cast, sign_on, run_jobs):
    deng = sign_on("deng")
    start(deng, upload(deng).url)
    run_jobs()
    run_jobs()
    with scope(cast.deng):
        assert Report.objects.count() == 2 and ImportRun.objects.get().made == 2


def test_the_progress_is_asked_every_second_and_the_page_renews_itself_at_the_end(cast, sign_on, words, run_jobs):
    deng = sign_on("deng")
    where = upload(deng).url
    start(deng, where)
    with scope(cast.deng):
        ImportRun.objects.update(rows=3000, done=1500)
    asked = deng.get(f"{where}progress/")
    assert "1,500 / 3,000 行" in words(asked) and 'hx-trigger="every 1s"' in asked.content.decode()
    assert "HX-Refresh" not in asked.headers
    run_jobs()
    assert deng.get(f"{where}progress/").headers["HX-Refresh"] == "true"


def test_the_same_file_again_says_so_with_a_link_and_may_still_run(cast, sign_on, words, run_jobs):
    deng = sign_on("deng")
    first = upload(deng).url
    start(deng, first)
    run_jobs()
    again = upload(deng, name="改了名字.csv").url
    page = deng.get(again)
    assert "已导入过" in words(page) and f'href="{first}"' in page.content.decode()
    start(deng, again)
    run_jobs()
    shown = words(deng.get(again))
    assert "新增 0 行" in shown and "已有 2 行" in shown and "已导入过" in shown
    with scope(cast.deng):
        assert Report.objects.count() == 2
    assert "已导入过" not in words(deng.get(first))


def test_the_same_upload_sent_twice_is_one_import(cast, sign_on):
    deng = sign_on("deng")
    assert upload(deng, idempotency_key="k").url == upload(deng, idempotency_key="k").url
    with scope(cast.deng):
        assert ImportRun.objects.count() == 1
    assert upload(deng, data=CALLS + b"\n", idempotency_key="k").status_code == 409


def test_a_correction_is_used_and_remembered_for_the_next_file_like_it(cast, sign_on, words, run_jobs):
    data = files.csv_bytes([["甲", "时间", "乙"], ["x", "2026/5/3 20:10", "为停车争吵"]])
    deng = sign_on("deng")
    where = upload(deng, data).url
    kept_words = deng.post(where, {**chosen(deng, where), "c2": "text", "act": "keep"})
    assert kept_words.status_code == 302
    assert "人工指定" in words(deng.get(where)) and chosen(deng, where)["c2"] == "text"
    start(deng, where)
    run_jobs()
    with scope(cast.deng):
        assert Report.objects.get().text == "为停车争吵"
    assert "按上次确认的对应" in words(deng.get(upload(deng, data + b"y,2026/5/4 08:00,z\r\n").url))


def test_two_columns_of_one_meaning_and_a_file_that_says_nothing_are_refused_with_the_reason(cast, sign_on, words, waiting):
    deng = sign_on("deng")
    where = upload(deng).url
    twice = deng.post(where, {**chosen(deng, where), "c0": "lat", "c3": "lat", "act": "start"})
    assert twice.status_code == 422 and "有两列都对应“纬度”" in words(twice)
    nothing = deng.post(where, {"act": "start"})
    assert nothing.status_code == 422 and "至少指定" in words(nothing)
    strange = deng.post(where, {**chosen(deng, where), "c0": "民族", "act": "start"})
    assert strange.status_code == 422
    assert waiting() == []
    with scope(cast.deng):
        assert ImportRun.objects.get().state == "mapping" and not Event.objects.filter(act="intake.remember_mapping").exists()


@pytest.mark.spec("KZ-02", "KZ-20")
def test_a_column_about_what_people_are_is_dropped_with_its_reason_and_offers_no_choice(cast, sign_on, words):
    """The import's part of it: neither guessed, nor shown, nor to be chosen by hand. Schema, menus and routes elsewhere."""
    data = files.csv_bytes([[*HEAD, "民族", "人员类别"], [*ROWS[0], "汉族", "重点人员"]])
    deng = sign_on("deng")
    where = upload(deng, data).url
    page = deng.get(where)
    shown = words(page)
    assert "不收集民族" in shown and "不对人分级" in shown and "汉族" not in shown and "重点人员" not in shown
    assert "c6" not in page.context["form"].fields and "c7" not in page.context["form"].fields
    assert deng.post(where, {**chosen(deng, where), "c6": "title", "act": "start"}).status_code == 302
    with scope(cast.deng):
        assert "title" not in [one["field"] for one in ImportRun.objects.get().mapping["choices"]]


def test_an_old_register_comes_in_as_history(cast, sign_on, words, run_jobs):
    data = files.csv_bytes([["序号", "日期", "纠纷情况", "当事人", "化解情况"], ["1", "2024年3月5日", "宅基地界墙纠纷", "王大山、李四", "调解成功"]])
    deng = sign_on("deng")
    where = upload(deng, data, "2024年台账.csv", history="on").url
    assert "作为历史台账" in words(deng.get(where))
    start(deng, where)
    run_jobs()
    with scope(cast.deng):
        assert list(Matter.objects.values_list("history", "state")) == [(True, "settled")]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("程序.csv", files.PE_PROGRAM, "可执行程序"),
        ("程序.xlsx", files.ELF_PROGRAM, "可执行程序"),
        ("台账.csv", files.PDF, "PDF"),
        ("空.csv", b"", "空的"),
        ("乱码.csv", files.csv_bytes([HEAD, *ROWS] * 5) + files.csv_bytes([HEAD, *ROWS] * 5, "gb18030"), "混有两种编码"),
        ("坏字.csv", files.csv_bytes([HEAD, *ROWS], "gb18030").decode("utf-8", "replace").encode(), "乱码"),
        ("坏.xlsx", b"PK\x03\x04" + b"\0" * 500, ""),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do_and_nothing_is_kept(cast, sign_on, words, kept, name, data, said):
    answer = upload(sign_on("deng"), data, name)
    assert answer.status_code == 422 and said in words(answer) and "文件没有接收" in words(answer)
    assert not kept.exists() or list(kept.iterdir()) == []
    with scope(cast.deng):
        assert not ImportRun.objects.exists()


def test_fifty_megabytes_and_one_byte_are_told_to_be_too_large_in_chinese(cast, sign_on, words, kept):
    answer = upload(sign_on("deng"), b"a" * (MAX_BYTES + 1))
    assert answer.status_code == 413 and "文件超过 50 兆" in words(answer)
    assert not kept.exists()
    assert django_settings.FILE_UPLOAD_MAX_MEMORY_SIZE < MAX_BYTES  # it went to a file, not into memory


def test_no_file_at_all_is_said(cast, sign_on, words):
    answer = sign_on("deng").post(reverse("intake:import-new"), {"channel": "110"})
    assert answer.status_code == 422 and "请选择文件" in words(answer)


def test_a_gb18030_file_and_a_cell_of_300000_characters_harm_nobody_else(cast, sign_on, words, run_jobs):
    data = files.csv_bytes([HEAD, ROWS[0], ["A-9", "2026/5/3 21:00:00", "长" * 300_000, "", "", ""], ROWS[1]], "gb18030")
    deng = sign_on("deng")
    where = upload(deng, data).url
    assert "GB18030" in words(deng.get(where))
    start(deng, where)
    run_jobs()
    shown = words(deng.get(where))
    assert "新增 2 行" in shown and "未接受 1 行" in shown and len(shown) < 20_000


def test_leaving_it_clears_the_file_away_at_once(cast, sign_on, words, kept, django_capture_on_commit_callbacks):
    deng = sign_on("deng")
    where = upload(deng).url
    with django_capture_on_commit_callbacks(execute=True):
        assert deng.post(f"{where}discard/").status_code == 302
    assert list(kept.iterdir()) == [] and "上传的文件已清除" in words(deng.get(where))
    assert deng.post(where, {"act": "start"}).status_code == 409
    with scope(cast.deng):
        assert not Report.objects.exists()


def test_a_file_no_longer_there_is_said_with_a_way_on(cast, sign_on, words, kept):
    deng = sign_on("deng")
    where = upload(deng).url
    for one in kept.iterdir():
        one.unlink()
    answer = deng.get(where)
    assert answer.status_code == 410 and "重新上传" in words(answer)


def test_what_breaks_in_the_job_does_not_leave_the_import_running(cast, sign_on, words, waiting, kept, monkeypatch):
    deng = sign_on("deng")
    where = upload(deng).url
    start(deng, where)
    monkeypatch.setattr(importing.acts, "import_batch", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        jobs.import_upload(**waiting()[0][1])
    assert "导入中断" in words(deng.get(where)) and list(kept.iterdir()) == []


def test_another_station_and_those_who_may_not_import_get_nothing(cast, sign_on):
    where = upload(sign_on("deng")).url
    chen = sign_on("chen")
    for there in (where, f"{where}progress/", f"{where}refused.csv"):
        assert chen.get(there).status_code == 404
    assert chen.post(f"{where}discard/").status_code == 404
    for name in ("yi", "gao", "lin", "he", "shi", "guan"):
        client = sign_on(name)
        assert client.get(reverse("intake:imports")).status_code == 403
        assert client.get(reverse("intake:import-new")).status_code == 403
        assert upload(client).status_code == 403


def test_the_forms_collect_nothing_unlisted():
    assert collection.unlisted(UploadForm) == [] and collection.unlisted(ColumnsForm) == []
