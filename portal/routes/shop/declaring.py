"""撤回合同 for anybody: two steps, and the address where the acknowledgement can be verified (EU-9)."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.forms import ConfirmDeclarationForm, DeclareForm, Offer
from portal.pages.shop.declaring import declaring_page, verified_page
from portal.routes.shop import shop
from portal.services.withdrawing.declare import declare_withdrawal
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.caller import caller
from portal.web.request.current import acting_as, current_shop, deps, visit
from portal.web.security.guards import public
from portal.web.security.limits import few_tries


@shop.route("/withdraw-contract", methods=["GET", "POST"])
@public
@few_tries
@idempotent
def withdraw_contract() -> ResponseReturnValue:
    """`name`, `order_no`, `contact`, `lines`; then the same with `shown`, which the second button sends."""
    form = DeclareForm()
    if "edit" in request.args or not form.validate_on_submit():
        return _show("ask", form, 422 if form.errors else 200)
    confirm = ConfirmDeclarationForm(offer=Offer(shown=form.said.digest))
    if "shown" not in request.form:
        return _show("confirm", confirm, 200)
    if not confirm.validate():
        return _show("confirm", confirm, 422)
    return _declare(form)


@shop.get("/verify/<public_id>")
@public
def verify(public_id: str) -> ResponseReturnValue:
    here = visit()
    # One address for good, whichever shop a browser has a session in; a shop's own host or frame shows its own only.
    only = here.shop.id if here.shop and here.way in ("host", "path") else None
    page = verified_page(public_id=public_id[:26], shop_id=only, deps=deps())
    return respond("pages/shop/verify.html", "fragments/shop/verify.html", page=page)


def _declare(form: DeclareForm) -> ResponseReturnValue:
    done = declare_withdrawal(said=form.said, actor=acting_as(), caller=caller(), request_id=sent(), deps=deps())
    return follow(done)


def _show(step: str, form: DeclareForm, status: int) -> ResponseReturnValue:
    page = declaring_page(
        step=step,
        country=request.args.get("country", ""),
        languages=tuple(request.accept_languages.values())[:1],
        shop=current_shop(),
        deps=deps(),
    )
    whole, part = "pages/shop/withdraw_contract.html", "fragments/shop/withdraw_contract.html"
    return respond(whole, part, page=page, form=form, status=status)
