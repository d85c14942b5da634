"""Staff come in through the company's identity provider, which has said who they are (`portal.ports.identity`).

Nothing is written before they confirm on a page of ours: the browser comes back by a GET of another site, which changes
nothing and brings none of our strict cookies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.domain.errors import Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, system
from portal.domain.identity.provider import (
    Entry,
    Identity,
    KnownAccount,
    ProviderRules,
    RefusedEntry,
    RefusedReason,
    decide_entry,
)
from portal.domain.records.events import NewEvent
from portal.domain.team.member import RECOVERY_CODES
from portal.domain.typed import typed_digits
from portal.ports import Deps, IdentityProvider, SignInFlow
from portal.repos.accounts import StaffAccount
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.recovery_codes import digest_of, new_codes
from portal.services.identity.staff_sign_in import open_staff_session, spend_staff_code
from portal.services.identity.throttle import Caller, Throttle

CONFIRMED_WITHIN = timedelta(minutes=5)


class NotLetIn(Forbidden):
    """The provider has said who it is, and that is nobody who may come in here."""

    def __init__(self, reason: RefusedReason) -> None:
        super().__init__(reason)
        self.reason: RefusedReason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """The token of a new session. `recovery_codes`: where an authenticator was set up, shown this once."""

    token: str
    login: str
    recovery_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAuthenticator:
    """Its secret (base32), whose QR code was shown, and the time step whose code was typed."""

    secret: str
    step: int


def provider_of(deps: Deps) -> IdentityProvider:
    """Raises NotFound where staff sign in by password alone."""
    if deps.identity_provider is None:
        raise NotFound("identity provider")
    return deps.identity_provider


def new_flow(deps: Deps) -> SignInFlow:
    return SignInFlow(state=deps.random.token(), nonce=deps.random.token(), verifier=deps.random.token())


def look_up_entry(*, identity: Identity, deps: Deps) -> Entry:
    """What they may do, as far as it can be said before they confirm. Raises NotLetIn."""
    with reading(deps) as work:
        return _decided(work, identity, provider_of(deps).rules)[0]


def enter_staff(*, identity: Identity, code: str = "", totp_secret: str = "", caller: Caller, deps: Deps) -> Entered:
    """Opens a session; links the account, or makes it, and brings role and shops up to what the provider's groups say.

    `code`: of their authenticator, or a recovery code; where an authenticator is set up, what the one with
    `totp_secret` shows. Errors: NotLetIn, Invalid (code: wrong), TooMany.
    """
    rules = provider_of(deps).rules
    codes = new_codes(RECOVERY_CODES, deps)
    with unit_of_work(deps) as work:
        entry, account = _decided(work, identity, rules)
        throttle = _throttle(identity, account, caller, deps)
        throttle.check(work)
        made = _new_authenticator(entry, totp_secret, code, work, deps)
        if made or _is_shown(work, entry, account, code, throttle, deps):
            throttle.succeeded(work)
            actor = _settle(work, identity, entry, account)
            if made:
                _set_up(work, actor, made, codes, deps)
            token = open_staff_session(work, actor, caller, deps, through="provider")
            login = account.login if account else identity.login
            return Entered(token=token, login=login, recovery_codes=codes if made else ())
    with unit_of_work(deps) as work:
        throttle.failed(work)
    raise Invalid((("code", "wrong"),))


def _decided(work: UnitOfWork, identity: Identity, rules: ProviderRules) -> tuple[Entry, StaffAccount | None]:
    """Raises NotLetIn."""
    account = work.accounts.find_staff_by_subject(identity.issuer, identity.subject)
    account = account or work.accounts.find_staff(identity.login)
    entry = decide_entry(identity, _known(work, account) if account else None, rules)
    if isinstance(entry, RefusedEntry):
        raise NotLetIn(entry.reason)
    if not _shop_ids(work, entry):
        raise NotLetIn("no_shop")
    return entry, account


def _known(work: UnitOfWork, account: StaffAccount) -> KnownAccount:
    has_link = account.provider_issuer is not None and account.provider_subject is not None
    return KnownAccount(
        id=account.id,
        login=account.login,
        role=account.role,
        shop_keys=tuple(shop.key for shop in work.staff_sessions.shops_of(account.id)),
        is_disabled=account.disabled_at is not None,
        has_code=bool(account.totp_secret),
        link=(account.provider_issuer or "", account.provider_subject or "") if has_link else None,
    )


def _new_authenticator(entry: Entry, secret: str, code: str, work: UnitOfWork, deps: Deps) -> NewAuthenticator | None:
    if entry.asked != "authenticator" or not secret:
        return None
    step = deps.one_time_passwords.matching_step(secret, typed_digits(code), work.now)
    return None if step is None else NewAuthenticator(secret=secret, step=step)


def _is_shown(
    work: UnitOfWork, entry: Entry, account: StaffAccount | None, code: str, throttle: Throttle, deps: Deps
) -> bool:
    """Whether nothing is asked for, or the code is theirs."""
    if entry.asked != "code" or account is None:
        return entry.asked == "nothing"
    actor = Actor(kind="staff", shop_id=_shop_ids(work, entry)[0], id=account.id, role=account.role)
    return not throttle.is_silent(work) and spend_staff_code(work, actor, account, code, deps)


def _settle(work: UnitOfWork, identity: Identity, entry: Entry, account: StaffAccount | None) -> Actor:
    """The account as it is from now on."""
    shop_ids = _shop_ids(work, entry)
    staff_id = account.id if account else _made(work, identity, entry, shop_ids)
    actor = Actor(kind="staff", shop_id=shop_ids[0], id=staff_id, role=entry.role)
    before = work.accounts.shops_of_staff(staff_id)
    if account and (account.role != entry.role or set(before) != set(shop_ids)):
        work.team.set_role(staff_id, entry.role)
        work.team.set_shops(staff_id, shop_ids)
        noted, shops = sorted({*before, *shop_ids}), list(shop_ids)
        _note(work, "system:member:changed", noted, staff=staff_id, role=entry.role, shops=shops, through="provider")
    if entry.kind != "linked":
        if not work.accounts.link_staff(staff_id, identity.issuer, identity.subject):
            raise NotLetIn("other_person")
        work.team.set(staff_id, invite_hash=None, invited_until=None)
        _note(work, "system:member:linked", shop_ids, staff=staff_id, issuer=identity.issuer)
    return actor


def _made(work: UnitOfWork, identity: Identity, entry: Entry, shop_ids: tuple[int, ...]) -> int:
    """An account without password, which only the provider opens."""
    staff_id = work.accounts.add_staff(
        shop_ids, login=identity.login, role=entry.role, mail=None, password_hash="", totp_secret=""
    )
    _note(work, "system:member:provisioned", shop_ids, staff=staff_id, role=entry.role)
    return staff_id


def _set_up(work: UnitOfWork, actor: Actor, made: NewAuthenticator, codes: tuple[str, ...], deps: Deps) -> None:
    work.team.set(actor.id, totp_secret=deps.vault.encrypt("totp", made.secret), totp_step=made.step)
    work.team.set_recovery_codes(actor.id, [digest_of(actor.id, code, deps) for code in codes])


def _note(work: UnitOfWork, kind: str, shop_ids: Iterable[int], **data: Any) -> None:
    """In the trail of every shop they may enter, as done by the portal: nobody of the shop has decided it."""
    for shop_id in shop_ids:
        work.events.append_without_order(system(shop_id), NewEvent(kind=kind, data=data))


def _shop_ids(work: UnitOfWork, entry: Entry) -> tuple[int, ...]:
    """Of the shops that there are: a file may name one that is still to come."""
    found = {shop.key: shop.id for shop in work.shops.all()}
    return tuple(sorted(found[key] for key in entry.shop_keys if key in found))


def _throttle(identity: Identity, account: StaffAccount | None, caller: Caller, deps: Deps) -> Throttle:
    """The same count as after a password: who tries codes one way has no second try the other way."""
    own = f"staff:{account.id}" if account else ""
    typed = f"staff login:{account.login if account else identity.login}"
    return Throttle("totp", typed=typed, account=own, caller=caller, deps=deps)
