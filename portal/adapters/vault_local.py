"""Digests and encryption under the installation's secret, a key of its own for each purpose and use."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORM = "v1."
_NONCE_BYTES = 12


class Unreadable(ValueError):
    """The text was not encrypted by this vault for this purpose, or was changed since."""


class LocalVault:
    def __init__(self, secret_key: str) -> None:
        """`secret_key` is PORTAL_SECRET_KEY. Raises ValueError where it is empty."""
        if not secret_key:
            raise ValueError("the secret key is empty")
        self._secret = secret_key.encode()
        self._keys: dict[str, bytes] = {}

    def digest(self, purpose: str, text: str) -> str:
        """HMAC-SHA256 as 64 hexadecimal characters; the same text gives the same digest."""
        return hmac.new(self._key("digest", purpose), text.encode(), hashlib.sha256).hexdigest()

    def encrypt(self, purpose: str, text: str) -> str:
        """AES-256-GCM with a fresh nonce: the same text never encrypts to the same result."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._key("encrypt", purpose)).encrypt(nonce, text.encode(), purpose.encode())
        return _FORM + base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, purpose: str, text: str) -> str:
        """Raises Unreadable."""
        if not text.startswith(_FORM):
            raise Unreadable("not a text of this vault")
        try:
            raw = base64.urlsafe_b64decode(text.removeprefix(_FORM))
            opened = AESGCM(self._key("encrypt", purpose)).decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()
            )
        except (binascii.Error, ValueError, InvalidTag) as error:
            raise Unreadable("not readable for this purpose") from error
        return opened.decode()

    def _key(self, use: str, purpose: str) -> bytes:
        name = f"portal:{use}:{purpose}"
        if name not in self._keys:
            derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=name.encode())
            self._keys[name] = derive.derive(self._secret)
        return self._keys[name]
