"""A fee of its own, as customers and staff see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.fees.fee import FeePurpose
from portal.domain.money import Money
from portal.domain.returning.slip import Drawing
from portal.pages.values.cancelling import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeView:
    """state: due, processing, on_delivery, paid, voided, refunded, waived. may_pay: there is still time.

    method and problem: of the last try, "" for none; problem: wrong_password, no_funds, less_than_due, provider_down,
    declined. pay_url: the provider's page where it is paid, pay_code: what a phone scans instead. got: what was taken
    of less than is due; is_returning: money is on its way back; is_reversed: it was back and is with the shop again."""

    fee_no: str
    amount: Money
    state: str
    due_at: datetime
    may_pay: bool
    method: str = ""
    problem: str = ""
    got: Money | None = None
    is_returning: bool = False
    is_reversed: bool = False
    for_what: FeePurpose = "withdrawal"
    pay_url: str = ""
    pay_code: Drawing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePage:
    """Paying it. methods: how it can be paid now; not_in_own_app: those whose provider's own app opens no page.
    poll_seconds: while the payment is being confirmed, else None."""

    case_no: str
    order_no: str
    state: str
    fee: FeeView
    methods: tuple[str, ...] = ()
    not_in_own_app: tuple[str, ...] = ()
    shown: str = ""
    poll_seconds: int | None = None
    changed: Changed | None = None
    zone: str = ""
