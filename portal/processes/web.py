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


def main(host: str, port: str, workers: str, target: str = "wsgi:app", threads: str = str(THREADS)) -> None:
    """The same from a command line."""
    run_web(host, int(port), int(workers), target, int(threads))


if __name__ == "__main__":
    main(*sys.argv[1:])
