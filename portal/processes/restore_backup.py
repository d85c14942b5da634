"""`portal backup restore`: into an empty installation, files and heads first, then the rows that speak of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from portal.adapters.database_copy import POSTGRESQL, SQLITE, restore_postgresql, restore_sqlite
from portal.config import BadSetting
from portal.domain.errors import NotFound
from portal.ports import Deps
from portal.processes.backup_folder import ABOUT, BackupFolder, KeptFile, files_of, heads_of
from portal.repos.backups import continue_numbers, is_empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """`later_heads`: heads that were signed after this backup and are still where heads are kept; what they speak of is
    lost. `counted_on`: by how much this server's transactions are counted on."""

    files: int
    heads: int
    later_heads: tuple[str, ...]
    counted_on: int


def restore_backup(*, moment: Path, database: str, deps: Deps) -> Restored:
    """Raises BadSetting (this is no backup, or not for this kind of database; the database is not empty; a file is not
    as it was when it was kept; another head has the name of one of these) and ProviderUnavailable. Said again after it
    broke off, it goes on."""
    about = _about(moment)
    if about["database"] != ("sqlite" if database.startswith("sqlite:") else "postgresql"):
        raise BadSetting(f"{moment}: is of {about['database']}, which PORTAL_DATABASE_URL is not")
    with deps.database.reading() as connection:
        if not is_empty(connection):
            raise BadSetting(
                "PORTAL_DATABASE_URL: the database has tables already; a backup is restored to an empty one"
            )
    folder = BackupFolder(moment.absolute().parent)
    files = sum(_put(file, folder, deps) for file in files_of(moment))
    heads = heads_of(moment)
    for name in heads:
        _put_head(name, folder, deps)
    if database.startswith("sqlite:"):
        restore_sqlite(moment / SQLITE, database)
        return Restored(files=files, heads=len(heads), later_heads=_later(heads, deps), counted_on=0)
    restore_postgresql(moment / POSTGRESQL, database)
    with deps.database.writing() as connection:
        counted_on = continue_numbers(connection)
        connection.exec_driver_sql("ANALYZE")
    return Restored(files=files, heads=len(heads), later_heads=_later(heads, deps), counted_on=counted_on)


def _about(moment: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((moment / ABOUT).read_text())
    except (OSError, ValueError):
        raise BadSetting(f"{moment}: is no backup that is whole") from None
    return found


def _put(file: KeptFile, folder: BackupFolder, deps: Deps) -> int:
    try:
        content = folder.evidence(file.key).read_bytes()
    except OSError:
        raise BadSetting(f"{folder.evidence(file.key)}: is missing in the backup") from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise BadSetting(f"{folder.evidence(file.key)}: is not as it was when it was kept")
    try:
        is_there = deps.store.get(file.key) == content
    except NotFound:
        is_there = False
    if not is_there:
        deps.store.put(file.key, content)
    return 1


def _put_head(name: str, folder: BackupFolder, deps: Deps) -> None:
    lines = (folder.heads / f"{name}.heads").read_text("utf-8").splitlines()
    if not deps.heads.write(name, lines) and list(deps.heads.read(name)) != lines:
        raise BadSetting(f"PORTAL_AUDIT_URL: {name} is there already and says something else")


def _later(heads: list[str], deps: Deps) -> tuple[str, ...]:
    return tuple(name for name in deps.heads.names() if name not in set(heads))
