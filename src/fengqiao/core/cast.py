"""The named cast of tests and demo: 枫溪县, invented from end to end. Each name stands for a relation to a record.

wang   officer of 城关派出所 (owns)             zhao  leader there
deng   command desk there                       sun   window clerk there
lin    auxiliary there                          he    people's mediator beside it
chen   officer of 云岭派出所 (must see nothing) qian  officer of 石桥派出所 (紧密型, paired with 柳湾)
luo    officer of 柳湾派出所                    wu    county command centre
shi    justice office (partner)                 xin   petition office (partner)
gao    grid worker                              yi    volunteer
quan   rights desk                              guan  administrator
lv     lawyer on rota, of an office of its own
"""

import os
from types import SimpleNamespace

ORGS = [
    # key, name, short, kind, parent, mode, desk
    ("bureau", "枫溪县公安局", "县局", "county", None, "", ""),
    ("centre", "枫溪县公安局指挥中心", "指挥中心", "centre", "bureau", "", ""),
    ("chengguan", "城关派出所", "城关所", "station", "bureau", "standard", "cg_desk"),
    ("cg_desk", "城关派出所综合指挥室", "综指室", "desk", "chengguan", "", ""),
    ("cg_case", "城关派出所办案队", "办案队", "team", "chengguan", "", ""),
    ("cg_community", "城关派出所社区警务队", "社区队", "team", "chengguan", "", ""),
    ("shiqiao", "石桥派出所", "石桥所", "station", "bureau", "paired", "sl_desk"),
    ("liuwan", "柳湾派出所", "柳湾所", "station", "bureau", "paired", "sl_desk"),
    ("sl_desk", "石桥柳湾联合指挥室", "联合指挥室", "desk", "shiqiao", "", ""),
    ("yunling", "云岭派出所", "云岭所", "station", "bureau", "loose", "centre"),
    ("dongwu", "东坞派出所", "东坞所", "station", "bureau", "loose", "centre"),
    ("squad", "西片区刑警中队", "西片中队", "squad", "bureau", "", ""),
    ("justice", "城关司法所", "司法所", "partner", None, "", ""),
    ("petition", "信访联席办", "信访办", "partner", None, "", ""),
    ("dispute_office", "矛盾纠纷调处联席办", "调处办", "partner", None, "", ""),
    ("grid_office", "网格办", "网格办", "partner", None, "", ""),
    ("court", "枫溪县人民法院", "法院", "partner", None, "", ""),
    ("procuratorate", "枫溪县人民检察院", "检察院", "partner", None, "", ""),
    ("town", "城关镇人民政府", "镇政府", "partner", None, "", ""),
    ("platform", "廊乡智理平台", "廊乡智理", "partner", None, "", ""),
    ("lawfirm", "枫溪县法律援助中心", "法援中心", "partner", None, "", ""),
]
CHANNELS = {"justice": "GT", "procuratorate": "JT", "court": "ST", "town": "ZT", "petition": "FT"}
PEOPLE = [
    # key, name, org, role, staff kind, title
    ("wang", "王砚", "cg_community", "officer", "民警", "社区民警"),
    ("zhao", "赵启明", "chengguan", "leader", "民警", "所长"),
    ("deng", "邓海", "cg_desk", "desk", "民警", "值班长"),
    ("sun", "孙敏", "chengguan", "window", "警务助理", "窗口"),
    ("lin", "林小川", "cg_community", "auxiliary", "辅警", "辅警"),
    ("he", "何秋云", "justice", "mediator", "调解员", "人民调解员"),
    ("chen", "陈岩", "yunling", "officer", "民警", "民警"),
    ("qian", "钱立", "shiqiao", "officer", "民警", "民警"),
    ("luo", "罗湾", "liuwan", "officer", "民警", "民警"),
    ("yan", "严松", "dongwu", "officer", "民警", "民警"),
    ("wu", "吴同", "centre", "centre", "民警", "值班长"),
    ("shi", "石静", "justice", "partner", "", "司法所长"),
    ("xin", "辛平", "petition", "partner", "", "经办人"),
    ("tiao", "田和", "dispute_office", "partner", "", "经办人"),
    ("wang_ge", "葛网", "grid_office", "partner", "", "经办人"),
    ("gao", "高田", "cg_community", "grid", "网格员", "网格员"),
    ("yi", "易安", "cg_community", "volunteer", "义警", "义警"),
    ("quan", "全礼", "bureau", "rights", "民警", "权利受理"),
    ("guan", "关正", "bureau", "admin", "民警", "系统管理员"),
    ("lang", "廊乡智理接口", "platform", "partner", "", "接口"),
    ("lv", "吕方", "lawfirm", "lawyer", "律师", "值班律师"),
]
DEMO_PASSWORD = "Fengxi-2026"  # of invented accounts only; a real installation makes its own
DEMO_PIN = "135790"


def make() -> None:
    """Write organisations, accounts and posts of the cast, as owner, into a database that has none of them."""
    from datetime import date

    from django.contrib.auth.hashers import make_password

    from fengqiao.core.models import Account, Organisation, Post

    since = date(2024, 1, 1)
    password, pin = make_password(DEMO_PASSWORD), make_password(DEMO_PIN)
    orgs: dict[str, Organisation] = {}
    for key, name, short, kind, parent, mode, _ in ORGS:
        org = orgs[key] = Organisation.objects.create(
            name=name, short=short, kind=kind, parent=orgs.get(parent or ""), mode=mode, valid_from=since,
            partner_channel=CHANNELS.get(key, ""),
        )  # fmt: skip
        org.lineage = [*(org.parent.lineage if org.parent else []), org.id]
        org.save()
    for key, *_, desk in ORGS:
        if desk:
            orgs[key].desk = orgs[desk]
            orgs[key].squad = orgs["squad"] if orgs[key].mode == "loose" else None
            orgs[key].save()
    for key, name, org_key, role, staff, title in PEOPLE:
        account = Account.objects.create(username=key, name=name, password=password, pin=pin)
        Post.objects.create(
            account=account, org=orgs[org_key], role=role, staff_kind=staff, title=title, valid_from=since
        )


def actors() -> SimpleNamespace:
    """The cast as actors, by key, and the organisations' ids as `cast.org["chengguan"]`."""
    from fengqiao.core.models import Account, Organisation
    from fengqiao.core.signon import actor_of

    names = {name: key for key, name, *_ in ORGS}
    org = {names[o.name]: o.id for o in Organisation.objects.filter(name__in=names)}
    people = {key for key, *_ in PEOPLE}
    found = {a.username: actor_of(a.id) for a in Account.objects.filter(username__in=people)}
    return SimpleNamespace(org=org, **found)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fengqiao.config.settings")
    django.setup()
    make()
