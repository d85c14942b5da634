"""An installation as a whole: how soon it answers, and what its web process holds before and after many requests."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bench.data import Filled
from bench.pages import PAGES
from bench.report import Figure
from bench.servers import PORTAL, end, environment, free_port, serving, until_it_answers

MEGABYTE = 1024 * 1024


def start_figure(filled: Filled, folder: Path, tries: int) -> Figure:
    seconds = min(_start(filled.url, folder) for _ in range(tries))
    return Figure("portal serve, start to first answer", seconds, 5, 2, "s", f"quickest of {tries}")


def _start(database: str, folder: Path) -> float:
    port = free_port()
    command = [sys.executable, "-m", "portal.cli", "serve", "--port", str(port), "--workers", "1"]
    started = time.perf_counter()
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment(database, port, folder), stdout=log, stderr=log)
        try:
            until_it_answers(port, process)
            return time.perf_counter() - started
        finally:
            end(process)


def memory_figures(filled: Filled, folder: Path, requests: int) -> Iterator[Figure]:
    """The web process once every page was seen, and after many more requests."""
    with serving(PORTAL, filled.url, folder) as server:
        fresh = server.memory()
        paths = [page.format_map(asdict(filled)) for page in PAGES.values()]
        pages = [server.request(path, filled.shown) for path in paths]
        server.load(pages, 200)
        idle = server.memory()
        server.load(pages, requests)
        after = server.memory()
    how = f"{fresh / MEGABYTE:.0f} MB at the first answer"
    yield Figure("web process, idle", idle / MEGABYTE, 150, 120, "MB", how)
    grown = f"{requests:,} requests: {idle / MEGABYTE:.0f} and {after / MEGABYTE:.0f} MB"
    yield Figure("web process, growth", 100 * (after - idle) / idle, 15, None, "%", grown)
