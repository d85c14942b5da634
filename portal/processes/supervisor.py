"""`portal serve`: starts the web and the worker, restarts what dies, takes both down with it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from portal.processes.parent import PARENT, WORKER

_ROOT = Path(__file__).resolve().parent.parent.parent
COUNTED = "PROMETHEUS_MULTIPROC_DIR"
_GRACE_SECONDS = 10.0
_LEAVING_SECONDS = 2.0
_LOOK_EVERY = 0.05
_LIVED_SECONDS = 5.0


class Supervisor:
    """`run` returns the exit code once told to stop. `beside`: commands of others that live and end with these.
    Raises OSError where the port already answers."""

    def __init__(
        self, *, host: str, port: int, workers: int, with_worker: bool, beside: Mapping[str, list[str]] | None = None
    ) -> None:
        web = [sys.executable, "-m", "portal.processes.web", host, str(port), str(workers)]
        worker = [sys.executable, "-m", "portal.cli", "worker"]
        self._host, self._port = host, port
        self._commands = {"web": web} | ({"worker": worker} if with_worker else {}) | dict(beside or {})
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._started_at: dict[str, float] = {}
        self._is_stopping = False

    def run(self) -> int:
        refuse_busy_port(self._host, self._port)
        with counting_together():
            return self._run()

    def _run(self) -> int:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        for name in self._commands:
            self._start(name)
        while not self._is_stopping:
            time.sleep(_LOOK_EVERY)
            for name, process in list(self._running.items()):
                if process.poll() is not None and not self._is_stopping:
                    print(f"{name} ended with {process.returncode}; starting it again", file=sys.stderr, flush=True)
                    if time.monotonic() - self._started_at[name] < _LIVED_SECONDS:
                        # What dies as it starts would take the machine with it.
                        time.sleep(0.5)
                    self._start(name)
        self._end_all()
        return 0

    def _start(self, name: str) -> None:
        paths = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
        self._started_at[name] = time.monotonic()
        # One supervisor at a time holds the port, so whatever bore this name before is gone.
        worker = f"{socket.gethostname()}:{self._port}"
        environment = os.environ | {PARENT: str(os.getpid()), WORKER: worker, "PYTHONPATH": paths}
        self._running[name] = subprocess.Popen(self._commands[name], env=environment)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True

    def _end_all(self) -> None:
        for process in self._running.values():
            process.terminate()
        until = time.monotonic() + _GRACE_SECONDS
        for name, process in self._running.items():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                print(f"{name} did not end in {_GRACE_SECONDS:.0f} s and was killed", file=sys.stderr, flush=True)


@contextmanager
def counting_together() -> Iterator[None]:
    """The folder by which prometheus-client sums what the web processes of this machine count: empty at each start, as
    its documentation asks. A machine without room for it counts by process."""
    given = os.environ.get(COUNTED)
    try:
        folder = Path(given or tempfile.mkdtemp(prefix="portal-figures-"))
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        yield
        return
    for old in folder.glob("*.db"):
        old.unlink(missing_ok=True)
    os.environ[COUNTED] = str(folder)
    try:
        yield
    finally:
        if not given:
            os.environ.pop(COUNTED, None)
            shutil.rmtree(folder, ignore_errors=True)


def cores() -> int:
    """Those that this process may use: fewer than the machine has where somebody has set a limit."""
    return len(os.sched_getaffinity(0))


def refuse_busy_port(host: str, port: int) -> None:
    """Two servers on one port would share its requests: whoever answers already is not joined.

    After a kill of the supervisor its web processes take a moment to notice: a start right after it waits that long.
    """
    until = time.monotonic() + _LEAVING_SECONDS
    while _answers(host, port):
        if time.monotonic() > until:
            raise OSError(f"{host}:{port} already answers; choose another --port")
        time.sleep(0.05)


def _answers(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0
