"""Pure rules of the morning's page: the words of 每日警情通报, filled into a station's own template."""

import re
from collections.abc import Mapping

TEMPLATE_KEY = "briefing.template"  # setting: the station's own wording, with cells in braces
CELLS = {
    "单位": "",
    "日期": "",
    "起": "",
    "止": "",
    "接报数": "",
    "纠纷数": "",
    "警情数": "",
    "来源": "",
    "分类": "",
    "重复": "",
    "红橙": "",
    "超时数": "",
    "到期数": "",
    "指令": "",
}
DEFAULT = """{单位}每日警情通报
{日期}（{起}至{止}）
一、接报：共接报 {接报数} 件，其中矛盾纠纷 {纠纷数} 件，其他警情 {警情数} 件。来源：{来源}。
二、分类：{分类}。
三、再次发生：{重复}。
四、红色、橙色纠纷：{红橙}。
五、超时事项 {超时数} 件，今日到期 {到期数} 件。
六、晨会指令：{指令}。
"""
_CELL = re.compile(r"\{([^{}]*)\}")


def unknown(template: str) -> list[str]:
    """Cells of a template that nobody can fill, in their order, each once."""
    return list(dict.fromkeys(cell for cell in _CELL.findall(template) if cell.strip() not in CELLS))


def fill(template: str, words: Mapping[str, str]) -> str:
    """The template with its cells filled; an unknown cell stays as it stands, a known one without words becomes 无."""
    return _CELL.sub(lambda found: (words.get(found[1].strip()) or "无") if found[1].strip() in CELLS else found[0], template)
