"""One span of one rail: its statement on disk, our rows beside it one by one, a closer look at what is not the same.

Memory holds a page of numbers at most, however long the day; our books are read by a statement each and a page of
look-ups for every hundred numbers that do not agree. No transaction is open while the rail is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.connectors.config import PLATFORMS
from portal.domain.refunds.book_days import BookSpan
from portal.ports import Deps, PaymentRail
from portal.repos.fees import BookedPayment
from portal.repos.rail_books import OnRail
from portal.repos.rail_statement import BookedAs, Doubt, RailStatement
from portal.repos.refunds import RefundOfOrder
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.refunds.differences import (
    Difference,
    agrees,
    booked_refund,
    booked_return,
    fee_differences,
    refund_differences,
    took,
)
from portal.services.refunds.unlisted import fee_ask, has_payment, has_refund, refund_ask, return_ask

AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`on`: which of our rows went there."""

    rail: PaymentRail
    on: OnRail
    statement: RailStatement
    deps: Deps

    def of(self, span: BookSpan) -> Iterator[Difference]:
        """Every difference, by number. Raises ProviderUnavailable, also half-way; NoLookUp, NoStatementYet."""
        self.statement.clear()
        self.statement.take(self.rail.refunds_since(span.start, span.until))
        self.statement.take(self.rail.payments_since(span.start, span.until))
        with reading(self.deps, streams=True) as work:
            self._lay_beside(work, span)
        for page in self.statement.doubts(AT_ONCE):
            yield from self._look_closer(page)

    def _lay_beside(self, work: UnitOfWork, span: BookSpan) -> None:
        """What arrived that day should be listed that day; what does not agree is doubted."""
        books, when = work.rail_books, (self.on, span.start, span.end)
        for ours in books.refunds_of(*when):
            self._settle("refund", ours.number, agrees(ours, self.statement.refund(ours.number)))
        for ours in books.returns_of(*when):
            self._settle("refund", ours.number, agrees(ours, self.statement.refund(ours.number), is_return=True))
        for ours in books.payments_of(*when):
            self._settle("payment", ours.number, took(ours, self.statement.payment(ours.number)))

    def _settle(self, booked: BookedAs, number: str, is_same: bool | None) -> None:
        if is_same:
            self.statement.agree(booked, number)
        elif is_same is False:
            self.statement.doubt(booked, number)

    def _look_closer(self, page: tuple[Doubt, ...]) -> Iterator[Difference]:
        numbers = [one.number for one in page]
        with reading(self.deps) as work:
            refunds = {found.refund.number: found for found in work.rail_books.refunds_called(self.on, numbers)}
            fees = work.rail_books.payments_called(self.on, numbers)
        tries = {fee.payment.number: fee for fee in fees}
        returns = {fee.payment.refund_number: fee for fee in fees if fee.payment.refund_number}
        for one in page:
            if one.booked == "refund":
                yield from self._of_refund(one.number, refunds.get(one.number), returns.get(one.number))
            else:
                yield from self._of_payment(one.number, tries.get(one.number))

    def _of_refund(self, number: str, sent: RefundOfOrder | None, back: BookedPayment | None) -> Iterator[Difference]:
        ours = booked_refund(sent) if sent else booked_return(back) if back else None
        for found in refund_differences(number, ours, self.statement.refund(number)):
            if found.kind != "refund_not_theirs" or not self._is_there(sent, back):
                yield found

    def _is_there(self, sent: RefundOfOrder | None, back: BookedPayment | None) -> bool:
        """What a person vouches for was in no books that could be asked."""
        if sent and sent.refund.confirmed_at:
            return True
        if sent:
            return has_refund(self.rail, refund_ask(sent, external_id=self._external_id(sent.order_no)))
        return back is not None and has_refund(self.rail, return_ask(back))

    def _external_id(self, order_no: str) -> str:
        if self.on.name not in PLATFORMS:
            return ""
        with reading(self.deps) as work:
            return work.connectors.external_id(self.on.shop_ids[0], order_no) or ""

    def _of_payment(self, number: str, fee: BookedPayment | None) -> Iterator[Difference]:
        for found in fee_differences(number, fee, self.statement.payment(number)):
            if found.kind != "fee_not_theirs" or not fee or not has_payment(self.rail, fee_ask(fee)):
                yield found
