"""Regular work, such as acting on deadlines: once, however many workers there are and whichever of them end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.jobs.leases import renewing

LASTS = timedelta(seconds=45)
"""So long after a worker was killed in the middle of it, another begins it again."""
_EARLY = 0.9
"""Of the time between two turns: a worker asks when its own timer rings, and must not find it due a moment later."""


class Turn:
    """What this worker is at, and nobody else meanwhile."""

    def __init__(self, token: str) -> None:
        self.token, self.lasts = token, LASTS

    def renew(self, deps: Deps) -> None:
        with unit_of_work(deps) as work:
            work.turns.renew(self.token, self.lasts)


def take_turn(name: str, act: Callable[[], timedelta | None], *, every: timedelta, worker: str, deps: Deps) -> bool:
    """Does `act` if it is due and nobody else is at it; whether it was done. What `act` gives is how soon it is due
    again, None for as usual. However it ends, its turn ends."""
    with reading(deps) as work:
        if not work.turns.is_due(name):
            return False
    token = f"{worker[:40]}/{deps.random.token()[:16]}"
    with unit_of_work(deps) as work:
        if not work.turns.take(name, every=every * _EARLY, token=token, lasts=LASTS):
            return False
    again_in = None
    try:
        with renewing(Turn(token), deps):
            again_in = act()
    finally:
        with unit_of_work(deps) as work:
            work.turns.end(token, again_in=again_in)
    return True
