"""撤销申请: what it does, its quote, the act; and paying what it costs."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.domain.orders.order import Units
from portal.domain.results import Done
from portal.forms import FeeForm, UnitLimit, WithdrawForm
from portal.pages.shop.fees import fee_page
from portal.pages.shop.withdrawing import withdraw_page
from portal.pages.values.applying import WithdrawPage
from portal.pages.values.cancelling import Changed
from portal.pages.values.fees import FeePage
from portal.routes.shop import shop
from portal.services.withdrawing.pay_fee import pay_fee
from portal.services.withdrawing.withdraw_case import withdraw_case
from portal.web.answers.errors import changed_by
from portal.web.answers.follow import follow
from portal.web.answers.problems import problem
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond, wants_fragment
from portal.web.answers.web_views import web_view
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.request.payers import payer
from portal.web.request.places import is_frame_request
from portal.web.security.guards import signed_in
from portal.web.security.tickets import outside_payment_url


@shop.route("/cases/<case_no>/withdraw", methods=["GET", "POST"])
@signed_in
@idempotent
def withdraw(case_no: str) -> ResponseReturnValue:
    """`reason`; `quantity-<line_id>` to take back a part of it."""
    page = _withdraw_page(case_no)
    if page.why_not:
        return _show(page, None, 409)
    form = _form(page)
    if not form.validate_on_submit():
        return _show(page, form, 422 if form.errors else 200)
    try:
        done = _withdraw(case_no, form)
    except Conflict as conflict:
        page = _withdraw_page(case_no, changed=changed_by(conflict))
        form.shown.current = page.shown
        return _show(page, None if page.why_not else form, 409)
    return follow(done)


@shop.post("/cases/<case_no>/withdraw/quote")
@signed_in
def withdraw_quote(case_no: str) -> ResponseReturnValue:
    """Computes only: what is still paid where only a part is taken back."""
    page = _withdraw_page(case_no)
    if page.why_not:
        return _show(page, None, 409)
    form = _form(page)
    form.quantities.check_typed()
    if not form.quantities.has_sum:
        return _show(page, form, 422 if form.quantities.errors else 200)
    return _show(_withdraw_page(case_no, units=_units(form)), form, 200)


@shop.route("/cases/<case_no>/fee", methods=["GET", "POST"])
@signed_in
@idempotent
def fee(case_no: str) -> ResponseReturnValue:
    """`method` = card, alipay, wechat, cod."""
    if request.method != "POST":
        return _fee_now(case_no)
    form = FeeForm()
    if not form.validate():
        return _show_fee(_fee_page(case_no), form, 422)
    if _is_refused_here(case_no, form.method.data or ""):
        return _redirect_outside(_fee_page(case_no), form)
    try:
        return follow(_pay(case_no, form))
    except Conflict as conflict:
        return _show_fee(_fee_page(case_no, changed_by(conflict)), form, 409)
    except Invalid:
        return _not_payable_so(case_no)


def _is_refused_here(case_no: str, method: str) -> bool:
    """By the app that shows this page: it goes on in a browser. The rail is looked up only where it may matter."""
    view = web_view()
    if view is None or not view.refuses(method, (method,)):
        return False
    return view.refuses(method, _fee_page(case_no).not_in_own_app)


def _pay(case_no: str, form: FeeForm) -> Done:
    return pay_fee(
        case_no=case_no,
        method=form.method.data,
        actor=current_actor(),
        request_id=sent(),
        shown=form.shown.data or "",
        payer=payer(),
        deps=deps(),
    )


def _redirect_outside(page: FeePage, form: FeeForm) -> ResponseReturnValue:
    """To where the method works. What shows the way is framed by nobody, so in a frame a link leads there."""
    if not is_frame_request():
        return outside_payment_url(page.order_no, page.case_no)
    form.method.errors = [problem("not_here")]
    return _show_fee(page, form, 422)


def _withdraw(case_no: str, form: WithdrawForm) -> Done:
    return withdraw_case(
        case_no=case_no,
        reason=form.reason.data or "",
        units=_units(form),
        actor=current_actor(),
        request_id=sent(),
        shown=form.shown.data or "",
        deps=deps(),
    )


def _units(form: WithdrawForm) -> Units:
    return tuple(form.quantities.data.items()) if form.quantities.is_sent else ()


def _withdraw_page(case_no: str, *, units: Units = (), changed: Changed | None = None) -> WithdrawPage:
    settings, actor = current_shop().settings, current_actor()
    return withdraw_page(case_no=case_no, actor=actor, settings=settings, units=units, changed=changed, deps=deps())


def _form(page: WithdrawPage) -> WithdrawForm:
    limits = tuple(
        UnitLimit(line_id=line.line_id, label=line.title, most=line.quantity, quantity=line.quantity)
        for line in page.lines
    )
    return WithdrawForm(lines=limits, shown=page.shown)


def _show(page: WithdrawPage, form: WithdrawForm | None, status: int) -> ResponseReturnValue:
    return respond(
        "pages/shop/withdrawing.html", "fragments/shop/withdrawing.html", page=page, form=form, status=status
    )


def _fee_now(case_no: str) -> ResponseReturnValue:
    try:
        page = _fee_page(case_no)
    except Conflict:
        if wants_fragment():
            # The page that waits for the answer asks by itself, and it has come.
            return go(".case", case_no=case_no)
        raise
    if request.headers.get("HX-Target") == "fee-poll" and page.fee.state != "processing":
        return go(".fee", case_no=case_no)
    return _show_fee(page, FeeForm(None), 200)


def _not_payable_so(case_no: str) -> ResponseReturnValue:
    """The way is none of this fee's."""
    page = _fee_page(case_no)
    form = FeeForm()
    form.method.codes = page.methods
    form.validate()
    return _show_fee(page, form, 422)


def _fee_page(case_no: str, changed: Changed | None = None) -> FeePage:
    settings = current_shop().settings
    return fee_page(case_no=case_no, actor=current_actor(), settings=settings, changed=changed, deps=deps())


def _show_fee(page: FeePage, form: FeeForm, status: int) -> ResponseReturnValue:
    form.shown.current, form.method.codes = page.shown, page.methods
    return respond("pages/shop/fees.html", "fragments/shop/fees.html", page=page, form=form, status=status)
