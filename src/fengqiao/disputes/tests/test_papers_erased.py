"""Erasure reaches what papers say: every version, its words and its sheet; the facts and numbers stay."""

from fengqiao.core.acts import rights
from fengqiao.core.models import PaperNumber
from fengqiao.core.scope import scope
from fengqiao.disputes.acts import papers
from fengqiao.disputes.models import Paper, PaperVersion


def test_one_party_erased_is_in_no_version_of_any_paper(cast, dispute, tmp_path, settings):
    settings.ERASURES_DIR = tmp_path
    paper = papers.make(cast.wang, dispute_id=dispute, kind="调解", words={"协议内容": "王大山向李四海赔礼"})
    papers.remake_paper(cast.wang, paper_id=paper.id)
    papers.issue_paper(cast.wang, paper_id=paper.id)
    with scope(cast.wang):
        before = [str((one.words, one.sheet)) for one in PaperVersion.objects.order_by("n")]
    assert len(before) == 3 and all("王大山" in said and "999999199001010016" in said for said in before)
    asked = rights.open_request(
        cast.quan, asks="erase", name="王大山", phone="13800001234", id_number="999999199001010016", text="请删除", checked="card"
    )
    rights.erase(cast.quan, request_id=asked.id)
    with scope(cast.wang):
        after = [str((one.words, one.sheet)) for one in PaperVersion.objects.order_by("n")]
        kept = Paper.objects.get(id=paper.id)
        assert kept.number and kept.state == "issued" and PaperNumber.objects.count() == 1
    for said in after:
        for gone in ("王大山", "13800001234", "138 0000 1234", "999999199001010016"):
            assert gone not in said, gone
        assert "李四海" in said, "the other side's stay"
