"""Who acts: an account in a post of an organisation, never a bare user."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a post may be. Roles carry rights (policies.py); persons carry none."""

    OFFICER = "officer"  # 民警
    AUXILIARY = "auxiliary"  # 辅警
    LEADER = "leader"  # 所领导
    DESK = "desk"  # 综合指挥室
    WINDOW = "window"  # 窗口
    MEDIATOR = "mediator"  # 人民调解员
    LAWYER = "lawyer"  # 值班律师: sees the rota and its own advice, nothing of the police (NJ-25)
    GRID = "grid"  # 网格员
    VOLUNTEER = "volunteer"  # 义警
    PARTNER = "partner"  # 协作单位
    CENTRE = "centre"  # 县级指挥中心
    RIGHTS = "rights"  # 权利受理
    ADMIN = "admin"  # 系统管理
    SYSTEM = "system"  # 系统


POLICE = frozenset({Role.OFFICER, Role.AUXILIARY, Role.LEADER, Role.DESK, Role.WINDOW, Role.CENTRE})


@dataclass(frozen=True, slots=True)
class Actor:
    """An account acting in a post. `orgs` are the organisations whose records the post may see."""

    account_id: int
    post_id: int
    org_id: int
    roles: frozenset[str]
    orgs: tuple[int, ...]
    name: str
    zone: str = "A"
    compartments: tuple[str, ...] = ("police",)
    org_name: str = ""
    post_title: str = ""
    station_id: int = 0
    manages: bool = False  # an administrator at work on the map or the make-up of stations
    partner_key: str = field(default="", compare=False)

    def has(self, *roles: str) -> bool:
        """Does the post carry at least one of these roles?"""
        return not self.roles.isdisjoint(roles)

    @property
    def sight(self) -> tuple[int, ...]:
        """Organisations whose rows the database shows. Administrators run the machine and see none of the trade's
        records (NP-39), except while they draw the map or set up stations (`manages`)."""
        return () if self.has(Role.ADMIN) and not self.manages else self.orgs

    @property
    def is_system(self) -> bool:
        return Role.SYSTEM in self.roles

    @property
    def is_police(self) -> bool:
        return not self.roles.isdisjoint(POLICE)
