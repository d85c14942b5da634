"""What a case is found by besides numbers and people's names: how a phone ends, what a payment or a parcel is called.

Of a phone no more than its end is kept with the case (SECURITY, data): whole numbers stand with customer and order.
"""

from __future__ import annotations

from collections.abc import Iterable

from portal.domain.cases.case import Case
from portal.domain.identity.phones import digits_of
from portal.domain.orders.order import Order
from portal.domain.typed import as_key

PHONE_END = 4
LONGEST_KEY = 80


def phone_end(phone: str) -> str:
    """Its last four digits, "" of what is too short to be a phone."""
    return digits_of(phone)[-PHONE_END:]


def is_phone_end(typed: str) -> bool:
    """Four digits may be the end of a phone, and part of any number as well."""
    return len(typed) == PHONE_END and typed.isascii() and typed.isdigit()


def keys_of_order(order: Order, phones: Iterable[str]) -> tuple[str, ...]:
    """The references of its payments, and how the phones end that its customer is reached by; each once."""
    references = (as_key(payment.reference) for payment in order.payments)
    return _each([*references, *map(phone_end, phones)])


def keys_of_parcels(case: Case) -> tuple[str, ...]:
    """The numbers of all parcels that travel for the case, whoever sends them."""
    there, back = (case.parcel.there, case.parcel.back) if case.parcel else (None, None)
    parcels = (there, back, case.replacement)
    return _each(as_key(parcel.tracking_no) for parcel in parcels if parcel)


def _each(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in keys if key and len(key) <= LONGEST_KEY))
