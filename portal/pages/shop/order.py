"""The order page: what was bought, what became of it, what can be done now and why something cannot. Five queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from portal.domain.applying.offer import KindAvailable
from portal.domain.cancelling.decide import CancelAsk
from portal.domain.cases.case import Case
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.cases.progress import case_progress
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.card import card_of
from portal.domain.orders.decisions import Decision, Refused
from portal.domain.orders.order import Order
from portal.domain.orders.progress import order_progress
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.benefits import benefit_rows
from portal.pages.parts.case_briefs import brief_of
from portal.pages.parts.order_facts import amounts_of, lines_of, parcel_of, payments_of, recipient_of
from portal.pages.parts.refunds import poll_of, progress_of
from portal.pages.parts.refusals import refusal_of
from portal.pages.parts.timeline import order_timeline
from portal.pages.parts.zone import zone_of
from portal.pages.shop.case_standing import next_of
from portal.pages.shop.orders import next_step, while_returnable
from portal.pages.values.amounts import RefundProgress
from portal.pages.values.orders import AddressPage, LeadingCase, OrderPage, PayPage
from portal.pages.values.parts import Action, CaseBrief, NextStep, Recipient, Refusal
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import reading
from portal.services.act import Act
from portal.services.applying.decide_now import kinds_available_now, offers_exchange
from portal.services.cancelling.decide_now import decide_cancel_now
from portal.services.orders.change_address import can_change_address
from portal.services.orders.postpone_shipping import later_now
from portal.services.orders.urge_shipment import urging_now
from portal.services.withdrawing.withdraw_contract import contract_offer

_ACTS: dict[str, CaseKind] = {"refund": "refund_only", "return": "return_refund", "exchange": "exchange"}
_KINDS: tuple[CaseKind, ...] = ("refund_only", "return_refund")
_NEVER = datetime.max.replace(tzinfo=UTC)


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
        kinds = (*_KINDS, "exchange") if offers_exchange(found) else _KINDS
        available, contract = kinds_available_now(found, kinds), contract_offer(found, deps.laws)
        waits = (("urge", urging_now(act).is_on_offer), ("later", later_now(act) is not None))
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
        timeline=order_timeline(order, events, record.kept.feed_refunds),
        actions=tuple(_actions(order, _acts_on_offer(decision, available), dict(waits))),
        refusals=refused,
        cases=tuple(map(_brief, cases)),
        leading=_leading(cases, now),
        refunds=progress,
        benefits=benefit_rows(events),
        refund_poll_seconds=poll_of(progress),
        contract=contract,
        zone=zone_of(order),
        **_bought(record, settings),
    )


def _bought(record: OrderRecord, settings: ShopSettings) -> dict[str, Any]:
    """What was bought, how it was paid and how far it has come."""
    order, kept = record.order, record.kept
    return {
        "lines": lines_of(record),
        "units": sum(line.quantity for line in order.lines),
        "free_units": sum(line.left for line in order.lines),
        "amounts": amounts_of(record),
        "payments": tuple(payments_of(order)),
        "parcels": tuple(parcel_of(parcel, order, settings) for parcel in order.shipments),
        "progress": order_progress(order, ship_by=kept.ship_due_at),
        "recipient": recipient_of(record),
        "invoice_no": kept.invoice.number if kept.invoice else "",
        "is_cod": order.payment_terms == "cod",
        "agreed_ship_by": order.agreed_ship_by if order.units_unshipped() else None,
    }


def _refusals(
    order: Order, cancel: Decision, available: Mapping[CaseKind, KindAvailable], policy: Policy, locale: str
) -> tuple[Refusal, ...]:
    found = {"cancel": cancel} | {act: available[kind].refused for act, kind in _ACTS.items() if kind in available}
    returning = available["return_refund"]
    return tuple(
        refusal_of(act, no, order, policy, locale, returning=returning)
        for act, no in found.items()
        if isinstance(no, Refused)
    )


def _acts_on_offer(cancel: Decision, available: Mapping[CaseKind, KindAvailable]) -> set[str]:
    offered = {act for act, kind in _ACTS.items() if kind in available and not available[kind].refused}
    return offered if isinstance(cancel, Refused) else offered | {"cancel"}


def _actions(order: Order, offered: set[str], waits: Mapping[str, bool]) -> Iterable[Action]:
    """`waits`: what can be asked of an order that waits to be shipped."""
    if order.state == "awaiting_payment":
        yield Action(name="pay", is_primary=True)
    if can_change_address(order):
        yield Action(name="address")
    if "cancel" in offered:
        yield Action(name="cancel")
    if offered & set(_ACTS):
        yield Action(name="after_sales")
    yield from (Action(name=name) for name in ("return", "refund", "exchange") if name in offered)
    if waits["urge"]:
        yield Action(name="urge")
    is_over = order.state in ("delivered", "completed", "cancelled")
    yield from (Action(name=name) for name in (("buy_again", "contact") if is_over else ("contact", "buy_again")))
    if waits["later"]:
        yield Action(name="later")


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


def _brief(case: Case) -> CaseBrief:
    deadline = case.due_at if case.is_open else None
    return brief_of(case_no=case.case_no, kind=case.kind, state=case.state, label=case.label, deadline=deadline)


def _leading(cases: Sequence[Case], now: datetime) -> LeadingCase | None:
    """The case that the page is about: of those that wait for the customer the one due first, else the latest that is
    under way. A cancel that was granted is told by the order itself, and a question is about no goods."""
    waiting = [case for case in cases if _brief(case).waits_for == "customer"]
    under_way = [case for case in cases if case.is_open and case.kind != "question" and case.state != "refunding"]
    paying = [case for case in cases if case.state == "refunding" and case.kind != "cancel"]
    if waiting:
        first = min(waiting, key=lambda case: case.due_at or _NEVER)
    elif under_way or paying:
        first = max(under_way or paying, key=lambda case: case.opened_at)
    else:
        return None
    return LeadingCase(brief=_brief(first), next=next_of(first, now, is_followed=False), progress=case_progress(first))


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
    # Staff in a customer's place type what the caller says: what is on file stays masked.
    known = None if actor.by_staff else recipient_of(record)
    return AddressPage(order_no=order_no, recipient=known or empty)
