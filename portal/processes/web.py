"""The web processes: granian over wsgi.py, blocking threads, one listening socket."""

from __future__ import annotations

import sys

from granian.constants import Interfaces
from granian.server import Server

from portal.processes.parent import end_with_parent

_THREADS = 8


def run_web(host: str, port: int, workers: int, target: str = "wsgi:app") -> None:
    """`target` is another application where one is measured against the portal."""
    end_with_parent()
    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        backlog=1024,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    run_web(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
