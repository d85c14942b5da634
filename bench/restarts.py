"""How soon an installation answers again after a kill -9 of one of its processes, with nothing else on the machine.

docs/reliability.md has the same of eight installations that are killed again and again beside each other.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bench.data import Filled
from bench.report import Figure
from bench.servers import Server, family, installation

PAGE = "/orders"
PATIENCE = 60
WEB, GRANIAN, SUPERVISOR = "the web process", "granian above it", "`portal serve`, started again"


def restart_figures(filled: Filled, folder: Path, tries: int) -> Iterator[Figure]:
    for what, seconds in _measured(filled, folder, tries).items():
        how = f"longest of {tries}, quickest {min(seconds):.2f} s"
        yield Figure(f"kill -9 to the first good answer, {what}", max(seconds), 5, 2, "s", how)


def _measured(filled: Filled, folder: Path, tries: int) -> dict[str, list[float]]:
    """Seconds, by what was killed: one web process, as who has two goes on with the other."""
    found: dict[str, list[float]] = {WEB: [], GRANIAN: [], SUPERVISOR: []}
    for _ in range(tries):
        with installation(filled.url, folder, processes=1) as server:
            for what in (WEB, GRANIAN):
                found[what].append(_killed(server, what, filled.shown))
            server.process.kill()
            killed = time.perf_counter()
            server.process.wait()
        with installation(filled.url, folder, processes=1, port=server.port) as again:
            found[SUPERVISOR].append(_answered(again, filled.shown, set()) - killed)
    return found


def _killed(server: Server, what: str, cookie: str) -> float:
    granian, *webs = _web(server)
    gone = {granian, *webs} if what == GRANIAN else set(webs)
    killed = time.perf_counter()
    os.kill(granian if what == GRANIAN else webs[0], signal.SIGKILL)
    return _answered(server, cookie, gone) - killed


def _answered(server: Server, cookie: str, gone: set[int]) -> float:
    """When somebody's orders are there, by a process that is none of those that are gone."""
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        with suppress(OSError):
            if len(found := _web(server)) > 1 and not gone & set(found) and server.get(PAGE, cookie)[0] == 200:
                return time.perf_counter()
        time.sleep(0.01)
    raise TimeoutError(f"{PAGE} was not there within {PATIENCE} s")


def _web(server: Server) -> list[int]:
    """Granian, and the web processes below it."""
    return [pid for pid in family(server.process.pid) if b"portal.processes.web" in _command(pid)]


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
