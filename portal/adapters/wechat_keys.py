"""The keys of a WeChat Pay account, as wechatpayv3 takes them: whatever else it gets, it wraps a second time."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509 import Certificate, load_pem_x509_certificate
from wechatpayv3 import WeChatPay, WeChatPayType

from portal.domain.refunds.rails import WechatConfig

CONNECT_TIMEOUT = 3


def library_of(config: WechatConfig) -> Any:
    """Signs with the merchant's key, verifies with WeChat Pay's public key. Calls nobody; raises ValueError for a key
    that is none."""
    client = WeChatPay(
        **_account(config),
        public_key=_public_pem(config.public_key),
        public_key_id=config.public_key_id,
    )
    if config.gateway:
        client._core._gate_way = config.gateway
    return client


@dataclass(frozen=True, slots=True)
class Verifier:
    """`serial`: as this library compares it; any other spelling it would ask WeChat about."""

    library: Any
    serial: str


def verifiers_of(config: WechatConfig, library: Any) -> dict[str, Verifier]:
    """What verifies a callback, by its serial (`serial_of`): the public key and the platform's certificates, which run
    side by side while WeChat moves from one to the other. The library knows either, so there are two of it."""
    found = {serial_of(config.public_key_id): Verifier(library, config.public_key_id)}
    certificates = [load_pem_x509_certificate(pem.encode()) for pem in config.certificates]
    valid = [certificate for certificate in certificates if _is_valid(certificate)]
    if not valid:
        # Without one that is valid the library would fetch some, in its constructor.
        return found
    with tempfile.TemporaryDirectory() as folder:
        for place, certificate in enumerate(valid):
            (Path(folder) / f"{place}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        by_certificate = WeChatPay(**_account(config), cert_dir=folder)
    serials = [f"{certificate.serial_number:X}" for certificate in valid]
    return found | {serial: Verifier(by_certificate, serial) for serial in serials}


def serial_of(text: str) -> str:
    """As they are compared: hexadecimal serials without leading zeros, whatever their case."""
    return text.strip().upper().lstrip("0")


def _account(config: WechatConfig) -> dict[str, Any]:
    return {
        "wechatpay_type": WeChatPayType.NATIVE,
        "mchid": config.mch_id,
        "private_key": _private_pem(config.private_key),
        "cert_serial_no": config.serial_no,
        "appid": config.app_id,
        "apiv3_key": config.apiv3_key,
        "timeout": (CONNECT_TIMEOUT, config.timeout),
    }


def _private_pem(pem: str) -> str:
    key = load_pem_private_key(pem.encode(), password=None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public_pem(pem: str) -> str:
    raw = pem.encode()
    is_certificate = "BEGIN CERTIFICATE" in pem
    key = load_pem_x509_certificate(raw).public_key() if is_certificate else load_pem_public_key(raw)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _is_valid(certificate: Certificate) -> bool:
    """By the machine's time, which the library goes by as well."""
    return certificate.not_valid_before_utc <= datetime.now(UTC) <= certificate.not_valid_after_utc
