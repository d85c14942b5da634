"""A primary, and its standby, which has everything before it is acknowledged. One is lost, the other promoted."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.conftest import OwnCluster
from tests.faults.installation import children
from tests.support import databases


class Pair:
    """`primary` takes writes, `standby` follows it; they change places, and the address names both."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.primary, self.standby = (OwnCluster(binaries, folder / name) for name in ("a", "b"))
        self._hosts = [self.primary.folder, self.standby.folder]
        for host in self._hosts:
            host.mkdir()
            if as_user := databases.identity():
                os.chown(host, as_user["user"], as_user["group"])

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://portal@/{database}?" + "&".join(f"host={host}" for host in self._hosts)

    def begin(self) -> None:
        self.primary.init()
        self.primary.start()

    def follow(self) -> None:
        """A standby made anew, to which every commit goes before it is acknowledged. That is set once it was copied: a
        primary that nobody follows would wait for ever."""
        shutil.rmtree(self.standby.folder / "data", ignore_errors=True)
        self.standby.copy_of(self.primary)
        self.standby.start()
        here = databases.Cluster(self.primary.folder)
        here.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        here.execute("SELECT pg_reload_conf()")
        last = time.monotonic() + 30
        with here.connect("postgres") as connection:
            while connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall() != [("sync",)]:
                assert time.monotonic() < last, (self.standby.folder / "log").read_text()[-4000:]
                time.sleep(0.05)

    def lose(self) -> None:
        """All of it at once, as when its machine is gone."""
        first = int((self.primary.folder / "data" / "postmaster.pid").read_text().split()[0])
        for pid in (first, *children(first)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def promote(self) -> None:
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary

    def end(self) -> None:
        for cluster in (self.standby, self.primary):
            with suppress(AssertionError):  # the one that was lost does not run
                cluster.stop()


@contextmanager
def replicated(binaries: Path) -> Iterator[Pair]:
    folder = Path(tempfile.mkdtemp(prefix="portal-faults-", dir="/tmp"))
    folder.chmod(0o755)
    pair = Pair(binaries, folder)
    try:
        pair.begin()
        yield pair
    finally:
        pair.end()
        shutil.rmtree(folder, ignore_errors=True)
