"""The provider over HTTP: what is asked of it, and everything it may answer that proves nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from portal.adapters import identity_oidc
from portal.adapters.identity_oidc import OidcProvider
from portal.domain.errors import Invalid, ProviderUnavailable
from portal.domain.identity.provider import Identity
from portal.ports import ProviderAnswer, SignInFlow, UntrustedIdentity
from tests.support.company import oidc_provider
from tests.support.oidc_issuer import Issuer, issuer_serving

P28 = pytest.mark.req("P28")
BASE = "https://after.example"
FLOW = SignInFlow(state="s" * 43, nonce="n" * 43, verifier="v" * 43)
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuer_serving(Issuer(now=lambda: NOW)) as issuer:
        yield issuer


@pytest.fixture
def provider(issuer: Issuer, tmp_path: Path) -> OidcProvider:
    return oidc_provider(tmp_path, issuer, BASE)


def back(issuer: Issuer, provider: OidcProvider, **said: bool) -> ProviderAnswer:
    address = provider.address(FLOW, locale="zh-CN", **said)
    answer = dict(parse_qsl(urlsplit(issuer.authorize(dict(parse_qsl(urlsplit(address).query)))).query))
    return ProviderAnswer(code=answer["code"], issuer=answer.get("iss", ""))


def signed_in(issuer: Issuer, provider: OidcProvider) -> Identity:
    return provider.identify(back(issuer, provider), FLOW, now=NOW)


@P28
def test_the_way_there_carries_state_nonce_and_a_challenge_and_keeps_the_verifier(
    issuer: Issuer, provider: OidcProvider
) -> None:
    asked = parse_qs(urlsplit(provider.address(FLOW, locale="zh-CN")).query)
    assert asked["state"] == [FLOW.state] and asked["nonce"] == [FLOW.nonce]
    assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"]
    assert asked["redirect_uri"] == [f"{BASE}/staff/sign-in/company/return"]
    assert FLOW.verifier not in str(asked) and "prompt" not in asked and "max_age" not in asked
    assert parse_qs(urlsplit(provider.address(FLOW, locale="en", is_again=True)).query)["prompt"] == ["login"]


@P28
def test_a_good_answer_says_who_it_is(issuer: Issuer, provider: OidcProvider) -> None:
    issuer.person = {
        "sub": "u-7",
        "preferred_username": " li ",
        "groups": ["desk", 7],
        "amr": ["pwd", "otp"],
        "acr": "2",
    }
    assert signed_in(issuer, provider) == Identity(
        issuer=issuer.url, subject="u-7", login="li", groups=("desk",), amr=("pwd", "otp"), acr="2"
    )


UNTRUSTED = """
    wrong_nonce no_nonce wrong_audience azp_of_another no_azp expired not_yet another_issuer no_subject
    at_hash_of_another alg_none hs256_public_key other_key no_id_token
