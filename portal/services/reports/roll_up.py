"""Keeps the sums of the reports: an order that something has happened to is counted again, and the difference added.

It is counted from what is known of it now, and what it counted for before is kept beside it; so a late change, such as
a refund that arrives three weeks after, changes the days it belongs to and nothing else, and counting an order twice
changes nothing. Few orders at a time, each a short transaction; who has to wait never waits long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as clock_time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.reports.counting import Counts, add_to, before_day, count_order, difference
from portal.ports import Deps
from portal.repos.order_lists import Cursor
from portal.repos.report_histories import histories_of
from portal.repos.report_state import FIRST_DAY, ReportState
from portal.repos.report_sums import StaleDay
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work

ORDERS_AT_ONCE = 20
"""Counted in one transaction."""
_EVENTS_AT_ONCE = 500
_IDS_AT_ONCE = 2_000
_CLEARED_AT_ONCE = 500
_SOLD_AT_ONCE = 1_000
_DAYS_AT_ONCE = 20
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RollUp:
    """Of one shop. Each step is done once and says whether there may be more of its kind."""

    shop_id: int
    deps: Deps

    def step(self) -> bool:
        """The next thing there is to do; False: nothing is left."""
        state, zone = self._state()
        if state.zone != zone:
            # Days are the shop's own: in another zone every one of them is another day.
            self._write(state, lambda work: start_pass(work, state, FIRST_DAY, zone))
            return True
        if state.pass_from is not None and not state.is_cleared:
            return self._clear(state, state.pass_from)
        if self._follow(state):
            return True
        state, _ = self._state()
        if state.pass_from is not None:
            return self._count_all(state)
        return self._add_up_days(state)

    def _state(self) -> tuple[ReportState, str]:
        while True:
            with reading(self.deps) as work:
                state, zone = work.report_states.find(self.shop_id), work.shops.settings_of(self.shop_id).zone
            if state:
                return state, zone
            with unit_of_work(self.deps) as work:
                work.report_states.begin(self.shop_id, zone)

    def _write(self, seen: ReportState, act: Callable[[UnitOfWork], None]) -> None:
        """Nothing, where somebody else has gone on meanwhile: the next step sees how far."""
        with unit_of_work(self.deps) as work:
            if work.report_states.lock(seen):
                act(work)

    def _clear(self, state: ReportState, since: date) -> bool:
        def clear(work: UnitOfWork) -> None:
            is_done = work.report_sums.clear(self.shop_id, since, _CLEARED_AT_ONCE) < _CLEARED_AT_ONCE
            work.report_states.go_on(state, is_cleared=is_done)

        self._write(state, clear)
        return True

    def _follow(self, state: ReportState) -> bool:
        """Counts the orders that something has happened to since; False where nothing has."""
        place = (state.txid, state.event_id)
        with reading(self.deps) as work:
            events = work.report_states.happened(self.shop_id, after=place, limit=_EVENTS_AT_ONCE)
            touched = work.report_states.with_after_sales({one.order_id for one in events})
            placed = work.report_states.placed({one.order_id for one in events if one.kind.startswith("feed:")})
        if not events:
            return False
        days = {at.astimezone(ZoneInfo(state.zone)).date() for at in placed}
        ends = {"txid": events[-1].txid, "event_id": events[-1].id}
        self._count_each(state, touched, partial(_mark, days=days), **ends)
        return True

    def _count_all(self, state: ReportState) -> bool:
        """The next orders of a pass over all of them; False once it is over."""
        until = state.pass_after + _IDS_AT_ONCE
        with reading(self.deps) as work:
            orders = work.report_states.with_after_sales_within(self.shop_id, state.pass_after, until)
            placed = work.report_states.placed_within(self.shop_id, state.pass_after, until)
            is_last = not work.report_states.are_more_orders(until)
        days = {at.astimezone(ZoneInfo(state.zone)).date() for at in placed}
        days = {day for day in days if state.pass_from is None or day >= state.pass_from}
        ends: dict[str, Any] = {"pass_after": until} | ({"pass_from": None} if is_last else {})
        self._count_each(state, orders, partial(_mark, days=days), **ends)
        return True

    def _count_each(
        self, state: ReportState, order_ids: Collection[int], last: Callable[..., None], **ends: Any
    ) -> None:
        """A few orders a transaction; with the `last` of them, how far it is now. Stopped in between, all of them are
        counted again, which changes nothing."""
        ids, after = sorted(order_ids), 0
        seen: ReportState | None = state
        while seen:
            group, after = ids[after : after + ORDERS_AT_ONCE], after + ORDERS_AT_ONCE
            is_last = after >= len(ids)
            act = partial(_count, seen=seen, group=group, last=last if is_last else None, ends=ends if is_last else {})
            self._write(seen, act)
            seen = None if is_last else self._next_revision(seen)

    def _next_revision(self, seen: ReportState) -> ReportState | None:
        """None where somebody else has gone on meanwhile."""
        with reading(self.deps) as work:
            found = work.report_states.find(self.shop_id)
        return found if found and found.revision == seen.revision + 1 else None

    def _add_up_days(self, state: ReportState) -> bool:
        """What was sold on the days whose orders have changed."""
        with reading(self.deps) as work:
            days = work.report_sums.stale(self.shop_id, _DAYS_AT_ONCE)
        for day in days:
            sold = self._sold(day.day, ZoneInfo(state.zone))
            self._write(state, partial(_sell, state=state, day=day, sold=sold))
            if (found := self._next_revision(state)) is None:
                break
            state = found
        return bool(days)

    def _sold(self, day: date, zone: tzinfo) -> dict[str, int]:
        sums: dict[str, int] = {}
        since, until = midnight(day, zone), midnight(day + _DAY, zone)
        after: Cursor | None = None
        while True:
            with reading(self.deps) as work:
                found = work.report_states.sold(self.shop_id, since, until, after=after, limit=_SOLD_AT_ONCE)
            for order in found:
                if order.paid:
                    add_to(sums, {f"sales|{order.currency}": order.paid, f"orders|{order.currency}": 1})
            if len(found) < _SOLD_AT_ONCE:
                return sums
            after = Cursor(found[-1].placed_at, found[-1].id)


def roll_up(*, deps: Deps, most_seconds: float = 1.0) -> bool:
    """For the worker, a few times a minute: no step is begun after so many seconds, so that jobs go on. False: there is
    more. What the shops have to do is done in turns."""
    with reading(deps) as work:
        waiting = [RollUp(shop_id, deps) for shop_id in work.report_states.shops()]
    ends = time.monotonic() + most_seconds
    while waiting:
        waiting = [one for one in waiting if time.monotonic() < ends and one.step()]
        if time.monotonic() >= ends:
            return not waiting
    return True


def rebuild(*, shop_key: str, since: date | None, deps: Deps) -> Iterator[int]:
    """Adds the sums of a shop up anew from the first of that month on, as they stand in its cases and refunds. Up to
    which id its orders are counted, from time to time. Raises NotFound."""
    with unit_of_work(deps) as work:
        shop = work.shops.get(shop_key)
        zone = work.shops.settings_of(shop.id).zone
        known = work.report_states.find(shop.id)
        if known is None:
            work.report_states.begin(shop.id, zone)
        else:
            state = work.report_states.hold(known)
            start_pass(work, state, (since or FIRST_DAY).replace(day=1), zone)
    rolling, seen = RollUp(shop.id, deps), 0
    while rolling.step():
        with reading(deps) as work:
            found = work.report_states.find(shop.id)
        if found and found.pass_after > seen:
            seen = found.pass_after
            yield seen


def start_pass(work: UnitOfWork, state: ReportState, since: date, zone: str) -> None:
    """`since` is the first of a month. Where a pass is under way, what it had still to count is counted with this."""
    if state.pass_from is not None:
        since = min(since, state.pass_from)
    changed = {"pass_no": state.pass_no + 1, "pass_from": since, "pass_after": 0, "is_cleared": False, "zone": zone}
    work.report_states.go_on(state, **changed)


def count_orders(work: UnitOfWork, state: ReportState, order_ids: Collection[int]) -> None:
    """Under the lock of the state. Of an order that a pass has not come to yet, what it counted for in days that the
    pass has cleared is no longer in the sums."""
    if not order_ids:
        return
    zone, known = ZoneInfo(state.zone), work.report_states.counted(order_ids)
    histories = histories_of(work.connection, order_ids)
    counts: dict[int, Counts] = {}
    changed: Counts = {}
    titles: dict[str, str] = {}
    for order_id, history in histories.items():
        before = known.get(order_id)
        old = before.counts if before else {}
        if before and state.pass_from is not None and before.pass_no != state.pass_no:
            old = before_day(old, state.pass_from)
        counts[order_id] = count_order(history, zone)
        for day, by in difference(old, counts[order_id]).items():
            add_to(changed.setdefault(day, {}), by)
        titles |= {goods.sku: goods.title for case in history.cases for goods in case.goods}
    work.report_states.keep_counted(state.shop_id, state.pass_no, counts)
    work.report_sums.add(state.shop_id, changed, titles)


def _count(
    work: UnitOfWork,
    *,
    seen: ReportState,
    group: Collection[int],
    last: Callable[..., None] | None,
    ends: dict[str, Any],
) -> None:
    count_orders(work, seen, group)
    if last:
        last(work, seen)
    work.report_states.go_on(seen, **ends)


def _mark(work: UnitOfWork, state: ReportState, *, days: Collection[date]) -> None:
    work.report_sums.mark_stale(state.shop_id, days)


def _sell(work: UnitOfWork, *, state: ReportState, day: StaleDay, sold: dict[str, int]) -> None:
    known = work.report_sums.counts_of(state.shop_id, day.day)
    before = {name: count for name, count in known.items() if name.startswith(("sales|", "orders|"))}
    key = day.day.isoformat()
    work.report_sums.add(state.shop_id, difference({key: before}, {key: sold}), {})
    work.report_sums.no_longer_stale(state.shop_id, day)
    work.report_states.go_on(state)


def midnight(day: date, zone: tzinfo) -> datetime:
    """When the day begins there, in UTC."""
    return datetime.combine(day, clock_time(0), tzinfo=zone).astimezone(UTC)
