"""账户: what the shop knows of the customer, the password, and a form that waited for a new session."""

from __future__ import annotations

import json

from flask import Response, request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.domain.typed import typed_count
from portal.forms import PasswordForm
from portal.pages.shop.account import account_page
from portal.pages.values.accounts import AccountPage
from portal.routes.shop import shop
from portal.services.identity import accounts
from portal.services.identity.customer_sessions import end_own_session
from portal.services.records.ask_erasure import ask_erasure
from portal.services.records.export_customer import export_own
from portal.web.answers.problems import problem
from portal.web.answers.respond import go, respond
from portal.web.answers.stashed_form import pop_stashed_form
from portal.web.request.current import client_address, current_actor, current_session, current_shop, deps
from portal.web.security.guards import all_orders, signed_in
from portal.web.security.session_cookie import start_session


@shop.get("/account")
@all_orders
def account() -> ResponseReturnValue:
    page = _page()
    return respond("pages/shop/account.html", "pages/shop/account.html", page=page)


@shop.post("/account/sessions")
@all_orders
def end_session() -> ResponseReturnValue:
    """Field `session`: one of those that the page lists. Its own is ended by signing out."""
    if not request.form.get("session"):
        return go(".account")
    session_id = typed_count(request.form["session"]) or 0
    end_own_session(session_id=session_id, actor=current_actor(), settings=current_shop().settings, deps=deps())
    return go(".account", notice="session_ended")


@shop.get("/account/data")
@all_orders
def own_data() -> ResponseReturnValue:
    """Everything that is kept of the customer, as one JSON file."""
    found = export_own(shop_key=current_shop().key, actor=current_actor(), deps=deps())
    response = Response(json.dumps(found, ensure_ascii=False, indent=2), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@shop.post("/account/erasure")
@all_orders
def erasure() -> ResponseReturnValue:
    """Told to staff, who may have to wait for what is open."""
    ask_erasure(actor=current_actor(), deps=deps())
    return go(".account", notice="erasure_asked")


@shop.route("/account/password", methods=["GET", "POST"])
@all_orders
def password() -> ResponseReturnValue:
    page = _page()
    form = PasswordForm()
    if page.has_password:
        form.old_password.required = True
    else:
        del form.old_password
    if form.validate_on_submit():
        try:
            start_session(_change(form), is_remembered=current_session().is_remembered)
        except Invalid as error:
            _show(form, error)
        else:
            return go(".account", notice="password_changed")
    status = 422 if form.errors else 200
    return respond("pages/shop/password.html", "fragments/shop/password.html", page=page, form=form, status=status)


@shop.get("/resume")
@signed_in
def resume() -> ResponseReturnValue:
    """The form that was sent when its session had just ended: seen again, and sent by the customer, not by itself."""
    kept = pop_stashed_form(current_actor())
    if kept is None:
        return go(".orders")
    template = "pages/shop/resume.html"
    return respond(template, template, kept=kept)


def _page() -> AccountPage:
    session, settings = current_session(), current_shop().settings
    return account_page(actor=current_actor(), session_id=session.id, settings=settings, deps=deps())


def _change(form: PasswordForm) -> str:
    return accounts.change_password(
        old_password=form.old_password.data if form.old_password else "",
        password=form.password.data,
        actor=current_actor(),
        session_id=current_session().id,
        address=client_address(),
        deps=deps(),
    )


def _show(form: PasswordForm, error: Invalid) -> None:
    for field, reason in error.problems:
        form[field].errors = [problem(reason)]
