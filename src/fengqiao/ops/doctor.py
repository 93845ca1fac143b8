"""``fengqiao doctor``: is this installation well? Each check is one function and says one line.

A check returns ``well(text)``, ``ill(text)`` (red, the command fails) or ``note(text)`` (yellow: look at it, or it does
not apply); what it raises is a red line too, so that one broken part never hides the others.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import psycopg

from fengqiao.home import Role, database, external, font_dirs, home, place
from fengqiao.ops import backup, cert, product, serve

FREE_DISK = 2_000_000_000  # bytes under which a disk is too full
BACKUP_DAYS = 7
UNSEALED_SECONDS = 60
WAL_SECONDS = 600
ANNOUNCED = 11  # month in which the next year's holidays are usually published


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    name: str
    state: Literal["well", "note", "ill"]
    said: str


Said = tuple[Literal["well", "note", "ill"], str]


def well(said: str) -> Said:
    return "well", said


def note(said: str) -> Said:
    return "note", said


def ill(said: str) -> Said:
    return "ill", said


def examine(*, serving: bool = True) -> Iterator[Finding]:
    """Run every check, in the order in which a fault would be looked for.

    ``serving=False`` leaves out what only a running product can answer (after a restore or an upgrade).
    """
    for name, check in CHECKS.items():
        if not serving and check in SERVING:
            continue
        try:
            state, said = check()
        except (psycopg.Error, LookupError, OSError, ValueError, RuntimeError, ImportError) as problem:
            state, said = "ill", str(problem).strip().splitlines()[0] if str(problem).strip() else repr(problem)
        yield Finding(name, state, said)


def _ask(role: Role, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(**database(role), connect_timeout=5) as db:
        return db.execute(query, arguments or None).fetchall()


def _database() -> Said:
    roles: tuple[Role, ...] = ("owner", "app", "sealer")
    versions = {str(_ask(role, "SHOW server_version")[0][0]).split()[0] for role in roles}
    return well(f"PostgreSQL {versions.pop()}，三个角色均可连接{'（外部）' if external() else ''}")


def _roles() -> Said:
    query = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    for role in ("app", "sealer"):
        if any(_ask(role, query)[0]):
            return ill(f"{role} 角色权限过大：不得为超级用户，不得绕过行级安全，不得建库建角色")
    owned = _ask("app", "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user AND relpersistence = 'p'")
    if owned[0][0]:
        return ill(f"应用角色拥有 {owned[0][0]} 个对象，应一律归 owner 所有")
    return well("应用角色与封存角色均非超级用户、不拥有任何表")


def _migrations() -> Said:
    _ask("app", "SELECT 1")  # Django would wait long for a database that is not there
    product.setup("app")
    applied, waiting = product.pending()
    if waiting:
        return ill(f"有 {waiting} 个数据库变更未执行，请运行 fengqiao migrate")
    return well(f"{applied} 个数据库变更均已执行")


ORG_TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
       has_table_privilege('fengqiao_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
  AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped)
"""


# What every post must be able to look up, or what is read before an actor is known: no records of the trade.
OPEN_TABLES = {
    "core_counter",
    "core_impactassessment",
    "core_partnerkey",
    "core_post",
    "core_setting",
    "disputes_papertemplate",
    "force_templateuse",
    "intake_columnmapping",
}


def _row_security() -> Said:
    tables = _ask("owner", ORG_TABLES)
    # a partition without its own policy is safe while the app role can reach it through its parent only
    open_ones = [name for name, forced, reachable in tables if reachable and not forced and name not in OPEN_TABLES]
    if open_ones:
        return ill(f"这些表未强制行级安全：{'、'.join(sorted(open_ones))}")
    return well(f"{sum(forced for _, forced, _ in tables)} 张按机构归属的表均强制行级安全") if tables else ill("没有业务表")


def _ledger() -> Said:
    verdict = product.verify_ledger()
    if not verdict.holds:
        return ill("；".join(verdict.faults[:3]))
    return well(f"存证日志完整：已封存 {verdict.sealed} 条，链头 {verdict.head[:24]}…")


def _sealing() -> Said:
    waiting, oldest = _ask("owner", "SELECT count(*), min(recorded_at) FROM core_unsealed")[0]
    late = oldest and datetime.now(UTC) - oldest > timedelta(seconds=UNSEALED_SECONDS)
    if late:
        return ill(f"{waiting} 条操作记录等待封存超过 {UNSEALED_SECONDS} 秒，最早 {_local(oldest)}，请查看 worker")
    return well("操作记录均已封存" if not waiting else f"{waiting} 条刚刚写入，正在封存")


def _modules() -> Said:
    from fengqiao.core.modules import MODULES

    signed = {row[0] for row in _ask("owner", "SELECT DISTINCT module FROM core_impactassessment WHERE signed_at IS NOT NULL")}
    sensitive = [module for module in MODULES.values() if module.sensitive]
    off = "、".join(module.name for module in sensitive if module.key not in signed)
    on = "、".join(module.name for module in sensitive if module.key in signed)
    return well("；".join(filter(None, [on and f"已签署影响评估：{on}", off and f"未评估而关闭：{off}"])))


def _disk() -> Said:
    lines = []
    for name in ("pg", "files", "wal", "backups"):
        path = place(name) if name in ("wal", "backups") else home()
        free = shutil.disk_usage(path).free
        if free < FREE_DISK:
            return ill(f"{path} 所在磁盘只剩 {free / 1e9:.1f} GB")
        lines.append(free)
    return well(f"可用空间 {min(lines) / 1e9:.0f} GB")


