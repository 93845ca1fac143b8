"""The command ``fengqiao``: every process and chore of an installation.

Says what it did in Chinese. Exit codes: 0 done, 1 found a fault (doctor, ledger verify) or failed, 2 was asked wrongly.
A user's mistake is answered with a sentence, never with a traceback; what nobody foresaw goes to ``logs/cli.log``.
"""

from __future__ import annotations

import csv
import os
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from fengqiao.home import external, home, place
from fengqiao.ops import postgres

app = typer.Typer(
    name="fengqiao",
    help="枫桥：派出所主防平台。数据在 FENGQIAO_HOME（默认为 var/）。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
ledger_app = typer.Typer(help="存证日志：核验、链头。", no_args_is_help=True)
import_app = typer.Typer(help="导入。", no_args_is_help=True)
export_app = typer.Typer(help="导出。", no_args_is_help=True)
app.add_typer(ledger_app, name="ledger")
app.add_typer(import_app, name="import")
app.add_typer(export_app, name="export")


SHOWN_REFUSALS = 20


class Mistake(Exception):
    """The user asked for something that cannot be; the text says why. Exit code 2."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址；0.0.0.0 为所有网卡")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="网页端口，推送用下一个；默认从 8000 起找", min=1, max=65534)] = None,
    https: Annotated[bool, typer.Option(help="用 fengqiao cert 生成的证书")] = False,
    detach: Annotated[bool, typer.Option(help="转入后台，应答后返回")] = False,
) -> None:
    """启动数据库、网页、实时推送和后台进程。"""
    from fengqiao.ops import serve as serving

    certificate = _certificate() if https else None
    if detach:
        options = ["--host", host, *(["--port", str(port)] if port else []), *(["--https"] if https else [])]
        url = serving.detach(options).url
        print(f"枫桥已启动：{url}")
        if serving.demo_mark().exists():
            _introduce(url)
    else:
        serving.serve(host, port, certificate)


def _introduce(url: str) -> None:
    """Who is who in the demo county."""
    from fengqiao.core.cast import DEMO_PASSWORD, ORGS, PEOPLE

    places = {key: name for key, name, *_ in ORGS}
    print(f"演示账号（人物均为虚构）一键进入：{url}/demo/　或用账号登录，密码均为 {DEMO_PASSWORD}")
    for key, name, org, _, _, title in PEOPLE:
        print(f"  {key:<9}{name}　{places[org]}　{title}")


def _certificate() -> tuple[Path, Path]:
    certificate, key = place("certs") / "server.crt", place("certs") / "server.key"
    if not key.exists():
        raise Mistake("还没有证书，请先运行 fengqiao cert 名称或地址")
    return certificate, key


@app.command()
def worker() -> None:
    """后台进程：封存、通知、任务（serve 会自行启动它）。"""
    from fengqiao.ops import worker as working

    product_database()
    raise typer.Exit(working.work())


@app.command()
def stop() -> None:
    """停止 serve 启动的一切，包括数据库。"""
    from fengqiao.ops import serve as serving

    print("枫桥已停止" if serving.stop() else "枫桥没有在运行")


@app.command()
def migrate() -> None:
    """执行数据库变更。"""
    from fengqiao.ops import product

    product.database_ready()
    product.migrate()
    print("数据库变更已执行")


@app.command()
def holidays(file: Annotated[Path, typer.Argument(help="CSV：date,working,name，放假日 working 为 0，调休上班日为 1")]) -> None:
    """录入一年的节假日安排；按自然日计的期限随即重新核对。"""
    from fengqiao.core.rules import workdays
    from fengqiao.ops import product

    if not file.is_file():
        raise Mistake(f"没有这个文件：{file}")
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            days = list(workdays.parse(lines))
    except (ValueError, KeyError) as error:
        raise Mistake(f"文件须有 date、working、name 三列，日期写作 2027-01-01，working 为 0 或 1：{error}") from error
    if not days:
        raise Mistake("文件中没有日期")
    product_database()
    try:
        moved = product.enter_holidays(days[0].day.year, days)
    except RuntimeError as error:
        raise Mistake(str(error)) from error
    print(f"{days[0].day.year} 年节假日已录入，{moved} 个期限重新核对后有变化")


@app.command()
def forms(folder: Annotated[Path, typer.Argument(help="写到哪个文件夹；没有就新建")]) -> None:
    """写出自带的报表样表（台账、周报、月报、情况统计表、零报告），供修改后上传。"""
    from fengqiao.insight import examples

    folder.mkdir(parents=True, exist_ok=True)
    made = [one for one in examples.every() if not (folder / one.file_name).exists()]
    for one in made:
        (folder / one.file_name).write_bytes(one.data)
    print(f"已写出 {len(made)} 张样表；同名文件保留不动：{folder}")


@app.command()
def demo(reset: Annotated[bool, typer.Option(help="先删除这里的全部数据")] = False) -> None:
    """载入演示县（枫溪县）；已载入的保留不动。"""
    from fengqiao.ops import product
    from fengqiao.ops import serve as serving

    if reset:
        _remove_demo()
    product.database_ready()
    product.setup("app")
    if product.pending()[1]:
        product.migrate_apart()
    serving.demo_mark().touch()
    for line in product.load_demo() or []:
        print(line)


def _remove_demo() -> None:
    """Delete database and files, but never those of an installation that is not a demo."""
    import shutil

    from fengqiao.ops import serve as serving

    if external():
        raise Mistake("外部数据库不能由此清空")
    if (home() / "pg").exists() and not serving.demo_mark().exists():
        raise Mistake(f"{home()} 不是演示数据，不予删除")
    serving.stop()
    for name in ("pg", "files", "erasures"):
        shutil.rmtree(home() / name, ignore_errors=True)
    for folder in (place("wal"), place("backups")):
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@import_app.command("reports")
def import_reports(
    file: Annotated[Path, typer.Argument(help="CSV 或 XLSX，UTF-8 或 GB18030")],
    org: Annotated[str, typer.Option(help="接收单位的名称或简称，默认为县局")] = "",
    channel: Annotated[str, typer.Option(help="来源渠道，文件中没有时使用")] = "department",
    history: Annotated[bool, typer.Option("--history", help="旧台账：作为历史记录导入，不进入待办")] = False,
    refused: Annotated[Path | None, typer.Option(help="把未导入和有提示的行写入这个 CSV 文件")] = None,
) -> None:
    """导入接报记录；可重复执行，不会重复登记。"""
    from fengqiao.ops import product

    if not file.is_file():
        raise Mistake(f"没有这个文件：{file}")
    product_database()
    with typer.progressbar(length=1000, label="导入") as bar:
        shown = 0

        def tell(done: int, total: int) -> None:
            nonlocal shown
            now = done * 1000 // max(total, 1)
            bar.update(now - shown)
            shown = now

        result = product.import_reports(file, tell, org=org, channel=channel, as_history=history)
    _show_import(result, refused)


def _show_import(result: dict[str, Any], refused: Path | None) -> None:
    for column in result["columns"]:
        typer.echo(f"列“{column.heading}” → {column.label or '不导入'}（{column.why or column.dropped or '未能判断'}）")
    run = result["run"]
    if run.error:
        raise Mistake(run.error)
    typer.echo(
        f"共 {run.rows} 行：新登记 {run.made}，已有 {run.repeated}，更新 {run.updated}，未导入 {run.refused}，提示 {run.warned}"
    )
    lines = result["refused"]
    for line in lines[:SHOWN_REFUSALS]:
        where = f"{line['sheet']} " if line["sheet"] else ""
        word = "提示" if line["warning"] else "未导入"
        typer.echo(f"{word}：{where}第 {line['line']} 行 {line['column']} {line['shown']}：{line['reason']}")
    if len(lines) > SHOWN_REFUSALS:
        typer.echo(f"……另有 {len(lines) - SHOWN_REFUSALS} 行，用 --refused 文件 写出全部")
    if refused:
        with refused.open("w", newline="", encoding="utf-8-sig") as file:  # so that Excel reads it
            writer = csv.writer(file)
            writer.writerow(["工作表", "行", "列", "内容", "原因", "提示"])
            writer.writerows([x["sheet"], x["line"], x["column"], x["shown"], x["reason"], x["warning"]] for x in lines)


@export_app.command("ledger")
def export_ledger(
    out: Annotated[Path, typer.Argument(help="写入的文件（JSON 行）")],
) -> None:
    """导出已封存的事实部分（不含个人信息），连同每条的封存值，可在别处核验。"""
    from fengqiao.ops import export

    product_database()
    print(f"已导出 {export.ledger(out)} 条：{out}")


@ledger_app.command("verify")
def ledger_verify(
    head: Annotated[str | None, typer.Option(help="此前打印的链头（序号:值），核对其仍在链上")] = None,
    file: Annotated[Path | None, typer.Option(help="核验导出的文件而不是数据库")] = None,
) -> None:
    """核验存证日志。"""
    from fengqiao.ops import export, product

    if file:
        if not file.is_file():
            raise Mistake(f"没有这个文件：{file}")
        faults, count = export.verify(file)
        print(f"核验 {count} 条")
    else:
        product_database()
        if head and not head.split(":")[0].isdigit():
            raise Mistake("链头的写法是 序号:值")
        verdict = product.verify_ledger(head)
        faults = verdict.faults
        print(f"已封存 {verdict.sealed} 条，待封存 {verdict.unsealed} 条，内容 {verdict.content} 份，已删除 {verdict.erased} 份")
        print(f"链头 {verdict.head}")
    for fault in faults:
        print(f"不符：{fault}")
    print("存证日志完整" if not faults else "存证日志有误")
    raise typer.Exit(1 if faults else 0)


@ledger_app.command("head")
def ledger_head() -> None:
    """打印链头，抄录或打印后离开本机保存。"""
    from fengqiao.ops import product

    product_database()
    print(product.ledger_head())


@app.command()
def backup(
    with_secrets: Annotated[bool, typer.Option("--with-secrets", help="连同密钥；这样的备份须锁起来")] = False,
    keep: Annotated[int, typer.Option(help="保留最近几份", min=1)] = 7,
) -> None:
    """备份数据库、文件和删除清单；运行中即可。"""
    from fengqiao.ops import backup as backing

    product_database()
    made = backing.backup(with_secrets=with_secrets, keep=keep)
    print(f"已备份：{made.path}（{made.size / 1e6:.1f} MB）")
    if not with_secrets:
        print(f"不含密钥。请另行保存 {place('secrets') / 'secrets.json'}：遗失后，加密的内容无法恢复。")


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="备份目录（含 manifest.json）")],
    wal: Annotated[list[Path] | None, typer.Option(help="归档日志目录，可给多个")] = None,
    erasures: Annotated[Path | None, typer.Option(help="比备份更新的删除清单目录")] = None,
    secrets: Annotated[Path | None, typer.Option(help="另行保存的 secrets.json")] = None,
    new_secrets: Annotated[bool, typer.Option("--new-secrets", help="密钥已遗失：换新的，加密的内容无法读出")] = False,
) -> None:
    """在空机器上恢复到最后一条已提交的记录，再次执行删除清单，核验存证日志。"""
    from fengqiao.ops import backup as backing
    from fengqiao.ops import product

    if not (folder / "manifest.json").is_file():
        raise Mistake(f"{folder} 不是备份目录：没有 manifest.json")
    if secrets and not secrets.is_file():
        raise Mistake(f"没有这个文件：{secrets}")
    if erasures and not erasures.is_dir():
        raise Mistake(f"没有这个目录：{erasures}")
    restored = backing.restore(
        folder, home(), wal=wal or [], erasures=erasures, secrets_file=secrets, new_secrets=new_secrets
    )
    print(f"已恢复 {restored.made_at.astimezone():%Y-%m-%d %H:%M:%S} 的备份并重放日志")
    product.database_ready()
    print(f"删除清单已再次执行：{product.replay_erasures()} 项")
    if last := product.last_event():
        print(f"最后一条操作记录：{last[0].astimezone():%Y-%m-%d %H:%M:%S}（{last[1]}）")
    _doctor(serving=False)


@app.command()
def upgrade() -> None:
    """升级：备份，执行数据库变更，检查。先装好新版程序再运行。"""
    from fengqiao.ops import backup as backing
    from fengqiao.ops import product
    from fengqiao.ops import serve as serving

    if serving.status():
        raise Mistake("请先运行 fengqiao stop")
    product_database()
    print(f"已备份：{backing.backup().path}")
    product.migrate_apart()
    print("数据库变更已执行")
    _doctor(serving=False)


@app.command()
def cert(names: Annotated[list[str], typer.Argument(help="这台机器在局域网里的地址或名称")]) -> None:
    """生成本地根证书和服务器证书，供手机经 HTTPS 访问。"""
    from fengqiao.ops import cert as certificates

    try:
        certificate, _ = certificates.ensure(names)
    except ValueError as problem:
        raise Mistake(f"证书名称不正确：{' '.join(names)}") from problem
    print(f"服务器证书：{certificate}，用于 {'、'.join(certificates.names_of(certificate))}")
    print(f"有效期至 {certificates.expires(certificate):%Y-%m-%d}")
    print(f"根证书：{certificate.with_name('ca.crt')}")
    print("手机安装：fengqiao serve --https 之后，用手机浏览器打开 https://这台机器的地址:端口/install/")


@app.command()
def doctor() -> None:
    """逐项检查，绿为正常，红为故障。"""
    _doctor(serving=True)


def _doctor(*, serving: bool) -> None:
    from fengqiao.ops import doctor as doctors

    if serving is False:
        product_database()
    marks = {"well": ("正常", typer.colors.GREEN), "note": ("留意", typer.colors.YELLOW), "ill": ("故障", typer.colors.RED)}
    sick = False
    for finding in doctors.examine(serving=serving):
        word, colour = marks[finding.state]
        typer.echo(f"{typer.style(word, fg=colour)} {finding.name:　<5} {finding.said}")
        sick = sick or finding.state == "ill"
    raise typer.Exit(1 if sick else 0)


def product_database() -> None:
    from fengqiao.ops import product

    product.database_ready()


def main(arguments: list[str] | None = None) -> None:
    """Run the command; see the module about exit codes."""
    try:
        code = app(args=arguments, prog_name="fengqiao", standalone_mode=False)
    except typer.Exit as done:
        code = done.exit_code
    except TyperException as problem:
        code = _complain(_in_chinese(problem))
    except (typer.Abort, KeyboardInterrupt):
        code = _complain("已中断", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as problem:
        code = _complain(*_explain(problem))
    sys.exit(code or 0)


def _complain(said: str, code: int = 2) -> int:
    print(said, file=sys.stderr)
    return code


def _explain(problem: Exception) -> tuple[str, int]:
    """What to say about an exception, and with which exit code."""
    from fengqiao.ops.backup import BackupError
    from fengqiao.ops.serve import ServeError

    if isinstance(problem, Mistake | postgres.PostgresError | BackupError | ServeError):
        return str(problem), 2
    if isinstance(problem, LookupError) and type(problem) is LookupError:
        return str(problem), 2
    if type(problem).__module__ == "fengqiao.core.errors":  # refused by the product itself, in its own words
        return str(problem), 2
    log = place("logs") / "cli.log"
    with log.open("a") as file:
        file.write(f"{datetime.now().astimezone().isoformat()} {' '.join(sys.argv[1:])}\n{traceback.format_exc()}\n")
    return f"未能完成（{type(problem).__name__}），详情见 {log}", 1


def _in_chinese(problem: TyperException) -> str:
    """typer's own refusals (it has no Chinese): told apart by their kind, help named."""
    context, param = getattr(problem, "ctx", None), getattr(problem, "param", None)
    name = param.opts[0] if param and param.opts else "参数"
    what = name if name.startswith("-") else name.upper()
    match type(problem).__name__:
        case "NoArgsIsHelpError":
            return problem.message
        case "NoSuchOption":
            said = f"没有选项 {getattr(problem, 'option_name', '')}"
        case "MissingParameter":
            said = f"缺少 {what}"
        case "BadParameter":
            said = f"{what} 不正确"
        case _:
            said = "命令不正确"
    return f"{said}，用法见 {context.command_path if context else 'fengqiao'} --help"


if __name__ == "__main__":
    main()
