"""Files that nobody needs: drafts that no application took within a day, and files in the store without a row."""

from __future__ import annotations

from datetime import timedelta

from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work

KEPT = timedelta(days=1)
LOOKED_BACK_DAYS = 8
_BATCH = 200


def sweep_evidence(*, deps: Deps) -> int:
    """For the worker, once an hour or so. How many files went."""
    return _sweep_drafts(deps) + _sweep_orphans(deps)


def _sweep_drafts(deps: Deps) -> int:
    """The row goes first: were it the file, a crash between the two would leave a row that shows nothing."""
    gone = 0
    while True:
        with unit_of_work(deps) as work:
            files = work.evidence.forgotten(work.now - KEPT, _BATCH)
            work.evidence.drop([file.id for file in files])
        deps.store.delete([key for file in files for key in file.keys])
        gone += len(files)
        if len(files) < _BATCH:
            return gone


def _sweep_orphans(deps: Deps) -> int:
    """A file is written before its row; where the row was not written after all, the file is left over."""
    now, gone = deps.clock.now(), 0
    for back in range(LOOKED_BACK_DAYS + 1):
        day = f"{now - timedelta(days=back):%Y%m%d}"
        old = [key for key, written in deps.store.keys(day) if written < now - KEPT]
        for start in range(0, len(old), _BATCH):
            batch = old[start : start + _BATCH]
            with reading(deps) as work:
                known = work.evidence.known_keys(batch)
            orphans = [key for key in batch if key not in known]
            deps.store.delete(orphans)
            gone += len(orphans)
    return gone
