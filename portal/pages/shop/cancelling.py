"""取消订单: the confirmation, which shows what the act would do because it asks the same decision (N2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from portal.domain.applying.offer import KindAvailable
from portal.domain.cancelling.decide import CancelAsk, CancelTerms
from portal.domain.cancelling.reasons import cancel_reasons
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.decisions import Allowed, Plan, Refused, Review
from portal.domain.orders.order import Line
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.choices import only_within
from portal.pages.parts.payouts import as_credit, payout_of
from portal.pages.parts.refunds import summary_of
from portal.pages.parts.zone import zone_of
from portal.pages.shop.not_offered import not_offered
from portal.pages.values.cancelling import CancelGoods, CancelLine, CancelPage, Changed
from portal.pages.values.credit import PayoutView
from portal.pages.values.parts import Picture
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import reading
from portal.services.act import Act
from portal.services.applying.decide_now import kinds_available_now
from portal.services.cancelling.cancel_order import shown_of
from portal.services.cancelling.decide_now import decide_cancel_now
from portal.services.orders.change_address import can_change_address
from portal.services.orders.postpone_shipping import later_now
from portal.services.refunds.choose_payout import may_ask_for_credit

_GOODS_SHOWN = 20
_EVERYTHING = CancelAsk()


def cancel_page(
    order_no: str,
    *,
    choice: CancelAsk = _EVERYTHING,
    actor: Actor,
    settings: ShopSettings,
    locale: str,
    deps: Deps,
    changed: Changed | None = None,
) -> CancelPage:
    """What cancelling `choice` would do, or all that is left where nothing is chosen or not all of it can be.

    Raises NotFound, and NotOffered where nothing can be cancelled.
    """
    with reading(deps) as work:
        record = work.orders.get(order_no, actor)
        act, lines = Act(work, record, actor, deps, settings=settings), tuple(_lines(record))
        chosen = only_within(choice.units, {line.line_id: line.most for line in lines})
        decision, terms = decide_cancel_now(act, CancelAsk(units=chosen))
        if isinstance(decision, Refused):
            returning = _returning(act) if decision.why in ("delivered", "shipped") else None
            raise not_offered("cancel", decision, record.order, act.policy, locale, returning=returning)
        can_postpone = later_now(act) is not None
    page = _page(act, decision, terms, _payout(act, decision.plan, is_credit=choice.payout == "store_credit"))
    is_part = bool(chosen) and page.units < sum(line.most for line in lines)
    return replace(page, lines=lines, is_quoted=is_part, changed=changed, can_postpone=can_postpone)


def _returning(act: Act) -> KindAvailable:
    """Whether goods that have left can come back, and until when without a reason."""
    return kinds_available_now(act.situation, ("return_refund",))["return_refund"]


def _payout(act: Act, plan: Plan, *, is_credit: bool) -> PayoutView | None:
    """What there is to choose, as it is chosen now."""
    if not (plan.refund and may_ask_for_credit(act, "cancel")):
        return None
    return payout_of(plan, act.settings.store_credit, is_credit=is_credit)


def _page(act: Act, decision: Allowed | Review, terms: CancelTerms, payout: PayoutView | None) -> CancelPage:
    order, plan = act.order, decision.plan
    paid = as_credit(plan) if payout and payout.is_credit else plan
    return CancelPage(
        order_no=order.no,
        state=order.state,
        mode=_mode(decision),
        summary=summary_of(paid, order, act.settings, act.now, act.deps),
        payout=payout,
        refund_total=plan.refund,
        goods=tuple(_goods(act.record, plan)),
        kinds=len(plan.lines),
        units=sum(line.units for line in plan.lines),
        answer_by=decision.answer_by if isinstance(decision, Review) else None,
        promised_by=order.ship_due(terms.ship_within) if "late" in decision.notes else None,
        shipped_units=sum(line.shipped for line in order.lines),
        open_units=sum(line.unshipped for line in order.lines),
        has_stock_problem=any(line.stock_problem and line.unshipped for line in order.lines),
        can_edit_address=can_change_address(order),
        reasons=cancel_reasons(order, late="late" in decision.notes),
        needs_reason=order.state != "awaiting_payment",
        shown=shown_of(decision, order),
        zone=zone_of(order),
    )


def _goods(record: OrderRecord, plan: Plan) -> Iterable[CancelGoods]:
    variants = {line.id: line.variant for line in record.order.lines}
    for line in plan.lines[:_GOODS_SHOWN]:
        yield CancelGoods(
            line_id=line.line_id,
            title=line.title,
            variant=variants[line.line_id],
            picture=Picture(line.title, record.lines[line.line_id].image_url),
            units=line.units,
            price=Money(line.goods, record.order.currency),
        )


def _mode(decision: Allowed | Review) -> str:
    if isinstance(decision, Review):
        return "picking"
    found = next((note for note in ("unpaid", "cod") if note in decision.notes), "paid")
    return found if decision.plan.refund or found != "paid" else "free"


def _lines(record: OrderRecord) -> Iterable[CancelLine]:
    """Nothing to choose where only the whole order can go: unpaid, or a single unit. Gifts go with their parents."""
    order = record.order
    if order.state == "awaiting_payment" or sum(line.unshipped for line in order.lines) < 2:
        return
    for line in order.lines:
        if line.unshipped or line.shipped:
            yield CancelLine(
                line_id=line.id,
                title=line.title,
                variant=line.variant,
                picture=Picture(line.title, record.lines[line.id].image_url),
                quantity=line.quantity,
                most=line.unshipped,
                less_because=_why_less(line),
                stock_problem=line.stock_problem or "",
            )


def _why_less(line: Line) -> str:
    if line.unshipped == line.quantity:
        return ""
    if line.shipped:
        return "shipped"
    return "gone" if line.gone else "claimed"
