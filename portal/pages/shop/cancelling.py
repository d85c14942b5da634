"""取消订单: the confirmation, which shows what the act would do because it asks the same decision (N2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.domain.cancelling.decide import CancelAsk, CancelTerms
from portal.domain.cancelling.reasons import cancel_reasons
from portal.domain.errors import RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Allowed, Refused, Review
from portal.domain.orders.order import Line, Units
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.refunds import summary_of
from portal.pages.shop.order import refusal_of
from portal.pages.values.cancelling import CancelLine, CancelPage, Changed, RefusedPage
from portal.pages.values.parts import Picture
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import reading
from portal.services.act import Act
from portal.services.cancelling.cancel_order import shown_of
from portal.services.cancelling.decide_now import decide_cancel_now
from portal.services.orders.change_address import can_change_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The page, and what its form needs: reasons that apply, whether one is needed, the digest of what is shown."""

    page: CancelPage
    reasons: tuple[str, ...]
    needs_reason: bool
    shown: str
    chosen: Units


def confirmation(
    *,
    order_no: str,
    actor: Actor,
    settings: ShopSettings,
    locale: str,
    deps: Deps,
    ask: CancelAsk | None = None,
    changed: Changed | None = None,
) -> Confirmation:
    """Raises NotFound, and CancelRefused where nothing can be cancelled. `ask.units` that fit are summarised."""
    with reading(deps) as work:
        record = work.orders.get(order_no, actor)
        act = Act(work, record, actor, deps, settings=settings)
        (whole, terms), policy = decide_cancel_now(act, CancelAsk()), act.policy
        decision = whole
        if ask and ask.units:
            decision, _ = decide_cancel_now(act, ask)
    if isinstance(whole, Refused):
        raise CancelRefused(whole, _refused_page(record, whole, policy, locale))
    if isinstance(decision, Refused):
        decision = whole
    order = record.order
    page = _page(record, decision, terms, settings, deps)
    return Confirmation(
        page=replace(page, is_quoted=bool(ask and ask.units), changed=changed),
        reasons=cancel_reasons(order, late="late" in decision.notes),
        needs_reason=order.state != "awaiting_payment",
        shown=shown_of(decision, order),
        chosen=decision.plan.units,
    )


def _page(
    record: OrderRecord, decision: Allowed | Review, terms: CancelTerms, settings: ShopSettings, deps: Deps
) -> CancelPage:
    order, now = record.order, deps.clock.now()
    return CancelPage(
        order_no=order.no,
        state=order.state,
        mode=_mode(decision),
        summary=summary_of(decision.plan, order, settings, now, deps, decision.notes),
        refund_total=decision.plan.refund,
        lines=tuple(_lines(record)),
        answer_by=decision.answer_by if isinstance(decision, Review) else None,
        promised_by=order.ship_due(terms.ship_within) if "late" in decision.notes else None,
        shipped_units=sum(line.shipped for line in order.lines),
        open_units=sum(line.unshipped for line in order.lines),
        has_stock_problem=any(line.stock_problem and line.unshipped for line in order.lines),
        can_edit_address=can_change_address(order),
    )


class CancelRefused(RefusedError):
    """Not on offer: `page` says why and what to do instead."""

    def __init__(self, decision: Refused, page: RefusedPage) -> None:
        super().__init__(decision)
        self.page = page


def _refused_page(record: OrderRecord, decision: Refused, policy: Policy, locale: str) -> RefusedPage:
    order = record.order
    return RefusedPage(
        order_no=order.no, state=order.state, refusal=refusal_of("cancel", decision, order, policy, locale)
    )


def _mode(decision: Allowed | Review) -> str:
    if isinstance(decision, Review):
        return "picking"
    return next((note for note in ("unpaid", "cod") if note in decision.notes), "paid")


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
