"""The lexicon on station sentences, the learned model, the blend and its doubt."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengqiao.engine.triage import Lexicon, Model, by_lexicon, learn, load_lexicon, suggest

DISPUTES, ALARMS, ELSEWHERE = (load_lexicon(name) for name in ("disputes", "alarms", "elsewhere"))

DISPUTE_SENTENCES = [
    ("两口子闹离婚，争孩子抚养权，在门口吵", "D01"),
    ("儿媳说婆婆偏心，为赡养老人的事吵起来", "D01"),
    ("退婚后男方要求返还彩礼八万元，女方不同意", "D01"),
    ("楼上漏水把我家天花板泡了，邻居不认账", "D02"),
    ("邻居在楼道堆放杂物，占用公共通道", "D02"),
    ("隔壁深夜吵闹，邻里为噪音吵了好几次", "D02"),
    ("两家为宅基地界线争执，一家正在翻建老宅", "D03"),
    ("兄弟俩为祖屋的产权吵架，房产证只有一人名字", "D03"),
    ("借款三万元两年不还，手里有欠条", "D04"),
    ("对方欠钱不还，借条写明去年底还清利息", "D04"),
    ("合伙人退出，双方为股份和分红说不清", "D05"),
    ("两个摊主为摊位抢生意吵架", "D05"),
    ("被打伤后要求赔偿医药费和误工费，对方只肯出一半", "D06"),
    ("狗咬伤了孩子，狗主人不愿出医疗费", "D06"),
    ("两村民为林地边界和砍树起争执，林权证对不上", "D07"),
    ("承包地的田埂被邻田挖掉一截，争地界", "D07"),
    ("村民对征地补偿款标准不满，拦住施工车", "D08"),
    ("拆迁安置房迟迟不交，过渡费也停发了", "D08"),
    ("养猪场污水直排河里，恶臭难闻，村民堵门", "D09"),
    ("化工厂夜里排放刺鼻废气", "D09"),
    ("工地包工头拖欠工资，十几个农民工讨薪", "D10"),
    ("被辞退后单位不给加班费和经济补偿", "D10"),
    ("健身房关门，会员卡里的钱退不了", "D11"),
    ("在超市买到过期食品，商家不肯退款", "D11"),
    ("病人手术后出了后遗症，家属在医院找医生讨说法", "D12"),
    ("两车追尾，双方对定损金额谈不拢", "D13"),
    ("电动车撞人后对责任认定不服，修车钱也没给", "D13"),
    ("业主不交物业费，物业公司停了电梯", "D14"),
    ("业委会要更换物业，公共收益账目不清", "D14"),
    ("房东不退押金还把锁换了，租客进不了门", "D16"),
    ("租的房子到期不搬，房租也欠了两个月", "D16"),
    ("网店卖的货不对，拼多多商家拒不处理", "D17"),
    ("快递丢件，驿站说没收到包裹", "D17"),
    ("学生在学校被同学欺凌，家长找班主任", "D18"),
    ("村民小组分红款账目不公开，质疑村干部", "D19"),
    ("游客说导游强迫进购物团，要求旅行社退钱", "D20"),
]
ALARM_SENTENCES = [
    ("烧烤摊两桌客人打起来了，有人动手", "J21"),
    ("家里被盗，门锁被撬，现金不见了", "J22"),
    ("停在楼下的车被划了好几道", "J23"),
    ("棋牌室里有人聚众赌博", "J25"),
    ("有人在楼下跳广场舞太吵，噪音扰民", "J27"),
    ("有人遛狗不牵绳，大型犬到处跑", "J27"),
    ("十字路口两车追尾，堵车严重", "J3"),
    ("老人走失，一夜未归，家里人联系不上", "J51"),
    ("路边有人晕倒，不省人事，需要救护车", "J52"),
    ("手机丢在出租车上，想找回", "J53"),
    ("有人坐在楼顶要跳楼，说不想活了", "J54"),
    ("路上井盖不见了，窨井敞着口", "J55"),
    ("三楼厨房着火，冒烟很大", "J6"),
    ("工地门口几十人拉横幅堵大门", "J7"),
    ("投诉派出所不出警，民警态度恶劣", "J8"),
    ("请问落户需要什么材料，怎么办理", "J9"),
    ("老人接到冒充公检法的电话被骗五万元", "J1"),
    ("小孩玩手机误拨，打错了", "J0"),
]
ELSEWHERE_SENTENCES = [
    ("老板拖欠工资三个月不发", "labour"),
    ("健身房办卡后跑路，预付卡退不了款", "12315"),
    ("对方不履行判决，想申请强制执行", "court"),
    ("公交线路调整，建议增加地铁接驳", "12345"),
    ("化工厂排污，河水发黑有死鱼", "environment"),
    ("孩子入学没有学位，学校说招生满了", "education"),
]


@pytest.mark.parametrize(("sentence", "code"), DISPUTE_SENTENCES)
def test_the_lexicon_knows_the_dispute_from_one_sentence(sentence, code):
    suggestion = suggest(sentence, DISPUTES)
    assert suggestion.code == code
    assert suggestion.words


@pytest.mark.parametrize(("sentence", "code"), ALARM_SENTENCES)
def test_the_lexicon_knows_the_alarm_from_one_sentence(sentence, code):
    assert suggest(sentence, ALARMS).code == code


@pytest.mark.parametrize(("sentence", "code"), ELSEWHERE_SENTENCES)
def test_the_lexicon_knows_whose_matter_it_is(sentence, code):
    assert suggest(sentence, ELSEWHERE).code == code


@pytest.mark.parametrize("sentence", ["", "你好", "今天天气不错", "😀😀", "有件事想说一下"])
def test_a_text_without_a_known_word_leaves_doubt(sentence):
    for lexicon in (DISPUTES, ALARMS, ELSEWHERE):
        assert suggest(sentence, lexicon).unsure


def test_most_clear_sentences_need_no_mark_of_doubt():
    clear = [not suggest(s, DISPUTES).unsure for s, _ in DISPUTE_SENTENCES]
    assert np.mean(clear) >= 0.75


def test_words_of_two_kinds_leave_doubt():
    assert suggest("邻居欠钱", DISPUTES).unsure


def test_every_code_of_the_lists_has_words_and_the_lists_are_complete():
    assert set(DISPUTES.names) == {f"D{n:02}" for n in range(1, 21)}
    alarms = "J0 J1 J21 J22 J23 J24 J25 J26 J27 J3 J4 J51 J52 J53 J54 J55 J6 J7 J8 J9".split()  # noqa: SIM905
    assert set(ALARMS.names) == set(alarms)
    for lexicon in (DISPUTES, ALARMS, ELSEWHERE):
        assert all(len(words) >= 15 for code, words in lexicon.words.items() if code != "D15")
        assert all(0 < weight <= 5 for words in lexicon.words.values() for weight in words.values())


def test_no_word_of_any_list_speaks_of_origin_belief_or_illness_of_the_mind():
    every = " ".join(
        word
        for lexicon in (DISPUTES, ALARMS, ELSEWHERE)
        for words in lexicon.words.values()
        for word in words
    )
    for forbidden in ("少数民族", "回民", "藏", "维吾尔", "教会", "信教", "党员", "精神病", "上访", "残疾"):
        assert forbidden not in every


def test_the_words_given_are_words_of_the_text():
    suggestion = suggest("房东不退押金", DISPUTES)
    assert {w.word for w in suggestion.words} == {"房东", "押金"}
    assert suggestion.words[0].weight >= suggestion.words[1].weight


def test_a_word_inside_a_longer_found_word_counts_once():
    _, found = by_lexicon("拖欠工资", DISPUTES)
    assert [w.word for w in found["D10"]] == ["拖欠工资"]


def test_traditional_characters_are_understood():
    assert suggest("鄰居樓上漏水", DISPUTES).code == "D02"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_probabilities_that_sum_to_one(text):
    suggestion = suggest(text, DISPUTES)
    assert sum(p for _, p in suggestion.ranked) == pytest.approx(1)
    assert {c for c, _ in suggestion.ranked} == set(DISPUTES.names)


def test_a_text_of_three_hundred_thousand_characters_is_read_by_its_beginning():
    assert suggest("房东不退押金" + "啊😀" * 150_000, DISPUTES).code == "D16"


def test_an_empty_lexicon_is_refused():
    with pytest.raises(ValueError, match="no codes"):
        suggest("漏水", Lexicon({}, {}))


def test_a_broken_weight_names_its_line(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("code,name,words\nX1,甲,漏水*2\nX2,乙,吵架*多\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 3"):
        load_lexicon(path)


def test_a_lexicon_of_ones_own_is_read(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("code,name,words\nX1,甲,漏水*2 天花板\nX2,乙,吵架\n", encoding="utf-8")
    own = load_lexicon(path)
    assert own.words == {"X1": {"漏水": 2.0, "天花板": 1.0}, "X2": {"吵架": 1.0}}


BOATS = ["渔船碰撞渔网被割破要赔", "渔船在养殖区拖网起争执", "两条渔船为渔场吵架", "渔网被渔船螺旋桨打烂"]
TEMPLES = ["庙会摊位抽签不公平", "庙会上戏班子的钱没给", "村里庙会收费说不清", "庙会香火钱账目有争议"]


def likeliest(probabilities):
    return max(probabilities, key=probabilities.get)


@pytest.fixture(scope="module")
def model():
    return learn([(t, "D05") for t in BOATS * 10] + [(t, "D19") for t in TEMPLES * 10])


def test_the_model_learns_what_users_confirmed(model):
    assert likeliest(model.probabilities("渔网被别的渔船割了")) == "D05"
    assert likeliest(model.probabilities("庙会的账目不公开")) == "D19"
    assert sum(model.probabilities("庙会").values()) == pytest.approx(1)


def test_confirmed_examples_teach_what_the_lexicon_does_not_know(model):
    text = "渔船把渔网割破了"
    assert suggest(text, DISPUTES).unsure
    taught = suggest(text, DISPUTES, model)
    assert taught.code == "D05" and any("渔" in w.word for w in taught.words)


def test_the_lexicon_still_speaks_for_codes_nobody_confirmed_yet(model):
    assert suggest("房东不退押金还换锁，房租也涨了", DISPUTES, model).code == "D16"


def test_words_already_cut_and_the_written_text_teach_alike():
    cut = learn(
        [
            (["渔船", "渔网"], "D05"),
            (["渔船", "碰撞"], "D05"),
            (["庙会", "摊位"], "D19"),
            (["庙会", "香火"], "D19"),
        ]
    )
    assert likeliest(cut.probabilities("渔船")) == "D05"


def test_the_stored_model_is_free_of_pickle_and_says_the_same(model):
    stored = model.to_bytes()
    again = Model.from_bytes(stored)
    assert again.codes == model.codes and again.vocabulary == model.vocabulary and again.words == model.words
    for text in BOATS + TEMPLES:
        assert again.decide(text) == pytest.approx(model.decide(text), abs=0.01)


def test_learning_needs_two_codes():
    with pytest.raises(ValueError, match="two codes"):
        learn([("漏水", "D02"), ("吵架", "D02")])


def test_two_examples_without_a_common_word_are_enough_to_begin():
    begun = learn([("渔网被割破", "D05"), ("庙会账目", "D19")])
    assert likeliest(begun.probabilities("渔网又破了")) == "D05"


def test_examples_without_any_word_are_refused():
    with pytest.raises(ValueError, match="word"):
        learn([("", "D05"), ("！！", "D19")])


def test_a_text_of_unknown_words_gets_an_answer_without_an_error(model):
    assert set(model.probabilities("")) == {"D05", "D19"}


def test_the_threshold_keeps_the_promised_share_right():
    chance = np.random.default_rng(0)
    words = {code: [f"词{code}{i}" for i in range(30)] for code in "abc"}

    def draw(code):
        own, neutral = (
            list(chance.choice(words[code], 3)),
            list(chance.choice(["街上", "有人", "昨晚", "来电"], 3)),
        )
        return (own + neutral if chance.random() < 0.6 else neutral), code

    taught = learn([draw(c) for c in "abc" * 150], correct=0.9)
    fresh = [draw(c) for c in "abc" * 200]
    p = [taught.probabilities(t) for t, _ in fresh]
    sure = [
        max(q, key=q.get) == c
        for q, (_, c) in zip(p, fresh, strict=True)
        if max(q.values()) >= taught.sure_above
    ]
    assert len(sure) > 100 and np.mean(sure) > 0.84
