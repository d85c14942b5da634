"""The steps of a life of cancels, each through the service that does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.errors import RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders.order import Order, Units
from portal.domain.refunds.refund import Refund
from portal.domain.results import CancelAsked
from portal.models.job import Job
from portal.repos.unit_of_work import reading
from portal.services.cancelling.answer_cancel import answer_cancel
from portal.services.cancelling.cancel_order import cancel_order
from portal.services.refunds.recheck_refund import recheck_refund
from portal.services.refunds.retry_refund_now import retry_refund_now
from tests.support.cancel_promises import Life, Promises
from tests.support.dying_rail import WorkerKilled
from tests.support.said import ship_order


class CancelSteps(Promises):
    """What the rules are made of: one step each, then everything is looked at."""

    def _take(self, order: Order) -> None:
        number = self.world.take(order)
        life = Life(number, self.world.order(number))
        self.lives.append(life)
        self._check(life)

    def _one(self, data: st.DataObject) -> tuple[Life, Order]:
        life = self.lives[data.draw(st.integers(0, len(self.lives) - 1))]
        return life, self._order(life)

    def _next_id(self, life: Life) -> str:
        life.asked += 1
        return f"{life.number}-{life.asked}"

    def _cancel(self, life: Life, order: Order, units: Units) -> None:
        request_id = self._next_id(life)
        try:
            shown = self.world.confirm(life.number, units).shown
        except RefusedError:
            assert not order.units_unshipped() or order.waiting_case
            return
        ask = CancelAsk(units=units, reason="changed_mind")
        try:
            location = self._send(life, ask, shown, request_id)
        except RefusedError:
            # The confirmation offered the whole rest: while one cancel waits, only that may go, for a stock problem.
            assert order.waiting_case
            return
        life.last = (ask, shown, request_id, location)
        self._check(life)
        after = self._order(life)
        if isinstance(location, CancelAsked):
            assert after.waiting_case == location.case_no
        else:
            wanted = dict(units or order.units_unshipped())
            for line, was in zip(after.lines, order.lines, strict=True):
                assert line.cancelled - was.cancelled >= wanted.get(line.id, 0)

    def _send(self, life: Life, ask: CancelAsk, shown: str, request_id: str) -> str:
        return cancel_order(
            order_no=life.number,
            ask=ask,
            shown=shown,
            actor=self.world.shopper,
            request_id=request_id,
            deps=self.deps,
        )

    def _answer(self, case_no: str, answer: Any, left_at: Any, request_id: str) -> None:
        answer_cancel(
            case_no=case_no,
            answer=answer,
            left_at=left_at,
            actor=self.world.made.staff("warehouse"),
            request_id=request_id,
            deps=self.deps,
        )

    def _ship(self, life: Life, units: Units, is_delivered: bool) -> None:
        ship_order(
            order_no=life.number,
            carrier="SF",
            tracking_no=self._next_id(life),
            at=None,
            is_delivered=is_delivered,
            actor=Actor(kind="feed", shop_id=self.world.shopper.shop_id),
            deps=self.deps,
            units=units,
        )

    def _send_back(self, life: Life, which: int) -> None:
        """The bank does, and something makes us ask."""
        arrived = [refund for refund in self._refunds(life) if refund.state == "succeeded"]
        if not arrived:
            return
        refund = arrived[which % len(arrived)]
        self.rail.settle(refund.number, "failed")
        recheck_refund(refund_id=refund.refund_id, deps=self.deps)
        assert [one.state for one in self._refunds(life) if one.refund_id == refund.refund_id] == ["failed"]
        self._check(life)

    def _send_again_what_failed(self, life: Life) -> None:
        """A person does: what the bank has sent back goes by itself no more."""
        for refund in self._refunds(life):
            if refund.state == "failed":
                agent, request_id = self.world.made.staff("agent"), self._next_id(life)
                retry_refund_now(refund_no=refund.number, actor=agent, request_id=request_id, deps=self.deps)

    def _refunds(self, life: Life) -> list[Refund]:
        with reading(self.deps) as work:
            return work.refunds.of_order(work.orders.get(life.number, self.world.shopper).id)

    @staticmethod
    def _why_not_shipped(order: Order) -> str:
        if order.waiting_case:
            return "cancel_open"
        if order.state in ("cancelled", "awaiting_payment"):
            return str(order.state)
        return "" if order.units_unshipped() else "shipped"

    @contextmanager
    def _may_be_killed(self) -> Iterator[None]:
        with suppress(WorkerKilled):
            yield

    def _jobs_waiting(self) -> int:
        table = Job.__table__
        with self.deps.database.reading() as connection:
            query = select(func.count()).where(table.c.done_at.is_(None))
            return int(connection.execute(query).scalar_one())
