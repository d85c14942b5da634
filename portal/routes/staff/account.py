"""One's own account: the password, recovery codes, and where one is signed in."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.domain.team.member import RECOVERY_CODES
from portal.forms import ActForm, OwnPasswordForm, RecoveryForm
from portal.pages.staff.team import staff_account_page
from portal.routes.staff import staff
from portal.routes.staff.shops import typed_code
from portal.services.identity.own_staff_account import change_own_password, end_other_sessions
from portal.services.identity.recovery_codes import renew_recovery_codes
from portal.services.team.choose_staff_notices import choose_staff_notices
from portal.web.answers.respond import go, respond
from portal.web.request.caller import caller
from portal.web.request.current import current_actor, current_session, deps
from portal.web.security.staff_guards import any_staff


@staff.get("/account")
@any_staff
def account() -> ResponseReturnValue:
    return _account()


@staff.post("/account/password")
@any_staff
def own_password() -> ResponseReturnValue:
    """`old_password`, `password`. All other sessions end."""
    form = OwnPasswordForm()
    if not form.validate():
        return _account(status=422, form=form)
    try:
        _change(form)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _account(status=422, form=form)
    return go(".account", notice="own_password_changed")


@staff.post("/account/sessions")
@any_staff
def own_sessions() -> ResponseReturnValue:
    """Ends all but this one."""
    session = current_session()
    end_other_sessions(actor=session.actor, session_id=session.id, deps=deps())
    return go(".account", notice="others_signed_out")


@staff.post("/account/recovery-codes")
@any_staff
def own_recovery_codes() -> ResponseReturnValue:
    """`code`. The answer shows the new ones, this once."""
    form = RecoveryForm()
    if not form.validate():
        return _account(status=422, recovery_form=form)
    try:
        codes = renew_recovery_codes(
            actor=current_actor(), typed=typed_code(form.code.data), count=RECOVERY_CODES, deps=deps()
        )
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _account(status=422, recovery_form=form)
    return respond("pages/staff/recovery_codes.html", "pages/staff/recovery_codes.html", codes=codes)


@staff.post("/account/notices")
@any_staff
def own_notices() -> ResponseReturnValue:
    """A field for each group of mails = at_once, hourly, daily, off."""
    choose_staff_notices(wanted=request.form.to_dict(), actor=current_actor(), deps=deps())
    return go(".account", notice="own_notices_chosen")


def _account(*, status: int = 200, **forms: Any) -> ResponseReturnValue:
    session = current_session()
    page = staff_account_page(actor=session.actor, session_id=session.id, deps=deps())
    given = {"form": OwnPasswordForm(None), "recovery_form": RecoveryForm(None), "act_form": ActForm(None)}
    template = "pages/staff/account.html"
    return respond(template, template, status=status, page=page, **(given | forms))


def _change(form: OwnPasswordForm) -> None:
    session = current_session()
    change_own_password(
        old_password=form.old_password.data,
        password=form.password.data,
        actor=session.actor,
        session_id=session.id,
        address=caller().address,
        deps=deps(),
    )
