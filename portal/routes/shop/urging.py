"""催发货, 催处理: one press a day."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.forms import ActForm
from portal.pages.shop.urging import urge_case_page, urge_order_page
from portal.pages.values.urging import UrgePage
from portal.routes.shop import shop
from portal.services.cases.urge_case import urge_case as press_case
from portal.services.orders.urge_shipment import urge_shipment
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, deps
from portal.web.security.guards import signed_in


@shop.route("/orders/<order_no>/urge", methods=["GET", "POST"])
@signed_in
@idempotent
def urge_order(order_no: str) -> ResponseReturnValue:
    page, form = urge_order_page(order_no=order_no, actor=current_actor(), deps=deps()), ActForm()
    if form.validate_on_submit():
        return follow(urge_shipment(order_no=order_no, actor=current_actor(), request_id=sent(), deps=deps()))
    return _show(page, form)


@shop.route("/cases/<case_no>/urge", methods=["GET", "POST"])
@signed_in
@idempotent
def urge_case(case_no: str) -> ResponseReturnValue:
    page, form = urge_case_page(case_no=case_no, actor=current_actor(), deps=deps()), ActForm()
    if form.validate_on_submit():
        return follow(press_case(case_no=case_no, actor=current_actor(), request_id=sent(), deps=deps()))
    return _show(page, form)


def _show(page: UrgePage, form: ActForm) -> ResponseReturnValue:
    status = 422 if form.errors else 200
    return respond("pages/shop/urging.html", "fragments/shop/urging.html", page=page, form=form, status=status)
