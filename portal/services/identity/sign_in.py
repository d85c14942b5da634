"""Signing in by password, by one-time code, or by both (S1, S2). Only failures are throttled (INTERFACE).

A wrong password, an unknown login and an account without a password get the same answer in the same time.
"""

from __future__ import annotations

from typing import NoReturn

from portal.domain.errors import Invalid, TooMany
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import Login, read_login
from portal.domain.identity.one_time_codes import APART
from portal.domain.identity.phones import may_be_texted
from portal.domain.identity.throttles import Kind
from portal.domain.typed import typed_digits
from portal.ports import Deps
from portal.repos.accounts import CustomerAccount
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.identity.one_time_codes import (
    NOBODY,
    CodeAsk,
    Destination,
    Purpose,
    check_code,
    deliver_code,
    issue_code,
)
from portal.services.identity.sessions import open_session, remember_session
from portal.services.identity.throttle import Caller, Throttle
from portal.services.identity.visits import Place, VisitedShop

__all__ = ["Caller", "Throttle", "ask_for_code", "deliver_code", "sign_in", "sign_in_with_code"]


def sign_in(*, login: str, password: str, shop: VisitedShop, caller: Caller, deps: Deps) -> str | None:
    """The new session's token; None where the shop wants a code as second step, which is on its way then.

    Raises Invalid(login: wrong) for whatever does not fit, TooMany after too many failures.
    """
    who = read_login(login)
    with reading(deps) as work:
        customer = work.accounts.find_by_login(shop.id, who)
        throttle = _throttle("password", shop, who, customer, caller, deps)
        throttle.check(work)
        is_silent, is_slowed = throttle.is_silent(work), throttle.is_slowed(work)
    if is_slowed:
        throttle.slow_down()
    # Between transactions: it takes as long as a page does, and longer (PERFORMANCE).
    is_right = deps.passwords.verify(customer.password_hash if customer else None, password)
    if customer is None or not is_right or is_silent:
        _fail(throttle, deps)
    if shop.settings.second_step:
        _send_second_step(who, customer, shop, caller, deps)
        return None
    return _open(customer, throttle, shop, caller, deps)


def may_be_remembered(shop: VisitedShop, place: Place) -> bool:
    """Whether the customer is asked to stay signed in on this device."""
    return shop.settings.remembered_sign_in and place == "tab"


def ask_for_code(*, login: str, shop: VisitedShop, caller: Caller, deps: Deps, purpose: Purpose = "sign_in") -> None:
    """A code to the phone or mail that `login` names. Says nothing of whether there is such an account.

    Raises TooMany. Where the shop wants both steps, a code alone lets nobody in and none is sent for sign_in.
    """
    who = read_login(login)
    with reading(deps) as work:
        customer = work.accounts.find_by_login(shop.id, who)
    _send(login=who, customer=customer, purpose=purpose, shop=shop, caller=caller, deps=deps)


def sign_in_with_code(
    *, login: str, code: str, shop: VisitedShop, caller: Caller, deps: Deps, purpose: Purpose = "sign_in"
) -> str:
    """The new session's token. Raises Invalid(code: wrong) for a wrong, spent or old code, and TooMany.

    `purpose` is verify where the password was right before and this is the second step.
    """
    who = read_login(login)
    with unit_of_work(deps) as work:
        customer = work.accounts.find_by_login(shop.id, who)
        throttle = _throttle("code", shop, who, customer, caller, deps)
        throttle.check(work)
        owner = _owner(customer)
        is_right = check_code(
            work, shop_id=shop.id, purpose=purpose, typed=who.key, owner=owner, code=typed_digits(code), deps=deps
        )
    if customer is None or not is_right:
        _fail(throttle, deps, field="code")
    return _open(customer, throttle, shop, caller, deps, field="code")


def _open(
    customer: CustomerAccount,
    throttle: Throttle,
    shop: VisitedShop,
    caller: Caller,
    deps: Deps,
    *,
    field: str = "login",
) -> str:
    actor = Actor(kind="shopper", shop_id=shop.id, id=customer.id)
    with unit_of_work(deps) as work:
        if not throttle.succeeded(work):
            raise Invalid(((field, "wrong"),))
        token = open_session(
            work,
            actor=actor,
            old_token=caller.token,
            locale=caller.locale,
            place=caller.place,
            deps=deps,
        )
        if caller.is_remembered and may_be_remembered(shop, caller.place):
            remember_session(work, token)
        return token


def _fail(throttle: Throttle, deps: Deps, *, field: str = "login") -> NoReturn:
    with unit_of_work(deps) as work:
        throttle.failed(work)
    raise Invalid(((field, "wrong"),))


def _send(
    *, login: Login, customer: CustomerAccount | None, purpose: Purpose, shop: VisitedShop, caller: Caller, deps: Deps
) -> None:
    ask = CodeAsk(
        shop_id=shop.id,
        purpose=purpose,
        subject=login.key,
        owner=_owner(customer),
        destination=destination_of(customer, login),
        network_of=caller.address,
    )
    with unit_of_work(deps) as work:
        wait = issue_code(work, ask, deps=deps)
    if wait:
        raise TooMany(wait)


def _send_second_step(login: Login, customer: CustomerAccount, shop: VisitedShop, caller: Caller, deps: Deps) -> None:
    try:
        _send(login=login, customer=customer, purpose="verify", shop=shop, caller=caller, deps=deps)
    except TooMany as too_soon:
        # Within a minute the code sent before is still good, so going back and forth must not lock anybody out.
        if too_soon.seconds > APART.total_seconds():
            raise


def destination_of(customer: CustomerAccount | None, login: Login) -> Destination:
    """A mail address is answered by mail, a phone by SMS, a customer id by SMS where there is a phone, else by mail."""
    if customer is None or not (customer.phone or customer.mail):
        return NOBODY
    phone = customer.phone if may_be_texted(customer.phone) else ""
    said = {"locale": customer.locale, "zone": customer.zone}
    if customer.mail and (login.mail or not phone):
        return Destination(mail=customer.mail, **said)
    return Destination(phone=phone or "", **said)


def _owner(customer: CustomerAccount | None) -> str:
    return f"customer:{customer.id}" if customer else ""


def typed_login(shop: VisitedShop, login: Login) -> str:
    """What was typed, in its shop: what failures are counted for, and known browsers are told by."""
    return f"{shop.id}:{login.key}"


def _throttle(
    kind: Kind, shop: VisitedShop, login: Login, customer: CustomerAccount | None, caller: Caller, deps: Deps
) -> Throttle:
    return Throttle(kind, typed=typed_login(shop, login), account=_owner(customer), caller=caller, deps=deps)
