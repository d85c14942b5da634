"""A database as one file, of one moment, while others write to it: by SQLite's online backup, or by pg_dump."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

from portal.adapters.libpq_address import conninfo_of
from portal.domain.errors import ProviderUnavailable

SQLITE, POSTGRESQL = "database.db", "database.dump"


def copy_sqlite(url: str, folder: Path) -> Path:
    """In one step: writers wait for nothing, and the copy is of the moment at which it began."""
    target = folder / SQLITE
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(_file_of(url))) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # One file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        (said,) = copy.execute("PRAGMA integrity_check").fetchone()
    if said != "ok":
        raise ProviderUnavailable("database", said)
    return target


def restore_sqlite(source: Path, url: str) -> None:
    """Where no file is yet, or one without tables."""
    target = _file_of(url)
    target.parent.mkdir(parents=True, exist_ok=True)
    for beside in ("", "-wal", "-shm"):
        target.with_name(target.name + beside).unlink(missing_ok=True)
    aside = target.with_name(f"{target.name}.restored")
    shutil.copyfile(source, aside)
    aside.rename(target)


def dump_postgresql(url: str, folder: Path, snapshot: str) -> Path:
    """`snapshot`: exported by a transaction that is still open."""
    target = folder / POSTGRESQL
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
    _run("pg_dump", options, make_url(url))
    return target


def restore_postgresql(source: Path, url: str) -> None:
    """Into a database without tables, whose owner is who `url` names: whole or not at all."""
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(source)]
    _run("pg_restore", options, make_url(url))


def _file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///")).absolute()


def _run(program: str, options: list[str], url: URL) -> None:
    """The password goes by the environment: arguments are seen by everybody on the machine."""
    where = conninfo_of(url, without={"password"})
    secret: Mapping[str, str] = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = [program, *options, "--dbname", where]
    try:
        done = subprocess.run(command, env=os.environ | secret, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        raise ProviderUnavailable(program, "it is not installed here") from None
    if done.returncode:
        raise ProviderUnavailable(program, (done.stderr.strip().splitlines() or ["it failed"])[0])