def _clock() -> Said:
    if datetime.now(UTC).year < 2026:
        return ill(f"系统时间不对：{_local(datetime.now(UTC))}")
    apart = abs(time.time() - float(_ask("app", "SELECT extract(epoch FROM clock_timestamp())")[0][0]))
    if apart > 2:
        return ill(f"本机与数据库的时间相差 {apart:.1f} 秒")
    return well(f"{_local(datetime.now(UTC))}，与数据库相差不到 {max(apart, 0.1):.1f} 秒")


def _holidays() -> Said:
    """Are this year's and the coming year's holidays known? Without them limits are counted in calendar days, and marked."""
    from fengqiao.core.rules.workdays import Exceptional, WorkCalendar, published

    table = published() | {day: Exceptional(day, works, name) for day, works, name in _ask("app", "SELECT day, works, note FROM core_workday")}
    known, today = WorkCalendar(table.values()), datetime.now(UTC).astimezone().date()
    natural = _ask("owner", "SELECT count(*) FROM core_deadline WHERE \"natural\" AND met_at IS NULL AND dropped_at IS NULL")[0][0]
    missing = [year for year in (today.year, today.year + 1) if not known.knows(date(year, 1, 1))]
    said = "、".join(f"{year} 年" for year in missing)
    if not missing or (missing == [today.year + 1] and today.month < ANNOUNCED and not natural):
        return well("节假日安排已录入")
    words = f"{said}节假日安排未录入，跨入的期限按自然日计并作标记（现有 {natural} 个）；公布后请运行 fengqiao holidays"
    return ill(words) if today.year in missing and not serve.demo_mark().exists() else note(words)


def _web() -> Said:
    found = serve.status()
    if not found:
        return ill("未在运行：fengqiao serve --detach")
    url = found[1].url
    return well(url) if serve.answers(url) else ill(f"{url} 没有应答")


def _stream() -> Said:
    found = serve.status()
    if not found:
        return ill("未在运行")
    url = found[1].stream_url
    return well(url) if serve.answers(url) else ill(f"{url} 没有应答")


def _worker() -> Said:
    file = home() / "run" / "worker.json"
    if not file.exists():
        return ill("没有后台进程的心跳")
    age = time.time() - json.loads(file.read_text())["at"]
    return well("心跳正常") if age < 30 else ill(f"后台进程已 {age:.0f} 秒没有心跳")


def _wal() -> Said:
    if external():
        return note("外部数据库：日志归档由数据库管理员负责")
    query = "SELECT failed_count, last_failed_time, last_archived_time FROM pg_stat_archiver"
    with psycopg.connect(**database("super", dbname="postgres"), connect_timeout=5) as db:
        row = db.execute(query).fetchone()
    assert row
    _, failed, archived = row
    newest = max((p.stat().st_mtime for p in place("wal").glob("*.gz")), default=None)
    if failed and (archived is None or failed > archived):
        return ill(f"日志归档自 {_local(failed)} 起失败，目录 {place('wal')}")
    if newest is None:
        return note("尚无归档日志：有写入后一分钟内出现")
    return well(f"最近一次归档 {_local(datetime.fromtimestamp(newest, UTC))}")


def _backup() -> Said:
    found = backup.backups()
    if not found and serve.demo_mark().exists():
        return well("演示数据，无须备份；正式使用见 fengqiao backup")
    if not found:
        return note("尚无备份：fengqiao backup")
    age = datetime.now(UTC) - found[-1].made_at
    if age > timedelta(days=BACKUP_DAYS):
        return ill(f"最近一次备份在 {age.days} 天前")
    return well(f"最近一次 {_local(found[-1].made_at)}，共 {len(found)} 份")


def _certificate() -> Said:
    certificate = place("certs") / "server.crt"
    if not certificate.exists() and serve.demo_mark().exists():
        return well("演示仅在本机访问，无须证书；手机使用见 fengqiao cert")
    if not certificate.exists():
        return note("未设证书：手机须经 HTTPS 访问，见 fengqiao cert")
    left = cert.expires(certificate) - datetime.now(UTC)
    return well(f"还有 {left.days} 天到期") if left.days > cert.RENEW_DAYS else ill(f"还有 {left.days} 天到期，请运行 fengqiao cert")


def _font() -> Said:
    found = font_dirs()
    return well(str(found[0].name)) if found else ill("没有中文字体，文书无法生成：请安装 pylopdf-fonts-zh-cn 或 fonts-noto-cjk")


def _vendor() -> Said:
    file = Path(__file__).parents[1] / "static" / "vendor" / "tabler" / "css" / "tabler.min.css"
    return well("已就位") if file.exists() else ill("缺少前端文件：make demo 或 scripts/vendor")


def _secrets() -> Said:
    file = place("secrets") / "secrets.json"
    mode = file.stat().st_mode & 0o777
    return well("仅本账号可读") if mode == 0o600 else ill(f"{file} 的权限是 {mode:o}，应为 600")


def _local(moment: datetime) -> str:
    return moment.astimezone(datetime.now().astimezone().tzinfo).strftime("%Y-%m-%d %H:%M:%S")


CHECKS: dict[str, Callable[[], Said]] = {
    "数据库": _database,
    "角色权限": _roles,
    "数据库变更": _migrations,
    "行级安全": _row_security,
    "封存进度": _sealing,
    "存证日志": _ledger,
    "模块开关": _modules,
    "网页": _web,
    "实时推送": _stream,
    "后台进程": _worker,
    "日志归档": _wal,
    "备份": _backup,
    "磁盘": _disk,
    "时钟": _clock,
    "工作日历": _holidays,
    "密钥": _secrets,
    "证书": _certificate,
    "文书字体": _font,
    "前端文件": _vendor,
}
SERVING = {_web, _stream, _worker, _sealing}
