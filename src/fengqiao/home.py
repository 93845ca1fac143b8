"""Where an installation keeps its things, its secrets, and how each database role connects.

Pure Python (no Django), so that settings may import it. Everything lies under one directory, *home*:

    pg/        data directory of the embedded PostgreSQL
    run/       process ids, sockets, postgres.json (host and port), serve.json (addresses)
    files/     documents, content-addressed and encrypted
    secrets/   secrets.json (mode 0600): keys and database passwords, made at first use, never in the repository
    wal/       archived write-ahead log (FENGQIAO_WAL puts it on another disk)
    backups/   backups (FENGQIAO_BACKUPS puts them on another disk)
    erasures/  list of carried-out erasures, one JSON file each, replayed after a restore (FENGQIAO_ERASURES likewise)
    certs/     local certificate authority and server certificate
    logs/      one log per process
"""

from __future__ import annotations

import base64
import json
import os
import secrets as _random
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Role = Literal["owner", "app", "sealer", "super"]
ROLE_NAMES: dict[Role, str] = {
    "owner": "fengqiao_owner",  # owns the database: migrations and dumps
    "app": "fengqiao_app",  # what web, stream and worker connect as
    "sealer": "fengqiao_sealer",  # seals the ledger, nothing else
    "super": "fengqiao_super",  # embedded server only: initdb's superuser
}
DATABASE = "fengqiao"


def home() -> Path:
    """Absolute path of the installation's directory: ``FENGQIAO_HOME``, else ``var/`` of the checkout or of the cwd."""
    if given := os.environ.get("FENGQIAO_HOME"):
        return Path(given).expanduser().resolve()
    checkout = Path(__file__).resolve().parents[2]
    return (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / "var"


def place(name: str, base: Path | None = None) -> Path:
    """Directory ``name`` of home (see the module's list), made if absent; only secrets/ and certs/ are closed to others.

    ``wal``, ``backups`` and ``erasures`` follow FENGQIAO_WAL, FENGQIAO_BACKUPS and FENGQIAO_ERASURES when no ``base``
    is given.
    """
    movable = base is None and name in ("wal", "backups", "erasures")
    elsewhere = os.environ.get(f"FENGQIAO_{name.upper()}") if movable else None
    path = Path(elsewhere).expanduser().resolve() if elsewhere else (base or home()) / name
    private = name in ("secrets", "certs", "files", "erasures", "backups")
    path.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o755)
    return path


@dataclass(frozen=True)
class Secrets:
    """Keys and passwords of one installation. Losing ``encryption_key`` loses every encrypted column and file."""

    django_secret_key: str
    hash_key: str  # keyed hash of id numbers and phones; base64 of 32 bytes
    encryption_key: str  # files and columns (AES-256-GCM); base64 of 32 bytes
    password_owner: str
    password_app: str
    password_sealer: str
    password_super: str

    def hash_bytes(self) -> bytes:
        return base64.b64decode(self.hash_key)

    def encryption_bytes(self) -> bytes:
        return base64.b64decode(self.encryption_key)

    def password(self, role: Role) -> str:
        return str(getattr(self, f"password_{role}"))


def _new_secrets() -> Secrets:
    def key() -> str:
        return base64.b64encode(_random.token_bytes(32)).decode()

    return Secrets(_random.token_urlsafe(50), key(), key(), *(_random.token_urlsafe(24) for _ in range(4)))


@lru_cache
def _load_secrets(path: Path) -> Secrets:
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(_new_secrets()), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # the first of several processes wins; the others read its file
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return Secrets(**json.loads(path.read_text()))


def secrets(base: Path | None = None) -> Secrets:
    """The installation's secrets; made once, with mode 0600, in ``secrets/secrets.json``."""
    return _load_secrets(place("secrets", base) / "secrets.json")


def database(role: Role = "app", base: Path | None = None, dbname: str | None = None) -> dict[str, Any]:
    """How ``role`` connects: ``dict(host, port, dbname, user, password)`` and, for outside servers, further libpq options.

    Embedded server: host and port from ``run/postgres.json`` (host is a socket directory where its path is short
    enough, else 127.0.0.1). Never fails before the first start: connecting does, so settings can always be imported.
    Outside server: ``DATABASE_URL`` (app), ``DATABASE_URL_OWNER``, ``DATABASE_URL_SEALER``; LookupError if a role's
    address is not given. FENGQIAO_DB_NAME names another database on the same server (tests work in copies).
    """
    dbname = dbname or os.environ.get("FENGQIAO_DB_NAME")
    if external() and base is None:
        variable = "DATABASE_URL" if role == "app" else f"DATABASE_URL_{role.upper()}"
        if not (url := os.environ.get(variable)):
            raise LookupError(f"{variable} 未设置：使用外部数据库时，三个角色各要一个连接地址")
        return _from_url(url, dbname)
    where = {"host": "127.0.0.1", "port": 5432}
    described = (base or home()) / "run" / "postgres.json"
    if described.exists():
        where.update({k: v for k, v in json.loads(described.read_text()).items() if k in where})
    return {
        **where,
        "dbname": dbname or DATABASE,
        "user": ROLE_NAMES[role],
        "password": secrets(base).password(role),
    }


def external() -> bool:
    """True when ``DATABASE_URL`` points to a server that is not ours to start, stop or back up."""
    return bool(os.environ.get("DATABASE_URL"))


def _from_url(url: str, dbname: str | None) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise LookupError("数据库连接地址须以 postgresql:// 开头")
    options = dict(parse_qsl(parts.query))
    return {
        "host": options.pop("host", None) or parts.hostname or "127.0.0.1",
        "port": parts.port or 5432,
        "dbname": dbname or unquote(parts.path.lstrip("/")) or DATABASE,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        **options,
    }


def font_dirs() -> list[Path]:
    """Directories with a font that has Chinese glyphs, best first, for typst's ``font_paths``; empty when none is found.

    First the wheel ``pylopdf-fonts-zh-cn`` (families "Noto Sans SC" and "Noto Serif SC"), then Debian's
    fonts-noto-cjk ("Noto Sans CJK SC", "Noto Serif CJK SC") and the wqy fonts.
    """
    wheel = find_spec("pylopdf_fonts_zh_cn")
    folders = [Path(p) for p in (wheel.submodule_search_locations or [])] if wheel else []
    folders += [Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/truetype/wqy")]
    return [path for path in folders if path.is_dir() and any(path.glob("*.[ot]t[fc]"))]
