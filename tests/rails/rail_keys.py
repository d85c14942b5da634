"""RSA keys of rails and merchants, made once in a run of tests, and what both sides do with them."""

from __future__ import annotations

import base64
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """The same name is the same key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(name: str) -> str:
    """PKCS#8."""
    return rsa_key(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(name: str) -> str:
    return rsa_key(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signature(name: str, text: str) -> str:
    """SHA-256 with RSA, PKCS#1 v1.5, in base64: Alipay's RSA2 and WeChat's SHA256-RSA2048 alike."""
    return base64.b64encode(rsa_key(name).sign(text.encode(), PKCS1v15(), SHA256())).decode()


def is_signed(name: str, text: str, signed: str) -> bool:
    try:
        rsa_key(name).public_key().verify(base64.b64decode(signed), text.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
