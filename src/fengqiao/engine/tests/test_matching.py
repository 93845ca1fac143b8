"""Ranking, reasons, learning and the side-by-side view."""

import json
import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengqiao.engine.matching import (
    FEATURES,
    Idf,
    Signal,
    Weights,
    explain,
    features,
    headline,
    learn,
    lookup_keys,
    lookup_tokens,
    mark_differences,
    metres_between,
    profile,
    rank,
    score,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEAK = "枫溪花园3幢楼上漏水，天花板泡坏了，楼上住户不肯赔"
HELD = [
    Signal("leak", "枫溪花园3幢漏水", LEAK, NOON, 26.6, 118.1, frozenset({"k1"}), "D02", "枫溪花园3幢2单元"),
    Signal(
        "leak-again",
        "枫溪花园3幢又漏水",
        "三幢二单元楼上还在漏水，住户不肯赔偿天花板",
        NOON + timedelta(hours=2),
    ),
    Signal("noise", "夜里施工吵人", "工地夜里十二点还在打桩，孩子睡不着", NOON, 26.7, 118.2, kind="D09"),
    Signal("wages", "包工头拖欠工资", "在工地干了三个月，包工头拖欠工资不发", NOON, kind="D10"),
    Signal("dog", "遛狗不牵绳咬人", "小区里有人遛狗不牵绳，把老人咬伤了", NOON),
    Signal("fight", "烧烤摊打架", "烧烤摊两桌客人喝酒打起来，有人受伤", NOON),
]


@pytest.fixture(scope="module")
def idf():
    counted = Idf()
    for s in HELD:
        counted.add(s)
    return counted


texts = st.text(alphabet=st.sampled_from("漏水吵架楼上枫溪花园工资不发abc12 \n😀𠮷，。"), max_size=40)
signals = st.builds(
    Signal,
    id=st.integers(0, 10**6),
    title=texts,
    text=texts,
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
    lat=st.none() | st.floats(-90, 90),
    lon=st.none() | st.floats(-180, 180),
    party_keys=st.frozensets(st.sampled_from(["a", "b"]), max_size=2),
    kind=st.none() | st.sampled_from(["D01", "D02"]),
    place_text=texts,
)


@settings(max_examples=60, deadline=None)
@given(signals, st.lists(signals, max_size=8, unique_by=lambda s: s.id))
def test_missing_or_odd_fields_never_stop_the_ranking(query, held):
    hits = rank(query, held, Idf())
    assert len(hits) == sum(s.id != query.id for s in held)
    assert all(0 <= h.score <= 1 for h in hits)
    # scores that agree to nine places count as equal and stand in the order of their ids
    assert [h.score for h in hits] == pytest.approx(sorted((h.score for h in hits), reverse=True), abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.lists(signals, min_size=2, max_size=8, unique_by=lambda s: s.id), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(held, chance):
    idf = Idf()
    for s in held:
        idf.add(s)
    mixed = held[1:]
    chance.shuffle(mixed)
    first, second = rank(held[0], held[1:], idf), rank(held[0], mixed, idf)
    assert [h.id for h in first] == [h.id for h in second]
    assert [h.score for h in first] == pytest.approx([h.score for h in second], abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(HELD))
def test_the_same_text_sent_again_stands_first(report):
    idf = Idf()
    for s in HELD:
        idf.add(s)
    again = Signal("again", report.title, report.text)
    assert rank(again, HELD, idf)[0].id == report.id


def test_the_same_quarrel_in_other_words_stands_before_other_quarrels(idf):
    new = Signal("new", "", "枫溪花园三幢天花板又被楼上漏水泡了，住户不赔", NOON + timedelta(days=1))
    assert {h.id for h in rank(new, HELD, idf, limit=2)} == {"leak", "leak-again"}


def test_reasons_name_distance_gap_party_kind_and_rare_words(idf):
    new = Signal(
        "new",
        "楼上漏水没人管",
        LEAK,
        NOON + timedelta(hours=2),
        26.60034,
        118.1,
        frozenset({"k1", "k2"}),
        "D02",
    )
    reasons = rank(new, HELD, idf, limit=1)[0].reasons
    assert reasons.metres == pytest.approx(37.8, abs=0.5)
    assert reasons.seconds == 7200
    assert reasons.same_party and reasons.same_kind is True
    assert any("漏水" in w for w in reasons.words)


def test_reasons_stay_empty_where_nothing_is_known(idf):
    reasons = explain(Signal(1), Signal(2), idf)
    assert reasons.words == () and reasons.metres is None and reasons.seconds is None
    assert not reasons.same_party and reasons.same_kind is None


def test_the_same_party_and_a_near_place_lift_a_candidate(idf):
    plain = Signal("p", "家里吵架", "两口子吵架摔东西", NOON)
    near = Signal("n", "家里吵架", "两口子吵架摔东西", NOON, 26.6001, 118.1, frozenset({"k1"}))
    query = Signal("q", "", "夫妻争吵，邻居报警", NOON, 26.6, 118.1, frozenset({"k1"}))
    hits = {h.id: h.score for h in rank(query, [plain, near], idf)}
    assert hits["n"] > hits["p"]


def test_a_report_is_not_compared_with_itself(idf):
    assert "leak" not in [h.id for h in rank(HELD[0], HELD, idf)]


def test_no_candidates_give_no_hits(idf):
    assert rank(HELD[0], [], idf) == [] and features(HELD[0], [], idf).shape == (0, len(FEATURES))


def test_a_kilometre_is_a_kilometre():
    a, b = Signal(1, lat=0.0, lon=0.0), Signal(2, lat=0.0, lon=1.0)
    assert metres_between(a, b) == pytest.approx(111_195, abs=10)
    assert metres_between(a, Signal(3, lat=1.0)) is None


def test_a_text_of_three_hundred_thousand_characters_is_compared_by_its_beginning(idf):
    long = Signal("long", "", LEAK + "又吵又闹😀" * 60_000)
    assert rank(long, HELD, idf, limit=1)[0].id == "leak"
    assert len(profile(long).grams) < 2_000


def test_the_headline_is_the_title_or_the_first_sentences():
    assert headline(Signal(1, "漏水", "别的")) == "漏水"
    assert headline(Signal(1, "", "楼上漏水没人管。" + "后面还有很多话" * 10)) == "楼上漏水没人管"
    assert len(headline(Signal(1, "", "字" * 500))) == 40


def test_lookup_tokens_come_from_headline_and_address_not_from_the_long_text():
    s = Signal(1, "枫溪花园漏水", "王老五昨晚在阳台唱京剧", place_text="解放路12号")
    found = lookup_tokens(s)
    assert "漏水" in found and "解放路" in "".join(found) and "京剧" not in found


def test_keys_find_the_same_text_under_another_title(idf):
    one, other = Signal(1, "投诉工地夜间施工", LEAK), Signal(2, "求助领导解决问题", LEAK)
    assert set(lookup_keys(one, idf)) & set(lookup_keys(other, idf))
    assert not set(lookup_tokens(one)) & set(lookup_tokens(other))


def test_a_word_that_nearly_every_report_has_is_no_key():
    idf = Idf()
    common, seldom = profile(Signal(0, "小区问题")), profile(Signal(1, "狗叫"))
    for _ in range(1_001):
        idf.add(common)
    idf.add(seldom)
    keys = lookup_keys(Signal(2, "小区狗叫"), idf)
    assert "小区" not in keys and "狗叫" in keys


def test_document_frequencies_survive_storage(idf):
    again = Idf.from_dict(json.loads(json.dumps(idf.to_dict())))
    assert again.documents == len(HELD)
    assert again.weight("漏水") == idf.weight("漏水") < idf.weight("从未见过的词")
    assert rank(HELD[1], HELD, again) == rank(HELD[1], HELD, idf)


def test_frequencies_stored_with_other_counters_are_refused(idf):
    with pytest.raises(ValueError, match="bits"):
        Idf.from_dict({**idf.to_dict(), "bits": 10})


def test_rarest_words_come_first_and_unseen_ones_can_be_left_out(idf):
    assert idf.rarest(["漏水", "打桩", "工地"], 2) == ["打桩", "工地"] or idf.rarest(
        ["漏水", "打桩", "工地"], 1
    ) == ["打桩"]
    assert idf.rarest(["漏水", "没见过"], 5, seen=2) == ["漏水"]
    assert idf.rarest(["没见过", "漏水"], 1) == ["没见过"]


def test_weights_survive_storage_and_refuse_other_features():
    w = Weights(tuple(float(i) for i in range(len(FEATURES))), -1.0)
    assert Weights.from_dict(json.loads(json.dumps(w.to_dict()))) == w
    with pytest.raises(ValueError, match="learn"):
        Weights.from_dict({**w.to_dict(), "features": ["other"]})


def test_learning_from_nothing_keeps_the_prior():
    assert learn(np.zeros((0, len(FEATURES))), []) == Weights()


def test_learning_finds_the_feature_that_users_go_by():
    chance = np.random.default_rng(1)
    rows, same, asked = [], [], []
    for query in range(60):
        for candidate in range(6):
            row = chance.random(len(FEATURES)) * 0.5
            row[FEATURES.index("party")] = float(candidate == 0)
            rows.append(row)
            same.append(candidate == 0)
            asked.append(query)
    before = Weights((1.0,) * len(FEATURES), -3.0)
    after = learn(np.array(rows), same, asked, before)
    said = score(np.array(rows), after)
    assert after.coefficients[FEATURES.index("party")] > 3 * max(after.coefficients[:5])
    assert said[np.array(same)].min() > said[~np.array(same)].max()
    assert said[np.array(same)].mean() > 0.8 and said[~np.array(same)].mean() < 0.2


def test_a_few_answers_move_the_weights_only_a_little():
    rows = np.full((2, len(FEATURES)), 0.2)
    rows[0, 0] = 0.9
    moved = np.array(learn(rows, [False, True], ["q", "q"]).coefficients) - Weights().coefficients
    assert np.abs(moved).max() < 4


def test_learning_refuses_answers_that_do_not_fit_the_pairs():
    with pytest.raises(ValueError, match="do not fit"):
        learn(np.zeros((3, len(FEATURES))), [True])


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_spans_of_either_side_give_that_text_back(left, right):
    spans = mark_differences(left, right)
    assert "".join(s.text for s in spans if s.side != "right") == left
    assert "".join(s.text for s in spans if s.side != "left") == right
    assert all(a.side != b.side for a, b in zip(spans, spans[1:], strict=False))


def test_what_changed_between_two_reports_is_marked():
    spans = mark_differences("昨晚八点楼上漏水", "今早六点楼上漏水")
    assert spans[-1].side == "both" and spans[-1].text.endswith("楼上漏水")
    assert {s.side for s in spans} == {"both", "left", "right"}


def test_very_long_texts_are_compared_at_their_beginning_and_given_back_whole():
    left, right = "漏水" * 60_000 + "左", "漏水" * 60_000 + "右"
    spans = mark_differences(left, right)
    assert "".join(s.text for s in spans if s.side != "right") == left


def test_prepared_and_plain_candidates_rank_alike(idf):
    mixed = [profile(s) if random.Random(str(s.id)).random() < 0.5 else s for s in HELD]
    assert rank(HELD[0], mixed, idf) == rank(HELD[0], HELD, idf)
