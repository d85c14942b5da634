"""取消订单: the confirmation, its quote, the act."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.cases.payout import PAYOUTS
from portal.domain.errors import Conflict, NotSummarised, RefusedError
from portal.domain.results import Done
from portal.forms import CancelForm, Offer, UnitLimit, payout_as_sent, units_as_sent
from portal.pages.shop.cancelling import cancel_page
from portal.pages.values.cancelling import CancelLine, CancelPage, Changed
from portal.routes.shop import shop
from portal.services.cancelling.cancel_order import cancel_order
from portal.web.answers.errors import changed_by, status_of
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_locale, current_shop, deps
from portal.web.security.guards import signed_in
from portal.words.codes import less_because


@shop.route("/orders/<order_no>/cancel", methods=["GET", "POST"])
@signed_in
@idempotent
def cancel(order_no: str) -> ResponseReturnValue:
    page = _page(order_no)
    form = _form(page)
    if not form.validate_on_submit():
        return _show(page, form, 422 if form.errors else 200)
    try:
        return follow(_cancel(order_no, form))
    except (Conflict, NotSummarised, RefusedError) as why:
        now = _page(order_no, changed_by(why))
        return _show(now, _form(now), status_of(why))


@shop.post("/orders/<order_no>/cancel/quote")
@signed_in
def cancel_quote(order_no: str) -> ResponseReturnValue:
    """Computes only: the same page with the summary of what is chosen now; of nothing chosen yet there is none."""
    page = _page(order_no)
    form = _form(page)
    form.quantities.check_typed()
    return _show(page, form, 422 if form.quantities.errors else 200)


def _page(order_no: str, changed: Changed | None = None) -> CancelPage:
    """Read once, decided once, for what the form has chosen."""
    return cancel_page(
        order_no,
        choice=CancelAsk(units=units_as_sent(request.form), payout=payout_as_sent(request.form)),
        actor=current_actor(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
        changed=changed,
    )


def _form(page: CancelPage) -> CancelForm:
    """What was typed stays; the choices, their limits and the digest are those of the page."""
    lines = tuple(_limit(line) for line in page.lines)
    payouts = PAYOUTS if page.payout else ()
    offer = Offer(reasons=page.reasons, needs_reason=page.needs_reason, lines=lines, shown=page.shown, payouts=payouts)
    return CancelForm(offer=offer)


def _limit(line: CancelLine) -> UnitLimit:
    label = f"{line.title} {line.variant}".strip()
    return UnitLimit(
        line_id=line.line_id,
        label=label,
        most=line.most,
        quantity=line.quantity,
        hint=less_because(line.less_because),
    )


def _cancel(order_no: str, form: CancelForm) -> Done:
    return cancel_order(
        order_no=order_no,
        ask=form.ask(),
        shown=form.shown.data or "",
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )


def _show(page: CancelPage, form: CancelForm, status: int) -> ResponseReturnValue:
    return respond("pages/shop/cancelling.html", "fragments/shop/cancelling.html", page=page, form=form, status=status)
