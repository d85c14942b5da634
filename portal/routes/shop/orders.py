"""我的订单, the order page, paying, delivery details and buying what the customer meant to."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict
from portal.domain.results import Done
from portal.forms import AddressForm
from portal.pages.shop import order as pages_order
from portal.pages.shop.archived import archived_orders_page, order_or_archived
from portal.pages.shop.orders import ListAsked, orders_page
from portal.routes.shop import shop
from portal.services.orders.change_address import change_address
from portal.web.answers.conditional import unchanged
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import part_of, respond
from portal.web.request.current import current_actor, current_locale, current_shop, deps, shop_name
from portal.web.security.guards import customers_only, signed_in


@shop.get("/orders")
@customers_only
def orders() -> ResponseReturnValue:
    if same := unchanged():
        return same
    args = request.args
    asked = ListAsked(**{name: args.get(name, "") for name in ("state", "q", "after", "within")})
    page = orders_page(
        asked=asked,
        actor=current_actor(),
        shop_name=shop_name(),
        settings=current_shop().settings,
        deps=deps(),
    )
    return respond("pages/shop/orders.html", part_of("orders", more="order_cards"), page=page)


@shop.get("/archived-orders")
@customers_only
def archived_orders() -> ResponseReturnValue:
    if same := unchanged():
        return same
    page = archived_orders_page(after=request.args.get("after", ""), actor=current_actor(), deps=deps())
    return respond("pages/shop/archived_orders.html", "fragments/shop/archived_order_cards.html", page=page)


@shop.get("/orders/<order_no>")
@signed_in
def order(order_no: str) -> ResponseReturnValue:
    if same := unchanged():
        return same
    page = order_or_archived(
        order_no=order_no,
        actor=current_actor(),
        shop_name=shop_name(),
        settings=current_shop().settings,
        locale=current_locale(),
        deps=deps(),
    )
    part = "refunds_polled" if request.args.get("part") == "refunds" else "order"
    return respond("pages/shop/order.html", f"fragments/shop/{part}.html", page=page)


@shop.get("/orders/<order_no>/pay")
@signed_in
def pay(order_no: str) -> ResponseReturnValue:
    page = pages_order.pay_page(order_no=order_no, actor=current_actor(), settings=current_shop().settings, deps=deps())
    if page is None:
        raise Conflict("nothing_to_pay")
    return respond("pages/shop/pay.html", "pages/shop/pay.html", page=page)


@shop.route("/orders/<order_no>/address", methods=["GET", "POST"])
@signed_in
@idempotent
def address(order_no: str) -> ResponseReturnValue:
    page = pages_order.address_page(order_no=order_no, actor=current_actor(), deps=deps())
    if page is None:
        raise Conflict("address_fixed")
    form = AddressForm(obj=page.recipient)
    if form.validate_on_submit():
        return follow(_change(order_no, form))
    status = 422 if form.errors else 200
    return respond("pages/shop/address.html", "fragments/shop/address.html", page=page, form=form, status=status)


def _change(order_no: str, form: AddressForm) -> Done:
    return change_address(
        order_no=order_no,
        details=form.details(),
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )
