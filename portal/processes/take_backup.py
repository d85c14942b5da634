"""`portal backup take`: database, evidence and signed heads of one moment, while everybody goes on working.

The database is copied first, with the list of files it names. A file is never changed, and is in the store before its
row is; so what is missing when it is fetched was deleted meanwhile, with its row, and the moment is taken again.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine

from portal.adapters.database_copy import copy_sqlite, dump_postgresql
from portal.domain.errors import NotFound
from portal.ports import Deps
from portal.processes.backup_folder import ABOUT, FILES, HEADS, KEYS, BackupFolder, KeptFile
from portal.repos.audit import hold_still, noted_heads
from portal.repos.backups import export_snapshot, stored_keys
from portal.repos.schema import revisions
from portal.repos.unit_of_work import reading

TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`missing`: files that rows name and the store has not got, now as before."""

    place: Path
    files: int
    fetched: int
    heads: int
    missing: tuple[str, ...]


def take_backup(*, root: Path, database: str, deps: Deps) -> Taken:
    """`database`: its URL. Raises ProviderUnavailable, and leaves nothing behind that counts as a backup."""
    folder = BackupFolder(root)
    part = folder.begin(deps.clock.now())
    try:
        taken = _take(folder, part, database, deps)
    except BaseException:
        shutil.rmtree(part)
        raise
    return taken


def _take(folder: BackupFolder, part: Path, database: str, deps: Deps) -> Taken:
    known, fetched = folder.newest_files(), 0
    for left in reversed(range(TRIES)):
        _copy_database(part, database, deps)
        files, missing, new = _fetch(folder, part, known, deps)
        fetched += new
        if not missing or (left == 0) or _are_named_still(missing, deps):
            break
    heads = _copy_heads(folder, part, deps)
    about = {"taken_at": deps.clock.now().isoformat(), "files": files, "heads": heads, "missing": missing}
    (part / KEYS).unlink()
    (part / ABOUT).write_text(json.dumps(about | json.loads((part / ABOUT).read_text()), indent=1) + "\n")
    place = folder.finish(part)
    return Taken(place=place, files=files, fetched=fetched, heads=heads, missing=tuple(missing))


def _copy_database(part: Path, database: str, deps: Deps) -> None:
    """And what has to be there with it, of the same moment."""
    if database.startswith("sqlite:"):
        engine = create_engine(f"sqlite:///{copy_sqlite(database, part)}")
        with engine.connect() as connection:
            _note(connection, part)
        engine.dispose()
        return
    with deps.database.reading(streams=True) as connection:
        hold_still(connection)
        dump_postgresql(database, part, export_snapshot(connection))
        _note(connection, part)


def _note(connection: Connection, part: Path) -> None:
    with (part / KEYS).open("w", encoding="utf-8") as lines:
        lines.writelines(f"{key}\n" for key in stored_keys(connection))
    (part / HEADS).write_text("".join(f"{name}\n" for name, *_ in noted_heads(connection).values()))
    about = {"database": connection.dialect.name, "revisions": sorted(revisions(connection))}
    (part / ABOUT).write_text(json.dumps(about))


def _fetch(folder: BackupFolder, part: Path, known: dict[str, KeptFile], deps: Deps) -> tuple[int, list[str], int]:
    """How many files there are, those that are missing, and how many were fetched just now."""
    count, missing, fetched = 0, [], 0
    with (part / FILES).open("w", encoding="utf-8") as lines, (part / KEYS).open(encoding="utf-8") as keys:
        for key in (line.rstrip("\n") for line in keys):
            file = known.get(key) if folder.evidence(key).is_file() else None
            if file is None:
                try:
                    known[key] = file = folder.keep(key, deps.store.get(key))
                except NotFound:
                    missing.append(key)
                    continue
                fetched += 1
            lines.write(f"{json.dumps(asdict(file))}\n")
            count += 1
    return count, missing, fetched


def _are_named_still(missing: list[str], deps: Deps) -> bool:
    with reading(deps) as work:
        return work.evidence.known_keys(missing) == set(missing)


def _copy_heads(folder: BackupFolder, part: Path, deps: Deps) -> int:
    """Those that the copy of the database knows of: a later one speaks of what is not in it."""
    folder.heads.mkdir(exist_ok=True)
    names = (part / HEADS).read_text("utf-8").split()
    for name in names:
        path = folder.heads / f"{name}.heads"
        if not path.exists():
            aside = path.with_suffix(".part")
            with aside.open("w", encoding="utf-8") as lines:
                lines.writelines(f"{line}\n" for line in deps.heads.read(name))
            aside.rename(path)
    return len(names)
