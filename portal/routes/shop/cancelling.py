"""取消订单: the confirmation, its quote, the act."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, NotSummarised, RefusedError
from portal.domain.results import Done
from portal.forms import CancelForm, Offer, UnitLimit
from portal.pages.shop.cancelling import CancelRefused, Confirmation, confirmation
from portal.pages.values.cancelling import CancelLine, Changed
from portal.routes.shop import shop
from portal.services.cancelling.cancel_order import cancel_order
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
    try:
        found = _confirmation(order_no)
        form = _form(found)
        if not form.validate_on_submit():
            return _page(_for_choice(order_no, form, found), form, 422 if form.errors else 200)
        return _act(order_no, form, found)
    except CancelRefused as refusal:
        return _refused(refusal)


@shop.post("/orders/<order_no>/cancel/quote")
@signed_in
def cancel_quote(order_no: str) -> ResponseReturnValue:
    """Computes only: the same page with the summary of what is chosen now."""
    try:
        found = _confirmation(order_no)
        form = _form(found)
        form.quantities.validate(form)
        return _page(_for_choice(order_no, form, found), form, 422 if form.quantities.errors else 200)
    except CancelRefused as refusal:
        return _refused(refusal)


def _act(order_no: str, form: CancelForm, found: Confirmation) -> ResponseReturnValue:
    _for_choice(order_no, form, found)
    try:
        done = _cancel(order_no, form)
    except RefusedError:
        return _again(order_no, form, None, 409)
    except Conflict as conflict:
        changed = Changed(who="shop", what=conflict.what, at=conflict.at)
        return _again(order_no, form, changed, 409)
    except NotSummarised:
        return _again(order_no, form, None, 422)
    return follow(done)


def _cancel(order_no: str, form: CancelForm) -> Done:
    return cancel_order(
        order_no=order_no,
        ask=form.ask(),
        shown=form.shown.data or "",
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )


def _again(order_no: str, form: CancelForm, changed: Changed | None, status: int) -> ResponseReturnValue:
    """What was typed stays; the summary and its digest are those of now."""
    try:
        found = _confirmation(order_no, form, changed)
    except CancelRefused as refusal:
        return _refused(refusal)
    fresh = _form(found)
    return _page(found, fresh, status)


def _for_choice(order_no: str, form: CancelForm, whole: Confirmation) -> Confirmation:
    """The confirmation of what the form has chosen, where that is a choice at all."""
    if not form.quantities.is_sent or form.quantities.errors:
        return whole
    found = _confirmation(order_no, form)
    form.shown.current = found.shown
    return found


def _confirmation(order_no: str, form: CancelForm | None = None, changed: Changed | None = None) -> Confirmation:
    return confirmation(
        order_no=order_no,
        actor=current_actor(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
        ask=form.ask() if form else None,
        changed=changed,
    )


def _form(found: Confirmation) -> CancelForm:
    lines = tuple(_limit(line) for line in found.page.lines)
    return CancelForm(
        offer=Offer(reasons=found.reasons, needs_reason=found.needs_reason, lines=lines, shown=found.shown)
    )


def _limit(line: CancelLine) -> UnitLimit:
    label = f"{line.title} {line.variant}".strip()
    return UnitLimit(
        line_id=line.line_id,
        label=label,
        most=line.most,
        quantity=line.quantity,
        hint=less_because(line.less_because),
    )


def _page(found: Confirmation, form: CancelForm, status: int) -> ResponseReturnValue:
    return respond(
        "pages/shop/cancelling.html", "fragments/shop/cancelling.html", page=found.page, form=form, status=status
    )


def _refused(refusal: CancelRefused) -> ResponseReturnValue:
    return respond("pages/shop/refused.html", "fragments/shop/refused.html", page=refusal.page, status=409)