"""


@P28
@pytest.mark.parametrize("plan", UNTRUSTED.split())
def test_an_answer_that_proves_nobody_lets_nobody_in(plan: str, issuer: Issuer, provider: OidcProvider) -> None:
    issuer.plan = plan
    with pytest.raises(UntrustedIdentity) as refused:
        signed_in(issuer, provider)
    assert "u-1" not in str(refused.value) and "agent-1" not in str(refused.value)


@P28
def test_a_code_is_good_once_and_with_its_own_verifier_only(issuer: Issuer, provider: OidcProvider) -> None:
    answer = back(issuer, provider)
    other = SignInFlow(state=FLOW.state, nonce=FLOW.nonce, verifier="w" * 43)
    with pytest.raises(UntrustedIdentity, match="invalid_grant"):
        provider.identify(answer, other, now=NOW)
    answer = back(issuer, provider)
    provider.identify(answer, FLOW, now=NOW)
    with pytest.raises(UntrustedIdentity, match="invalid_grant"):
        provider.identify(answer, FLOW, now=NOW)


@P28
def test_an_answer_in_the_name_of_another_provider_is_not_even_asked_about(
    issuer: Issuer, provider: OidcProvider
) -> None:
    issuer.plan = "mix_up"
    with pytest.raises(UntrustedIdentity, match="another issuer"):
        signed_in(issuer, provider)
    assert "/token" not in issuer.asked
    with pytest.raises(UntrustedIdentity, match="another issuer"):
        provider.identify(ProviderAnswer(code="c"), FLOW, now=NOW)


@P28
def test_a_provider_that_never_names_itself_is_fine(issuer: Issuer, provider: OidcProvider) -> None:
    issuer.plan = "says_no_iss"
    assert signed_in(issuer, provider).subject == "u-1"


@P28
def test_keys_are_kept_and_read_anew_when_the_provider_has_changed_them(issuer: Issuer, provider: OidcProvider) -> None:
    signed_in(issuer, provider)
    signed_in(issuer, provider)
    assert issuer.asked.count("/jwks") == 1 and issuer.asked.count("/.well-known/openid-configuration") == 1
    issuer.key_name = "k2"
    assert signed_in(issuer, provider).subject == "u-1"
    assert issuer.asked.count("/jwks") == 2
    issuer.plan = "no_kid"
    assert signed_in(issuer, provider).subject == "u-1", "the one key that signs needs no name"


@P28
@pytest.mark.parametrize(
    "plan",
    [
        *("html_502 openid-configuration", "html_200 openid-configuration", "list openid-configuration"),
        *("redirect openid-configuration", "discovery_of_another", "plain_http"),
        *("html_502 token", "html_200 token", "redirect token", "endless token", "slow token"),
        *("html_502 jwks", "list jwks", "redirect jwks", "endless jwks"),
    ],
)
def test_a_provider_that_is_down_slow_or_odd_is_unavailable_and_soon(
    plan: str, issuer: Issuer, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_oidc, "WHOLE", 0.3)
    issuer.plan = plan
    with pytest.raises(ProviderUnavailable):
        signed_in(issuer, provider)
    issuer.plan = ""
    assert signed_in(issuer, provider).subject == "u-1", "it is asked again once it answers"


@P28
def test_a_provider_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with issuer_serving() as issuer:
        provider = oidc_provider(tmp_path, issuer, BASE)
    with pytest.raises(ProviderUnavailable):
        provider.address(FLOW, locale="en")


@P28
def test_a_sign_in_that_is_older_than_the_file_allows_does_not_count(issuer: Issuer, tmp_path: Path) -> None:
    provider = oidc_provider(tmp_path, issuer, BASE, "max_age_minutes = 60")
    assert signed_in(issuer, provider).subject == "u-1"
    assert issuer.last["max_age"] == "3600"
    for plan in ("old_sign_in", "no_auth_time"):
        issuer.plan = plan
        with pytest.raises(UntrustedIdentity):
            signed_in(issuer, provider)


@P28
def test_groups_may_stand_deep_in_the_token_or_in_the_user_info_of_the_same_person(
    issuer: Issuer, tmp_path: Path
) -> None:
    provider = oidc_provider(tmp_path, issuer, BASE, 'groups_claim = "realm_access.roles"')
    issuer.person["realm_access"] = {"roles": ["desk"]}
    assert signed_in(issuer, provider).groups == ("desk",)
    provider = oidc_provider(tmp_path, issuer, BASE)
    issuer.info = {"sub": "u-1", "groups": "boss", "iss": "https://id.elsewhere.example"}
    assert signed_in(issuer, provider).groups == ("boss",)
    issuer.info["sub"] = "u-2"
    with pytest.raises(UntrustedIdentity, match="another subject"):
        signed_in(issuer, provider)


@P28
def test_a_mail_is_a_login_only_once_it_is_verified(issuer: Issuer, tmp_path: Path) -> None:
    provider = oidc_provider(tmp_path, issuer, BASE, 'login_claim = "email"')
    issuer.person = {"sub": "u-1", "email": "li@shop.example"}
    with pytest.raises(Invalid) as refused:
        signed_in(issuer, provider)
    assert refused.value.problems == (("login", "unverified"),)
    issuer.person["email_verified"] = True
    assert signed_in(issuer, provider).login == "li@shop.example"
    for odd in ("", 7, "x" * 65, None):
        issuer.person["email"] = odd
        with pytest.raises(Invalid):
            signed_in(issuer, provider)
