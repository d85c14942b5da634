"""用企业账号登录: to the company's identity provider and back, then one page of ours that lets them in.

The provider leads back by a GET of another site: it brings the flow's own cookie, which is lax, changes nothing here,
and shows a page that leads on inside this site, where the strict cookies of staff are.
"""

from __future__ import annotations

import hmac
from dataclasses import asdict
from datetime import timedelta
from urllib.parse import urlsplit

from flask import redirect, request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid, ProviderUnavailable
from portal.domain.identity.provider import Entry, Identity, only_what_counts
from portal.forms import CompanyForm
from portal.pages.staff.company import CompanyPage, RefusedCompanyPage
from portal.ports import ProviderAnswer, SignInFlow, UntrustedIdentity
from portal.routes.staff import staff
from portal.routes.staff.sign_in import lead_in, own_page
from portal.services.identity.provider_sign_in import (
    CONFIRMED_WITHIN,
    NotLetIn,
    enter_staff,
    look_up_entry,
    new_flow,
    provider_of,
)
from portal.web.answers.respond import go, respond
from portal.web.answers.staff_problems import staff_problem
from portal.web.request.access_log import log
from portal.web.request.addresses import url_for
from portal.web.request.caller import caller
from portal.web.request.current import deps, now
from portal.web.request.languages import language
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed
from portal.web.security.guards import public
from portal.web.security.limits import few_sign_ins

AT_PROVIDER = timedelta(minutes=15)
STATUS = {"expired": 410, "down": 503}


@staff.get("/sign-in/company")
@public
def company() -> ResponseReturnValue:
    """To the provider. `next`; `again`: somebody else, or the same person once more."""
    provider, flow = provider_of(deps()), new_flow(deps())
    onward = own_page(request.args.get("next", ""))
    home = urlsplit(deps().base_url).netloc
    if request.host != home and "at" not in request.args:
        # The provider knows one address to come back to; the cookie of the way there must be of the same host.
        return redirect(deps().base_url + url_for(".company", next=onward, at="1"), 303)
    try:
        address = provider.address(flow, locale=language(), is_again="again" in request.args)
    except ProviderUnavailable as error:
        log.warning("provider", provider=error.provider, why=error.reason)
        return _refused("down")
    write_sealed("portal_staff_flow", asdict(flow) | {"next": onward}, life=AT_PROVIDER)
    return redirect(address, 303)


@staff.get("/sign-in/company/return")
@public
def company_return() -> ResponseReturnValue:
    """`code` or `error`, `state`, `iss`: what the provider sends the browser back with."""
    provider_of(deps())
    kept = read_sealed("portal_staff_flow")
    drop_cookie("portal_staff_flow")
    if kept is None or not hmac.compare_digest(kept["state"].encode(), request.args.get("state", "").encode()):
        return _refused("expired")
    onward = kept.pop("next")
    if "error" in request.args or not request.args.get("code"):
        return _refused("denied")
    identity = _identify(SignInFlow(**kept))
    if not isinstance(identity, Identity):
        return identity
    write_sealed("portal_staff_company", {"identity": asdict(identity), "next": onward}, life=CONFIRMED_WITHIN)
    template = "pages/staff/company_return.html"
    return respond(template, template)


@staff.route("/sign-in/company/enter", methods=["GET", "POST"])
@public
@few_sign_ins
def company_enter() -> ResponseReturnValue:
    """`code`, where one is asked for."""
    kept = read_sealed("portal_staff_company")
    if kept is None:
        return _refused("expired") if request.method == "POST" else go(".sign_in")
    identity = Identity(**kept["identity"])
    try:
        entry = look_up_entry(identity=identity, deps=deps())
        form = CompanyForm(asked=entry.asked)
        if form.validate_on_submit():
            return _enter(identity, form, kept)
    except NotLetIn as error:
        return _refused(error.reason, identity.login)
    except Invalid:
        form.code.errors = [staff_problem("wrong_code")]
    return _page(entry, identity, form, kept)


def _identify(flow: SignInFlow) -> Identity | ResponseReturnValue:
    """Who came back, if it is somebody who may come in; else the page that says why not."""
    provider, login = provider_of(deps()), ""
    answer = ProviderAnswer(code=request.args["code"][:4000], issuer=request.args.get("iss", "")[:1000])
    try:
        identity = only_what_counts(provider.identify(answer, flow, now=now()), provider.rules)
        login = identity.login
        look_up_entry(identity=identity, deps=deps())
    except ProviderUnavailable as error:
        log.warning("provider", provider=error.provider, why=error.reason)
        return _refused("down")
    except UntrustedIdentity as error:
        log.warning("refused", why=str(error), endpoint=request.endpoint)
        return _refused("untrusted")
    except Invalid as error:
        return _refused(error.problems[0][1])
    except NotLetIn as error:
        return _refused(error.reason, login)
    return identity


def _enter(identity: Identity, form: CompanyForm, kept: dict[str, str]) -> ResponseReturnValue:
    code = form.code.data if form.code else ""
    entered = enter_staff(
        identity=identity, code=code, totp_secret=kept.get("secret", ""), caller=caller(), deps=deps()
    )
    drop_cookie("portal_staff_company")
    led = lead_in(entered.token, entered.login, kept["next"])
    if not entered.recovery_codes:
        return led
    template = "pages/staff/company_joined.html"
    onward = kept["next"] or url_for(".cases")
    return respond(template, template, codes=entered.recovery_codes, onward=onward)


def _page(entry: Entry, identity: Identity, form: CompanyForm, kept: dict[str, str]) -> ResponseReturnValue:
    """The secret whose code is asked for waits sealed in the cookie, so that a page that comes back shows the same."""
    secret, qr = "", None
    if entry.asked == "authenticator":
        secret = kept.get("secret") or deps().one_time_passwords.new_secret()
        write_sealed("portal_staff_company", kept | {"secret": secret}, life=CONFIRMED_WITHIN)
        qr = deps().slips.qr(deps().one_time_passwords.address(secret, identity.login))
    page = CompanyPage(login=identity.login, entry=entry, secret=secret, qr=qr)
    status = 422 if form.errors else 200
    return respond("pages/staff/company.html", "fragments/staff/company.html", status=status, page=page, form=form)


def _refused(reason: str, login: str = "") -> ResponseReturnValue:
    page = RefusedCompanyPage(reason=reason, login=login)
    template = "pages/staff/company_refused.html"
    return respond(template, template, status=STATUS.get(reason, 403), page=page)
