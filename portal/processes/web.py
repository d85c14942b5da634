"""The web processes: granian over wsgi.py, blocking threads, one listening socket."""

from __future__ import annotations

import sys

from granian.constants import Interfaces
from granian.server import Server

from portal.processes.parent import end_with_parent

THREADS = 1


def run_web(host: str, port: int, workers: int, target: str = "wsgi:app", threads: int = THREADS) -> None:
    """`target` is another application where one is measured against the portal; so are `threads`."""
    end_with_parent()
    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=1024,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    run_web(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:5], *map(int, sys.argv[5:6]))
