"""枫溪县: invented from end to end. Five stations in the three modes, their villages, grids and people.

Coordinates are WGS-84 around an empty stretch of hills; region 999999 exists nowhere, so no real person is hit.
"""

from dataclasses import dataclass

BOUNDS = (29.55, 120.10, 29.95, 120.60)  # south, west, north, east

# station key → (south-west corner of its area, communities or villages)
STATIONS: dict[str, tuple[tuple[float, float], list[str]]] = {
    "chengguan": ((29.70, 120.30), ["枫桥社区", "解放路社区", "北门社区", "南街社区", "河滨社区", "枫桥村"]),
    "shiqiao": ((29.80, 120.20), ["石桥村", "上坞村", "下坞村", "茶园村"]),
    "liuwan": ((29.80, 120.36), ["柳湾村", "渡口村", "竹溪村", "新塘村"]),
    "yunling": ((29.60, 120.14), ["云岭村", "高山村", "冷水村"]),
    "dongwu": ((29.60, 120.42), ["东坞村", "松岗村", "石门村"]),
}
COMMUNITY = 0.026  # degrees of latitude and longitude a community measures: some 2.7 km
GRIDS = 3  # governance grids a community, side by side from west to east


@dataclass(frozen=True, slots=True)
class Tale:
    """A kind of quarrel or request as people tell it. {p} a place, {a} {b} two names; `again` retells it otherwise."""

    kind: str
    title: str
    text: str
    again: str
    weight: int = 3


TALES = [
    Tale("D02", "{p}两户因界墙争吵", "{a}称邻居{b}砌墙占了自家滴水，双方在门口争吵，有推搡，未受伤", "{p}有两家为砌墙的事吵架，围了不少人", 5),
    Tale("D02", "{p}楼上漏水引发争执", "{a}家天花板渗水，找楼上{b}多次未修，今晚又上门争执", "住户反映{p}上下楼为漏水吵得很凶", 4),
    Tale("D02", "{p}深夜噪声扰邻", "{a}反映{b}家装修到深夜，老人无法休息，双方在楼道争吵", "{p}夜里装修声音大，邻居在楼道吵架", 4),
    Tale("D03", "{p}宅基地界址争议", "{a}与{b}为宅基地界址各执一词，{b}将界桩挪动，双方互相拉扯", "{p}有人挪了界桩，两家为宅基地闹起来", 4),
    Tale("D01", "{p}家庭琐事争执", "{a}与妻子{b}因孩子上学的事争吵，声音很大，邻居担心", "邻居说{p}有夫妻吵架", 3),
    Tale("D04", "{p}借款不还引发争吵", "{a}称{b}借款两万元逾期未还，今日在店门口拦住理论", "{p}店门口有人要账，两人拉扯", 3),
    Tale("D06", "{p}推搡致手机损坏", "{a}与{b}因停车推搡，{a}手机摔坏，要求赔偿一千二百元", "{p}停车起争执，有人手机被摔坏要赔", 3),
    Tale("D07", "{p}山界树木归属争议", "{a}砍了山界上的几棵杉树，{b}称树是自家的，双方在山上争执", "{p}山上两家为砍树的事争起来", 2),
    Tale("D10", "{p}工地欠薪讨要", "{a}等六名工人到工地讨要两个月工资，与负责人{b}争吵", "{p}工地有工人讨薪，人比较多", 2),
    Tale("D11", "{p}饭店消费争议", "{a}认为饭店多收费用，与老板{b}争吵，要求退钱", "{p}饭店里顾客和老板吵架", 2),
    Tale("D14", "{p}物业停车收费争议", "业主{a}与物业{b}因停车收费争吵，堵住小区出入口", "{p}小区门口被车堵住，业主和物业在吵", 2),
    Tale("D16", "{p}押金退还争议", "租客{a}退房，房东{b}不退押金八百元，双方在屋内争执", "{p}租房退押金吵起来", 2),
    Tale("J27", "{p}犬只扰民", "{a}反映{b}家的狗整夜吠叫，多次提醒无效", "{p}狗叫得厉害，没法睡", 2),
    Tale("J22", "{p}电动车电瓶被盗", "{a}停在楼下的电动车电瓶昨夜被人拆走", "{p}电瓶车电瓶不见了", 1),
    Tale("J53", "{p}遗失钱包", "{a}在{p}遗失黑色钱包一个，内有证件和少量现金", "{p}有人丢了钱包", 1),
    Tale("J9", "{p}咨询居住证办理", "{a}咨询居住证签注需要哪些材料", "", 1),
    Tale("J55", "{p}路灯损坏", "{a}反映{p}路灯不亮，夜里行走不便", "", 1),
]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = ["建国", "秀英", "志强", "丽华", "春生", "玉兰", "大山", "小芳", "永福", "桂香", "明亮", "美玲", "水根", "彩凤", "伟", "静", "阿毛", "雪梅"]
SPOTS = ["口小卖部旁", "三组12号", "一组6号", "文化礼堂前", "菜场东门", "5幢2单元", "9幢1单元", "公交站旁", "晒谷场", "老街18号"]
MINORITY = ["巴特尔", "阿依古丽·买买提", "其木格"]

# The 03:10 trial: two neighbours, same address, twice within twenty days (station-day 15)
NIGHT = Tale("D02", "枫桥村三组两邻居酒后争吵", "{a}与{b}酒后因院墙旧事在窗口争吵，双方均称受了委屈，未见伤情", "枫桥村三组两邻居为院墙争吵")
