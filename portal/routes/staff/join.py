"""The link of an invitation: a password and an authenticator of one's own, then the recovery codes, once."""

from __future__ import annotations

from datetime import timedelta

from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.forms import JoinForm
from portal.pages.values.team import JoinPage
from portal.routes.staff import staff
from portal.services.team.join import invited
from portal.services.team.join import join as join_team
from portal.web.answers.respond import respond
from portal.web.request.addresses import url_for
from portal.web.request.current import deps
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed
from portal.web.security.guards import public
from portal.web.security.limits import few_tries

ENROLLING = timedelta(hours=1)


@staff.route("/join/<token>", methods=["GET", "POST"])
@public
@few_tries
def join(token: str) -> ResponseReturnValue:
    """`password`, `code`. The secret whose code is asked for waits sealed in a cookie, so that a page that comes back
    shows the same one."""
    login = invited(token=token, deps=deps()).login
    secret, form = _secret(token), JoinForm()
    if form.validate_on_submit() and (codes := _join(token, secret, form)):
        return respond("pages/staff/joined.html", "pages/staff/joined.html", codes=codes)
    template, page = "pages/staff/join.html", _page(token, login, secret)
    return respond(template, template, status=422 if form.errors else 200, page=page, form=form)


def _join(token: str, secret: str, form: JoinForm) -> tuple[str, ...]:
    """Recovery codes; none where the form now says what is wrong."""
    try:
        codes = join_team(
            token=token, password=form.password.data, totp_secret=secret, code=form.code.data, deps=deps()
        )
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return ()
    drop_cookie("portal_staff_joining")
    return codes


def _page(token: str, login: str, secret: str) -> JoinPage:
    qr = deps().slips.qr(deps().one_time_passwords.address(secret, login))
    return JoinPage(address=url_for(".join", token=token), login=login, secret=secret, qr=qr)


def _secret(token: str) -> str:
    kept = read_sealed("portal_staff_joining")
    if kept and kept["token"] == token:
        return str(kept["secret"])
    secret = deps().one_time_passwords.new_secret()
    write_sealed("portal_staff_joining", {"token": token, "secret": secret}, life=ENROLLING)
    return secret
