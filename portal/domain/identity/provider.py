"""Signing in through the company's identity provider (OpenID Connect): whose account it is, and what it may do.

The provider says who somebody is and to which groups they belong; the file of PORTAL_OIDC says what that means here.
An account is found by issuer and subject once it is linked, before that by the claim of the login: never by an address
that the provider has not verified. Nothing is concluded from what a provider leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from portal.domain.identity.access import Role

Passwords = Literal["unlinked", "all"] | tuple[str, ...]
EntryKind = Literal["linked", "link", "new"]
Asked = Literal["nothing", "code", "authenticator"]
RefusedReason = Literal["unknown", "not_joined", "disabled", "other_person", "no_role", "no_shop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRules:
    """`label`: what the provider is called, by language. `roles`: by group, the first that somebody belongs to holds;
    `shops`: by group the keys of shops, all that somebody belongs to hold together. Empty tables leave an account as it
    is. `is_open`: who has no account gets one at their first sign-in. `amr`, `acr`: values of those claims that stand
    for the second factor. `passwords`: who may still use one of ours: accounts that are `unlinked`, `all`, or only the
    logins that are listed.
    """

    issuer: str
    label: Mapping[str, str]
    roles: tuple[tuple[str, Role], ...] = ()
    shops: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_open: bool = False
    amr: frozenset[str] = frozenset()
    acr: frozenset[str] = frozenset()
    passwords: Passwords = "unlinked"

    def label_in(self, locale: str) -> str:
        return self.label.get(locale[:2]) or next(iter(self.label.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is, as the provider has signed it. `subject` never changes; `login` is the claim the file names."""

    issuer: str
    subject: str
    login: str
    groups: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    acr: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAccount:
    """An account as far as it matters here. `link`: issuer and subject; `has_code`: an authenticator is set up."""

    id: int
    login: str
    role: Role
    shop_keys: tuple[str, ...]
    is_disabled: bool
    has_code: bool
    link: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """They may come in, once what is `asked` for is there: a code of their authenticator, or a new one of those."""

    kind: EntryKind
    role: Role
    shop_keys: tuple[str, ...]
    asked: Asked


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    reason: RefusedReason


def decide_entry(identity: Identity, account: KnownAccount | None, rules: ProviderRules) -> Entry | RefusedEntry:
    """Whether somebody comes in, as what and into which shops. `account`: the one that is linked to them, else the one
    of their login, else None.

    The first time an account is linked its own code is asked for, whatever the provider vouches for: a login that
    somebody can choose at the provider must not be enough to become somebody else here. Who never had an authenticator
    sets one up: what lets others in (keys, colleagues) asks for a code later.
    """
    link = (identity.issuer, identity.subject)
    if account is None and not rules.is_open:
        return RefusedEntry("unknown")
    if account and account.is_disabled:
        return RefusedEntry("disabled")
    if account and account.link not in (None, link):
        return RefusedEntry("other_person")
    if account and not account.has_code and account.link is None and not rules.is_open:
        return RefusedEntry("not_joined")
    by_hand = account.role if account else None
    role = role_of(identity, rules) if rules.roles else by_hand
    if role is None:
        return RefusedEntry("no_role")
    shop_keys = shops_of(identity, account.shop_keys if account else (), rules)
    if not shop_keys:
        return RefusedEntry("no_shop")
    kind: EntryKind = "new" if account is None else "linked" if account.link else "link"
    return Entry(kind=kind, role=role, shop_keys=shop_keys, asked=_asked(kind, identity, account, rules))


def role_of(identity: Identity, rules: ProviderRules) -> Role | None:
    """Of the first group in the file's order that they belong to."""
    return next((role for group, role in rules.roles if group in identity.groups), None)


def shops_of(identity: Identity, granted: tuple[str, ...], rules: ProviderRules) -> tuple[str, ...]:
    """Those of their groups, and of those `granted` by hand the ones that the file does not speak of."""
    named = {key for _group, keys in rules.shops for key in keys}
    theirs = [key for group, keys in rules.shops if group in identity.groups for key in keys]
    return tuple(dict.fromkeys([*(key for key in granted if key not in named), *theirs]))


def is_vouched(identity: Identity, rules: ProviderRules) -> bool:
    """Whether the provider has seen a second factor, in words that the file takes for one."""
    return bool(rules.amr.intersection(identity.amr)) or (bool(identity.acr) and identity.acr in rules.acr)


def may_use_password(login: str, *, is_linked: bool, rules: ProviderRules | None) -> bool:
    """Whether an account may come in by a password of ours. Without a provider everybody may."""
    if rules is None or rules.passwords == "all":
        return True
    if rules.passwords == "unlinked":
        return not is_linked
    return login in rules.passwords


def only_what_counts(identity: Identity, rules: ProviderRules) -> Identity:
    """Without the hundreds of groups that the file does not name."""
    named = {group for group, _ in (*rules.roles, *rules.shops)}
    return replace(
        identity,
        groups=tuple(group for group in identity.groups if group in named),
        amr=tuple(value for value in identity.amr if value in rules.amr),
    )


def _asked(kind: EntryKind, identity: Identity, account: KnownAccount | None, rules: ProviderRules) -> Asked:
    if account is None or not account.has_code:
        return "authenticator"
    return "nothing" if kind == "linked" and is_vouched(identity, rules) else "code"
