"""A station's first days: the same quarrel in other words is suggested before hundreds of reports are counted."""

from fengqiao.core.listeners import News
from fengqiao.core.models import Event
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor
from fengqiao.intake import acts, jobs, matching
from fengqiao.intake.models import Suggestion
from fengqiao.intake.rules import ReportIn

OTHERS = (
    "商铺招牌被风吹落砸到路人", "业主要求公布物业维修资金账目", "出租车司机与乘客因绕路发生争执", "孩子在校门口被电动车撞倒",
    "饭店油烟直排居民楼", "工地打桩震裂老房子墙面", "快递柜超时收费起纠纷", "村民反映灌溉水渠被堵", "老人走失请求查找",
    "网购手机收到的是砖头", "停车场道闸砸坏车顶", "健身房关门不退会员费", "两兄弟为父亲留下的宅院争执",
)
FIRST = ReportIn(channel="110", title="渡口村竹林边界起争执", text="渡口村张家砍了竹林边界上的毛竹，刘家说是自家的，两家在山上吵起来")
AGAIN = ReportIn(channel="grid", title="渡口村两家为毛竹吵架", text="渡口村竹林边上两家为砍毛竹的事吵得厉害，边界说不清")


def compared(receipts):
    with scope(system_actor("匹配")):
        events = Event.objects.filter(about__in=[one.matter_id for one in receipts])
        news = [News(i, e.id, e.act, e.org_id, e.about, e.recorded_at, e.subjects, e.facts) for i, e in enumerate(events)]
        jobs.index_and_match(system_actor("匹配"), news)


def test_a_dozen_reports_are_enough_to_see_the_same_quarrel_in_other_words(cast):
    matching.learned_anew()
    compared([acts.receive(cast.wang, report=ReportIn(channel="110", text=text)) for text in OTHERS])
    assert matching.idf().documents == len(OTHERS)
    first = acts.receive(cast.wang, report=FIRST)
    compared([first])
    again = acts.receive(cast.wang, report=AGAIN)
    compared([again])
    with scope(cast.wang):
        found = list(Suggestion.objects.values_list("matter_id", "other_id"))
    assert (again.matter_id, first.matter_id) in found
    assert len(found) == 1
