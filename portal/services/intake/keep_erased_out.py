"""Who was erased stays so when the feed sends them again: the order is imported, the person is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from portal.domain.intake.imported_order import ImportedOrder
from portal.repos.tombstones import Person
from portal.repos.unit_of_work import UnitOfWork

REASON = "was erased: the order is imported without customer, address, invoice and tracking numbers"


def erased_orders(work: UnitOfWork, shop_id: int, orders: Sequence[ImportedOrder]) -> set[str]:
    """Numbers of those whose customer, or whoever the parcel goes to, was erased. One query for any number."""
    people = {order.number: _people_of(order) for order in orders}
    erased = work.tombstones.erased(shop_id, {person for found in people.values() for person in found})
    return {number for number, found in people.items() if erased.intersection(found)}


def without_person(order: ImportedOrder) -> ImportedOrder:
    """The goods and the money alone."""
    parcels = tuple(replace(parcel, tracking_no="") for parcel in order.shipments)
    return replace(order, customer=None, contact=None, ship_to=None, invoice=None, pay_url="", shipments=parcels)


def _people_of(order: ImportedOrder) -> tuple[Person, ...]:
    """An address without a customer is a guest's, who may have been one before."""
    if customer := order.customer:
        return (Person(customer.id, customer.phone or "", customer.mail or ""),)
    contact = order.contact
    phones = {contact.phone if contact else "", order.ship_to.phone if order.ship_to else ""} - {""}
    mails = {contact.mail if contact else ""} - {""}
    return (*(Person("", phone) for phone in phones), *(Person("", "", mail) for mail in mails))
