"""The company's identity provider, where staff sign in with their company account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.domain.identity.provider import Identity, ProviderRules


class UntrustedIdentity(Exception):
    """What came back proves nobody: a wrong signature, audience, nonce, a code that was used. The text is for the log,
    and holds nothing personal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFlow:
    """The secrets of one sign-in, each 256 bits: kept by the browser that began it, seen by nobody else."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswer:
    """What the browser brought back. `issuer`: who says to have answered (RFC 9207), "" where the provider does not."""

    code: str
    issuer: str = ""


class IdentityProvider(Protocol):
    """An OpenID Connect provider, asked between transactions only."""

    rules: ProviderRules

    def address(self, flow: SignInFlow, *, locale: str, is_again: bool = False) -> str:
        """Where the browser goes to sign in; `is_again`: they are to say who they are once more. Raises
        ProviderUnavailable."""

    def identify(self, answer: ProviderAnswer, flow: SignInFlow, *, now: datetime) -> Identity:
        """Who came back. Raises UntrustedIdentity, ProviderUnavailable; Invalid((claim, missing or unverified),) where
        the provider says who it is, but not under which login they are known here."""
