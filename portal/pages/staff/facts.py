"""What staff see of an order and of the person behind it: the customer's figures, and who did what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from portal.domain.identity.access import Actor, may
from portal.domain.orders.card import card_of
from portal.domain.orders.urging import waits_to_ship
from portal.domain.refunds.refund import Refund
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.order_facts import amounts_of, lines_of, parcel_of, payments_of, recipient_of
from portal.pages.parts.refunds import progress_of
from portal.pages.parts.timeline import staff_timeline
from portal.pages.values.desk import CustomerYear
from portal.pages.values.proofs import ProofRow
from portal.pages.values.staff import CustomerShown, OrderFacts, OtherOrder
from portal.repos.accounts import CustomerAccount
from portal.repos.behalf import ProofKept
from portal.repos.events import ToldEvent
from portal.repos.order_record import OrderRecord
from portal.repos.staff_list_values import EarlierOrder
from portal.repos.staff_sessions import Colleague
from portal.repos.unit_of_work import UnitOfWork

HISTORY = 5
YEAR = timedelta(days=365)


def people_of(colleagues: Iterable[Colleague]) -> dict[str, str]:
    """Logins by actor key, for timelines and messages."""
    return {f"staff:{person.id}": person.login for person in colleagues}


def order_facts(
    record: OrderRecord,
    refunds: list[Refund],
    events: list[ToldEvent],
    customer: CustomerAccount | None,
    people: Mapping[str, str],
    settings: ShopSettings,
    now: datetime,
) -> OrderFacts:
    """The order as the desk shows it; `people` are names of staff by the key of their events."""
    order = record.order
    due = record.kept.ship_due_at
    is_late = order.state in ("paid", "picking") and due is not None and now > due
    found = {"late": is_late, "urged": record.kept.urged_at is not None and waits_to_ship(order)}
    return OrderFacts(
        order_no=order.no,
        state=order.state,
        marks=(*card_of(order, ()).marks, *(mark for mark, holds in found.items() if holds)),
        placed_at=order.placed_at,
        lines=lines_of(record),
        units=sum(line.quantity for line in order.lines),
        amounts=amounts_of(record),
        payments=tuple(payments_of(order)),
        parcels=tuple(parcel_of(parcel, order, settings) for parcel in order.shipments),
        recipient=recipient_of(record),
        customer=person_of(customer) if customer else None,
        timeline=staff_timeline(order, events, record.kept.feed_refunds, people),
        agreed_ship_by=order.agreed_ship_by if order.units_unshipped() else None,
        later_note=record.kept.later_note,
        invoice=record.kept.invoice,
        refunds=tuple(progress_of(refund, order.no, settings, now) for refund in refunds),
    )


def person_of(customer: CustomerAccount) -> CustomerShown:
    phone, mail = customer.phone or "", customer.mail or ""
    return CustomerShown(number=customer.external_id, name=customer.name, phone=phone, mail=mail)


def known_customer(
    work: UnitOfWork, record: OrderRecord, actor: Actor
) -> tuple[CustomerAccount | None, CustomerYear | None]:
    """The customer and their last year, for roles that may know them; one query."""
    if record.customer_id is None or not may(actor, "read", "customers"):
        return None, None
    customer, orders, cases = work.accounts.get_with_counts(record.customer_id, actor.shop_id, work.now - YEAR)
    return customer, CustomerYear(orders, cases)


def customer_of(
    work: UnitOfWork, record: OrderRecord, actor: Actor
) -> tuple[CustomerAccount | None, list[EarlierOrder]]:
    """The customer and their newest orders, for roles that may know them; two queries."""
    if record.customer_id is None or not may(actor, "read", "customers"):
        return None, []
    customer = work.accounts.get(record.customer_id, actor.shop_id)
    return customer, work.staff_lists.history(actor, record.customer_id, limit=HISTORY + 1)


def proof_row(kept: ProofKept) -> ProofRow:
    return ProofRow(
        by=kept.login,
        at=kept.started_at,
        ended_at=kept.ended_at,
        way=kept.way,
        channel=kept.channel,
        reason=kept.reason,
        contact=str(kept.proof.get("contact", "")),
        note=kept.note,
        questions=kept.proof.get("questions") or {},
    )


def past_orders(history: list[EarlierOrder], but: str) -> tuple[OtherOrder, ...]:
    """The customer's other orders, newest first."""
    others = [order for order in history if order.number != but]
    return tuple(
        OtherOrder(
            order_no=order.number,
            state=order.state,
            placed_at=order.placed_at,
            total=order.total,
            cases=order.cases,
        )
        for order in others[:HISTORY]
    )


def history_count(history: list[EarlierOrder]) -> int:
    """How many orders the customer has in all."""
    return history[0].of_all if history else 0
