"""The order page: what was bought, what became of it, what can be done now and why something cannot. Five queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from portal.domain.applying.offer import KindAvailable
from portal.domain.cancelling.decide import CancelAsk
from portal.domain.cases.case import Case
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.identity.access import Actor
from portal.domain.money import Money, price_times
from portal.domain.orders.card import card_of
from portal.domain.orders.decisions import Decision, Refused
from portal.domain.orders.order import Order, Shipment
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.refunds import poll_of, progress_of
from portal.pages.parts.refusals import refusal_of
from portal.pages.parts.timeline import order_timeline
from portal.pages.parts.zone import zone_of
from portal.pages.shop.orders import next_step, while_returnable
from portal.pages.values.amounts import AmountRow, RefundProgress
from portal.pages.values.orders import AddressPage, OrderPage, OrderPageLine, Parcel, ParcelLine, PaymentRow, PayPage
from portal.pages.values.parts import Action, CaseBrief, NextStep, Picture, Recipient, Refusal
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import reading
from portal.services.act import Act
from portal.services.applying.decide_now import kinds_available_now
from portal.services.cancelling.decide_now import decide_cancel_now
from portal.services.orders.change_address import can_change_address
from portal.services.withdrawing.withdraw_contract import contract_offer

_ACTS: dict[str, CaseKind] = {"refund": "refund_only", "return": "return_refund"}
_KINDS = tuple(_ACTS.values())
_DISCOUNTS = {"promotion": "discount", "coupon": "coupon", "points": "points", "adjustment": "adjustment"}
"""The row of each kind of discount; a line's own stands with the shop's promotions."""


def order_page(
    *, order_no: str, actor: Actor, shop_name: str, settings: ShopSettings, locale: str, deps: Deps
) -> OrderPage:
    """Raises NotFound. Decides with the function that the act will ask (N2)."""
    with reading(deps) as work:
        record, refunds = work.orders.get_with_refunds(order_no, actor)
        cases, claims = work.cases.with_claims_of(record.id) if record.after_sales else ([], ())
        events = work.events.of_order(record.id)
        act = Act(work, record, actor, deps, settings=settings)
        decision, _ = decide_cancel_now(act, CancelAsk())
        found, policy = act.situation_of(record.order, claims), act.policy
        available, contract = kinds_available_now(found, _KINDS), contract_offer(found, deps.laws)
    order, now = record.order, deps.clock.now()
    progress = tuple(progress_of(refund, order_no, settings, now) for refund in refunds)
    refused = _refusals(order, decision, available, policy, locale)
    return OrderPage(
        order_no=order_no,
        shop_name=shop_name,
        placed_at=order.placed_at,
        state=order.state,
        marks=_marks(record, now),
        next=_next(record, now, available["return_refund"].until, progress),
        lines=lines_of(record),
        units=sum(line.quantity for line in order.lines),
        amounts=amounts_of(record),
        payments=tuple(payments_of(order)),
        parcels=tuple(parcel_of(parcel, order) for parcel in order.shipments),
        recipient=recipient_of(record),
        timeline=order_timeline(order, events, record.kept.feed_refunds),
        actions=tuple(_actions(order, {refusal.act for refusal in refused})),
        refusals=refused,
        cases=tuple(_case(case) for case in cases),
        refunds=progress,
        refund_poll_seconds=poll_of(progress),
        invoice_no=record.kept.invoice.number if record.kept.invoice else "",
        is_cod=order.payment_terms == "cod",
        contract=contract,
        zone=zone_of(order),
    )


def _refusals(
    order: Order, cancel: Decision, available: Mapping[CaseKind, KindAvailable], policy: Policy, locale: str
) -> tuple[Refusal, ...]:
    found = {"cancel": cancel} | {act: available[kind].refused for act, kind in _ACTS.items()}
    until = available["return_refund"].until
    return tuple(
        refusal_of(act, no, order, policy, locale, returnable_until=until)
        for act, no in found.items()
        if isinstance(no, Refused)
    )


def _actions(order: Order, refused: set[str]) -> Iterable[Action]:
    if order.state == "awaiting_payment":
        yield Action(name="pay", is_primary=True)
    if can_change_address(order):
        yield Action(name="address")
    yield from (Action(name=name) for name in ("cancel", *_ACTS) if name not in refused)
    yield Action(name="buy_again")
    yield Action(name="contact")


def _marks(record: OrderRecord, now: datetime) -> tuple[str, ...]:
    marks = card_of(record.order, ()).marks
    return (*marks, "late") if _is_late(record, now) else marks


def _is_late(record: OrderRecord, now: datetime) -> bool:
    due = record.kept.ship_due_at
    return record.order.state in ("paid", "picking") and due is not None and now > due


def _next(
    record: OrderRecord, now: datetime, returnable_until: datetime | None, refunds: tuple[RefundProgress, ...]
) -> NextStep | None:
    order, kept = record.order, record.kept
    step = next_step(
        order.state,
        card_of(order, ()),
        pay_by=order.pay_by,
        ship_due_at=kept.ship_due_at,
        refund_state=kept.refund_state,
        is_late=_is_late(record, now),
    )
    if step and step.code == "cancelled_by_shop":
        return replace(step, amount=Money(sum(payment.refunded for payment in order.payments), order.currency))
    if step and step.refund and len({(refund.account, refund.is_wallet) for refund in refunds}) == 1:
        one = refunds[0]
        landed = replace(step.refund, is_wallet=one.is_wallet, account=one.account, method=one.method)
        return replace(step, refund=landed)
    return while_returnable(step, returnable_until)


def lines_of(record: OrderRecord) -> tuple[OrderPageLine, ...]:
    """`unit_price` is shown in the currency's digits, as the shop would; the exact one is in `paid`'s sum."""
    currency = record.order.currency
    return tuple(
        OrderPageLine(
            line_id=line.id,
            title=line.title,
            variant=line.variant,
            picture=Picture(line.title, record.lines[line.id].image_url),
            quantity=line.quantity,
            unit_price=price_times(record.lines[line.id].unit_price, 1, currency),
            paid=Money(line.net, currency),
            shipped=line.shipped,
            cancelled=line.cancelled,
            refunded=line.gone - line.cancelled,
            claimed=line.claimed,
            is_gift=line.gift_of is not None,
            is_restricted=bool({"custom", "fresh", "digital", "newspaper"} & set(line.tags)),
            stock_problem=line.stock_problem or "",
            product_address=record.lines[line.id].product_url,
        )
        for line in record.order.lines
    )


def amounts_of(record: OrderRecord) -> tuple[AmountRow, ...]:
    """Goods at their list price, what every kind of discount took, tax, freight (even at 0), fees, total, paid."""
    order, currency = record.order, record.order.currency
    # The freight below is what is left of it: what lowered it is in there already.
    on_goods = [discount for discount in order.discounts if discount.on == "goods"]
    off = {kind: sum(one.amount.minor for one in on_goods if one.kind == kind) for kind in _DISCOUNTS}
    off["promotion"] += sum(line.discount for line in order.lines)
    rows = [AmountRow("goods", Money(sum(line.list_price for line in order.lines), currency))]
    rows += [AmountRow(name, Money(-off[kind], currency)) for kind, name in _DISCOUNTS.items() if off[kind]]
    if tax := sum(line.tax for line in order.lines):
        rows.append(AmountRow("tax", Money(tax, currency)))
    rows.append(AmountRow("freight", order.freight + order.freight_tax))
    rows.extend(AmountRow("fee", fee.amount, title=fee.title) for fee in order.fees)
    rows.append(AmountRow("total", order.total))
    if order.payments:
        rows.append(AmountRow("paid", order.captured))
        given_back = Money(sum(payment.refunded for payment in order.payments), currency)
        if given_back:
            rows.append(AmountRow("refunded", -given_back))
        rows.append(AmountRow("refundable", order.money_left))
    return tuple(rows)


def payments_of(order: Order) -> Iterable[PaymentRow]:
    """In the order of the feed; `refunded` is what has gone back, None for nothing."""
    for payment in order.payments:
        yield PaymentRow(
            payment_no=payment.id,
            method=payment.method,
            amount=payment.captured,
            paid_at=payment.paid_at,
            reference=payment.reference,
            refunded=Money(payment.refunded, order.currency) if payment.refunded else None,
        )


def parcel_of(parcel: Shipment, order: Order) -> Parcel:
    """With what is in it by title; delivered once a time of delivery is known."""
    titles = {line.id: line.title for line in order.lines}
    return Parcel(
        carrier=parcel.carrier,
        tracking_no=parcel.tracking_no,
        state="delivered" if parcel.delivered_at else parcel.status,
        shipped_at=parcel.shipped_at,
        delivered_at=parcel.delivered_at,
        promised_at=parcel.promised_at,
        lines=tuple(ParcelLine(title=titles[line_id], quantity=count) for line_id, count in parcel.lines),
    )


def recipient_of(record: OrderRecord) -> Recipient | None:
    """Delivery details in clear, for the customer alone; None where the order needs none, or they were erased."""
    ship_to = record.kept.ship_to
    if not ship_to.get("address"):
        return None
    return Recipient(**{name: ship_to.get(name) or "" for name in ("name", "phone", "region", "address", "postcode")})


_WAITS_FOR = {
    (True, "submitted"): "warehouse",
    (False, "submitted"): "shop",
    (False, "needs_info"): "customer",
    (False, "awaiting_return"): "customer",
    (False, "received"): "shop",
    (False, "received_choice"): "customer",
}


def _case(case: Case) -> CaseBrief:
    return CaseBrief(
        case_no=case.case_no,
        kind=case.kind,
        state=case.state,
        waits_for=_WAITS_FOR.get((case.kind == "cancel", case.label), ""),
        label=case.label,
        deadline=case.due_at if case.is_open else None,
    )


def pay_page(*, order_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> PayPage | None:
    """The check-list before paying (S17); None where nothing is to be paid."""
    with reading(deps) as work:
        record = work.orders.get(order_no, actor)
    order = record.order
    if order.state != "awaiting_payment":
        return None
    address = order.pay_url or settings.pay_link(order_no)
    return PayPage(
        order_no=order_no,
        lines=lines_of(record),
        units=sum(line.quantity for line in order.lines),
        amounts=amounts_of(record),
        total=order.total,
        recipient=recipient_of(record),
        pay_by=order.pay_by,
        ships_by=record.kept.ship_due_at,
        pay_address=address,
        can_edit_address=can_change_address(order),
        zone=zone_of(order),
    )


def address_page(*, order_no: str, actor: Actor, deps: Deps) -> AddressPage | None:
    """The delivery details as they are; None where it is too late to change them."""
    with reading(deps) as work:
        record = work.orders.get(order_no, actor)
    if not can_change_address(record.order):
        return None
    empty = Recipient(name="", phone="", region="", address="")
    return AddressPage(order_no=order_no, recipient=recipient_of(record) or empty)
