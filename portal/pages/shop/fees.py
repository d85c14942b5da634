"""去支付: what is due for a withdrawal or an exchange, until when, and what became of the last try (S31–S33, P9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from portal.domain.errors import Conflict
from portal.domain.fees.charged import ChargedFee, FeePayment
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.zone import zone_of
from portal.pages.values.cancelling import Changed
from portal.pages.values.fees import FeePage, FeeView
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct
from portal.services.fees.fee_methods import fee_methods
from portal.services.returning.pickup_offer import offers_pickup
from portal.services.withdrawing.pay_fee import shown_fee

POLL_SECONDS = 20
WECHAT = "wechat"
"""The rail whose page for phones opens everywhere but in its own app."""


def fee_view(act: CaseAct) -> FeeView | None:
    """Of the newest fee of a case; None, and no query, for one whose goods were never on their way, nor
    fetched."""
    case, work = act.case, act.work
    is_fetched = case.state == "awaiting_return" and offers_pickup(act.settings, act.deps)
    if case.parcel is None and not is_fetched:
        return None
    found = work.fees.of_case(case.id)
    return _view(*found, work.now) if found else None


def fee_page(
    *, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps, changed: Changed | None = None
) -> FeePage:
    """Raises NotFound, and Conflict where there is nothing to pay any more."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        found, order = work.fees.of_case(case.id), work.orders.get(case.order_no, actor).order
        now = work.now
        choices = fee_methods(work, found[0], settings.fees, deps) if found else {}
    if found is None or found[0].state not in ("due", "processing"):
        raise Conflict("no_fee", at=found[0].settled_at if found else None)
    fee, view = found[0], _where_to_pay(_view(*found, now), found[1], deps)
    if fee.state == "due" and not view.may_pay:
        raise Conflict("surcharge_over" if fee.for_what == "exchange" else "fee_over", at=fee.due_at)
    return FeePage(
        case_no=case_no,
        order_no=case.order_no,
        state=case.state,
        fee=view,
        methods=tuple(choices),
        not_in_own_app=tuple(method for method, choice in choices.items() if choice and choice.name == WECHAT),
        shown=shown_fee(fee),
        poll_seconds=POLL_SECONDS if fee.state == "processing" else None,
        changed=changed,
        zone=zone_of(order),
    )


def _where_to_pay(view: FeeView, last: FeePayment | None, deps: Deps) -> FeeView:
    """A page of the provider's, led to by a plain link; or a code that a phone scans."""
    if view.state != "processing" or last is None or not last.pay_url:
        return view
    if last.is_qr:
        return replace(view, pay_code=deps.slips.qr(last.pay_url))
    return replace(view, pay_url=last.pay_url)


def _view(fee: ChargedFee, last: FeePayment | None, now: datetime) -> FeeView:
    """`last`: the newest try."""
    return FeeView(
        fee_no=fee.fee_no,
        amount=fee.amount,
        state=fee.state,
        due_at=fee.due_at,
        may_pay=fee.state == "due" and (now <= fee.due_at or fee.for_what == "return"),
        method=last.method if last else "",
        problem=last.problem if last and fee.state == "due" else "",
        got=Money(last.got_minor, fee.amount.currency) if last and last.got_minor else None,
        for_what=fee.for_what,
        is_returning=last is not None and last.state == "returning",
        is_reversed=last is not None and last.state == "reversed",
    )
