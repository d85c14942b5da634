"""A customer's own account: what we know of them, and their password."""

from __future__ import annotations

from portal.domain.errors import Invalid
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.identity.logins import read_login
from portal.domain.identity.passwords import password_problem
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.sessions import renew_session
from portal.services.identity.throttle import Caller, Throttle


def change_password(
    *, old_password: str, password: str, actor: Actor, session_id: int, address: str, deps: Deps
) -> str:
    """Sets it, ends the other sessions, tells the customer, and renews this session: its new token.

    Raises Invalid: old_password wrong, or password too_short, too_long, is_login, common; TooMany after too many.
    """
    check_own_act(actor, "password")
    with reading(deps) as work:
        row = work.accounts.get(actor.id, actor.shop_id)
        own = f"customer:{actor.id}"
        throttle = Throttle("password", typed=own, account=own, caller=Caller(address=address), deps=deps)
        throttle.check(work)
    if row.password_hash is not None and not deps.passwords.verify(row.password_hash, old_password):
        with unit_of_work(deps) as work:
            throttle.failed(work)
        raise Invalid((("old_password", "wrong"),))
    is_easy_to_guess = deps.passwords.is_easy_to_guess(password)
    _check(password, row.external_id, row.phone, row.mail, is_easy_to_guess=is_easy_to_guess)
    hashed = deps.passwords.hash(password)
    with unit_of_work(deps) as work:
        throttle.succeeded(work)
        _store(work, actor, actor, hashed, keep_session=session_id)
        work.notices.add(actor.shop_id, actor.id, "password_changed", {})
        return renew_session(work, session_id=session_id, deps=deps)


def set_password(*, shop_key: str, login: str, password: str, deps: Deps) -> None:
    """What an operator does at the shell. Ends all sessions. Raises NotFound, also once erased; Invalid."""
    with reading(deps) as work:
        shop_id = work.shops.get(shop_key).id
        row = work.accounts.get_by_login(shop_id, read_login(login))
    _check(password, row.external_id, row.phone, row.mail)
    hashed = deps.passwords.hash(password)
    customer = Actor(kind="shopper", shop_id=shop_id, id=row.id)
    with unit_of_work(deps) as work:
        _store(work, Actor(kind="operator", shop_id=shop_id), customer, hashed, keep_session=None)
        if row.password_hash is not None:
            work.notices.add(shop_id, row.id, "password_changed", {})


def _store(work: UnitOfWork, actor: Actor, customer: Actor, hashed: str, *, keep_session: int | None) -> None:
    work.accounts.set_password(customer.id, hashed)
    work.sessions.end_others(customer.id, but=keep_session)
    event = NewEvent(kind=f"{actor.kind}:password:changed", data={"customer": customer.id})
    work.events.append_without_order(actor, event, customer_id=customer.id)


def _check(password: str, *logins: str | None, is_easy_to_guess: bool = False) -> None:
    if problem := password_problem(password, logins=logins, is_easy_to_guess=is_easy_to_guess):
        raise Invalid((("password", problem),))
