from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import databases, needs
from tests.faults.installation import Installation, installed

count = itertools.count(1)


@dataclass(frozen=True)
class OwnCluster:
    """A PostgreSQL that may be stopped and started. What it has committed outlives its processes."""

    binaries: Path
    folder: Path

    def url(self, database: str) -> str:
        return databases.Cluster(self.folder).url(database)

    def start(self) -> None:
        settings = databases.CLUSTER_SETTINGS | {"synchronous_commit": "on", "full_page_writes": "on"}
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        self._run("pg_ctl", "start", "-w", "-s", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} {options}")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "stop", "-w", "-s", "-m", mode)

    def init(self) -> None:
        options = ("-U", "portal", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self._run("initdb", *options)

    def _run(self, name: str, *options: str) -> None:
        command = [self.binaries / name, "-D", self.folder / "data", *options]
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **databases.identity()
        )
        assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[OwnCluster]:
    binaries = needs.need("postgresql", "faults are tried on it too", databases.postgresql_binaries())
    folder = Path(tempfile.mkdtemp(prefix="portal-faults-", dir="/tmp"))
    if as_user := databases.identity():
        os.chown(folder, as_user["user"], as_user["group"])
    cluster = OwnCluster(Path(binaries), folder)
    cluster.init()
    cluster.start()
    databases.migrate(databases.Cluster(folder).create("template_faults"))
    yield cluster
    cluster.stop("fast")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """A running portal, on each kind of database."""
    with database_of(request, tmp_path) as url, installed(tmp_path, url) as running:
        yield running


@contextmanager
def database_of(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield databases.sqlite_database(folder)
        return
    cluster: OwnCluster = request.getfixturevalue("own_cluster")
    yield databases.Cluster(cluster.folder).create(f"faults_{os.getpid()}_{next(count)}", "template_faults")


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, databases.sqlite_database(tmp_path)) as running:
        yield running
