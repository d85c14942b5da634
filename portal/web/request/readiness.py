"""What an installation needs, asked at once and not for long: `/readyz`.

Without its database, or at earlier migrations, a process can answer no page: 503, so that a proxy sends nobody there.
What the processes share and pages can do without for a while (the store, a worker, the count of tries) is told, not
refused: taking every process away because the bucket is silent would turn a small outage into a whole one (decision
92).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from typing import Literal

import structlog
from flask import Flask, current_app

from portal.extensions import limiter
from portal.services.jobs.health import ask_store, schema_revisions
from portal.services.jobs.signs import is_any_worker_there
from portal.web.request.current import deps

Found = Literal["ok", "away", "slow", "full", "behind", "missing"]
NEEDED = ("database", "migrations")
SECONDS = 2.0
"""So long an answer is waited for, all of them together."""
KEPT = 1.0
"""Seconds: who asks often costs nothing."""
_COUNTED, _FULL = "readyz", "'maxmemory'"
"""What Redis speaks of where it has no memory left."""
log = structlog.get_logger("portal")


class Readiness:
    """One a process. `kept`: seconds that what was found is told again; `patience`: seconds that all answers together
    are waited for. A check that hangs keeps its thread, and is not begun a second time meanwhile."""

    def __init__(self, *, kept: float = KEPT, patience: float = SECONDS) -> None:
        self._kept, self._patience = kept, patience
        self._threads = ThreadPoolExecutor(4, "ready")
        self._running: dict[str, Future[Found]] = {}
        self._lock = threading.Lock()
        self._found: dict[str, Found] = {}
        self._until = 0.0

    def ask(self, checks: Mapping[str, Callable[[], Found]]) -> dict[str, Found]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._found = self._ask(checks)
                self._until = time.monotonic() + self._kept
            return self._found

    def _ask(self, checks: Mapping[str, Callable[[], Found]]) -> dict[str, Found]:
        for name, check in checks.items():
            if name not in self._running:
                self._running[name] = self._threads.submit(_guarded, name, check)
        until = time.monotonic() + self._patience
        return {name: self._answer(name, until) for name in checks}

    def _answer(self, name: str, until: float) -> Found:
        try:
            found = self._running[name].result(max(0.0, until - time.monotonic()))
        except TooLong:
            return "slow"
        del self._running[name]
        return found


def _guarded(name: str, check: Callable[[], Found]) -> Found:
    try:
        return check()
    except Exception as error:  # whatever something that is gone raises, the answer is the same
        log.warning("not ready", what=name, error=type(error).__name__)
        return "away"


def readiness() -> dict[str, Found]:
    """By what is needed: database, migrations, store, worker, limits."""
    app = current_app
    keeper: Readiness = app.extensions["portal_readiness"]
    return keeper.ask(_checks(app.extensions["portal_can_serve"]))


def is_ready(found: Mapping[str, Found]) -> bool:
    return all(found[name] == "ok" for name in NEEDED)


def _checks(can_serve: Callable[[frozenset[str]], bool]) -> dict[str, Callable[[], Found]]:
    ground, storage = deps(), limiter.storage

    def database() -> Found:
        schema_revisions(deps=ground)
        return "ok"

    def migrations() -> Found:
        return "ok" if can_serve(schema_revisions(deps=ground)) else "behind"

    def store() -> Found:
        ask_store(deps=ground)
        return "ok"

    def worker() -> Found:
        return "ok" if is_any_worker_there(deps=ground) else "missing"

    def limits() -> Found:
        return count_one(storage.incr)

    return {"database": database, "migrations": migrations, "store": store, "worker": worker, "limits": limits}


def count_one(count: Callable[[str, int], object]) -> Found:
    """Counts something that nothing is limited by: a Redis that is full answers, and takes nothing."""
    try:
        count(_COUNTED, 60)
    except Exception as error:
        if _FULL not in str(error):
            raise
        return "full"
    return "ok"


def init_app(app: Flask) -> None:
    app.extensions["portal_readiness"] = Readiness()
