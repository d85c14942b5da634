"""Pieces that several pages share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.money import Money
from portal.pages.values.amounts import RefundStanding


@dataclass(frozen=True, slots=True)
class Picture:
    """A product picture. Without an address a drawn placeholder stands in its box."""

    title: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Delivery details in clear; the templates mask them (`masked_name`, `masked_phone`)."""

    name: str
    phone: str
    region: str
    address: str
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One applied rule: its number (`SHOP-3`) and its sentence in the reader's language, from the pack."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What can be done now. `name`: cancel, pay, address, after_sales, refund, return, exchange, buy_again.

    At most one action of a page is the primary one.
    """

    name: str
    is_primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An action that is not on offer, and the way on.

    act: cancel, refund, return, exchange, resubmit, appeal. rule: `SHOP-3`. why, as in `decisions.Refused`: shipped,
    delivered, of the last two acts as in `domain.appealing`,
    nothing_left, already_cancelled, already_asked, unpaid_whole_only, cod_collected, unpaid, not_collected,
    not_shipped, being_packed, person_decides (the sentences are in words.refusals).
    instead: ways on: refuse_parcel, return_after_delivery, contact, case, buy_again, cancel_whole, cancel.
    at: when it left; until: the last moment of the way on; is_returnable: goods that came, or
    that can be refused at the door; is_collected: something was paid for them.
    Of an application also window_over (signed, last, ended_at, days, is_moved), prepaid_over (the same, `signed` being
    when it was paid), on_the_way, too_many (left),
    restricted (title, ground, confirmed_at), not_missing_yet (since), kind, reason; already_asked names title, units,
    left, and the kind and state of its case.
    """

    act: str
    rule: str
    why: str
    at: datetime | None = None
    until: datetime | None = None
    carrier: str = ""
    tracking_no: str = ""
    case_no: str = ""
    instead: tuple[str, ...] = ()
    rules: tuple[RuleWords, ...] = ()
    title: str = ""
    units: int = 0
    left: int = 0
    kind: str = ""
    state: str = ""
    signed: date | None = None
    last: date | None = None
    days: int = 0
    is_moved: bool = False
    since: datetime | None = None
    ended_at: datetime | None = None
    confirmed_at: datetime | None = None
    ground: str = ""
    is_returnable: bool = False
    is_collected: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The line under a state: what happens next.

    code: awaiting_payment, unpaid_no_limit, paid, paid_no_date, picking, shipped, delivered, delivered_no_window,
    completed, cancelled, cancelled_by_shop (amount: given back), cancelled_owed, cancelled_unpaid,
    partly_shipped, late; for cases the case state, submitted_cancel for a
    cancel that waits for the warehouse, too_late for one that came after the parcel had left, escalated and
    escalated_case for one whose deadline has passed, replacing_unpaid for an exchange that costs more.
    granted_part: amount of what was asked. given_up, given_up_paying: `sent` units paid
    for with amount, `waiting` given up.
    at and until: the first and second time that the sentence names (words.status). refund: of a cancelled order.
    """

    code: str
    at: datetime | None = None
    until: datetime | None = None
    carrier: str = ""
    tracking_no: str = ""
    sent: int = 0
    waiting: int = 0
    refund: RefundStanding | None = None
    amount: Money | None = None
    asked: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBrief:
    """A case as named on an order: kind and state codes, who must act (customer, shop, warehouse) until when."""

    case_no: str
    kind: str
    state: str
    waits_for: str = ""
    deadline: datetime | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitRow:
    """Points (`count`) or a coupon (`name`) that come back. state: waiting for the shop, or returned `at`."""

    kind: str
    state: str
    count: int = 0
    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One event as a person reads it: when, who (customer, shop, staff, warehouse, portal, provider), what.

    name (words.timeline): order_placed, order_paid, shop_refunded, parcel_shipped, parcel_delivered, order_cancelled,
    lines_cancelled,
    cancel_asked, cancel_stopped, cancel_too_late, cancel_escalated, case_closed, address_changed, order_urged,
    shipping_postponed, shipping_restored,
    case_urged, refund_planned,
    refund_submitted, refund_pending, refund_succeeded, refund_failed, refund_reversed,
    refund_by_dispute,
    points_returned, points_given_back, points_taken,
    coupon_returned, coupon_given_back, return_parcel_delivered, return_parcel_refused, return_parcel_returned,
    return_parcel_lost,
    payment_after_cancel, order_expired, message_sent, application_submitted, application_edited, case_approved,
    case_partly_approved,
    case_rejected, case_asked, case_answered, case_withdrawn, case_reduced, case_expired, case_escalated,
    case_appealed, case_applied_again, appeal_granted, appeal_upheld, withdrawal_asked, withdrawal_begun, fee_paying,
    fee_paid, fee_declined, fee_on_delivery, fee_collected, fee_voided, fee_waived, fee_returning, fee_returned,
    fee_reversed,
    payout_credit, payout_original, pickup_asked, pickup_booked, pickup_called_off, pickup_failed, parcel_picked_up.
    subject: the number, carrier or coupon that the sentence names. by: the colleague's login, on staff pages only,
    where case_claimed, case_released, case_snoozed, case_woken, customer_unmasked, declaration_matched, note_kept,
    dispute_opened, dispute_won, dispute_lost, refund_hurried, refund_parked, refund_renumbered stand as well.
    """

    at: datetime
    who: str
    name: str
    amount: Money | None = None
    count: int = 0
    subject: str = ""
    detail: str = ""
    until: datetime | None = None
    by: str = ""
