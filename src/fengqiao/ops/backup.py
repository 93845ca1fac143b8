"""Backup and restore: base backup + archived WAL + files + list of erasures, every file under a SHA-256.

    backup()   a new directory in backups/: base/ (pg_basebackup, compressed), files/, erasures/, manifest.json
    restore()  onto an empty home: base, WAL to its end, the erasures again; the caller verifies the ledger

Secrets are left out unless asked for: whoever has backup and secrets can read everything, whoever loses the secrets
can never again read encrypted columns and files. Keep both, apart. An outside database (DATABASE_URL) is dumped with
pg_dump; its WAL is its own administrator's.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fengqiao.home import external, place
from fengqiao.ops import postgres

SEGMENT_NAME = 24  # hexadecimal digits in the name of a WAL segment


class BackupError(RuntimeError):
    """The backup is incomplete, damaged or not applicable; the text (Chinese) says which."""


@dataclass(frozen=True)
class Backup:
    """One finished backup. ``first_wal`` is the segment its replay begins with (None for a dump)."""

    path: Path
    made_at: datetime
    first_wal: str | None
    with_secrets: bool
    files: dict[str, dict[str, Any]]

    @property
    def size(self) -> int:
        """Bytes, as the manifest tells."""
        return sum(int(entry["size"]) for entry in self.files.values())


def backups(folder: Path | None = None) -> list[Backup]:
    """Finished backups, oldest first; what was interrupted has no manifest and does not count."""
    return [read(path.parent) for path in sorted((folder or place("backups")).glob("*/manifest.json"))]


def read(folder: Path) -> Backup:
    """The backup in ``folder``; BackupError when there is no readable manifest."""
    try:
        told = json.loads((folder / "manifest.json").read_text())
        made = datetime.fromisoformat(told["made_at"])
        return Backup(folder, made, told["first_wal"], told["with_secrets"], told["files"])
    except (OSError, ValueError, KeyError) as problem:
        raise BackupError(f"{folder} 不是完整的备份：没有可读的 manifest.json") from problem


def backup(*, with_secrets: bool = False, keep: int = 7) -> Backup:
    """Take a backup while everything runs; keep the newest ``keep`` and the WAL the oldest of them needs.

    Nothing half-done is ever taken for a backup: the directory gets its name after its manifest is on the disk.
    """
    folder = place("backups")
    now = datetime.now(UTC)
    draft = folder / f".{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z"
    draft.mkdir(mode=0o700)
    earlier = backups(folder)
    # files and erasures first: what they name is then surely in the database copy or in the WAL after it
    for name in ("erasures", "files"):
        _copy(place(name), draft / name, earlier[-1].path / name if earlier and name == "files" else None)
    first_wal = _copy_database(draft / "base")
    if with_secrets:
        shutil.copytree(place("secrets"), draft / "secrets")
    known = earlier[-1].files if earlier else {}
    files = {str(p.relative_to(draft)): p for p in sorted(draft.rglob("*")) if p.is_file()}
    listed = {}
    for name, path in files.items():
        old = known.get(name)
        same = old and earlier and path.stat().st_ino == _inode(earlier[-1].path / name)
        listed[name] = old if same else {"sha256": _sha256(path), "size": path.stat().st_size}
    manifest = {
        "made_at": now.isoformat(),
        "first_wal": first_wal,
        "with_secrets": with_secrets,
        "files": listed,
    }
    _write(draft / "manifest.json", json.dumps(manifest, indent=1))
    done = folder / draft.name[1:]
    draft.rename(done)
    _flush(folder)
    _prune(folder, keep)
    return read(done)


def _copy(source: Path, target: Path, earlier: Path | None) -> None:
    """Copy a tree of files that never change (named by their content); those an earlier backup holds are linked."""
    target.mkdir()
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source)
        if path.is_dir():
            (target / name).mkdir(exist_ok=True)
            continue
        held = earlier / name if earlier else None
        try:
            if held and held.exists() and held.stat().st_size == path.stat().st_size:
                os.link(held, target / name)
            else:
                shutil.copyfile(path, target / name)
        except FileNotFoundError:
            continue  # erased while we copied


def _copy_database(target: Path) -> str | None:
    """Base backup with the WAL it needs to be consistent; the segment from which replay must go on."""
    target.mkdir()
    if external():
        postgres.client("pg_dump", "--format=custom", "--file", target / "dump", role="owner")
        return None
    base_backup = ("-D", target, "--format=tar", "--compress=gzip:1", "--wal-method=stream", "--checkpoint=fast")
    postgres.client("pg_basebackup", *base_backup, "--no-password", role="super")
    with postgres.connect() as db:
        db.execute("SELECT pg_switch_wal()")  # so that the archive holds everything up to here without waiting
    told = json.loads((target / "backup_manifest").read_text())["WAL-Ranges"][0]
    high, low = (int(part, 16) for part in told["Start-LSN"].split("/"))
    return f"{told['Timeline']:08X}{high:08X}{low >> 24:08X}"


def _prune(folder: Path, keep: int) -> None:
    everything = backups(folder)
    for old in everything[:-keep]:
        shutil.rmtree(old.path)
    kept = everything[-keep:]
    first = kept[0].first_wal
    if first and not external():
        for path in place("wal").glob("*.gz"):
            name = path.name.split(".")[0]  # a segment, or the label of a backup that began in it
            if len(name) == SEGMENT_NAME and name[8:] < first[8:]:  # the timeline (8 digits) says nothing about age
                path.unlink()


def check(folder: Path) -> Backup:
    """Read every file of a backup and compare it with the manifest; BackupError names the first that differs."""
    found = read(folder)
    for name, entry in found.files.items():
        path = folder / name
        if not path.is_file():
            raise BackupError(f"备份缺少文件：{name}")
        if _sha256(path) != entry["sha256"]:
            raise BackupError(f"备份文件已损坏：{name}")
    return found


def restore(
    folder: Path,
    into: Path,
    *,
    wal: list[Path],
    erasures: Path | None = None,
    secrets_file: Path | None = None,
    new_secrets: bool = False,
) -> Backup:
    """Lay a backup into an empty home and replay the WAL found in ``wal`` to its end; the server is left stopped.

    ``wal``: directories with archived segments (NAME.gz) or plain ones (the old machine's pg/pg_wal holds the last
    minute, if its disk still lives). Secrets come from the backup, from ``secrets_file``, or, when ``new_secrets``,
    are made anew: then everything encrypted stays unreadable. ``erasures``: a newer list than the backup's, so that
    what was erased since does not come back. BackupError when the home is not empty, the backup is
    damaged or no secrets were given.
    """
    if external():
        raise BackupError("外部数据库请用 pg_restore 恢复 base/dump，见 docs/operations.md")
    if (into / "pg").exists():
        raise BackupError(f"{into} 已有数据库，恢复只写入空目录")
    found = check(folder)
    if not (folder / "base" / "base.tar.gz").exists():
        raise BackupError("这是外部数据库的备份，请用 pg_restore 恢复，见 docs/operations.md")
    secrets_place = place("secrets", into) / "secrets.json"
    given = secrets_file or (folder / "secrets" / "secrets.json" if found.with_secrets else None)
    if given:
        shutil.copyfile(given, secrets_place)
        secrets_place.chmod(0o600)
    elif not new_secrets and not secrets_place.exists():
        raise BackupError("备份不含密钥：请用 --secrets 给出 secrets.json；确已遗失的用 --new-secrets（已加密的内容将无法读出）")
    for name in ("files", "erasures"):
        shutil.copytree(folder / name, place(name, into), dirs_exist_ok=True)
    if erasures:
        shutil.copytree(erasures, place("erasures", into), dirs_exist_ok=True)
    pgdata = into / "pg"
    pgdata.mkdir(mode=0o700)
    _unpack(folder / "base" / "base.tar.gz", pgdata)
    _unpack(folder / "base" / "pg_wal.tar.gz", pgdata / "pg_wal")
    postgres.prepare(into)
    staged = _stage(wal, into, found.first_wal or "")
    try:
        where = shlex.quote(str(staged))
        postgres.recover(f"cp {where}/%f %p 2>/dev/null || gzip -dc {where}/%f.gz > %p", into)
    finally:
        shutil.rmtree(staged)
    return found


def _unpack(archive: Path, target: Path) -> None:
    with tarfile.open(archive) as tar:
        if hasattr(tarfile, "data_filter"):  # Debian 12's Python 3.11.2 is older than filters
            tar.extractall(target, filter="data")
        else:
            tar.extractall(target)


def _stage(folders: list[Path], into: Path, first: str) -> Path:
    """Copy the segments replay may need to where the server's account can read them; archived (whole) ones win."""
    staged = into / "replay"
    staged.mkdir(mode=0o700)
    for folder in folders:
        if not folder.is_dir():
            raise BackupError(f"没有这个目录：{folder}")
        for path in folder.iterdir():
            name = path.name.removesuffix(".gz")
            segment = len(name) == SEGMENT_NAME and name[8:] >= first[8:]
            if not (segment or name.endswith(".history")) or (staged / f"{name}.gz").exists():
                continue
            shutil.copyfile(path, staged / path.name)
            if path.suffix == ".gz":
                (staged / name).unlink(missing_ok=True)
    postgres.give(staged, into)
    return staged


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inode(path: Path) -> int | None:
    return path.stat().st_ino if path.exists() else None


def _write(path: Path, text: str) -> None:
    with path.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.sync()


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
