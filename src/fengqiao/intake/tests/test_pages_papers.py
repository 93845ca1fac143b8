"""回执、通知书、告知书: what is printed names people in full, once logged, in every script a name may have."""

import io
import re

import pypdf
import pytest

from fengqiao.intake import acts
from fengqiao.intake.rules import PartyIn, ReportIn

LONG = "阿卜杜热西提·买买提艾力江·吐尔逊江·艾则孜"
REPORT = ReportIn(channel="window", text="邻居占用楼道堆放杂物", place_text="枫桥路3号", parties=(PartyIn(name=LONG, phone="13900002222", role="caller"),))


def printed(answer) -> str:
    """The text of a PDF without spaces (between Chinese and figures typesetting puts some)."""
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages))


@pytest.mark.spec("KZ-02b")
@pytest.mark.parametrize("name", ["巴特尔", LONG, "𠮷野家", "㛃", "喆䶮"])
def test_a_receipt_prints_names_of_any_length_and_rare_characters(sign_on, cast, name, looked):
    """Printing of 巴特尔 and of a name of over 20 characters with ·; interpreter requests come with support."""
    report = acts.receive(cast.sun, report=ReportIn(channel="window", text="求助", parties=(PartyIn(name=name, role="caller"),)))
    text = printed(sign_on("sun").get(f"/reports/{report.report_id}/receipt.pdf"))
    assert name in text and report.receipt in text and "本回执不是受案回执" in text
    assert [(action, purpose) for action, purpose, _ in looked()] == [("print", "打印接报回执")]


def test_what_a_name_holds_is_set_and_never_run(sign_on, cast):
    report = acts.receive(cast.sun, report=ReportIn(channel="window", text='#panic("x") $x$ *b* #read("/etc/passwd") <a> \\', parties=REPORT.parties))
    text = printed(sign_on("sun").get(f"/reports/{report.report_id}/receipt.pdf"))
    assert '#panic("x")$x$*b*#read("/etc/passwd")<a>\\' in text


def test_a_second_report_is_printed_as_already_in_hand_with_their_first_number(sign_on, cast):
    first = acts.receive(cast.sun, report=REPORT)
    second = acts.attach(cast.sun, report=REPORT, matter_id=first.matter_id)
    text = printed(sign_on("sun").get(f"/reports/{second.report_id}/receipt.pdf"))
    assert "已在办理中" in text and first.receipt in text


def test_a_case_receipt_only_once_there_is_a_case_number(sign_on, cast, words):
    report = acts.receive(cast.sun, report=REPORT)
    client, url = sign_on("wang"), f"/reports/{report.report_id}/case.pdf"
    refused = client.get(url)
    assert refused.status_code == 409 and "尚未登记案件编号" in words(refused) and "第六十条" in words(refused)
    client.post(f"/matters/{report.matter_id}/do/case/", {"case_number": "A3507812026110001"})
    text = printed(client.get(url))
    assert "受案回执" in text and "A3507812026110001" in text and LONG in text


def test_a_notice_of_where_to_go_gets_its_number_once_and_prints_it_again(sign_on, cast, words):
    known = acts.receive(cast.sun, report=REPORT)
    client, url = sign_on("wang"), f"/matters/{known.matter_id}/papers/告知"
    early = client.post(f"{url}/")
    assert early.status_code == 409 and "先登记告知去处" in words(early)
    assert client.get(f"{url}.pdf").status_code == 404
    acts.tell_elsewhere(cast.zhao, matter_id=known.matter_id, where="E05", written=True)
    assert "制作不属公安机关职责告知书" in words(client.get(f"/matters/{known.matter_id}/"))
    first = client.post(f"{url}/", follow=True)
    text = printed(first)
    number = re.search(r"枫公（城关）告知字〔20\d\d〕1号", text)
    assert number and LONG in text and "物业" in text and "第六十一条第一款第三项" in text
    assert client.post(f"{url}/").status_code == 409
    assert number[0] in printed(client.get(f"{url}.pdf"))
    assert sign_on("lin").post(f"{url}/").status_code == 403


def test_a_notice_of_transfer_names_who_it_went_to(sign_on, cast):
    known = acts.receive(cast.sun, report=REPORT)
    acts.hand_over(cast.zhao, matter_id=known.matter_id, to_org_id=cast.org["yunling"], kind="handover", reason="事发地在云岭辖区")
    client = sign_on("wang")
    text = printed(client.post(f"/matters/{known.matter_id}/papers/移送/", follow=True))
    assert re.search(r"枫公（城关）移送字〔20\d\d〕1号", text)
    assert "移送云岭派出所办理" in text and LONG in text


def test_papers_of_another_station_are_not_there(sign_on, cast):
    report = acts.receive(cast.sun, report=REPORT)
    assert sign_on("sun").get(f"/reports/{report.report_id}/receipt.pdf").status_code == 200
    client = sign_on("chen")
    assert client.get(f"/reports/{report.report_id}/receipt.pdf").status_code == 404
    assert client.get(f"/matters/{report.matter_id}/papers/告知.pdf").status_code == 404
