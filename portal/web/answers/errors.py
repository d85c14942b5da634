"""What went wrong, as answers: each fact mapped once to a status, a page, a fragment and problem+json (law 8)."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, json, make_response, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect

from portal.domain import errors
from portal.pages.shop.not_offered import NotOffered
from portal.pages.values.accounts import ChooseShopPage, ErrorPage
from portal.pages.values.cancelling import Changed
from portal.web.answers.archived import archived_here, page_of_archived
from portal.web.answers.follow import place_of
from portal.web.answers.respond import go_to, respond, wants_fragment
from portal.web.answers.stashed_form import SECRET, is_page, return_url, stash_form, typed_fields
from portal.web.request.access_log import log, reference
from portal.web.request.addresses import keep_shop_and_return_url
from portal.web.request.current import ShopUnknown, SignInNeeded, known_visit, own_address, visit
from portal.web.request.places import is_frame_request
from portal.web.security.csrf import Forged, asking_origin, is_from_our_page
from portal.web.security.frames import stopped
from portal.web.security.guards import TokenNeeded, needs_person
from portal.web.security.limits import seconds_to_wait
from portal.web.shell.nav import address_of

STATUS: dict[type[errors.PortalError], int] = {
    errors.NotFound: 404,
    errors.Archived: 409,
    errors.RefusedError: 409,
    errors.Conflict: 409,
    errors.NotSummarised: 422,
    errors.Reused: 422,
    errors.Expired: 410,
    errors.Forbidden: 403,
    errors.NotOnBehalf: 403,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.ProviderUnavailable: 503,
    errors.PaymentDeclined: 409,
}
RETRY_AFTER = "10"
"""Seconds, of what is busy or away just now."""
TITLES = {
    400: "Bad request",
    401: "A bearer token is needed",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    413: "Too large",
    415: "Unsupported media type",
    422: "Cannot be processed",
    429: "Too many requests",
    500: "Internal error",
    503: "Unavailable",
}


def status_of(error: errors.PortalError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def changed_by(error: errors.PortalError) -> Changed | None:
    """For the form that is shown again: None where nothing has changed, but was never summarised or is refused."""
    return Changed(who="shop", what=error.what, at=error.at) if isinstance(error, errors.Conflict) else None


def answer_portal_error(error: errors.PortalError) -> Response:
    error = archived_here(error)
    status = status_of(error)
    match error:
        case errors.Archived():
            return _answer(page_of_archived(), error)
        case errors.TooMany(seconds=seconds):
            response = _answer(ErrorPage(status=status, seconds=seconds, back=return_url()), error)
            response.headers["Retry-After"] = str(seconds)
            return response
        case errors.Reused(first=first):
            return _answer(ErrorPage(status=status, code="reused", back=place_of(first)), error)
        case errors.Forbidden():
            return _answer(ErrorPage(status=status, code="role"), error)
        case errors.NotOnBehalf(what=what):
            return _answer(
                ErrorPage(status=status, code=f"own_{what}" if what else "own", back=address_of("orders")), error
            )
        case errors.Expired(what=what):
            return _answer(ErrorPage(status=status, code=what), error)
        case errors.Conflict():
            is_opened = request.method in ("GET", "HEAD")
            changed = changed_by(error)
            return _answer(ErrorPage(status=status, changed=changed, back=_way_back(), is_opened=is_opened), error)
        case NotOffered(page=refused):
            return respond("pages/shop/refused.html", "fragments/shop/refused.html", page=refused, status=status)
        case errors.ProviderUnavailable():
            again = own_address() if request.method == "POST" else ""
            response = _answer(ErrorPage(status=status, again=again, typed=typed_fields()), error)
            response.headers["Retry-After"] = RETRY_AFTER
            return response
    return _answer(ErrorPage(status=status, back=return_url() if status != 404 else ""), error)


def _way_back() -> str:
    """From a form to itself; from a page that is only opened to the one above it, not to itself once more."""
    if request.method not in ("GET", "HEAD"):
        return return_url()
    is_there = is_page(current_app, request.path.rpartition("/")[0])
    return own_address().partition("?")[0].rpartition("/")[0] if is_there else ""


def answer_unexpected(error: Exception) -> Response:
    """500 with a reference that the log has too; what was typed can be sent again, its request_id acts once."""
    log.error("failed", reference=reference(), endpoint=request.endpoint, error=type(error).__name__, exc_info=error)
    again = own_address() if request.method == "POST" else ""
    return _answer(ErrorPage(status=500, reference=reference(), again=again, typed=typed_fields() if again else ()))


def answer_http_error(error: HTTPException) -> Response:
    if isinstance(error, RequestRedirect):
        return make_response(error.get_response())
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    response = _answer(ErrorPage(status=status if status in TITLES else 400))
    if valid := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(valid))
    return response


def answer_too_many(_error: RateLimitExceeded) -> Response:
    """As a counter of an account answers: 429, when to come again, and the way back."""
    return answer_portal_error(errors.TooMany(seconds=seconds_to_wait()))


def answer_too_large(error: RequestEntityTooLarge) -> Response:
    return _answer(ErrorPage(status=413, back=return_url()))


def answer_forged(error: Forged) -> Response:
    log.warning("refused", why=error.why, endpoint=request.endpoint)
    if is_frame_request() and error.why == "no cookie":
        return stopped("blocked", status=403)
    if is_frame_request() and asking_origin() == "null":
        return stopped("boxed", status=403)
    if error.why in ("no cookie", "token") and is_from_our_page():
        return _answer(_kept() if needs_person() else _again())
    code = "origin" if error.why in ("origin", "host") else "csrf"
    return _answer(ErrorPage(status=403, code=code, back=return_url()))


def _kept() -> ErrorPage:
    """Of what a page of ours sent whose session is gone with its cookie, or is another: where to send it again."""
    session = visit().session
    if not stash_form(session.actor if session else None):
        return ErrorPage(status=403, code="csrf", back=return_url())
    if session:
        return ErrorPage(status=403, code="kept", onward=address_of("resume"))
    values: dict[str, Any] = {"next": return_url()}
    keep_shop_and_return_url(f"{request.blueprint}.sign_in", values)
    return ErrorPage(status=403, code="signed_out", onward=url_for(".sign_in", **values))


def _again() -> ErrorPage:
    """Of what a page of ours for anybody sent without its cookie: all of it with a new token, to be sent by one press.
    A form with a password or a code is opened anew."""
    if SECRET.intersection(request.form):
        return ErrorPage(status=403, code="csrf", back=return_url())
    return ErrorPage(status=403, code="again", again=own_address(), typed=typed_fields())


def lead_to_sign_in(error: SignInNeeded) -> Response:
    """And back afterwards: to the page, with what was typed where the session ended while it was."""
    expired = known_visit().expired
    if expired and request.method == "POST":
        stash_form(expired)
    place = "sign_in"
    values: dict[str, Any] = {"next": return_url()}
    keep_shop_and_return_url(f"{request.blueprint}.{place}", values)
    return go_to(url_for(f".{place}", **values))


def ask_for_shop(error: ShopUnknown) -> Response:
    if request.path.startswith("/api/"):
        return problem(404)
    page = ChooseShopPage(wrong=error.wrong)
    template = "pages/shop/choose_shop.html"
    return respond(template, template, page=page, status=404 if error.wrong else 200)


def ask_for_token(error: TokenNeeded) -> Response:
    response = problem(401)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _answer(page: ErrorPage, error: errors.PortalError | None = None) -> Response:
    if request.path.startswith("/api/"):
        return problem(page.status, error=error, reference=page.reference)
    template = "fragments/errors/error.html" if wants_fragment() else "errors/error.html"
    response = make_response(render_template(template, page=page), page.status)
    response.vary.add("HX-Request")
    return response


def problem(status: int, *, error: errors.PortalError | None = None, reference: str = "") -> Response:
    """RFC 9457. `reason` is a code for programs; `errors` name fields."""
    body: dict[str, Any] = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status}
    match error:
        case errors.Invalid(problems=problems):
            body["errors"] = [{"field": field, "reason": reason} for field, reason in problems]
        case errors.Conflict(what=what, detail=detail):
            body |= {"reason": what, **{name: str(value) for name, value in detail.items()}}
        case errors.Expired(what=what):
            body["reason"] = what
        case errors.Reused():
            body["reason"] = "reused"
        case errors.Archived():
            body["reason"] = "archived"
    if reference:
        body["reference"] = reference
    response = make_response(json.dumps(body, ensure_ascii=False), status)
    response.headers["Content-Type"] = "application/problem+json"
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def init_app(app: Flask) -> None:
    app.register_error_handler(errors.PortalError, answer_portal_error)
    app.register_error_handler(RateLimitExceeded, answer_too_many)
    app.register_error_handler(RequestEntityTooLarge, answer_too_large)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Forged, answer_forged)
    app.register_error_handler(SignInNeeded, lead_to_sign_in)
    app.register_error_handler(ShopUnknown, ask_for_shop)
    app.register_error_handler(TokenNeeded, ask_for_token)
    app.register_error_handler(Exception, answer_unexpected)
