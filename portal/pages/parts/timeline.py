"""The event table as a person reads it: who did what, when, and what it names (law 6)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from portal.domain.intake.imported_order import FeedRefund
from portal.domain.money import Money
from portal.domain.orders.order import Order
from portal.pages.values.parts import TimelineEntry
from portal.repos.events import ToldEvent

_NAMES = {
    "order:cancelled": "order_cancelled",
    "units:cancelled": "lines_cancelled",
    "order:expired": "order_expired",
    "cancel:asked": "cancel_asked",
    "cancel:stopped": "cancel_stopped",
    "cancel:too_late": "cancel_too_late",
    "cancel:escalated": "cancel_escalated",
    "case:completed": "case_closed",
    "address:changed": "address_changed",
    "shipping:postponed": "shipping_postponed",
    "shipping:restored": "shipping_restored",
    "order:urged": "order_urged",
    "case:urged": "case_urged",
    "case:solved": "case_solved",
    "case:not_solved": "case_not_solved",
    "refund:planned": "refund_planned",
    "refund:submitted": "refund_submitted",
    "refund:pending": "refund_pending",
    "refund:succeeded": "refund_succeeded",
    "refund:failed": "refund_failed",
    "refund:reversed": "refund_reversed",
    "refund:by_dispute": "refund_by_dispute",
    "points:returned": "points_returned",
    "points:taken": "points_taken",
    "coupon:returned": "coupon_returned",
    "points:given_back": "points_given_back",
    "coupon:given_back": "coupon_given_back",
    "return_parcel:delivered": "return_parcel_delivered",
    "return_parcel:refused": "return_parcel_refused",
    "return_parcel:returned": "return_parcel_returned",
    "return_parcel:lost": "return_parcel_lost",
    "payment:after_cancel": "payment_after_cancel",
    "message:sent": "message_sent",
    "question:asked": "question_asked",
    "application:submitted": "application_submitted",
    "application:edited": "application_edited",
    "case:approved": "case_approved",
    "case:rejected": "case_rejected",
    "case:asked": "case_asked",
    "case:answered": "case_answered",
    "offer:made": "offer_made",
    "offer:taken_back": "offer_taken_back",
    "offer:accepted": "offer_accepted",
    "offer:declined": "offer_declined",
    "offer:lapsed": "offer_lapsed",
    "case:withdrawn": "case_withdrawn",
    "case:reduced": "case_reduced",
    "case:reopened": "case_reopened",
    "case:expired": "case_expired",
    "case:escalated": "case_escalated",
    "case:reminded": "case_reminded",
    "payout:credit": "payout_credit",
    "payout:original": "payout_original",
    "pickup:asked": "pickup_asked",
    "pickup:booked": "pickup_booked",
    "pickup:called_off": "pickup_called_off",
    "pickup:failed": "pickup_failed",
    "parcel:picked_up": "parcel_picked_up",
    "parcel:sent": "parcel_sent",
    "parcel:changed": "parcel_changed",
    "parcel:received": "parcel_received",
    "goods:inspected": "goods_inspected",
    "goods:unannounced": "goods_unannounced",
    "rejected:send_back": "rejected_send_back",
    "rejected:given_up": "rejected_given_up",
    "guarantee:lengthened": "guarantee_lengthened",
    "replacement:sent": "replacement_sent",
    "replacement:arrived": "replacement_arrived",
    "parcel:sent_back": "parcel_sent_back",
    "parcel:handed_over": "parcel_handed_over",
    "parcel:refused_at_door": "parcel_refused_at_door",
    "withdrawal:asked": "withdrawal_asked",
    "withdrawal:begun": "withdrawal_begun",
    "early_refund:begun": "early_refund_begun",
    "early_refund:withheld": "early_refund_withheld",
    "invoice:asked": "invoice_asked",
    "invoice:paying": "invoice_paying",
    "invoice:paid": "invoice_paid",
    "invoice:declined": "invoice_declined",
    "invoice:voided": "invoice_voided",
    "invoice:waived": "invoice_waived",
    "invoice:reminded": "invoice_reminded",
    "invoice:returning": "invoice_returning",
    "invoice:returned": "invoice_returned",
    "invoice:reversed": "invoice_reversed",
    "surcharge:asked": "surcharge_asked",
    "surcharge:paying": "surcharge_paying",
    "surcharge:paid": "surcharge_paid",
    "surcharge:declined": "surcharge_declined",
    "surcharge:voided": "surcharge_voided",
    "surcharge:returning": "surcharge_returning",
    "surcharge:returned": "surcharge_returned",
    "surcharge:reversed": "surcharge_reversed",
    "exchange:no_stock": "exchange_no_stock",
    "fee:paying": "fee_paying",
    "fee:paid": "fee_paid",
    "fee:declined": "fee_declined",
    "fee:on_delivery": "fee_on_delivery",
    "fee:collected": "fee_collected",
    "fee:voided": "fee_voided",
    "fee:waived": "fee_waived",
    "fee:returning": "fee_returning",
    "fee:returned": "fee_returned",
    "fee:reversed": "fee_reversed",
    "case:appealed": "case_appealed",
    "case:applied_again": "case_applied_again",
    "appeal:granted": "appeal_granted",
    "appeal:upheld": "appeal_upheld",
    "goodwill:granted": "goodwill_granted",
    "goodwill:return_granted": "goodwill_return_granted",
    "transfer:paid": "transfer_paid",
}
STAFF_NAMES = _NAMES | {
    "case:claimed": "case_claimed",
    "case:released": "case_released",
    "case:snoozed": "case_snoozed",
    "case:woken": "case_woken",
    "notice:undelivered": "notice_undelivered",
    "case:handed_over": "case_handed_over",
    "case:taken_over": "case_taken_over",
    "customer:unmasked": "customer_unmasked",
    "declaration:matched": "declaration_matched",
    "note:kept": "note_kept",
    "refund:hurried": "refund_hurried",
    "refund:parked": "refund_parked",
    "dispute:opened": "dispute_opened",
    "dispute:won": "dispute_won",
    "dispute:lost": "dispute_lost",
    "refund:renumbered": "refund_renumbered",
    "transfer:proposed": "transfer_proposed",
    "transfer:approved": "transfer_approved",
    "transfer:declined": "transfer_declined",
    "transfer:taken_back": "transfer_taken_back",
    "transfer:seen": "transfer_seen",
    "goodwill:opened": "goodwill_opened",
    "goodwill:proposed": "goodwill_proposed",
    "goodwill:approved": "goodwill_approved",
    "goodwill:declined": "goodwill_declined",
    "goodwill:taken_back": "goodwill_taken_back",
    "goodwill:lapsed": "goodwill_lapsed",
    "goodwill:escalated": "goodwill_escalated",
}
_WHO = {"shopper": "customer", "staff": "staff", "system": "portal", "rail": "provider", "feed": "shop"}
_WAREHOUSE = ("cancel:stopped", "cancel:too_late")
_FIRST_TOLD = "order:taken_in"
"""The feed's first word of an order; of one that the shop had cancelled before, it is all that is known of that."""
_BY_RULE = "case:approved"
"""Approved in the same breath as the customer, or staff in their place, asked for it: by rule, not by whoever asked."""


