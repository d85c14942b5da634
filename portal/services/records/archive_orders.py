"""`portal archive`: closed orders leave the tables that everybody reads, once their legal time is over (decision 93).

A few orders a transaction: stopped at any moment, all of an order is either where it was or in the archive, and the
next run goes on. What is looked at is read without a lock; what leaves is locked and looked at once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from portal.domain.errors import Invalid, NotFound
from portal.domain.records.archiving import Reason, Standing, too_late, why_it_stays
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work

LOOKED_AT_ONCE, MOVED_AT_ONCE = 1_000, 100
"""Orders: in a statement that reads, and in a transaction that holds its orders. Where there is one writer, others wait
for the latter."""


@dataclass(slots=True)
class Archiving:
    """How far a run is: orders that were looked at; those that left or would leave by shop and year, those that stay by
    shop and reason. `busy`: somebody was at work on them, or they changed meanwhile."""

    looked_at: int = 0
    moved: Counter[tuple[str, int]] = field(default_factory=Counter)
    stays: Counter[tuple[str, Reason]] = field(default_factory=Counter)
    busy: int = 0


@dataclass(frozen=True, slots=True)
class _Shop:
    """`before`: when the day begins there."""

    key: str
    before: datetime
    today: date


def archive_orders(
    *,
    before: date,
    deps: Deps,
    is_dry_run: bool = False,
    on_batch: Callable[[Archiving], None] = lambda _found: None,
) -> Archiving:
    """Orders about which nothing has happened since that day. A dry run counts the same and changes nothing. Raises
    Invalid where the law does not allow that date yet."""
    found = Archiving()
    with reading(deps) as work:
        shops = {shop.id: _shop(work, shop.id, shop.key, before) for shop in work.shops.all()}
    if why := max((too_late(before, shop.today) for shop in shops.values()), default=""):
        raise Invalid((("--before", why),))
    for shop_id, shop in shops.items():
        after = None
        while seen := _look(shop_id, shop, after, deps):
            after, going = seen[-1], []
            for one in seen:
                if why_not := why_it_stays(one, shop.before):
                    found.stays[shop.key, why_not] += 1
                else:
                    going.append(one)
            _go(going, shops, found, None if is_dry_run else deps)
            found.looked_at += len(seen)
            on_batch(found)
    return found


def _look(shop_id: int, shop: _Shop, after: Standing | None, deps: Deps) -> list[Standing]:
    with reading(deps) as work:
        return work.archived.look(shop_id, after=after, before=shop.before, limit=LOOKED_AT_ONCE)


def bring_back(*, shop_key: str, order_no: str, deps: Deps) -> None:
    """Its rows stand where they stood; another run archives it once more. Raises NotFound."""
    with unit_of_work(deps) as work:
        place = work.archive_lists.of_order(work.shops.get(shop_key).id, order_no)
        if place is None:
            raise NotFound("archived order")
        work.orders.get_by_id_for_update(place.order_id)


def _go(going: Sequence[Standing], shops: dict[int, _Shop], found: Archiving, deps: Deps | None) -> None:
    for start in range(0, len(going), MOVED_AT_ONCE):
        some = going[start : start + MOVED_AT_ONCE]
        left = {one.order_id for one in some} if deps is None else _move(some, shops, deps)
        found.moved.update((shops[one.shop_id].key, one.placed_at.year) for one in some if one.order_id in left)
        found.busy += len(some) - len(left)


def _move(some: Sequence[Standing], shops: dict[int, _Shop], deps: Deps) -> set[int]:
    """Ids of those that left."""
    with unit_of_work(deps) as work:
        standings = work.archived.hold([one.order_id for one in some])
        closed_at = {
            one.order_id: one.closed_at for one in standings if not why_it_stays(one, shops[one.shop_id].before)
        }
        if closed_at:
            work.archived.take(closed_at, says="operator:order:archived")
    return set(closed_at)


def _shop(work: UnitOfWork, shop_id: int, key: str, before: date) -> _Shop:
    zone = ZoneInfo(work.shops.settings_of(shop_id).zone)
    return _Shop(
        key, datetime.combine(before, clock_time(0), tzinfo=zone).astimezone(UTC), work.now.astimezone(zone).date()
    )
