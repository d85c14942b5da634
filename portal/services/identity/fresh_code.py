"""What opens the shop to others (a key, a site that may embed it) asks staff for a code of this moment (SECURITY).

Whoever found a desk open, or stole its cookie, has none. An operator at the shell has no desk: the host is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from portal.domain.errors import Expired, Invalid
from portal.domain.identity.access import Actor
from portal.domain.typed import typed_digits
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.throttle import Caller, Throttle


@dataclass(frozen=True, slots=True)
class FreshCode:
    """As it was typed, from `address`."""

    code: str = ""
    address: str = ""


NO_CODE = FreshCode()


class WrongCode(Invalid):
    """Not the code of this moment, or one that was used before."""

    def __init__(self) -> None:
        super().__init__((("code", "wrong"),))


@contextmanager
def counting_wrong_codes(actor: Actor, typed: FreshCode, deps: Deps) -> Iterator[None]:
    """Around the transaction that spends it. Raises TooMany after too many, as signing in does."""
    if actor.kind != "staff":
        yield
        return
    own = f"staff:{actor.id}"
    throttle = Throttle("totp", typed=own, account=own, caller=Caller(address=typed.address), deps=deps)
    with reading(deps) as work:
        throttle.check(work)
        if throttle.is_silent(work):
            raise WrongCode
    try:
        yield
    except WrongCode:
        with unit_of_work(deps) as work:
            throttle.failed(work)
        raise


def spend_code(work: UnitOfWork, actor: Actor, typed: FreshCode, deps: Deps) -> None:
    """In the transaction of what it is for. Raises WrongCode, and Expired where the account was disabled meanwhile."""
    if actor.kind != "staff":
        return
    account = work.staff_sessions.get(actor.id)
    if account is None:
        raise Expired("session")
    if not account.totp_secret:
        raise WrongCode
    secret = deps.vault.decrypt("totp", account.totp_secret)
    step = deps.one_time_passwords.matching_step(secret, typed_digits(typed.code), work.now)
    if step is None or not work.staff_sessions.spend_step(actor.id, step):
        raise WrongCode