def order_timeline(
    order: Order, events: Iterable[ToldEvent], refunds: Iterable[FeedRefund]
) -> tuple[TimelineEntry, ...]:
    """Oldest first. What the feed tells (placed, paid, parcels, its `refunds`) stands at its own time, not at the time
    of intake."""
    entries = [*_reported_by_feed(order, refunds), *(entry for event in events if (entry := entry_of(event)))]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def staff_timeline(
    order: Order, events: Iterable[ToldEvent], refunds: Iterable[FeedRefund], people: Mapping[str, str]
) -> tuple[TimelineEntry, ...]:
    """As the customer has it, with what staff do among themselves and who it was. `people`: logins by actor key."""
    entries = [entry for event in events if (entry := entry_of(event, STAFF_NAMES, people.get(event.actor, "")))]
    return tuple(sorted([*_reported_by_feed(order, refunds), *entries], key=lambda entry: entry.at))


def case_timeline(events: Iterable[ToldEvent]) -> tuple[TimelineEntry, ...]:
    """Oldest first: the events that name the case."""
    return tuple(entry for event in events if (entry := entry_of(event)))


def _reported_by_feed(order: Order, refunds: Iterable[FeedRefund]) -> Iterable[TimelineEntry]:
    yield TimelineEntry(at=order.placed_at, who="customer", name="order_placed")
    for payment in order.payments:
        yield TimelineEntry(
            at=payment.paid_at, who="customer", name="order_paid", amount=payment.captured, subject=payment.method
        )
    for parcel in order.shipments:
        units = sum(count for _, count in parcel.lines)
        yield TimelineEntry(
            at=parcel.shipped_at, who="warehouse", name="parcel_shipped", subject=parcel.carrier, count=units
        )
        if parcel.delivered_at:
            yield TimelineEntry(at=parcel.delivered_at, who="customer", name="parcel_delivered", subject=parcel.carrier)
    for refund in refunds:
        yield TimelineEntry(at=refund.at, who="shop", name="shop_refunded", amount=refund.amount)


def _subject(data: Mapping[str, Any]) -> str:
    """The coupon, case or refund that the sentence names."""
    refund = data.get("refund")
    return data.get("coupon") or data.get("case") or (refund if isinstance(refund, str) else "")


def _who(event: ToldEvent, what: str, source: str) -> str:
    if what in _WAREHOUSE:
        return "warehouse"
    is_for_them = source == "staff" and bool(event.behalf)
    if what == _BY_RULE and (source == "shopper" or is_for_them):
        return "portal"
    return "on_behalf" if is_for_them else _WHO[source]


def entry_of(event: ToldEvent, names: Mapping[str, str] = _NAMES, by: str = "") -> TimelineEntry | None:
    """None where `names` has no name for what happened. `by`: the login of whoever of the staff it was."""
    source, _, what = event.kind.partition(":")
    if what not in names and what != _FIRST_TOLD:
        return None
    data = json.loads(event.text)["data"]
    if what == _FIRST_TOLD:
        if data["status"] != "cancelled":
            return None
        what = "order:cancelled"
    name = "case_partly_approved" if names[what] == "case_approved" and data.get("answer") == "partly" else names[what]
    amount = data.get("amount", data.get("refund") if isinstance(data.get("refund"), int) else None)
    until = data.get("until") or data.get("left_at")
    return TimelineEntry(
        at=event.at,
        who=_who(event, what, source),
        name=name,
        amount=Money(amount, data["currency"]) if amount and "currency" in data else None,
        count=data.get("points") or data.get("count") or sum(count for _, count in data.get("units", ())),
        subject=_subject(data),
        detail=data.get("reason", ""),
        until=datetime.fromisoformat(until) if until else None,
        by=by,
    )
