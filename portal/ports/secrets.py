"""Passwords, chance, digests and signatures."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from portal.domain.embedding.hand_over import Algorithm


class PasswordHasher(Protocol):
    """Slow, salted hashes."""

    def hash(self, password: str) -> str: ...

    def verify(self, hashed: str | None, password: str) -> bool:
        """False for a wrong password; spends the same time where `hashed` is None."""

    def is_easy_to_guess(self, password: str) -> bool:
        """Whether it, or something much like it, is among those that are tried first (ASVS 6.2.4)."""


class OneTimePasswords(Protocol):
    """Codes of an authenticator, which change every 30 seconds (RFC 6238)."""

    def matching_step(self, secret: str, code: str, at: datetime) -> int | None:
        """The number of the time step whose code of `secret` (base32) it is: that of `at`, the one before or the one
        after; None for none of them. Whoever takes a code keeps its step, so that it works once."""

    def new_secret(self) -> str:
        """Base32, for a new authenticator."""

    def address(self, secret: str, login: str) -> str:
        """`otpauth://…`, what an authenticator reads from a QR code."""


class Random(Protocol):
    """The only source of chance: tokens, ids and codes."""

    def token(self) -> str:
        """256 bits, url-safe."""

    def id(self, now: datetime) -> str:
        """uuid7 as 26 Crockford base32 characters: unique and ordered by time."""

    def code(self) -> str:
        """Six digits."""

    def letters(self, count: int) -> str:
        """Crockford base32 characters for numbers people read out."""


class Vault(Protocol):
    """Keyed digests and encryption under the installation's secret. `purpose` keeps uses apart."""

    def digest(self, purpose: str, text: str) -> str: ...

    def digests(self, purpose: str, text: str) -> tuple[str, ...]:
        """All that count as the digest of `text`: under the secret of now, then under the one before it."""

    def encrypt(self, purpose: str, text: str) -> str: ...

    def decrypt(self, purpose: str, text: str) -> str: ...


class BadSignature(Exception):
    """A token that nobody with that key has signed, or that is none at all."""


class Signatures(Protocol):
    """Signatures of compact tokens. The algorithm is the key's, whatever the token says."""

    def is_key(self, key: str, algorithm: Algorithm) -> bool:
        """Whether `key` can be one: a secret of 32 bytes or more, or an Ed25519 public key in PEM."""

    def key_id(self, token: str) -> str:
        """The `kid` that the token names, not believed yet. Raises BadSignature."""

    def verify(self, token: str, key: str, algorithm: Algorithm) -> dict[str, Any]:
        """The claims. Raises BadSignature."""
