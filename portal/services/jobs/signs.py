"""A worker says that it lives, and how those whom it calls have answered."""

from __future__ import annotations

from datetime import timedelta

from portal.ports import Deps
from portal.repos.signs import SeenCalls, SeenWorker
from portal.repos.unit_of_work import reading, unit_of_work

LATELY = timedelta(seconds=60)
"""A worker that was seen within it is there: it says so every ten seconds, whatever it is at."""


def say_alive(*, worker: str, deps: Deps) -> None:
    """For each worker, every few seconds. What could not be written down is kept for the next time."""
    tallies = deps.watch.taken()
    try:
        with unit_of_work(deps) as work:
            work.signs.worker_lives(worker, deps.version)
            work.signs.note_calls(tallies)
    except BaseException:
        deps.watch.give_back(tallies)
        raise


def worker_begins(*, worker: str, deps: Deps) -> None:
    with unit_of_work(deps) as work:
        work.signs.worker_starts(worker)
        work.signs.worker_lives(worker, deps.version)


def is_any_worker_there(*, deps: Deps) -> bool:
    with reading(deps) as work:
        return any(worker.ago <= LATELY for worker in work.signs.workers())


def read_signs(*, deps: Deps) -> tuple[list[SeenWorker], list[SeenCalls]]:
    """Workers of the last day, and calls of all shops."""
    with reading(deps) as work:
        return work.signs.workers(), work.signs.calls()
