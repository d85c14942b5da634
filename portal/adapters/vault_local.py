"""Digests and encryption under the installation's secret, a key of its own for each purpose and use."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORM = "v1."
_NONCE_BYTES = 12


class SealBroken(ValueError):
    """The text was not encrypted by this vault for this purpose, or was changed since."""


class LocalVault:
    def __init__(self, secret_key: str, old_secret_key: str = "") -> None:
        """PORTAL_SECRET_KEY, and the one before it while keys are changed. Raises ValueError where the first is empty.

        Everything new is made under the first; what was made under the old one is still read.
        """
        if not secret_key:
            raise ValueError("the secret key is empty")
        self._secrets = [secret.encode() for secret in (secret_key, old_secret_key) if secret]
        self._keys: dict[tuple[str, bytes], bytes] = {}

    def digest(self, purpose: str, text: str) -> str:
        """HMAC-SHA256 as 64 hexadecimal characters; the same text gives the same digest."""
        return self._digest(purpose, text, self._secrets[0])

    def digests(self, purpose: str, text: str) -> tuple[str, ...]:
        """Under the key of now, then under the old one where there is one."""
        return tuple(self._digest(purpose, text, secret) for secret in self._secrets)

    def _digest(self, purpose: str, text: str, secret: bytes) -> str:
        return hmac.new(self._key("digest", purpose, secret), text.encode(), hashlib.sha256).hexdigest()

    def encrypt(self, purpose: str, text: str) -> str:
        """AES-256-GCM with a fresh nonce: the same text never encrypts to the same result."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._key("encrypt", purpose, self._secrets[0])).encrypt(nonce, text.encode(), purpose.encode())
        return _FORM + base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, purpose: str, text: str) -> str:
        """Raises Unreadable."""
        if not text.startswith(_FORM):
            raise SealBroken("not a text of this vault")
        try:
            raw = base64.urlsafe_b64decode(text.removeprefix(_FORM))
        except (binascii.Error, ValueError) as error:
            raise SealBroken("not readable for this purpose") from error
        for secret in self._secrets:
            with suppress(ValueError, InvalidTag):
                key = AESGCM(self._key("encrypt", purpose, secret))
                return key.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()).decode()
        raise SealBroken("not readable for this purpose")

    def _key(self, use: str, purpose: str, secret: bytes) -> bytes:
        name = f"portal:{use}:{purpose}"
        if (name, secret) not in self._keys:
            derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=name.encode())
            self._keys[name, secret] = derive.derive(secret)
        return self._keys[name, secret]
