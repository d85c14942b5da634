"""An OpenID Connect provider by Authlib: authorization code with PKCE, discovery, and ID tokens checked by its keys.

What the provider publishes about itself and its keys is kept for an hour; keys are read anew at once when a token names
one that is not known. Every call has a limit of time and size, and none follows a redirect.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from portal.domain.errors import Invalid, ProviderUnavailable
from portal.domain.identity.provider import Identity
from portal.domain.loopback import is_loopback
from portal.ports import ProviderAnswer, SignInFlow, UntrustedIdentity
from portal.schemas.identity_provider import OidcFile

ALGORITHMS = [*("RS256", "RS384", "RS512"), *("PS256", "PS384", "PS512"), *("ES256", "ES384", "ES512"), "Ed25519"]
"""Signatures by a private key alone: with a secret (HS256) who knows a public key could sign, with `none` anybody."""
CONNECT, READ, WHOLE = 3.05, 5.0, 10.0
LARGEST = 512 * 1024
KEPT = 3600.0
LEEWAY = 60
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcProvider:
    """The port `IdentityProvider`."""

    def __init__(self, file: OidcFile, *, redirect_uri: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self.rules = file.rules
        self._file, self._redirect_uri, self._seconds = file, redirect_uri, seconds
        self._lock = threading.Lock()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def address(self, flow: SignInFlow, *, locale: str, is_again: bool = False) -> str:
        metadata = self._discover()
        asked: dict[str, Any] = {"nonce": flow.nonce, "ui_locales": locale}
        if is_again:
            asked["prompt"] = "login"
        if self._file.max_age_minutes:
            asked["max_age"] = self._file.max_age_minutes * 60
        with self._session(metadata) as session:
            address, _state = session.create_authorization_url(
                metadata["authorization_endpoint"], state=flow.state, code_verifier=flow.verifier, **asked
            )
        return str(address)

    def identify(self, answer: ProviderAnswer, flow: SignInFlow, *, now: datetime) -> Identity:
        metadata = self._discover()
        expected = bool(metadata.get("authorization_response_iss_parameter_supported"))
        if (answer.issuer or expected) and answer.issuer != self._file.issuer:
            raise UntrustedIdentity("another issuer has answered")
        with self._session(metadata) as session:
            token = self._exchange(session, metadata, answer.code, flow)
            claims = self._claims(metadata, token, flow, now)
            wanted = (self._file.login_claim, self._file.groups_claim)
            if metadata.get("userinfo_endpoint") and any(_claim(claims, name) is None for name in wanted):
                claims = {**self._user_info(session, metadata, claims["sub"]), **claims}
        return self._identity(claims)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        name = self._file.login_claim
        login = _claim(claims, name)
        if not isinstance(login, str) or not 0 < len(login.strip()) <= 64:
            raise Invalid((("login", "missing"),))
        if name == "email" and claims.get("email_verified") is not True:
            raise Invalid((("login", "unverified"),))
        acr = claims.get("acr")
        return Identity(
            issuer=self._file.issuer,
            subject=str(claims["sub"]),
            login=login.strip(),
            groups=_texts(_claim(claims, self._file.groups_claim)),
            amr=_texts(claims.get("amr")),
            acr=acr if isinstance(acr, str) else "",
        )

    def _exchange(
        self, session: OAuth2Session, metadata: Mapping[str, Any], code: str, flow: SignInFlow
    ) -> dict[str, Any]:
        """The code for tokens."""
        try:
            token = session.fetch_token(
                metadata["token_endpoint"],
                code=code,
                grant_type="authorization_code",
                code_verifier=flow.verifier,
                allow_redirects=False,
            )
        except OAuthError as error:
            raise UntrustedIdentity(f"token endpoint: {str(error.error)[:60]}") from None
        except (AuthlibBaseError, OSError, ValueError, RecursionError) as error:
            _unavailable(error)
        if not isinstance(token, dict) or not isinstance(token.get("id_token"), str):
            raise UntrustedIdentity("no ID token")
        return dict(token)

    def _claims(
        self, metadata: Mapping[str, Any], token: Mapping[str, Any], flow: SignInFlow, now: datetime
    ) -> dict[str, Any]:
        """Of an ID token that is signed by the provider, for us, for this very sign-in, and of now (OpenID Connect Core
        3.1.3.7)."""
        try:
            signed = self._decode(metadata, token["id_token"])
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                {
                    "iss": {"essential": True, "value": self._file.issuer},
                    "aud": {"essential": True, "value": self._file.client_id},
                },
                {
                    "nonce": flow.nonce,
                    "client_id": self._file.client_id,
                    "access_token": token.get("access_token"),
                    "max_age": self._file.max_age_minutes * 60,
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
            self._check_subject_and_age(claims, now)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise UntrustedIdentity(f"ID token: {type(error).__name__} {str(error)[:80]}") from None
        return dict(claims)

    def _check_subject_and_age(self, claims: Mapping[str, Any], now: datetime) -> None:
        """Raises ValueError."""
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise ValueError("sub")
        oldest = self._file.max_age_minutes * 60
        if oldest and now.timestamp() - claims["auth_time"] > oldest + LEEWAY:
            raise ValueError("auth_time")

    def _decode(self, metadata: Mapping[str, Any], id_token: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(id_token, self._key_set(metadata), registry=registry)
        except (InvalidKeyIdError, BadSignatureError):
            # The provider has changed its keys since.
            return jwt.decode(id_token, self._key_set(metadata, is_fresh=True), registry=registry)

    def _key_set(self, metadata: Mapping[str, Any], *, is_fresh: bool = False) -> KeySet:
        with self._lock:
            kept = self._keys
        if kept and not is_fresh and self._seconds() - kept[0] < KEPT:
            return kept[1]
        found = self._read(metadata["jwks_uri"])
        keys = KeySet.import_key_set({"keys": [key for key in found.get("keys", ()) if _is_public(key)]})
        with self._lock:
            self._keys = (self._seconds(), keys)
        return keys

    def _discover(self) -> dict[str, Any]:
        with self._lock:
            kept = self._metadata
        if kept and self._seconds() - kept[0] < KEPT:
            return kept[1]
        metadata = self._read(get_well_known_url(self._file.issuer, external=True))
        if metadata.get("issuer") != self._file.issuer:
            raise ProviderUnavailable("oidc", "discovery names another issuer")
        if not all(_is_safe(metadata.get(name)) for name in ENDPOINTS):
            raise ProviderUnavailable("oidc", "discovery names no https address of an endpoint")
        with self._lock:
            self._metadata = (self._seconds(), metadata)
        return metadata

    def _read(self, address: str) -> dict[str, Any]:
        """A JSON object. Raises ProviderUnavailable."""
        with self._session({}) as session:
            return _object(lambda: session.request("GET", address, withhold_token=True, allow_redirects=False))

    def _user_info(self, session: OAuth2Session, metadata: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """What the ID token has left out, of the same person only (OpenID Connect Core 5.3.2)."""
        address = metadata["userinfo_endpoint"]
        if not _is_safe(address):
            raise ProviderUnavailable("oidc", "discovery names no https address of an endpoint")
        found = _object(lambda: session.get(address, allow_redirects=False))
        if found.get("sub") != subject:
            raise UntrustedIdentity("user info is of another subject")
        return found

    def _session(self, metadata: Mapping[str, Any]) -> OAuth2Session:
        ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        session = OAuth2Session(
            client_id=self._file.client_id,
            client_secret=self._file.client_secret,
            token_endpoint_auth_method="client_secret_basic" if "client_secret_basic" in ways else "client_secret_post",
            scope=" ".join(self._file.scopes),
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            default_timeout=(CONNECT, READ),
            # The access token is used once, now, however soon it ends.
            leeway=0,
        )
        session.hooks["response"].append(_bounded)
        session.trust_env = not is_loopback(urlsplit(self._file.issuer).hostname)
        return session


def _bounded(response: requests.Response, **_named: Any) -> requests.Response:
    """The body, read up to a size and within a time: what drips is given up."""
    until, whole, raw = time.monotonic() + WHOLE, io.BytesIO(), response.raw
    while chunk := raw.read1(8192, decode_content=True):
        whole.write(chunk)
        if whole.tell() > LARGEST or time.monotonic() > until:
            raw.close()
            raise requests.exceptions.ReadTimeout("too slow or too much")
    raw.close()
    whole.seek(0)
    response.raw = whole
    return response


def _object(ask: Callable[[], requests.Response]) -> dict[str, Any]:
    try:
        response = ask()
        if response.status_code != requests.codes.ok:
            raise ProviderUnavailable("oidc", f"HTTP {response.status_code}")
        found = response.json()
    except (AuthlibBaseError, OSError, ValueError, RecursionError) as error:
        _unavailable(error)
    if not isinstance(found, dict):
        raise ProviderUnavailable("oidc", "no JSON object")
    return found


def _unavailable(error: Exception) -> NoReturn:
    raise ProviderUnavailable("oidc", type(error).__name__) from None


def _is_safe(address: object) -> bool:
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or is_loopback(parts.hostname))


def _is_public(key: object) -> bool:
    """A key that can check signatures: none of a kind that is secret on both sides, none for encryption."""
    return isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by the path to it: `realm_access.roles`. None where there is none."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _texts(value: object) -> tuple[str, ...]:
    """Of a list, or of one text."""
    listed = value if isinstance(value, list) else [value]
    return tuple(one for one in listed if isinstance(one, str))
