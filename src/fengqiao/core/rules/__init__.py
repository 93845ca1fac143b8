"""Rules of the ground floor: pure functions over plain values. No Django, no database, no clock of their own.

deadlines   法定期限   counting, pauses, extensions, editions of the law
workdays    工作日历   which days are worked, editable
numbering   编号       receipt and matter numbers, 文号 of legal papers
identity    身份与联系方式   id numbers, phones, names, credit codes
masking     脱敏       what public text may show of a person
intervals   发生时间   昨晚八点左右 → from, to, precision
vocabularies 代码表    the importable code tables
"""


class BadInput(ValueError):
    """What was typed cannot be accepted; `str(error)` tells the user why, in Chinese, without repeating the value."""
