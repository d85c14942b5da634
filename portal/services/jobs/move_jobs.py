"""Jobs that wait go over from one queue to the other: from our table to a dispatcher, or back. None is lost or doubled.

A job is one row in both; only who brings it changes, in one transaction for each batch. What somebody has in hand stays
where it is, and goes over when it comes back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from portal.ports import Deps, Dispatcher
from portal.repos.unit_of_work import reading, unit_of_work

BATCH = 500
LOST_AFTER = timedelta(minutes=2)


def give_to(dispatcher: Dispatcher, *, deps: Deps, batch: int = BATCH) -> int:
    """What waits in the table is brought from now on; how many jobs went over."""
    moved, with_it = 0, replace(deps, dispatcher=dispatcher)
    while True:
        with unit_of_work(with_it) as work:
            some = work.jobs.tickets.give(batch)
        moved += some
        if some < batch:
            return moved


def take_back_from(dispatcher: Dispatcher, *, deps: Deps, batch: int = BATCH) -> int:
    """What was to be brought waits in the table from now on; how many jobs went over."""
    moved = 0
    while True:
        with unit_of_work(deps) as work:
            tickets = work.jobs.tickets.take_back(batch)
        # They mean nothing any more, so it is all the same when they go, or whether.
        dispatcher.withdraw(tickets)
        moved += len(tickets)
        if len(tickets) < batch:
            return moved


def count_elsewhere(*, deps: Deps) -> int:
    """Jobs that wait where this installation's workers do not look, at most 1,000."""
    with reading(deps) as work:
        return work.jobs.tickets.count_other()


def renew_lost_tickets(*, deps: Deps) -> int:
    """For the worker, now and then: jobs whose ticket somebody removed. How many."""
    if deps.dispatcher is None:
        return 0
    with unit_of_work(deps) as work:
        return work.jobs.tickets.renew_lost(work.now - LOST_AFTER, BATCH)
