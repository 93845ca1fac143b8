"""What an operation says, as an officer reads it on 待核: labelled lines, whatever its shape."""

from typing import Any

LABELS = {
    "kind": "种类", "text": "内容", "place_text": "地点", "place": "场所", "lat": "纬度", "lon": "经度", "accuracy": "定位误差（米）",
    "parties": "当事人", "name": "姓名", "phone": "电话", "role": "身份", "occurred": "发生时间", "precision": "时间精度",
    "same_as": "视为同一事项", "not_same": "已看过，不是同一事项", "shared": "共享单位可见", "fields": "修改", "base": "原值", "value": "新值",
    "title": "标题", "why": "事由", "at": "时间", "size": "大小（字节）", "sha256": "校验值", "purpose": "用途", "result": "结果",
    "outcome": "结果", "task": "任务", "reason": "理由",
}  # fmt: skip
HIDDEN = frozenset({"lat", "lon", "accuracy", "sha256"})  # said by the place, or by nobody
DEPTH = 4
MOST = 60
LONG = 2000


def lines(data: Any, label: str = "", depth: int = 0) -> list[tuple[str, str]]:
    """(label, words) of everything in an operation's data, at most MOST; unknown names stand as they came."""
    if isinstance(data, dict) and depth < DEPTH:
        found = [line for name, one in data.items() if name not in HIDDEN for line in lines(one, LABELS.get(str(name), str(name))[:30], depth + 1)]
    elif isinstance(data, list) and depth < DEPTH:
        found = [line for one in data for line in lines(one, label, depth + 1)]
    elif data in (None, "", False):
        found = []
    else:
        found = [(label or "内容", "是" if data is True else str(data)[:LONG])]
    return found[:MOST]


def text(data: Any) -> str:
    """The same as one text, for a note on a timeline."""
    return "\n".join(f"{label}：{words}" for label, words in lines(data))
