"""登录 of the staff: password, then a time-based code; signing out, the shop one works in, the language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.forms import StaffSignInForm, TotpForm
from portal.pages.staff.company import CompanyDoor
from portal.routes.staff import staff
from portal.services.identity import sessions
from portal.services.identity.staff_sign_in import (
    PasswordAccepted,
    check_staff_password,
    switch_shop,
    typed_staff_login,
    verify_staff_code,
)
from portal.web.answers.respond import go, go_to, respond
from portal.web.answers.staff_problems import staff_problem
from portal.web.answers.stashed_form import has_stashed_form, pop_stashed_form
from portal.web.request.addresses import url_for
from portal.web.request.caller import caller
from portal.web.request.current import current_session, deps, session_token, visit
from portal.web.request.languages import choose_language
from portal.web.request.languages import language as reader_language
from portal.web.security.behalf import stop_behalf
from portal.web.security.cookies import drop_cookie, read_sealed, write_cookie, write_sealed
from portal.web.security.guards import public
from portal.web.security.known_browser import remember_browser
from portal.web.security.limits import few_sign_ins
from portal.web.security.session_cookie import safe_next
from portal.web.security.staff_guards import any_staff
from portal.web.shell.staff_shell import home_of

PENDING = timedelta(minutes=5)


@staff.get("/", strict_slashes=False)
@any_staff
def home() -> ResponseReturnValue:
    return go(f".{home_of(current_session().actor)}")


@staff.route("/sign-in", methods=["GET", "POST"])
@public
@few_sign_ins
def sign_in() -> ResponseReturnValue:
    form = StaffSignInForm()
    if form.validate_on_submit():
        try:
            password_accepted = check_staff_password(
                login=form.login.data, password=form.password.data, caller=caller(), deps=deps()
            )
        except Invalid:
            form.password.errors = [staff_problem("wrong_login")]
        else:
            onward = own_page(request.args.get("next", ""))
            pending = {"staff": password_accepted.staff_id, "login": password_accepted.login, "next": onward}
            write_sealed("portal_staff_pending", pending, life=PENDING)
            return go(".verify")
    is_expired = visit().expired is not None and "next" in request.args
    return _page("sign_in", form, is_expired=is_expired, company=_company())


@staff.route("/verify", methods=["GET", "POST"])
@public
@few_sign_ins
def verify() -> ResponseReturnValue:
    pending = read_sealed("portal_staff_pending")
    if pending is None:
        return go(".sign_in")
    form = TotpForm()
    if form.validate_on_submit():
        password_accepted = PasswordAccepted(staff_id=pending["staff"], login=pending["login"])
        try:
            token = verify_staff_code(
                password_accepted=password_accepted, code=form.code.data, caller=caller(), deps=deps()
            )
        except Invalid:
            form.code.errors = [staff_problem("wrong_code")]
        else:
            return lead_in(token, pending["login"], pending["next"])
    return _page("verify", form, login=pending["login"])


@staff.post("/sign-out")
@any_staff
def sign_out() -> ResponseReturnValue:
    session = current_session()
    sessions.sign_out(actor=session.actor, session_id=session.id, token=session_token(), deps=deps())
    drop_cookie("portal_staff")
    stop_behalf()
    return go(".sign_in", notice="signed_out")


@staff.post("/shop")
@any_staff
def shop() -> ResponseReturnValue:
    """Field `shop`: the key of a shop that is granted. A POST, since no GET changes anything."""
    session = current_session()
    switch_shop(key=request.form.get("shop", ""), actor=session.actor, session_id=session.id, deps=deps())
    return go(".home", notice="shop_switched")


@staff.post("/language")
@public
def language() -> ResponseReturnValue:
    """Field `locale`; back to the page named by `next`."""
    chosen = choose_language(request.form.get("locale", ""))
    session = visit().session
    if session:
        sessions.set_language(actor=session.actor, session_id=session.id, locale=chosen, deps=deps())
    address = own_page(request.form.get("next", ""))
    return go_to(address) if address else go(".home")


@staff.get("/resume")
@any_staff
def resume() -> ResponseReturnValue:
    """The form that was sent when its session had just ended: seen again, and sent by the person, not by itself."""
    kept = pop_stashed_form(current_session().actor)
    if kept is None or not own_page(kept.address):
        return go(".home")
    template = "pages/staff/resume.html"
    return respond(template, template, kept=kept)


def lead_in(token: str, login: str, onward: str) -> ResponseReturnValue:
    """To where one was going; to the form that waits for its session, where there is one."""
    write_cookie("portal_staff", token)
    remember_browser(typed_staff_login(login))
    drop_cookie("portal_staff_pending")
    if has_stashed_form():
        return go(".resume")
    return go_to(onward) if onward else go(".home")


def own_page(address: str) -> str:
    """`address` where it is a page of the staff, else ""."""
    return address if address.startswith("/staff/") and safe_next(address) else ""


def _company() -> CompanyDoor | None:
    """The way in by a company account, where there is one."""
    provider = deps().identity_provider
    if provider is None:
        return None
    onward = own_page(request.args.get("next", ""))
    return CompanyDoor(
        label=provider.rules.label_in(reader_language()),
        address=url_for(".company", next=onward) if onward else url_for(".company"),
        is_only_way=isinstance(provider.rules.passwords, tuple),
    )


def _page(name: str, form: Any, **values: Any) -> ResponseReturnValue:
    status = 422 if form.errors else 200
    return respond(f"pages/staff/{name}.html", f"fragments/staff/{name}.html", form=form, status=status, **values)
