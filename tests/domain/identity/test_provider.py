"""Whom the provider's word lets in, as what and where: the file's tables against groups, links and vouching."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.domain.identity.provider import (
    Entry,
    Identity,
    KnownAccount,
    ProviderRules,
    RefusedEntry,
    decide_entry,
    is_vouched,
    may_use_password,
    only_what_counts,
)

P28 = pytest.mark.req("P28")
RULES = ProviderRules(
    issuer="https://id.example",
    label={"zh": "企业账号", "en": "company account"},
    roles=(("boss", "admin"), ("desk", "agent")),
    shops=(("boss", ("main", "second")), ("desk", ("main",))),
    amr=frozenset({"otp"}),
    acr=frozenset({"2"}),
)
LI = Identity(issuer=RULES.issuer, subject="u-1", login="li", groups=("desk",))
LINK = (RULES.issuer, "u-1")


def account(**values: Any) -> KnownAccount:
    known = {"id": 1, "login": "li", "role": "agent", "shop_keys": ("main",), "is_disabled": False, "has_code": True}
    return KnownAccount(**known | {"link": LINK} | values)


def entry(identity: Identity = LI, known: KnownAccount | None = None, rules: ProviderRules = RULES) -> Any:
    found = decide_entry(identity, known, rules)
    return found.reason if isinstance(found, RefusedEntry) else found


@P28
def test_the_first_group_of_the_file_gives_the_role_and_all_groups_give_shops() -> None:
    both = replace(LI, groups=("desk", "boss"))
    assert entry(both, account()) == Entry(kind="linked", role="admin", shop_keys=("main", "second"), asked="code")
    assert entry(LI, account(role="admin", shop_keys=("main", "second"))).role == "agent"
    assert entry(LI, account(shop_keys=("main", "second"))).shop_keys == ("main",)


@P28
def test_a_shop_that_the_file_does_not_speak_of_stays_as_it_was_granted() -> None:
    assert entry(LI, account(shop_keys=("third", "second"))).shop_keys == ("third", "main")
    by_hand = replace(RULES, roles=(), shops=())
    assert entry(LI, account(role="supervisor", shop_keys=("third",)), by_hand) == Entry(
        kind="linked", role="supervisor", shop_keys=("third",), asked="code"
    )


@P28
def test_who_lost_every_group_comes_in_no_more() -> None:
    assert entry(replace(LI, groups=()), account()) == "no_role"
    assert entry(replace(LI, groups=("elsewhere",)), account()) == "no_role"
    assert entry(LI, account(), replace(RULES, shops=(("boss", ("main",)),))) == "no_shop"


@P28
def test_who_is_disabled_unknown_or_somebody_else_is_refused_whatever_their_groups() -> None:
    assert entry(LI, account(is_disabled=True)) == "disabled"
    assert entry(LI, None) == "unknown"
    assert entry(LI, account(link=(RULES.issuer, "u-2"))) == "other_person"
    assert entry(LI, account(link=("https://id.elsewhere.example", "u-1"))) == "other_person"
    assert entry(LI, account(link=None, has_code=False)) == "not_joined"


@P28
def test_the_first_time_an_account_shows_its_own_code_whatever_the_provider_vouches_for() -> None:
    vouched = replace(LI, amr=("pwd", "otp"))
    assert entry(vouched, account()).asked == "nothing"
    assert entry(replace(LI, acr="2"), account()).asked == "nothing"
    assert entry(replace(LI, acr="1", amr=("pwd",)), account()).asked == "code"
    assert entry(vouched, account(link=None)) == Entry(kind="link", role="agent", shop_keys=("main",), asked="code")


@P28
def test_who_is_new_gets_an_account_only_where_the_file_allows_it_and_sets_up_an_authenticator() -> None:
    rules = replace(RULES, is_open=True)
    vouched = replace(LI, amr=("otp",))
    assert entry(vouched, None, rules) == Entry(kind="new", role="agent", shop_keys=("main",), asked="authenticator")
    assert entry(vouched, account(link=None, has_code=False), rules).asked == "authenticator"
    assert entry(replace(LI, groups=()), None, rules) == "no_role"


@P28
def test_a_file_that_names_no_factor_takes_nothing_for_one() -> None:
    rules = replace(RULES, amr=frozenset(), acr=frozenset())
    assert not is_vouched(replace(LI, amr=("otp", "mfa"), acr=""), rules)
    assert not is_vouched(replace(LI, acr=""), replace(RULES, acr=frozenset({""})))


@P28
@pytest.mark.parametrize(
    ("passwords", "unlinked", "linked"), [("unlinked", True, False), ("all", True, True), (("boss",), False, False)]
)
def test_passwords_are_for_whom_the_file_says(passwords: Any, unlinked: bool, linked: bool) -> None:
    rules = replace(RULES, passwords=passwords)
    assert may_use_password("li", is_linked=False, rules=rules) == unlinked
    assert may_use_password("li", is_linked=True, rules=rules) == linked
    assert may_use_password("boss", is_linked=True, rules=rules) == (passwords != "unlinked")
    assert may_use_password("li", is_linked=True, rules=None)


def test_hundreds_of_groups_are_not_carried_along() -> None:
    many = replace(LI, groups=(*map(str, range(500)), "desk"), amr=("pwd", "otp"))
    assert only_what_counts(many, RULES) == replace(LI, amr=("otp",))
