"""Pure rules of the phones' door: words, when something happened, how edits merge, what a cursor says."""

VERSION = 1  # of the protocol; older operations are lifted, see `lift`
MOST = 100  # operations in one batch
BYTES = 1_000_000  # of one batch
CHUNK = 256 * 1024
BUNDLE = 100_000_000  # bytes of a bundle with its photos
SHARE_HOURS = 96  # a phone without contact goes dark after this long; longer than a 72-hour run

KINDS = {"fact": "事实", "decision": "决定", "edit": "修改", "unknown": "未识别"}
OUTCOMES = ("done", "again", "held", "conflict", "refused", "later")
QUEUES = {"check": "待核", "conflict": "待核对"}
SETTLED = {
    "open": "待处理",
    "adopted": "已采纳",
    "noted": "已转为记录",
    "mine": "采用手机版本",
    "theirs": "保留现有版本",
    "aside": "不予采纳",
}
ENDS = {"owner": "本人停用", "lost": "挂失", "post": "岗位到期", "station": "单位停用"}
# role of a post → what it is called on the phone, and the sign before a name
BADGES = {
    "officer": ("police", "民"), "leader": ("police", "民"), "desk": ("police", "民"), "centre": ("police", "民"), "window": ("police", "民"),
    "auxiliary": ("auxiliary", "辅"), "grid": ("grid", "网格"), "volunteer": ("volunteer", "义警"), "mediator": ("mediator", "调解"),
}  # fmt: skip
