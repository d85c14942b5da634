"""Everything in a shop goes to the archive, whatever stands in its way."""

from __future__ import annotations

from sqlalchemy import select

from portal.models.order import Order
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work


def archive_all(deps: Deps, but: str = "") -> None:
    """`portal archive` as it would be once all of it is over, `but` the order of that number."""
    with unit_of_work(deps) as work:
        orders = Order.__table__
        ids = list(work.connection.execute(select(orders.c.id).where(orders.c.number != but)).scalars())
        closed_at = {one.order_id: one.closed_at for one in work.archived.hold(ids)}
        work.archived.take(closed_at, says="operator:order:archived")
