from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.fleet import Fleet, fleet_on
from tests.faults.installation import Installation, installed
from tests.faults.tills import RailsTill, UnaskedTill
from tests.support import databases, needs
from tests.support.s3_server import WHO

count = itertools.count(1)
IS_LONG = bool(int(os.environ.get("PORTAL_FAULT_CYCLES") or 0))


@dataclass(frozen=True)
class OwnCluster:
    """A PostgreSQL that may be stopped and started. What it has committed outlives its processes."""

    binaries: Path
    folder: Path

    def url(self, database: str) -> str:
        return databases.Cluster(self.folder).url(database)

    def start(self, **more: str) -> None:
        """`more`: settings of this run of it."""
        settings = databases.CLUSTER_SETTINGS | {"synchronous_commit": "on", "full_page_writes": "on"} | more
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        self._run("pg_ctl", "start", "-w", "-s", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} {options}")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "stop", "-w", "-s", "-m", mode)

    def init(self) -> None:
        options = ("-U", "portal", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self._run("initdb", *options)

    def copy_of(self, primary: OwnCluster) -> None:
        """Its standby, which asks it for everything new."""
        self._run("pg_basebackup", "-h", str(primary.folder), "-U", "portal", "-R", "-c", "fast", "--no-sync")

    def promote(self) -> None:
        self._run("pg_ctl", "promote", "-w", "-s")

    def _run(self, name: str, *options: str) -> None:
        command = [self.binaries / name, "-D", self.folder / "data", *options]
        done = subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            **databases.identity(),
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


@pytest.fixture(scope="module")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running portal on SQLite. Whoever stops it starts it again."""
    folder = tmp_path_factory.mktemp("sqlite")
    with installed(folder, databases.sqlite_database(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def rails_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running portal on SQLite whose shop has a rail for every tender, with its counterparts."""
    yield from _with(tmp_path_factory.mktemp("rails"), RailsTill())


@pytest.fixture(scope="module")
def unasked_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The same, whose shop has a system of its own that cannot be asked."""
    yield from _with(tmp_path_factory.mktemp("unasked"), UnaskedTill())


def _with(folder: Path, till: RailsTill) -> Iterator[Installation]:
    with installed(folder, databases.sqlite_database(folder), till) as running:
        yield running
    till.close()


@pytest.fixture(scope="module")
def postgresql_place(own_cluster: OwnCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    url = databases.Cluster(own_cluster.folder).create(f"faults_{os.getpid()}_{next(count)}", "template_faults")
    with installed(tmp_path_factory.mktemp("postgresql"), url) as running:
        yield running


@pytest.fixture(scope="module")
def procrastinate_place(own_cluster: OwnCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running portal on PostgreSQL whose jobs are brought by procrastinate."""
    url = databases.Cluster(own_cluster.folder).create(f"faults_{os.getpid()}_{next(count)}", "template_faults")
    with installed(tmp_path_factory.mktemp("procrastinate"), url, queue="procrastinate") as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql", *(["procrastinate"] if IS_LONG else [])])
def place(request: pytest.FixtureRequest) -> Installation:
    """A running portal, on each kind of database; in the long run over the other queue too."""
    found: Installation = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture
def make_fleet(
    own_cluster: OwnCluster, s3_address: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Fleet]]:
    """Makes fleets, by their PORTAL_QUEUE."""

    def make(queue: str) -> Fleet:
        url = databases.Cluster(own_cluster.folder).create(f"fleet_{os.getpid()}_{next(count)}", "template_faults")
        folder = tmp_path_factory.mktemp("fleet")
        return stack.enter_context(fleet_on(folder, url, s3=s3_address, redis=redis_url, queue=queue))

    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in WHO.items():
            patch.setenv(name, value)
        yield make
