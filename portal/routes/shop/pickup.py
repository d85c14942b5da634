"""上门取件: a time is chosen, or another one; or the courier is called off."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.results import Done
from portal.domain.returning.pickup import Sender
from portal.forms import PickupForm, PickupOffForm
from portal.pages.shop.pickup import pickup_page
from portal.pages.values.pickup import PickupPage
from portal.routes.shop import shop
from portal.services.returning.book_pickup import PickupWish, book_pickup, cancel_pickup
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.guards import signed_in


@shop.route("/cases/<case_no>/pickup", methods=["GET", "POST"])
@signed_in
@idempotent
def pickup(case_no: str) -> ResponseReturnValue:
    """`slot`, `name`, `phone`, `address`; `revoke` calls the courier off."""
    off = PickupOffForm()
    if off.is_revoked and off.validate_on_submit():
        return follow(_call_off(case_no))
    page = _page(case_no)
    form = _form(page)
    if not form.validate_on_submit():
        return _show(page, form, 422 if form.errors else 200)
    return follow(_book(case_no, form))


def _book(case_no: str, form: PickupForm) -> Done:
    sender = Sender(name=form.name.data, phone=form.phone.data, address=form.address.data)
    wish = PickupWish(slot=form.slot.data, sender=sender, shown=form.shown.data)
    return book_pickup(case_no=case_no, wish=wish, actor=current_actor(), request_id=sent(), deps=deps())


def _call_off(case_no: str) -> Done:
    return cancel_pickup(case_no=case_no, actor=current_actor(), request_id=sent(), deps=deps())


def _page(case_no: str) -> PickupPage:
    return pickup_page(case_no=case_no, actor=current_actor(), settings=current_shop().settings, deps=deps())


def _form(page: PickupPage) -> PickupForm:
    return PickupForm(slots=tuple(slot.code for slot in page.slots), shown=page.shown, obj=page)


def _show(page: PickupPage, form: PickupForm, status: int) -> ResponseReturnValue:
    return respond("pages/shop/pickup.html", "fragments/shop/pickup.html", page=page, form=form, status=status)
