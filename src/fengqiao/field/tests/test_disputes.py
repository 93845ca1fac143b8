"""A quarrel settled where it is, without a signal: what happened is entered or held, what settles is judged at arrival."""

import uuid
from datetime import timedelta

import pytest

from fengqiao.core import clock, documents, settings_tree
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.disputes import acts
from fengqiao.disputes.models import Agreement, Dispute, MediationSession, Party, Statement
from fengqiao.disputes.tests.conftest import told
from fengqiao.field.models import Held

SIDES = [{"name": "王大山", "phone": "13800001234", "role": "caller"}, {"name": "李四海", "phone": "13900005678"}]
FITS = {
    "violation": "yes", "civil": True, "acts": ["beat"], "slight": True, "grounds": ["familiar"],
    "spot": ["trivial", "clear", "undisputed", "agreed", "performed", "kept"],
}  # fmt: skip
SPOT = {"facts": FITS, "outcome": "settled", "performance": "performed", "text": "双方互谅，当场道歉", "came": [0, 1]}


@pytest.fixture
def dispute(cast):
    return acts.open_dispute(cast.wang, matter_id=told(cast))


def sides(cast, dispute):
    with scope(cast.wang):
        return [str(one) for one in Party.objects.filter(dispute_id=dispute).order_by("created_at", "id").values_list("id", flat=True)]


def stands(cast, dispute):
    with scope(cast.wang):
        return Dispute.objects.get(id=dispute)


def waits(cast, phone):
    with scope(cast.wang):
        return {one.act: (one.queue, one.why, one.article) for one in Held.objects.filter(device_id=phone.device)}


def test_a_quarrel_written_down_settled_agreed_and_signed_without_a_signal_arrives_whole(enrol, cast):
    phone = enrol("wang")
    capture = phone.write("capture", {"kind": "dispute", "text": "两家为界墙推搡", "place_text": "枫桥村三组", "parties": SIDES})
    about, first = f"op:{capture['op']}", [capture["op"]]
    held = phone.write("session_held", SPOT | {"dispute_kind": "D02"}, about=about, after=first)
    owed = [{"debtor": 0, "creditor": 1, "amount": "69万", "due_on": (clock.today() + timedelta(days=30)).isoformat()},
            {"debtor": 1, "creditor": 0, "kind": "apology", "text": "当面道歉", "done": True}]  # fmt: skip
    paper = phone.write(
        "agreement", {"form": "written", "kind": "security", "session": f"op:{held['op']}/session", "total": "690000", "owed": owed},
        about=about, after=[held["op"]],
    )  # fmt: skip
    sign = phone.write(
        "signature", {"agreement": f"op:{paper['op']}/agreement", "party": 0, "path": "M10 10L60 80L110 10M20 90L100 90"}, about=about,
        after=[paper["op"]],
    )  # fmt: skip
    answers = phone.send(sign, paper, held, capture)
    assert [one["outcome"] for one in answers] == ["done"] * 4, answers
    dispute = uuid.UUID(answers[2]["made"]["dispute"])
    with scope(cast.wang):
        row = Dispute.objects.get(id=dispute)
        session = MediationSession.objects.get(dispute=row)
        agreement = Agreement.objects.get(dispute=row, ended_at=None)
        assert (row.state, row.outcome, row.resolved_how, row.kind) == ("settled", "settled", "security", "D02")
        assert (session.way, session.state, agreement.session_id, str(agreement.total)) == ("spot", "held", session.id, "690000.00")
        assert list(agreement.obligations.order_by("seq").values_list("state", flat=True)) == ["pending", "performed"]
        assert Statement.objects.get(dispute=row).facts["spot"] == sorted(FITS["spot"])
        document, data = documents.read(cast.wang, uuid.UUID(answers[0]["made"]["document"]), "核对")
        assert document.purpose == "signature" and document.name.startswith("便捷签名") and data.startswith(b"%PDF")
        event = Event.objects.get(about=row.matter_id, act="disputes.mediate_on_the_spot")
    assert event.facts["phone"]["op"] == held["op"]


def test_what_the_law_forbids_on_the_spot_is_held_with_the_words_the_phone_says_and_lost_by_nobody(enrol, cast, dispute):
    phone = enrol("wang")
    answer = phone.do("session_held", SPOT | {"facts": FITS | {"exclusions": ["repeated"]}, "dispute": str(dispute)})
    assert answer["outcome"] == "held" and "不得当场调解：多次实施违反治安管理行为" in answer["why"]
    queue, why, article = waits(cast, phone)["session_held"]
    assert queue == "check" and "第179条" in article and why == answer["why"]
    with scope(cast.wang):
        assert Held.objects.get(device_id=phone.device).body["data"]["text"] == SPOT["text"]
        assert not MediationSession.objects.filter(dispute_id=dispute).exists() and not Statement.objects.filter(dispute_id=dispute).exists()
    assert stands(cast, dispute).state == "working"


@pytest.mark.parametrize("more, why", [({"drunk": True}, "醉酒"), ({"facts": FITS | {"age": "over16", "guardian": "present"}}, "未成年人")])
def test_nobody_drunk_or_young_is_mediated_on_the_spot_from_a_phone(enrol, cast, dispute, more, why):
    answer = enrol("wang").do("session_held", SPOT | more | {"dispute": str(dispute)})
    assert answer["outcome"] == "held" and why in answer["why"]


def test_violence_at_home_is_never_mediated_from_a_phone(enrol, cast):
    violent = acts.open_dispute(cast.wang, matter_id=told(cast, kind="D01V"))
    phone = enrol("wang")
    assert phone.do("session_held", SPOT | {"dispute": str(violent)})["outcome"] == "held"
    assert phone.do("agreement", {"form": "written", "kind": "self", "content": "和好", "dispute": str(violent)})["outcome"] == "held"
    assert stands(cast, violent).state == "working"


