"""查客户 and 代客操作: find who calls, check that it is them, and go on in their own pages (S43)."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid, NotFound, TooMany
from portal.forms import ActWithCodeForm, CallBackForm, SaidForm
from portal.pages.staff.customers import act_page, customer_page, customers_page
from portal.routes.staff import staff
from portal.services.identity.act_for_customer import (
    TypedCode,
    begin_with_call_back,
    begin_with_code,
    send_code,
    show_number,
)
from portal.services.identity.represented import Whom
from portal.web.answers.respond import go, go_to, respond
from portal.web.request.caller import caller
from portal.web.request.current import current_actor, current_session, current_shop, deps
from portal.web.security.behalf import start_behalf
from portal.web.security.staff_guards import staff_may

ACT = "pages/staff/customer_act.html"


@staff.get("/customers")
@staff_may("read", "customers")
def customers() -> ResponseReturnValue:
    q, settings = request.args.get("q", ""), current_shop().settings
    page = customers_page(q=q, actor=current_actor(), settings=settings, deps=deps())
    return respond("pages/staff/customers.html", "pages/staff/customers.html", page=page)


@staff.get("/customers/<int(max=9223372036854775807):customer_id>")
@staff_may("read", "customers")
def customer(customer_id: int) -> ResponseReturnValue:
    page = customer_page(customer_id=customer_id, actor=current_actor(), deps=deps())
    return respond("pages/staff/customer.html", "pages/staff/customer.html", page=page)


@staff.route("/customers/<int(max=9223372036854775807):customer_id>/act", methods=["GET", "POST"])
@staff_may("write", "customers")
def act(customer_id: int) -> ResponseReturnValue:
    """`code`, `to`, `channel`, `reason`, `note`. Query `order_no`: where to go on; of customer 0, whose order it is."""
    form = ActWithCodeForm(data={"to": request.args.get("sent", "")})
    if not form.validate_on_submit():
        return _page(customer_id, sent=form.to.data or "", status=422 if form.errors else 200, form=form)
    typed = TypedCode(to=form.to.data or "", code=form.code.data)
    try:
        token = begin_with_code(typed=typed, caller=caller(), **_by(customer_id, form))
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _page(customer_id, sent=form.to.data, status=422, form=form)
    return _onward(token)


@staff.post("/customers/<int(max=9223372036854775807):customer_id>/act/code")
@staff_may("write", "customers")
def act_code(customer_id: int) -> ResponseReturnValue:
    """`to` = phone, mail. Sent a moment ago, the page says so and takes that code."""
    to = request.form.get("to", "")
    try:
        send_code(whom=_whom(customer_id), to=to, actor=current_actor(), deps=deps())
    except Invalid:
        return _page(customer_id, status=422)
    except TooMany as many:
        return _page(customer_id, sent=to, wait=many.seconds, status=429)
    order_no = request.args.get("order_no") or None
    return go(".act", customer_id=customer_id, sent=to, order_no=order_no)


@staff.post("/customers/<int(max=9223372036854775807):customer_id>/act/number")
@staff_may("write", "customers")
def act_number(customer_id: int) -> ResponseReturnValue:
    """The answer itself shows the number to call; that it was seen is on record."""
    try:
        number = show_number(whom=_whom(customer_id), actor=current_actor(), deps=deps())
    except Invalid:
        return _page(customer_id, status=422)
    return _page(customer_id, number=number)


@staff.post("/customers/<int(max=9223372036854775807):customer_id>/act/call-back")
@staff_may("write", "customers")
def act_call_back(customer_id: int) -> ResponseReturnValue:
    """A field for each question = not_asked, right, wrong; `channel`, `reason`, `note`."""
    form = CallBackForm()
    if not form.validate():
        return _page(customer_id, status=422, call_back=form)
    try:
        token = begin_with_call_back(answers=form.answers(), **_by(customer_id, form))
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _page(customer_id, status=422, call_back=form)
    return _onward(token)


def _whom(customer_id: int) -> Whom:
    order_no = request.args.get("order_no", "")
    if not customer_id and not order_no:
        raise NotFound("customer")
    return Whom(customer_id=customer_id, order_no=order_no)


def _by(customer_id: int, form: SaidForm) -> dict[str, Any]:
    """For whom, what was said, and the session of staff that it depends on."""
    said = {"said": form.said(), "request_id": form.request_id.data}
    return {"whom": _whom(customer_id), "own": current_session(), "deps": deps(), **said}


def _onward(token: str) -> ResponseReturnValue:
    """To the customer's page of the order that it is about, or to their orders."""
    start_behalf(token)
    order_no = request.args.get("order_no", "")
    return go_to(url_for("shop.order", order_no=order_no) if order_no else url_for("shop.orders"))


def _page(customer_id: int, *, status: int = 200, **shown: Any) -> ResponseReturnValue:
    typed = {name: shown.pop(name) for name in ("form", "call_back") if name in shown}
    page = act_page(whom=_whom(customer_id), actor=current_actor(), deps=deps(), **shown)
    forms = {"form": ActWithCodeForm(None, data={"to": page.sent}), "call_back": CallBackForm(None)} | typed
    return respond(ACT, ACT, status=status, page=page, **forms)
