"""材料: stored files. Named by the SHA-256 of their plain bytes, encrypted at rest, on the disk before their row commits.

Each stored file has its own encrypted copy, even when its bytes are held already: erasing one never breaks another.
A file whose row was rolled back is an orphan and is swept; a row without its file cannot come to be.
"""

import hashlib
import logging
import os
import time
import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import connection, transaction

from fengqiao.core import access, clock, crypto
from fengqiao.core.actor import Actor
from fengqiao.core.errors import Invalid, NotThere, Refused
from fengqiao.core.ids import uuid7
from fengqiao.core.models import Document
from fengqiao.core.rules import BadInput, filetypes
from fengqiao.core.scope import scope
from fengqiao.core.signon import system_actor

log = logging.getLogger(__name__)
NAME_LIMIT = 200
ORPHAN_AFTER = timedelta(hours=1)  # longer than any request or job holds its transaction


def store(
    actor: Actor,
    *,
    about: uuid.UUID,
    name: str,
    data: bytes | BinaryIO,
    purpose: str,
    retain_until: date | None = None,
    org_id: int | None = None,
) -> Document:
    """Check, encrypt and store a file; its row commits with the caller's transaction, its bytes are on the disk before.

    about    root record whose sight the file follows (the matter).
    purpose  what it is for, a short code: evidence, receipt, minutes …
    Errors: Refused 413 above settings.MAX_UPLOAD; Invalid({"file": …}) when the content may not be taken.
    To be called inside an act, whose event names the file; `core.acts.documents.attach` is the act that only stores.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("documents.store() outside a transaction")
    plain = data if isinstance(data, bytes) else data.read(settings.MAX_UPLOAD + 1)
    if len(plain) > settings.MAX_UPLOAD:
        raise Refused(
            f"文件超过 {settings.MAX_UPLOAD // 1_000_000} 兆，未予接收。请压缩或分成几个文件。", status=413
        )
    name = _clean(name)
    try:
        media = filetypes.media_type(name, plain)
    except BadInput as error:
        raise Invalid({"file": f"{error}。"}) from error
    digest = hashlib.sha256(plain).digest()
    row = Document(
        id=uuid7(), org_id=org_id or actor.org_id, created_at=clock.now(), about=about, name=name, sha256=digest.hex(),
        size=len(plain), media_type=media, purpose=purpose, retain_until=retain_until,
    )  # fmt: skip
    row.stored = f"{row.sha256[:2]}/{row.sha256[2:4]}/{row.id}"
    _write(_path(row.stored), crypto.encrypt(plain, bound_to=digest))
    row.save(force_insert=True)
    return row


def read(actor: Actor, document_id: uuid.UUID, purpose: str) -> tuple[Document, bytes]:
    """The document and its plain bytes, after an access line was written. The bytes are checked against their hash.

    Errors: NotThere; Refused 410 when erased, 422 without a purpose, 500 when the file was damaged or changed.
    """
    row = Document.objects.filter(id=document_id).first()
    if row is None:
        raise NotThere
    if row.erased_at is not None:
        raise Refused("该材料已依法删除，仅保留操作事实。", status=410)
    access.opened(actor, "document", row.id, purpose, ["file", "name"])
    return row, plain_bytes(row)


def plain_bytes(row: Document) -> bytes:
    """Decrypt and verify a stored file. For background work; a person reads through `read`, which leaves a line."""
    digest = bytes.fromhex(row.sha256)
    try:
        plain = crypto.decrypt(_path(row.stored).read_bytes(), bound_to=digest)
    except (OSError, InvalidTag) as error:
        log.exception("document %s cannot be read", row.id)
        raise Refused("材料文件缺失或已被改动，未予显示，请联系管理员核查。", status=500) from error
    if hashlib.sha256(plain).digest() != digest:
        raise Refused("材料与登记的校验值不符，未予显示，请联系管理员核查。", status=500)
    return plain


def forget(rows: Iterable[Document]) -> list[uuid.UUID]:
    """Empty the rows and, once that is committed, destroy their files (erasure's last step). Returns the ids emptied."""
    gone = []
    for row in rows:
        if row.stored:
            path = _path(row.stored)
            transaction.on_commit(partial(shred, path))
        Document.objects.filter(id=row.id).update(
            name="", sha256="", stored="", erased_at=row.erased_at or clock.now(), version=row.version + 1
        )
        gone.append(row.id)
    return gone


def shred(path: Path) -> None:
    """Overwrite and remove a file. The bytes were encrypted; overwriting is for a disk that is read without the database."""
    try:
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    _flush(path.parent)


def sweep() -> int:
    """Remove files no row names: their transaction was rolled back, or their erasure was cut short. Returns how many.

    Looks with the system's sight: to any other, the files of organisations it cannot see would all seem orphans.
    """
    before = (
        time.time() - ORPHAN_AFTER.total_seconds()
    )  # of the disk, not the product's clock, which may be pinned
    old = {str(p.relative_to(settings.FILES_DIR)): p for p in _files() if p.stat().st_mtime < before}
    with scope(system_actor("清理无主文件")):
        known = set(Document.objects.filter(stored__in=list(old)).values_list("stored", flat=True))
    orphans = [path for stored, path in old.items() if stored not in known]
    for path in orphans:
        shred(path)
    return len(orphans)


def _files() -> list[Path]:
    return [path for path in Path(settings.FILES_DIR).glob("??/??/*") if path.is_file()]


def _path(stored: str) -> Path:
    return Path(settings.FILES_DIR) / stored


def _clean(name: str) -> str:
    """The file's own name without folders and control characters, shortened before its extension."""
    path = Path(name.replace("\\", "/"))
    stem = "".join(c for c in path.stem if c.isprintable())
    return stem[: NAME_LIMIT - len(path.suffix)] + path.suffix


def _write(path: Path, sealed: bytes) -> None:
    new = [folder for folder in (path.parent.parent, path.parent) if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    for folder in {path.parent, *(n.parent for n in new)}:
        _flush(folder)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
