"""Importing: every line once, refused ones named, safe to run again, and the history reminds nobody."""

import csv

import pytest

from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.intake import acts, importing, queries
from fengqiao.intake.jobs import import_file
from fengqiao.intake.models import ImportRefusal, Matter, Report

HEAD = ["编号", "报警时间", "警情内容", "发生地点", "经度", "纬度", "报警人", "联系电话"]
ROWS = [
    ["A-1", "2026/5/3 20:10:00", "两邻居为停车争吵", "解放路3号", "120.4", "29.7", "王大山", "13800001234"],
    ["A-2", "2026-05-04 08:00:00", "小区水管爆裂", "人民路9号", "", "", "", ""],
    ["A-3", "2026/2/30 10:00:00", "日期不存在的一行", "", "", "", "", ""],
]


def write(path, rows, encoding="utf-8", head=HEAD):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def test_lines_are_taken_once_and_the_refused_one_is_named_with_its_reason(cast, tmp_path):
    done = import_file(write(tmp_path / "calls.csv", ROWS), actor=cast.deng)
    assert (done["run"].state, done["run"].made, done["run"].refused) == ("done", 2, 1)
    (refused,) = [r for r in done["refused"] if not r["warning"]]
    assert refused["line"] == 4 and refused["column"] == "报警时间" and refused["reason"]
    with scope(cast.deng):
        assert Report.objects.count() == 2
        assert Event.objects.filter(act="intake.receive").count() == 2
        assert set(Matter.objects.values_list("org_id", flat=True)) == {cast.org["chengguan"]}


def test_running_it_again_doubles_nothing_and_a_changed_line_amends(cast, tmp_path):
    import_file(write(tmp_path / "calls.csv", ROWS), actor=cast.deng)
    again = import_file(write(tmp_path / "calls.csv", ROWS), actor=cast.deng)["run"]
    assert (again.made, again.repeated, again.updated) == (0, 2, 0)
    changed = [[*ROWS[0][:2], "两邻居为停车争吵，已动手", *ROWS[0][3:]], ROWS[1]]
    third = import_file(write(tmp_path / "calls.csv", changed), actor=cast.deng)["run"]
    assert (third.made, third.repeated, third.updated) == (0, 1, 1)
    with scope(cast.deng):
        assert Report.objects.count() == 2
        assert Report.objects.filter(text="两邻居为停车争吵，已动手").exists()


@pytest.mark.spec("WZ-45")
def test_a_gb18030_file_imports_unharmed_and_is_found_in_simplified_or_traditional(cast, tmp_path):
    from fengqiao.intake.jobs import index

    rows = [["B-1", "2026/5/3 20:10:00", "吴忠路口两摊贩争吵", "吴忠路", "", "", "", ""], ["B-2", "2026/5/3 21:10:00", "𠮷野路口", "", "", "", "", ""]]
    import_file(write(tmp_path / "gb.csv", rows, "gb18030"), actor=cast.deng)
    with scope(cast.deng):
        assert set(Report.objects.values_list("text", flat=True)) == {"吴忠路口两摊贩争吵", "𠮷野路口"}
        index(set(Matter.objects.values_list("id", flat=True)))
        for words in ("吴忠", "吳忠"):
            found = queries.found(cast.deng, queries.Filter(words=words)).rows
            assert [row.title for row in found] == ["吴忠路口两摊贩争吵"]


def test_an_old_register_comes_in_as_history_and_reminds_nobody(cast, tmp_path):
    head = ["序号", "日期", "纠纷情况", "当事人", "化解情况"]
    rows = [["1", "2024年3月5日", "宅基地界墙纠纷", "王大山、李四", "调解成功"], ["2", "2024年3月9日", "同上", "赵五", "未化解"]]
    import_file(write(tmp_path / "2024年台账.csv", rows, head=head), actor=cast.deng, as_history=True)
    with scope(cast.deng):
        assert list(Matter.objects.order_by("first_at").values_list("history", "state")) == [(True, "settled"), (True, "open")]
        assert queries.waiting(cast.deng).rows == []
        assert queries.found(cast.deng, queries.Filter()).rows == []
        assert len(queries.found(cast.deng, queries.Filter(history="yes")).rows) == 2


def test_a_column_of_ethnicity_is_dropped_and_cannot_be_mapped_by_hand(cast, tmp_path):
    file = write(tmp_path / "bad.csv", [["A-9", "2026/5/3 20:10", "争吵", "汉族"]], head=["编号", "报警时间", "警情内容", "民族"])
    looked = importing.look(cast.deng, file, file.name)
    assert looked.columns[3].dropped and looked.columns[3].samples == ("",)
    with pytest.raises(Exception, match="不能导入"):
        importing.correct(cast.deng, file, file.name, {3: "title"})


def test_what_a_person_corrected_is_remembered_for_the_next_file_like_it(cast, tmp_path):
    file = write(tmp_path / "a.csv", [["x", "2026/5/3 20:10", "争吵"]], head=["甲", "时间", "乙"])
    importing.correct(cast.deng, file, file.name, {2: "text"})
    looked = importing.look(cast.deng, file, file.name)
    assert looked.remembered and looked.columns[2].field == "text"
    assert not importing.look(cast.chen, file, file.name).remembered


def test_an_unreadable_file_says_what_to_do_and_leaves_no_import_running(cast, tmp_path):
    file = tmp_path / "app.csv"
    file.write_bytes(b"\x7fELF" + bytes(2000))
    with pytest.raises(Exception) as caught:
        import_file(file, actor=cast.deng)
    assert caught.value.status in (415, 422)


def test_the_real_messages_come_in_whole(cast, shared_data):
    done = import_file(shared_data / "text" / "messages_stream.csv", actor=cast.deng, channel="12345")["run"]
    assert (done.made, done.refused) == (2184, 0)
    with scope(cast.deng):
        assert Report.objects.count() == 2184
        assert not ImportRefusal.objects.filter(warning=False).exists()


def test_another_stations_import_is_not_there(cast, tmp_path):
    done = import_file(write(tmp_path / "calls.csv", ROWS), actor=cast.deng)
    with scope(cast.chen), pytest.raises(Exception, match="没有这条记录"):
        queries.import_run(cast.chen, done["run"].id)


def test_a_volunteer_imports_nothing(cast, tmp_path):
    with pytest.raises(Exception, match="不能导入"):
        acts.begin_import(cast.yi, file_name="x", sha256="")


def test_an_upload_nobody_went_on_with_is_cleared_away_after_two_days(db, tmp_path, settings):
    import os
    import time

    from fengqiao.intake.jobs import clear_uploads

    settings.FILES_DIR = tmp_path
    old, young = importing.keep_upload(b"old"), importing.keep_upload(b"young")
    os.utime(tmp_path / old, (time.time() - 3 * 86400,) * 2)
    assert clear_uploads() == 1
    assert importing.upload(young) == b"young" and not (tmp_path / old).exists()
