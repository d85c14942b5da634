"""The web processes: granian over wsgi.py behind `front`, one listening socket."""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import sys
from functools import partial
from importlib import import_module
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from portal.processes.front import Front
from portal.processes.parent import end_with_parent

PLACES = 1
PORTAL = "wsgi:app"
MOST_CONNECTIONS = 2048
HEADERS_MS = 10_000
YIELDING = 5
"""How much pages yield to the worker and the database on a machine that all of them share (`nice`): where pages take
all they can get, each step of a refund would wait behind every page, and more would come in than is done. Only once
they serve: whoever starts yields to nobody, as somebody waits for the first answer."""


def run_web(host: str, port: int, workers: int, target: str = PORTAL, places: int = PLACES) -> None:
    """`target` is another WSGI application where one is measured against the portal; so are `places`."""
    end_with_parent()
    # One heap for all threads of a process: one at a time has the lock anyway, and a heap of its own keeps megabytes.
    os.environ.setdefault("MALLOC_ARENA_MAX", "1")
    _allow_connections()
    _load_once(target)
    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        backlog=1024,
        backpressure=MOST_CONNECTIONS,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_MS),
        log_access=False,
        respawn_failed_workers=True,
    ).serve(target_loader=partial(load_front, places=places))


def _load_once(target: str) -> None:
    """Before the web processes are forked off: one that has to be started again is there in a moment, and they share
    the memory. Code alone: what an application opens is each process's own."""
    if target == PORTAL and multiprocessing.get_start_method() == "fork":
        import_module("portal.app")
        gc.collect()
        gc.freeze()


def load_front(target: str, *, places: int) -> Front:
    """In each web process: the application, with the limits of bodies that it knows."""
    # Before anything is loaded, which takes seconds: granian's socket is its own too, and answers as long as it lives.
    end_with_parent()
    module, _, name = target.partition(":")
    pages: Any = getattr(import_module(module), name)
    front = Front(pages, places=places, limit=getattr(pages, "extensions", {}).get("body_limit"))
    os.nice(YIELDING)
    return front


def _allow_connections() -> None:
    """Whoever is slow holds a connection, so there have to be many of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST_CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))


def main(host: str, port: str, workers: str, target: str = PORTAL, places: str = str(PLACES)) -> None:
    """The same from a command line."""
    run_web(host, int(port), int(workers), target, int(places))


if __name__ == "__main__":
    main(*sys.argv[1:])
