"""A demo shop of its own on a free port, for scripts that need one to look at or to attack."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Demo:
    """Where it answers; passwords by login; the TOTP address of each member of staff by role, and their logins."""

    url: str
    passwords: dict[str, str]
    staff: dict[str, tuple[str, str]]


@contextmanager
def demo_shop() -> Iterator[Demo]:
    """Made again, and gone afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "demo.log"
        with log.open("w") as out:
            command = [sys.executable, "-m", "portal.cli", "demo", "--port", str(port)]
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            said = log.read_text()
            passwords = dict(re.findall(r"login=(\S+) password=(\S+)", said))
            staff = {role: (login, totp) for role, login, totp in _STAFF.findall(said)}
            yield Demo(f"http://127.0.0.1:{port}", passwords, staff)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


_STAFF = re.compile(r"role=(\S+) login=(\S+) password=\S+ totp=(\S+)")


def wait_for(address: str) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit(f"{address} does not answer")
