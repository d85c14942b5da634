"""Files of rails: read with the keys they name, refused with key and reason, and never with what a key holds."""

from __future__ import annotations

import base64
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from portal.domain.refunds.rails import AlipayConfig, RailFileError, RailKind, StripeConfig, WechatConfig
from portal.schemas.rail_files import read_rail, read_rail_file

pytestmark = pytest.mark.req("P14")

BARE = base64.b64encode(bytes(range(256)) * 3).decode()
PRIVATE = f"-----BEGIN PRIVATE KEY-----\n{BARE}\n-----END PRIVATE KEY-----\n"
PUBLIC = f"-----BEGIN PUBLIC KEY-----\n{BARE}\n-----END PUBLIC KEY-----\n"
CERTIFICATE = f"-----BEGIN CERTIFICATE-----\n{BARE}\n-----END CERTIFICATE-----\n"
WHSEC = "whsec_" + base64.b64encode(b"k" * 32).decode()
ALIPAY = (
    'methods = ["alipay"]\napp_id = "2021"\nprivate_key_file = "app.pem"\nalipay_public_key_file = "keys/ali.pem"\n'
)
WECHAT = (
    'methods = ["wechat"]\nmch_id = "1900000001"\napp_id = "wx1"\nserial_no = "5157F09EFDC096DE15EBE81A47057A72"\n'
    f'private_key_file = "app.pem"\napiv3_key = "{"v" * 32}"\npublic_key_file = "keys/ali.pem"\n'
    'public_key_id = "PUB_KEY_ID_1"\ncertificate_files = ["wx.pem"]\n'
)
STRIPE = 'methods = ["card"]\nsecret_key = "sk_test_1234567890"\nwebhook_secret = "whsec_abcdefgh"\n'
MERCHANT = f'methods = ["cod", "bank"]\nurl = "https://shop.example/refunds"\nsecret = "{WHSEC}"\n'
FILES: dict[RailKind, str] = {"alipay": ALIPAY, "wechat": WECHAT, "stripe": STRIPE, "merchant": MERCHANT}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    (tmp_path / "app.pem").write_text(PRIVATE)
    (tmp_path / "keys/ali.pem").write_text(PUBLIC)
    (tmp_path / "wx.pem").write_text(CERTIFICATE)
    return tmp_path


def read(folder: Path, kind: RailKind, text: str) -> Any:
    (folder / "rail.toml").write_text(text)
    return read_rail_file(kind, folder / "rail.toml")


def problems(folder: Path, kind: RailKind, text: str) -> dict[str, str]:
    with pytest.raises(RailFileError) as caught:
        read(folder, kind, text)
    return dict(caught.value.problems)


def test_keys_are_read_from_beside_the_file_whatever_the_current_directory_is(folder: Path) -> None:
    config = read(folder, "alipay", ALIPAY)
    assert isinstance(config, AlipayConfig)
    assert (config.methods, config.private_key, config.alipay_public_key) == (("alipay",), PRIVATE, PUBLIC)
    assert (config.gateway, config.timeout) == ("", 10)
    wechat = read(folder, "wechat", WECHAT)
    assert isinstance(wechat, WechatConfig) and wechat.certificates == (CERTIFICATE,)


def test_what_is_stored_holds_the_keys_and_reads_as_the_file_did(folder: Path) -> None:
    for kind, text in FILES.items():
        config = read(folder, kind, text)
        stored = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(config).items()}
        stored = {name: value for name, value in stored.items() if value not in ("", [])}
        assert read_rail(kind, stored) == config


def test_a_bare_key_of_the_providers_tool_is_read_as_pem(folder: Path) -> None:
    (folder / "app.pem").write_text("MIIEvQIBADANBgkqhkiG9w0" + BARE[:200])
    assert read(folder, "alipay", ALIPAY).private_key.startswith("-----BEGIN PRIVATE KEY-----\nMIIEvQ")
    (folder / "app.pem").write_text("MIIEowIBAAKCAQEA" + BARE[:200])
    assert read(folder, "alipay", ALIPAY).private_key.startswith("-----BEGIN RSA PRIVATE KEY-----\nMIIEow")


def test_every_problem_is_named_by_the_key_of_the_file(folder: Path) -> None:
    assert problems(folder, "stripe", 'methods = []\nsecret_key = "pk_live_1234567890"\nextra = 1\n') == {
        "methods": "must not be empty",
        "secret_key": "must begin with sk_ or rk_",
        "webhook_secret": "is missing",
        "extra": "is unknown",
    }
    assert problems(folder, "alipay", ALIPAY.replace("app.pem", "gone.pem")) == {"private_key_file": "cannot be read"}
    swapped = ALIPAY.replace("app.pem", "keys/ali.pem")
    assert problems(folder, "alipay", swapped) == {"private_key_file": "must be in PEM, a PRIVATE KEY"}
    assert problems(folder, "wechat", WECHAT.replace("v" * 32, "short")) == {"apiv3_key": "must have 32 characters"}
    assert problems(folder, "merchant", MERCHANT.replace("https", "http")) == {
        "url": "must be an https:// address (http:// on a loopback name only)"
    }
    assert problems(folder, "merchant", MERCHANT.replace('"bank"', '"cod"')) == {"methods": "names one twice"}
    assert "(file)" in problems(folder, "merchant", "methods = [")


def test_neither_an_error_nor_a_repr_shows_a_key(folder: Path) -> None:
    secret = "sk_test_1234567890"
    config = read(folder, "stripe", STRIPE)
    assert isinstance(config, StripeConfig) and secret not in repr(config) and "abcdefgh" not in repr(config)
    said = problems(folder, "stripe", STRIPE.replace(secret, secret + " with blanks"))
    assert secret not in str(said)
    assert WHSEC[:20] not in str(problems(folder, "merchant", MERCHANT.replace(WHSEC, WHSEC + "=")))
