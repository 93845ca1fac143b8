"""模块开关: what may be switched off, and what stays off until its impact assessment is signed (S13; PIPL 55, 56).

A module that handles sensitive personal information, decides automatically, or gives personal information to others
must be assessed before it runs. Whoever builds such a module asks `demand` in its acts and `is_on` for its menus; it is
not enough to hide the menu. The signature is a bureau's: it holds for the organisation it names and those below.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from fengqiao.core import settings_tree
from fengqiao.core.errors import Refused

ARTICLE = "个人信息保护法第五十五条、第五十六条"
KEEP_YEARS = 3  # PIPL 56 II


@dataclass(frozen=True, slots=True)
class Module:
    """One switch. `why` says what makes it sensitive (article 55); empty for modules that need no assessment."""

    key: str
    name: str
    why: str = ""

    @property
    def sensitive(self) -> bool:
        return bool(self.why)


MODULES = {
    m.key: m
    for m in (
        Module("intake", "接报与事项"),
        Module("disputes", "矛盾纠纷"),
        Module("promises", "流转与签收"),
        Module("portal", "居民网上接报与权利受理"),
        Module("tracks", "值勤定位与轨迹", "行踪轨迹属敏感个人信息"),
        Module("minors", "未成年人事项", "不满十四周岁未成年人的个人信息属敏感个人信息"),
        Module("video", "视频查看登记", "公共场所图像涉及个人身份"),
        Module("violence", "家庭暴力事项", "受害人信息泄露易致人身危险，属敏感个人信息"),
        Module("exchange", "向其他单位提供个人信息", "向其他个人信息处理者提供个人信息"),
    )
}


def module(key: str) -> Module:
    """The module of this key. A key that is not on the list is a defect of the caller: KeyError."""
    return MODULES[key]


def is_on(key: str, org_id: int) -> bool:
    """Is the module on for this organisation today? A sensitive one only with a signed assessment, its own or of an
    organisation above; any module not when the setting `module.<key>` switches it off.
    """
    one = module(key)
    if settings_tree.value(org_id, f"module.{key}") is False:
        return False
    return not one.sensitive or bool(assessed(org_id, [key]))


def demand(key: str, org_id: int) -> None:
    """Raise Refused when the module is off: every act of a module that can be off begins with this."""
    if not is_on(key, org_id):
        one = module(key)
        if one.sensitive and not assessed(org_id, [key]):
            raise Refused(
                f"“{one.name}”涉及{one.why}，须先完成个人信息保护影响评估并签署后启用。", article=ARTICLE
            )
        raise Refused(f"“{one.name}”在本单位已停用。")


def assessed(org_id: int, keys: Iterable[str]) -> set[str]:
    """Those of the modules for which the organisation, or one above it, has a signed assessment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT a.module FROM core_impactassessment a JOIN core_organisation o ON o.id = %s"
            " WHERE a.org_id = ANY (o.lineage) AND a.signed_at IS NOT NULL AND a.module = ANY (%s)",
            [org_id, list(keys)],
        )
        return {row[0] for row in cursor.fetchall()}
