"""The port `Watch` as lines of the log: what was done, how long it took, what came of it. And as tallies of calls."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter

import structlog

from portal.domain.errors import PortalError, ProviderUnavailable
from portal.ports.watch import Fact, Step, StepKind, Tally

_SAID = {"job": ("worked", "kind"), "call": ("called", "call")}
"""Requests have a line of their own (portal.web.request.access_log), transactions none."""
_CODE, _NUMBER = re.compile(r"[A-Za-z0-9 _.:-]{1,60}\Z", re.ASCII), re.compile("[0-9]{6}")
"""What a problem may look like to be shown: `HTTP 503`, `ConnectionRefusedError`; no address, no number."""
log = structlog.get_logger("portal")


class LogWatch:
    def __init__(self) -> None:
        self._tallies: dict[tuple[str, int], Tally] = {}
        self._lock = threading.Lock()

    def step(self, kind: StepKind, name: str, facts: Mapping[str, Fact]) -> AbstractContextManager[Step]:
        return self._said(kind, name, facts) if kind in _SAID else nullcontext(Step())

    @contextmanager
    def _said(self, kind: StepKind, name: str, facts: Mapping[str, Fact]) -> Iterator[Step]:
        step, began = Step(), perf_counter()
        try:
            yield step
        except BaseException as error:
            step.outcome, step.problem = type(error).__name__, problem_of(error)
            raise
        finally:
            if kind == "call":
                self._count(name.rpartition(".")[0], facts, step)
            self._say(kind, name, facts, step, perf_counter() - began)

    def _say(self, kind: StepKind, name: str, facts: Mapping[str, Fact], step: Step, seconds: float) -> None:
        said, named = _SAID[kind]
        more = {**facts, **step.facts} | ({"problem": step.problem} if step.problem else {})
        log.info(said, **{named: name, **more}, outcome=step.outcome or "done", ms=round(seconds * 1000, 1))

    def _count(self, name: str, facts: Mapping[str, Fact], step: Step) -> None:
        with self._lock:
            key = (name[:40], int(facts.get("shop", 0)))
            tally = self._tallies.setdefault(key, Tally(*key))
            if step.problem:
                tally.failed, tally.problem = tally.failed + 1, step.problem
            else:
                tally.succeeded += 1

    def taken(self) -> Sequence[Tally]:
        with self._lock:
            found, self._tallies = tuple(self._tallies.values()), {}
        return found

    def give_back(self, tallies: Sequence[Tally]) -> None:
        with self._lock:
            for tally in tallies:
                now = self._tallies.setdefault((tally.name, tally.shop_id), Tally(tally.name, tally.shop_id))
                now.succeeded, now.failed = now.succeeded + tally.succeeded, now.failed + tally.failed
                now.problem = now.problem or tally.problem


def problem_of(error: BaseException) -> str:
    """A code; "" where whoever was called has answered, though it was no answer that was hoped for."""
    if isinstance(error, ProviderUnavailable):
        is_code = _CODE.match(error.reason) and not _NUMBER.search(error.reason)
        return error.reason if is_code else type(error).__name__
    return "" if isinstance(error, PortalError) else type(error).__name__
