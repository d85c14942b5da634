"""查订单: a guest's way to one order, by its number, a contact and a one-time code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.domain.identity.one_time_codes import APART
from portal.forms import CodeForm, FindOrderForm
from portal.pages.values.accounts import FindOrderPage
from portal.routes.shop import shop
from portal.services.identity.find_order import ask_for_order_code, open_order_with_code
from portal.web.answers.problems import problem
from portal.web.answers.respond import go, respond
from portal.web.request.caller import caller
from portal.web.request.current import current_shop, deps, now, shop_name
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed
from portal.web.security.guards import public
from portal.web.security.limits import few_tries
from portal.web.security.session_cookie import start_session

PENDING = timedelta(minutes=10)


@shop.route("/find-order", methods=["GET", "POST"])
@public
@few_tries
def find_order() -> ResponseReturnValue:
    """The same address twice: `order_no` and `contact`, then `code`."""
    pending = read_sealed("portal_asked")
    if pending and pending["shop"] == current_shop().id and "code" in request.form:
        return _with_code(pending)
    form = FindOrderForm()
    if form.validate_on_submit():
        asked = {"order_no": form.order_no.data, "contact": form.contact.data}
        ask_for_order_code(**asked, shop=current_shop(), caller=caller(), deps=deps())
        pending = {**asked, "shop": current_shop().id, "at": now().timestamp()}
        write_sealed("portal_asked", pending, life=PENDING)
        return _page("code", CodeForm(formdata=None), 200, pending)
    return _page("ask", form, 422 if form.errors else 200)


def _with_code(pending: dict[str, Any]) -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate():
        return _page("code", form, 422, pending)
    try:
        token, order_no = open_order_with_code(
            order_no=pending["order_no"],
            contact=pending["contact"],
            code=form.code.data,
            shop=current_shop(),
            caller=caller(),
            deps=deps(),
        )
    except Invalid:
        form.code.errors = [problem("wrong_code")]
        return _page("code", form, 422, pending)
    start_session(token)
    drop_cookie("portal_asked")
    return go(".order", order_no=order_no)


def _page(step: str, form: Any, status: int, pending: dict[str, Any] | None = None) -> ResponseReturnValue:
    """With the moment from which another code may be asked for, while it is to come."""
    resend_at = datetime.fromtimestamp(pending["at"], UTC) + APART if pending else None
    page = FindOrderPage(
        shop_name=shop_name(), step=step, resend_at=resend_at if resend_at and resend_at > now() else None
    )
    return respond("pages/shop/find_order.html", "fragments/shop/find_order.html", page=page, form=form, status=status)
