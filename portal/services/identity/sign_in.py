"""Signing in by password, by one-time code, or by both (S1, S2). Only failures are throttled (INTERFACE).

A wrong password, an unknown login and an account without a password get the same answer in the same time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from portal.domain.errors import Invalid, TooMany
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import Login, read_login
from portal.domain.identity.one_time_codes import APART
from portal.domain.identity.phones import may_be_texted
from portal.domain.identity.throttles import Kind
from portal.domain.typed import typed_digits
from portal.ports import Deps
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
from portal.services.identity.sessions import open_session
from portal.services.identity.throttle import Caller, Throttle
from portal.services.identity.visits import VisitedShop

__all__ = ["Caller", "Throttle", "ask_for_code", "deliver_code", "sign_in", "sign_in_with_code"]


def sign_in(*, login: str, password: str, shop: VisitedShop, caller: Caller, deps: Deps) -> str | None:
    """The new session's token; None where the shop wants a code as second step, which is on its way then.

    Raises Invalid(login: wrong) for whatever does not fit, TooMany after too many failures.
    """
    who = read_login(login)
    with reading(deps) as work:
        row = work.accounts.find_by_login(shop.id, who)
        throttle = _throttle("password", shop, who, row, caller, deps)
        throttle.check(work)
        is_silent, is_slowed = throttle.is_silent(work), throttle.is_slowed(work)
    if is_slowed:
        throttle.slow_down()
    # Between transactions: it takes as long as a page does, and longer (PERFORMANCE).
    is_right = deps.passwords.verify(row["password_hash"] if row else None, password)
    if row is None or not is_right or is_silent:
        _fail(throttle, deps)
    if shop.settings.second_step:
        _send_second_step(who, row, shop, caller, deps)
        return None
    return _open(row, throttle, shop, caller, deps)


def ask_for_code(*, login: str, shop: VisitedShop, caller: Caller, deps: Deps, purpose: Purpose = "sign_in") -> None:
    """A code to the phone or mail that `login` names. Says nothing of whether there is such an account.

    Raises TooMany. Where the shop wants both steps, a code alone lets nobody in and none is sent for sign_in.
    """
    who = read_login(login)
    with reading(deps) as work:
        row = work.accounts.find_by_login(shop.id, who)
    _send(login=who, row=row, purpose=purpose, shop=shop, caller=caller, deps=deps)


def sign_in_with_code(
    *, login: str, code: str, shop: VisitedShop, caller: Caller, deps: Deps, purpose: Purpose = "sign_in"
) -> str:
    """The new session's token. Raises Invalid(code: wrong) for a wrong, spent or old code, and TooMany.

    `purpose` is verify where the password was right before and this is the second step.
    """
    who = read_login(login)
    with unit_of_work(deps) as work:
        row = work.accounts.find_by_login(shop.id, who)
        throttle = _throttle("code", shop, who, row, caller, deps)
        throttle.check(work)
        owner = _owner(row)
        is_right = check_code(
            work, shop_id=shop.id, purpose=purpose, typed=who.key, owner=owner, code=typed_digits(code), deps=deps
        )
    if row is None or not is_right:
        _fail(throttle, deps, field="code")
    return _open(row, throttle, shop, caller, deps, field="code")


def _open(
    row: Mapping[str, Any], throttle: Throttle, shop: VisitedShop, caller: Caller, deps: Deps, *, field: str = "login"
) -> str:
    actor = Actor(kind="shopper", shop_id=shop.id, id=row["id"])
    with unit_of_work(deps) as work:
        if not throttle.succeeded(work):
            raise Invalid(((field, "wrong"),))
        return open_session(
            work,
            actor=actor,
            old_token=caller.token,
            locale=caller.locale,
            place=caller.place,
            deps=deps,
        )


def _fail(throttle: Throttle, deps: Deps, *, field: str = "login") -> NoReturn:
    with unit_of_work(deps) as work:
        throttle.failed(work)
    raise Invalid(((field, "wrong"),))


def _send(
    *, login: Login, row: Mapping[str, Any] | None, purpose: Purpose, shop: VisitedShop, caller: Caller, deps: Deps
) -> None:
    ask = CodeAsk(
        shop_id=shop.id,
        purpose=purpose,
        subject=login.key,
        owner=_owner(row),
        destination=destination_of(row, login),
        network_of=caller.address,
    )
    with unit_of_work(deps) as work:
        wait = issue_code(work, ask, deps=deps)
    if wait:
        raise TooMany(wait)


def _send_second_step(login: Login, row: Mapping[str, Any], shop: VisitedShop, caller: Caller, deps: Deps) -> None:
    try:
        _send(login=login, row=row, purpose="verify", shop=shop, caller=caller, deps=deps)
    except TooMany as too_soon:
        # Within a minute the code sent before is still good, so going back and forth must not lock anybody out.
        if too_soon.seconds > APART.total_seconds():
            raise


def destination_of(row: Mapping[str, Any] | None, login: Login) -> Destination:
    """A mail address is answered by mail, a phone by SMS, a customer id by SMS where there is a phone, else by mail."""
    if row is None or not (row["phone"] or row["mail"]):
        return NOBODY
    phone = row["phone"] if may_be_texted(row["phone"]) else ""
    by_mail = row["mail"] and (login.mail or not phone)
    named = {"mail": row["mail"]} if by_mail else {"phone": phone}
    return Destination(**named, locale=row["locale"], zone=row["zone"])


def _owner(row: Mapping[str, Any] | None) -> str:
    return f"customer:{row['id']}" if row else ""


def typed_login(shop: VisitedShop, login: Login) -> str:
    """What was typed, in its shop: what failures are counted for, and known browsers are told by."""
    return f"{shop.id}:{login.key}"


def _throttle(
    kind: Kind, shop: VisitedShop, login: Login, row: Mapping[str, Any] | None, caller: Caller, deps: Deps
) -> Throttle:
    return Throttle(kind, typed=typed_login(shop, login), account=_owner(row), caller=caller, deps=deps)
