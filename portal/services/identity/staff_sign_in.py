"""Staff come in by password and a time-based code, both each time; only failures are throttled (SECURITY, access).

A wrong password and an unknown login get the same answer in the same time, and so does an account that was disabled, or
that signs in with its company account instead (`provider_sign_in`).
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.errors import Expired, Invalid
from portal.domain.identity.access import Actor
from portal.domain.identity.provider import may_use_password
from portal.domain.identity.throttles import Kind
from portal.domain.records.events import NewEvent
from portal.domain.typed import typed_digits
from portal.ports import Deps
from portal.repos.accounts import StaffAccount
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.recovery_codes import spend_recovery_code
from portal.services.identity.staff_visits import STAFF_AT_MOST
from portal.services.identity.throttle import Caller, Throttle
from portal.services.identity.visits import hash_token


@dataclass(frozen=True, slots=True)
class PasswordAccepted:
    """The password was right, the code is still to come."""

    staff_id: int
    login: str


def check_staff_password(*, login: str, password: str, caller: Caller, deps: Deps) -> PasswordAccepted:
    """Raises Invalid(login: wrong) for whatever does not fit, TooMany after too many failures."""
    typed = login.strip()
    with reading(deps) as work:
        account = work.accounts.find_staff(typed)
        throttle = _throttle("password", typed, account, caller, deps)
        throttle.check(work)
        is_silent, is_slowed = throttle.is_silent(work), throttle.is_slowed(work)
    if is_slowed:
        throttle.slow_down()
    # Between transactions: it takes as long as a page does, and longer (PERFORMANCE).
    is_right = deps.passwords.verify((account.password_hash or None) if account else None, password)
    if account is None or not is_right or is_silent or account.disabled_at or not _is_by_password(account, deps):
        raise _failure(throttle, "login", deps)
    # Failures are forgotten by the code only: whoever has a password must not try codes without limit.
    return PasswordAccepted(staff_id=account.id, login=typed)


def verify_staff_code(*, password_accepted: PasswordAccepted, code: str, caller: Caller, deps: Deps) -> str:
    """The new session's token, in the first shop granted. A code is good once; so is a recovery code in its place.

    Raises Invalid(code: wrong), TooMany, Expired where the account was disabled meanwhile or has no shop.
    """
    with unit_of_work(deps) as work:
        account = work.staff_sessions.get(password_accepted.staff_id)
        shops = work.staff_sessions.shops_of(password_accepted.staff_id)
        if account is None or not account.totp_secret or not shops:
            raise Expired("session")
        throttle = _throttle("totp", password_accepted.login, account, caller, deps)
        throttle.check(work)
        actor = Actor(kind="staff", shop_id=shops[0].id, id=account.id, role=account.role)
        if not throttle.is_silent(work) and spend_staff_code(work, actor, account, code, deps):
            throttle.succeeded(work)
            _throttle("password", password_accepted.login, account, caller, deps).succeeded(work)
            return open_staff_session(work, actor, caller, deps)
    raise _failure(throttle, "code", deps)


def spend_staff_code(work: UnitOfWork, actor: Actor, account: StaffAccount, code: str, deps: Deps) -> bool:
    """Whether it is the authenticator's code of now, or one of the recovery codes that are left."""
    secret = deps.vault.decrypt("totp", account.totp_secret)
    step = deps.one_time_passwords.matching_step(secret, typed_digits(code), work.now)
    if step is not None:
        return work.staff_sessions.spend_step(account.id, step)
    if not spend_recovery_code(work, account.id, code, deps):
        return False
    left = work.team.count_recovery_codes(account.id)
    work.events.append_without_order(actor, NewEvent(kind="staff:recovery_code:used", data={"left": left}))
    return True


def switch_shop(*, key: str, actor: Actor, session_id: int, deps: Deps) -> None:
    """Works on in another shop that is granted. Raises Invalid(shop: not_granted)."""
    with unit_of_work(deps) as work:
        found = [shop.id for shop in work.staff_sessions.shops_of(actor.id) if shop.key == key]
        if not found:
            raise Invalid((("shop", "not_granted"),))
        work.staff_sessions.switch(session_id, found[0])
        there = Actor(kind="staff", shop_id=found[0], id=actor.id, role=actor.role)
        work.events.append_without_order(there, NewEvent(kind="staff:session:switched", data={"session": session_id}))


def open_staff_session(work: UnitOfWork, actor: Actor, caller: Caller, deps: Deps, *, through: str = "") -> str:
    """Under a fresh token, which is returned; whatever the old one stood for ends. `through`: what let them in where it
    was not a password of ours."""
    token = deps.random.token()
    if caller.token:
        work.sessions.end(hash_token(caller.token))
    session_id = work.sessions.open(
        token_hash=hash_token(token),
        kind="staff",
        shop_id=actor.shop_id,
        staff_id=actor.id,
        locale=caller.locale,
        expires_at=work.now + STAFF_AT_MOST,
    )
    data = {"session": session_id} | ({"through": through} if through else {})
    work.events.append_without_order(actor, NewEvent(kind="staff:session:opened", data=data))
    return token


def typed_staff_login(login: str) -> str:
    """What failures are counted for, and known browsers are told by."""
    return f"staff login:{login}"


def _is_by_password(account: StaffAccount, deps: Deps) -> bool:
    rules = deps.identity_provider.rules if deps.identity_provider else None
    return may_use_password(account.login, is_linked=bool(account.provider_subject), rules=rules)


def _throttle(kind: Kind, login: str, account: StaffAccount | None, caller: Caller, deps: Deps) -> Throttle:
    own = f"staff:{account.id}" if account else ""
    return Throttle(kind, typed=typed_staff_login(login), account=own, caller=caller, deps=deps)


def _failure(throttle: Throttle, field: str, deps: Deps) -> Invalid:
    with unit_of_work(deps) as work:
        throttle.failed(work)
    return Invalid(((field, "wrong"),))
