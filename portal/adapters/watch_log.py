"""The port `Watch` as lines of the log: what was done, how long it took, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter

import structlog

from portal.ports.watch import Fact, Step, StepKind

_SAID = {"job": ("worked", "kind"), "call": ("called", "call")}
"""Requests have a line of their own (portal.web.request.access_log), transactions none."""
log = structlog.get_logger("portal")


class LogWatch:
    @contextmanager
    def step(self, kind: StepKind, name: str, facts: Mapping[str, Fact]) -> Iterator[Step]:
        step, began = Step(), perf_counter()
        try:
            yield step
        except BaseException as error:
            step.outcome = type(error).__name__
            raise
        finally:
            if kind in _SAID:
                ms = round((perf_counter() - began) * 1000, 1)
                said, named = _SAID[kind]
                log.info(said, **{named: name, **facts, **step.facts}, outcome=step.outcome or "done", ms=ms)
