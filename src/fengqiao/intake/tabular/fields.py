"""What a column of a report table can mean, by which headings it is known, and what is never taken in.

Headings are compared simplified, in lower case and without spaces and signs (`plain`).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from fengqiao.core.rules.identity import simplified


@dataclass(frozen=True)
class Field:
    """A meaning a column can have. `limit` is the longest value in characters; more is refused, never cut."""

    name: str
    label: str
    headings: tuple[str, ...]
    limit: int = 200
    several: bool = False  # several columns may share it: their values are joined, or they are different parties


def _field(name: str, label: str, headings: str, limit: int = 200, several: bool = False) -> Field:
    return Field(name, label, tuple(headings.split()), limit, several)


_ALL = (
    _field("outer_id", "原系统编号", """编号 警情编号 接警编号 报警编号 接警单号 工单号 工单编号 警单号 案件编号 事件编号 受理编号 登记编号 诉求编号 留言编号
           流水号 单号 记录编号 信件编号 外部编号 id outerid caseid incidentid ticketid requestid servicerequestid uuid""", 64),
    _field("channel", "来源渠道", """来源 渠道 来源渠道 报警方式 接报方式 接警方式 诉求来源 受理渠道 受理方式 信访形式 线索来源 channel source origin"""),
    _field("received_at", "接报时间", """接报时间 接警时间 报警时间 来电时间 受理时间 受理日期 登记时间 登记日期 接报日期 接警日期 报警日期 来信时间 来访时间
           来访日期 留言时间 投诉时间 诉求时间 上报时间 上报日期 提交时间 创建时间 录入时间 排查时间 排查日期 收到时间 时间 日期 time datetime timestamp
           date receivedat reportedat createdat callresponsetime requesteddatetime""", 100, True),
    _field("occurred_at", "发生时间", "发生时间 发生日期 案发时间 事发时间 发案时间 纠纷发生时间 occurredat occurrencetime incidenttime incidentdate", 100, True),
    _field("title", "标题", """标题 主题 事由 案由 警情名称 事件名称 纠纷名称 留言主题 诉求标题 信件标题 事项名称 案件名称 纠纷摘要 警情摘要
           title subject summary headline""", 200),
    _field("text", "内容", """内容 详情 留言详情 留言内容 警情内容 报警内容 简要案情 简要警情 案情 警情 案情简介 警情简介 基本情况 简要情况 纠纷情况 纠纷简要情况
           纠纷内容 纠纷基本情况 纠纷简介 事件描述 问题描述 情况描述 诉求内容 投诉内容 反映内容 反映问题 反映事项 问题 描述 事实 主要内容 主要事实 事件经过 经过
           body text description content details detail message narrative""", 20_000, True),
    _field("place_text", "地点", """地点 地址 发生地点 发生地址 事发地点 事发地址 案发地点 案发地址 发案地点 报警地址 警情地址 警情地点 纠纷地点 纠纷发生地 发生地 详细地址
           具体位置 位置 address place location street incidentaddress""", 200, True),
    _field("lat", "纬度", "纬度 北纬 纬度坐标 lat latitude y坐标 坐标y gpslat 纬度wgs84", 50),
    _field("lon", "经度", "经度 东经 经度坐标 lng lon long longitude x坐标 坐标x gpslng gpslon 经度wgs84", 50),
    _field("lat_lon", "经纬度", "经纬度 坐标 定位 位置坐标 定位坐标 经纬度坐标 gps coordinates coordinate latlng lnglat latlon lonlat", 100),
    _field("coord_system", "坐标系", "坐标系 坐标系统 坐标类型 坐标基准 coordsystem crs coordtype", 50),
    _field("kind", "类别", """类别 类型 种类 警情类别 警情类型 纠纷类别 纠纷类型 纠纷种类 矛盾类型 矛盾纠纷类型 事件类型 事件类别 案件类型 案件类别 诉求类型 问题类型 一级标签
           一级分类 分类 警情性质 案件性质 性质 警情细类 警情小类 细类 小类 二级分类 二级标签 category kind type offense incidenttype servicename""", 60, True),
    _field("reporter_name", "报警人", """报警人 报案人 来电人 反映人 投诉人 诉求人 申请人 上报人 报告人 来访人 信访人 联系人 求助人 举报人 报警人姓名 来电人姓名 联系人姓名 申请人姓名 来访人姓名
           留言用户 用户 user username reporter reportername caller callername contact""", 100),
    _field("reporter_phone", "联系电话", """联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 报警电话 来电号码 主叫号码 报警人电话 来电电话 报警人联系电话 报警人联系方式 来访人电话
           联系人电话 申请人电话 phone tel telephone mobile phonenumber callernumber""", 50),
    _field("party_name", "当事人", """当事人 当事人姓名 姓名 双方当事人 纠纷当事人 涉事人 涉及人员 被投诉人 被反映人 甲方 乙方 丙方 甲方姓名 乙方姓名 甲方当事人 乙方当事人 另一方当事人
           被申请人 被申请人姓名 一方当事人 对方当事人 party parties partyname""", 200, True),
    _field("party_phone", "当事人电话", """当事人电话 当事人联系电话 当事人联系方式 当事人手机 甲方电话 乙方电话 甲方联系电话 乙方联系电话 甲方联系方式 乙方联系方式 被申请人电话 partyphone""", 100, True),
    _field("party_id", "当事人证件号", """身份证 身份证号 身份证号码 公民身份号码 证件号 证件号码 当事人身份证 当事人身份证号 当事人身份证号码 当事人证件号码 甲方身份证号 乙方身份证号
           甲方身份证 乙方身份证 甲方身份证号码 乙方身份证号码 idcard idnumber idno partyid""", 100, True),
    _field("unit", "单位", """单位 受理单位 处置单位 处理单位 承办单位 责任单位 主办单位 管辖单位 接警单位 出警单位 处警单位 派出所 所属派出所 管辖派出所 上报单位 填报单位 办理单位 部门 责任部门
           unit organisation organization agency department station responsibleagency"""),
    _field("area", "区域", """区域 辖区 乡镇 街道 乡镇街道 镇街 社区 村 村居 村社区 村组 行政村 社区村 所属社区 所属乡镇 所属辖区 网格 所属网格 区县 县区 twp township town area
           district beat neighborhood neighbourhood village community""", 200, True),
    _field("language", "语言", "语言 首选语言 沟通语言 服务语言 使用语言 language preferredlanguage"),
    _field("state", "办理状态", """状态 办理状态 处理状态 化解状态 是否化解 调解状态 办结状态 办理情况 进展 办理进度 是否办结 是否调解成功 化解情况 state status"""),
    _field("outcome", "结果", """结果 处理结果 处置结果 处置情况 处理情况 调解结果 化解结果 调处结果 调解情况 调处情况 办理结果 处警结果 处警情况 反馈内容 回复 答复 答复意见 回复内容 备注结果
           outcome result reply disposition resolution""", 20_000),
    _field("closed_at", "办结时间", """办结时间 办结日期 化解时间 化解日期 结案时间 结案日期 调解时间 调解日期 调处时间 处置时间 处理时间 答复时间 回复时间 反馈时间 完成时间
           replytime closedat resolvedat closeddate""", 100),
    _field("owner_name", "责任民警", """责任民警 主办民警 包片民警 社区民警 处警民警 出警民警 处置民警 承办人 经办人 主办人 责任人 调解员 调解人 负责人 owner officer handler""", 100),
)  # fmt: skip
FIELDS: dict[str, Field] = {field.name: field for field in _ALL}
HEADINGS: dict[str, str] = {}
for _one in _ALL:
    for _heading in _one.headings:
        HEADINGS.setdefault(_heading, _one.name)

NEVER_NEEDED = re.compile("出生|生日|年龄|性别|学历|职业|婚姻状况|工作单位|家庭(住址|地址|成员|情况)|住址|户籍|户口|到期|截止|期限|时限|有效期|birth|gender|homeaddress|deadline|expir")
"""Headings that resemble a field but mean something a report does not hold (出生日期 is no date of a report)."""

COUNTERS = frozenset(["序号", "序", "no", "行号", "项目", "顺序号", "num", "number", "rownumber", "index"])
"""Headings of running numbers: they name a line of this one sheet only, so they identify nothing."""


@dataclass(frozen=True)
class Forbidden:
    """A kind of column that is recognised in order to be left out. `values`: words that give it away unnamed."""

    reason: str
    heading: re.Pattern
    values: frozenset[str] = frozenset()


_SENSITIVE = "本系统不收集民族、宗教、政治面貌、生物识别、健康和籍贯信息（个人信息保护法第二十八条）"
_TIERS = "本系统不对人分级、分类、贴标签；只对矛盾纠纷和场所分级"
_PEOPLES = ["汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺"]

FORBIDDEN = (
    Forbidden(_SENSITIVE, re.compile("民族(?!乡|路|街|村|社区|团结)|^族别|^族$|ethnic|^race$|minority"),
              frozenset(f"{name}族" for name in _PEOPLES)),
    Forbidden(_SENSITIVE, re.compile("宗教|信仰|教派|信教|religio|^faith"), frozenset(["伊斯兰教", "佛教", "基督教", "天主教", "道教", "无宗教信仰"])),
    Forbidden(_SENSITIVE, re.compile("政治面貌|党派|党员|党籍|入党|团员|政治身份|politic|partymember"),
              frozenset(["中共党员", "预备党员", "共青团员", "群众", "无党派人士", "民主党派"])),
    Forbidden(_SENSITIVE, re.compile("指纹|人脸|面部|面容|照片|相片|虹膜|声纹|掌纹|步态|血型|dna|biometric|fingerprint|^face|faceid|photo|^iris")),
    Forbidden(_SENSITIVE, re.compile("健康|病史|疾病|病情|精神状况|精神障碍|精神病|残疾|孕|艾滋|health|disabilit|medical|illness|diagnos")),
    Forbidden(_SENSITIVE, re.compile("籍贯|原籍|祖籍|出生地|性取向|^nativeplace|birthplace|placeofbirth")),
    Forbidden(_TIERS, re.compile("重点人|重点人员|重点对象|风险人员|高危人|危险人员|关注人|关注对象|人员(类别|等级|分级|类型|级别|性质|标签|属性|风险)|(管控|稳控|管理|列管|关注)(级别|等级|类别|对象)"
                                 "|前科|违法犯罪(记录|经历|史)|犯罪记录|吸毒史|黑名单|个人标签|人员标签|信用(分|等级|积分)|个人积分|persontier|personlevel|persontype|risklevelofperson"
                                 "|watchlist|blacklist|personscore|criminalrecord"),
              frozenset(["一般掌握", "纳入视线", "重点掌握", "重点人员", "重点关注人员", "一般人员", "高危人员"])),
    Forbidden("信访和投诉是公民权利，本系统不登记人员的上访情况（信访工作条例）", re.compile("上访(次数|人员|史|情况)|信访重点|是否上访|缠访|闹访|涉稳(人员|重点)|petitioner")),
)  # fmt: skip


def plain(heading: object) -> str:
    """A heading reduced to what is compared: `* 聯繫電話（必填）` → `联系电话`, `Time Stamp` → `timestamp`."""
    text = unicodedata.normalize("NFKC", "" if heading is None else str(heading))
    text = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", text) or text
    return re.sub(r"[\W_]", "", simplified(text)).lower()


def forbidden(heading: object, values: Iterable[object] = ()) -> str | None:
    """Why a column must be left out, by its heading (brackets included) or by what stands in it; None if it may stay."""
    for form in {plain(heading), re.sub(r"[\W_]", "", simplified("" if heading is None else str(heading))).lower()}:
        for rule in FORBIDDEN:
            if rule.heading.search(form):
                return rule.reason
    words = [simplified(str(value)).strip() for value in values if value not in (None, "")]
    for rule in FORBIDDEN:
        if words and sum(word in rule.values for word in words) >= 0.8 * len(words):
            return rule.reason
    return None