def test_an_auxiliary_and_a_grid_worker_settle_nothing_and_what_they_say_happened_is_held(enrol, cast, dispute):
    for who in ("lin", "gao"):
        phone = enrol(who)
        assert phone.do("session_held", SPOT | {"dispute": str(dispute)})["outcome"] == "held"
        assert phone.do("close", {"dispute": str(dispute)})["outcome"] == "conflict"
        assert phone.do("level", {"dispute": str(dispute), "level": "yellow", "reasons": ["repeat"]})["outcome"] == "conflict"
    assert (stands(cast, dispute).state, stands(cast, dispute).level) == ("working", "")


def test_the_next_station_changes_nothing_from_its_phones(enrol, cast, dispute):
    phone = enrol("chen")
    assert phone.do("session_held", SPOT | {"dispute": str(dispute)})["outcome"] == "held"
    assert phone.do("revisit", {"result": "stable", "dispute": str(dispute)})["outcome"] == "held"
    assert phone.do("close", {"dispute": str(dispute)})["outcome"] == "conflict"
    assert stands(cast, dispute).state == "working"


def test_two_sittings_of_one_officer_entered_at_once_both_stand(enrol, cast):
    phone = enrol("wang")
    batch = []
    for n in range(2):
        capture = phone.write("capture", {"kind": "dispute", "text": f"第{n}家争吵", "parties": SIDES})
        batch += [capture, phone.write("session_held", SPOT | {"dispute_kind": "D02"}, about=f"op:{capture['op']}", after=[capture["op"]])]
    assert {one["outcome"] for one in phone.send(*batch)} == {"done"}


def test_performance_and_revisit_are_facts_and_closing_waits_for_them(enrol, cast, dispute):
    phone = enrol("wang")
    a, b = sides(cast, dispute)
    due = (clock.today() + timedelta(days=3)).isoformat()
    agreed = phone.do("agreement", {
        "form": "oral", "kind": "self", "content": "王大山赔五百元", "owed": [{"debtor": a, "creditor": b, "amount": "500", "due_on": due}],
        "dispute": str(dispute),
    })  # fmt: skip
    assert agreed["outcome"] == "done", agreed
    early = phone.do("close", {"dispute": str(dispute)})
    assert early["outcome"] == "conflict" and waits(cast, phone)["close"][0] == "conflict"
    with scope(cast.wang):
        [obligation] = Agreement.objects.get(id=agreed["made"]["agreement"]).obligations.all()
    assert phone.do("performance", {"obligation": str(obligation.id), "amount": "二百元"})["outcome"] == "done"
    assert phone.do("performance", {"obligation": str(obligation.id)})["outcome"] == "done"
    assert phone.do("performance", {"obligation": str(obligation.id)})["outcome"] == "held", "paid already: kept for the station to look at"
    assert phone.do("schedule", {"what": "revisit", "on": clock.today().isoformat(), "dispute": str(dispute)})["outcome"] == "done"
    assert phone.do("revisit", {"result": "stable", "text": "两家已说话", "dispute": str(dispute)})["outcome"] == "done"
    assert phone.do("close", {"dispute": str(dispute)})["outcome"] == "done"
    assert (stands(cast, dispute).state, stands(cast, dispute).performance) == ("closed", "performed")


def test_an_agreement_entered_days_later_counts_from_the_day_it_was_made(enrol, cast):
    with clock.at(clock.now() - timedelta(days=4)):
        dispute = acts.open_dispute(cast.wang, matter_id=told(cast))
        phone = enrol("wang")
        a, b = sides(cast, dispute)
    made = clock.now() - timedelta(days=3)
    data = {"form": "written", "kind": "self", "owed": [{"debtor": a, "creditor": b, "amount": "300", "due_on": (made + timedelta(days=1)).date().isoformat()}]}
    answer = phone.do("agreement", data | {"dispute": str(dispute)}, claimed_at=made.isoformat())
    assert answer["outcome"] == "done", answer
    assert stands(cast, dispute).settled_at == made


def test_a_signature_is_a_convenience_copy_until_the_bureau_approves_it(enrol, cast, dispute, monkeypatch):
    phone = enrol("wang")
    a, b = sides(cast, dispute)
    agreed = phone.do("agreement", {"form": "written", "kind": "self", "content": "互不干扰", "dispute": str(dispute)})["made"]["agreement"]
    data = {"dispute": str(dispute), "agreement": agreed, "party": a, "path": "M1 1L50 50L90 10"}
    monkeypatch.setattr(settings_tree, "value", lambda org, key, *given, default=None, **more: True if key == "disputes.esignature" else default)
    approved = phone.do("signature", data)
    assert approved["outcome"] == "done", approved
    with scope(cast.wang):
        assert documents.read(cast.wang, uuid.UUID(approved["made"]["document"]), "核对")[0].purpose == "esigned"
    for path in ("", "M1 1", "M1 1L2 2<script>", "M1 1C2 2 3 3 4 4"):
        assert phone.do("signature", data | {"path": path})["outcome"] == "held"


def test_a_level_and_a_referral_are_judged_at_arrival(enrol, cast, dispute):
    phone = enrol("wang")
    assert phone.do("level", {"dispute": str(dispute), "level": "yellow", "reasons": ["repeat"]})["outcome"] == "done"
    assert stands(cast, dispute).level in ("yellow", "")  # in effect, or asked for
    refused = phone.do("refer", {"dispute": str(dispute), "to": cast.wang.org_id, "kind": "refer", "reason": "x"})
    assert refused["outcome"] == "conflict"
