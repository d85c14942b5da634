"""登录: by password, by one-time code, or by both; signing out; the language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.domain.identity.logins import read_login
from portal.forms import CodeForm, CodeRequestForm, SignInForm
from portal.pages.values.accounts import SignInPage, VerifyPage
from portal.routes.shop import shop
from portal.services.identity import sessions
from portal.services.identity import sign_in as sign_ins
from portal.web.answers.problems import problem
from portal.web.answers.respond import go, go_to, respond
from portal.web.answers.stashed_form import has_stashed_form
from portal.web.request.caller import caller
from portal.web.request.current import (
    current_session,
    current_shop,
    deps,
    now,
    session_token,
    shop_name,
    visit,
)
from portal.web.request.languages import choose_language
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed
from portal.web.security.guards import public, signed_in
from portal.web.security.known_browser import remember_browser
from portal.web.security.limits import few_sign_ins, few_tries
from portal.web.security.session_cookie import end_session, safe_next, start_session
from portal.web.shell.nav import address_of

PENDING = timedelta(minutes=10)
RESEND = timedelta(seconds=60)


@shop.get("/")
@public
def home() -> ResponseReturnValue:
    return go(".orders")


@shop.route("/sign-in", methods=["GET", "POST"])
@public
@few_sign_ins
def sign_in() -> ResponseReturnValue:
    here = current_shop()
    form = _asking(SignInForm())
    has_codes = not here.settings.second_step
    form.password.required = not has_codes
    if form.validate_on_submit():
        answer = _try(form) if form.password.data else _send_code(form)
        if answer is not None:
            return answer
    is_expired = visit().expired is not None and "next" in request.args
    page = SignInPage(shop_name=shop_name(), is_expired=is_expired, has_codes=has_codes)
    return _page("sign_in", page, form)


def _try(form: SignInForm) -> ResponseReturnValue | None:
    """By password; None where it is wrong, which the form then says."""
    login = form.login.data
    try:
        token = sign_ins.sign_in(
            login=login,
            password=form.password.data,
            shop=current_shop(),
            caller=caller(is_remembered=_is_ticked(form)),
            deps=deps(),
        )
    except Invalid:
        form.password.errors = [problem("wrong_login")]
        return None
    return _signed_in(token, form) if token else _wait_for_code(form, "verify")


@shop.route("/sign-in/code", methods=["GET", "POST"])
@public
@few_tries
def sign_in_code() -> ResponseReturnValue:
    here = current_shop()
    if here.settings.second_step:
        return go(".sign_in")
    form = _asking(CodeRequestForm())
    if form.validate_on_submit():
        return _send_code(form)
    return _page("sign_in_code", SignInPage(shop_name=shop_name()), form)


@shop.route("/sign-in/verify", methods=["GET", "POST"])
@public
@few_sign_ins
def sign_in_verify() -> ResponseReturnValue:
    here = current_shop()
    pending = read_sealed("portal_pending")
    if pending is None or pending["shop"] != here.id:
        return go(".sign_in_code")
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return _let_in(_check(pending, form.code.data), pending["login"], is_remembered=_is_kept(pending))
        except Invalid:
            form.code.errors = [problem("wrong_code")]
    return _page("sign_in_verify", _verify_page(pending), form)


@shop.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    session = current_session()
    sessions.sign_out(actor=session.actor, session_id=session.id, token=session_token(), deps=deps())
    end_session()
    return go(".sign_in", notice="signed_out")


@shop.post("/language")
@public
def language() -> ResponseReturnValue:
    """Field `locale`; back to the page named by `next`."""
    chosen = choose_language(request.form.get("locale", ""))
    session = visit().session
    if session:
        sessions.set_language(actor=session.actor, session_id=session.id, locale=chosen, deps=deps())
    return go_to(safe_next(request.form.get("next", "")) or address_of("orders"))


def _may_stay() -> bool:
    return sign_ins.may_be_remembered(current_shop(), caller().place)


def _asking(form: Any) -> Any:
    """Without the box where this shop, or a frame, remembers nobody."""
    if not _may_stay():
        del form.remember
    return form


def _is_ticked(form: Any) -> bool:
    return bool(form.remember and form.remember.data)


def _is_kept(pending: dict[str, Any]) -> bool:
    """The box was ticked before the code was sent, and would still be offered."""
    return bool(pending.get("remember")) and _may_stay()


def _verify_page(pending: dict[str, Any]) -> VerifyPage:
    at = now() + RESEND - timedelta(seconds=now().timestamp() - pending["at"])
    return VerifyPage(
        login=pending["login"],
        may_resend=pending["purpose"] == "sign_in",
        resend_at=at if at > now() else None,
        is_remembered=_is_kept(pending),
    )


def _check(pending: dict[str, Any], code: str) -> str:
    return sign_ins.sign_in_with_code(
        login=pending["login"],
        code=code,
        purpose=pending["purpose"],
        shop=current_shop(),
        caller=caller(is_remembered=_is_kept(pending)),
        deps=deps(),
    )


def _send_code(form: Any) -> ResponseReturnValue:
    sign_ins.ask_for_code(login=form.login.data, shop=current_shop(), caller=caller(), deps=deps())
    return _wait_for_code(form, "sign_in")


def _wait_for_code(form: Any, purpose: str) -> ResponseReturnValue:
    pending = {"login": form.login.data, "purpose": purpose, "shop": current_shop().id, "at": now().timestamp()}
    write_sealed("portal_pending", pending | {"remember": _is_ticked(form)}, life=PENDING)
    return go(".sign_in_verify")


def _signed_in(token: str, form: Any) -> ResponseReturnValue:
    return _let_in(token, form.login.data, is_remembered=_is_ticked(form))


def _let_in(token: str, login: str, *, is_remembered: bool) -> ResponseReturnValue:
    """To where one was going; to the form that waits for its session, where there is one."""
    start_session(token, is_remembered=is_remembered)
    remember_browser(sign_ins.typed_login(current_shop(), read_login(login)))
    drop_cookie("portal_pending")
    if has_stashed_form():
        return go(".resume")
    return go_to(safe_next(request.args.get("next", "")) or address_of("orders"))


def _page(name: str, page: SignInPage | VerifyPage, form: Any) -> ResponseReturnValue:
    status = 422 if form.errors else 200
    return respond(f"pages/shop/{name}.html", f"fragments/shop/{name}.html", page=page, form=form, status=status)
