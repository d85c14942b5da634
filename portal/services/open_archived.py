"""Opens an order of the archive to be read as any other (decision 93).

Whose it is, is asked of its own rows, by the same statements as of every order: this only says where it lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.ports import Deps
from portal.repos.archive_lists import Place
from portal.repos.archive_view import laid_out
from portal.repos.unit_of_work import UnitOfWork, reading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """`deps` whose database holds this one order, as long as it is open; `at`: since when it is in the archive."""

    deps: Deps
    at: datetime


def or_archived(read: Callable[[Deps, datetime | None], T], *, actor: Actor, deps: Deps, **number: str) -> T:
    """What `read` finds, if need be in the archive: then it is told since when. `number`: one of order_no, case_no and
    evidence_id. Raises NotFound."""
    try:
        return read(deps, None)
    except NotFound:
        with open_archived(actor=actor, deps=deps, **number) as opened:
            return read(opened.deps, opened.at)


@contextmanager
def open_archived(
    *, actor: Actor, deps: Deps, order_no: str = "", case_no: str = "", evidence_id: str = ""
) -> Iterator[Opened]:
    """Raises NotFound where nothing in the shop's archive is called so."""
    with reading(deps) as work:
        place = _place(work, actor.shop_id, order_no, case_no, evidence_id)
        if place is None:
            raise NotFound("order" if order_no else "case" if case_no else "evidence")
        with laid_out(work.connection, [place.order_id]) as database:
            yield Opened(replace(deps, database=database), place.archived_at)


def _place(work: UnitOfWork, shop_id: int, order_no: str, case_no: str, evidence_id: str) -> Place | None:
    if order_no:
        return work.archive_lists.of_order(shop_id, order_no)
    return work.archive_lists.of_case(shop_id, case_no) if case_no else work.archive_lists.of_file(shop_id, evidence_id)
