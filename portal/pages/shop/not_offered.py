"""An act that is not on offer: why, and what to do instead, as the page that its customer is answered with."""

from __future__ import annotations

from portal.domain.applying.offer import KindAvailable
from portal.domain.errors import RefusedError
from portal.domain.orders.decisions import Refused
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.pages.parts.refusals import refusal_of
from portal.pages.parts.zone import zone_of
from portal.pages.values.cancelling import RefusedPage


class NotOffered(RefusedError):
    """`web/answers/errors.py` shows `page`, with 409."""

    def __init__(self, decision: Refused, page: RefusedPage) -> None:
        super().__init__(decision)
        self.page = page


def not_offered(
    act: str, refused: Refused, order: Order, policy: Policy, locale: str, *, returning: KindAvailable | None = None
) -> NotOffered:
    """To be raised. `act` as in `refusal_of`: cancel, contract_withdrawal …"""
    refusal = refusal_of(act, refused, order, policy, locale, returning=returning)
    return NotOffered(refused, RefusedPage(order_no=order.no, state=order.state, refusal=refusal, zone=zone_of(order)))
