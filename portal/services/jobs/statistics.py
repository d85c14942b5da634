"""Statistics are the portal's own care: nobody has to tidy its database for it to stay quick."""

from __future__ import annotations

from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work


def keep_statistics(*, deps: Deps) -> list[str]:
    """Analyses the tables that have grown, each in a short transaction of its own; their names. For the worker, once an
    hour or so, and after an import. No page needs it: the plans of pages are held by tests on a database without it."""
    with reading(deps) as work:
        grown = work.statistics.grown()
    for table in grown:
        with unit_of_work(deps) as work:
            work.statistics.analyse(table)
    return grown
