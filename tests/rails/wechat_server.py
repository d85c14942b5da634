"""WeChat Pay v3 on this machine: SHA256-RSA signatures both ways, AES-256-GCM, and what goes wrong with it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.rails.local_provider import LocalProvider, Reply, Request
from tests.rails.rail_keys import is_signed, rsa_key, signature
from tests.rails.wechat_books import Answer, WechatBooks, refusal
from tests.support.fakes import FakeClock

MCH_ID, MERCHANT_SERIAL, KEY_ID = "1900000001", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "PUB_KEY_ID_0114232134"
APIV3_KEY = "an apiv3 key of 32 letters long!"
MERCHANT, WECHAT, PLATFORM, STRANGER = "wechat merchant", "wechat itself", "wechat platform", "a stranger"
_AUTHORIZATION = re.compile(r'WECHATPAY2-SHA256-RSA2048 (.+)"\Z')
_JSON = {"Content-Type": "application/json; charset=utf-8"}


@cache
def platform_certificate() -> x509.Certificate:
    """The old way to verify, valid now by the machine's clock."""
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign")]), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, rsa_key(PLATFORM).public_key(), x509.random_serial_number())
    valid = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=7))
    return valid.sign(rsa_key(PLATFORM), SHA256())


def platform_pem() -> str:
    return platform_certificate().public_bytes(Encoding.PEM).decode()


def platform_serial() -> str:
    return f"{platform_certificate().serial_number:X}"


def encrypted(text: str, about: str, key: str = APIV3_KEY) -> dict[str, str]:
    """AES-256-GCM with the APIv3 key."""
    nonce = hashlib.sha256(text.encode()).hexdigest()[:12]
    sealed = AESGCM(key.encode()).encrypt(nonce.encode(), text.encode(), about.encode())
    ciphertext = base64.b64encode(sealed).decode()
    named = {"algorithm": "AEAD_AES_256_GCM", "ciphertext": ciphertext}
    return named | {"nonce": nonce, "associated_data": about, "original_type": about}


def signed_headers(body: str, at: datetime, *, key: str, serial: str) -> dict[str, str]:
    """As WeChat sends them with every answer and every callback."""
    stamp = str(int(at.timestamp()))
    return {
        **{"Wechatpay-Serial": serial, "Wechatpay-Timestamp": stamp, "Wechatpay-Nonce": "n0nce"},
        "Wechatpay-Signature": signature(key, f"{stamp}\nn0nce\n{body}\n"),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }


class WechatServer(LocalProvider):
    """Beside the faults of all: `no_signature`, `other_key`, `old_certificate` (signed as before the public key),
    `unknown_serial`, `abnormal` (the money is parked), `system_error` (done, and said that nothing is known),
    `torn_bill` (it ends early), `other_bill` (it is not the one whose hash was signed)."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.books = WechatBooks(clock)
        self.has_h5 = self.has_complaints = True

    def handle(self, request: Request) -> Reply:
        if not _is_from_merchant(request):
            return _plain(*refusal(401, "SIGN_ERROR", "签名错误，请检查后再试"))
        if request.path == "/v3/billdownload/file":
            day, kind = request.query["token"].split(".")
            packed = self.books.bill(date.fromisoformat(day), kind) or b""
            sent = packed[:-12] if self.fault == "torn_bill" else packed
            return Reply(200, sent, {"Content-Type": "application/x-gzip"})
        answer = self._answer(request)
        if self.fault == "double":
            self._answer(request)
        return self._signed(*answer)

    def _answer(self, request: Request) -> Answer:
        asked = json.loads(request.body or b"{}")
        last = request.path.rpartition("/")[2]
        match request.method, request.path:
            case "POST", "/v3/refund/domestic/refunds":
                return self._refund(asked)
            case "GET", path if path.startswith("/v3/refund/domestic/refunds/"):
                return self.books.query_refund(last)
            case "POST", "/v3/pay/transactions/native" | "/v3/pay/transactions/h5":
                return self._pay(asked, last.upper())
            case "POST", path if path.endswith("/close"):
                return self.books.close(path.split("/")[-2])
            case "GET", path if path.startswith("/v3/pay/transactions/out-trade-no/"):
                return self.books.query(last)
            case "GET", "/v3/bill/tradebill":
                return self._bill(request.query["bill_date"], request.query["bill_type"])
            case "GET", "/v3/merchant-service/complaints-v2" if self.has_complaints:
                return 200, {"data": [], "limit": 1, "offset": 0, "total_count": 0}
            case "GET", "/v3/certificates":
                return 200, {"data": [_certificate()]}
        return refusal(403, "NO_AUTH", "商户未开通此权限")

    def _refund(self, asked: dict[str, Any]) -> Answer:
        match self.fault:
            case "lying":
                amount = asked["amount"]
                return 200, {"out_refund_no": asked["out_refund_no"], "status": "SUCCESS", "amount": amount}
            case "no_funds":
                return refusal(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起")
            case "system_error":
                self.books.refund(asked)
                return refusal(500, "SYSTEM_ERROR", "系统异常，请稍后重试")
            case "abnormal":
                return self.books.refund(asked, state="ABNORMAL")
            case "slow":
                return self.books.refund(asked, moves_in=timedelta(seconds=20))
        return self.books.refund(asked)

    def _pay(self, asked: dict[str, Any], kind: str) -> Answer:
        if kind == "H5" and not self.has_h5:
            return refusal(403, "NO_AUTH", "商户号没有H5支付权限")
        if self.fault == "lying":
            return 200, {"code_url": "weixin://wxpay/bizpayurl?pr=lie"}
        return self.books.pay(asked, kind)

    def _bill(self, day: str, kind: str) -> Answer:
        packed = self.books.bill(date.fromisoformat(day), kind)
        if packed is None:
            return refusal(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        named = b"another" if self.fault == "other_bill" else gzip.decompress(packed)
        found = hashlib.sha1(named).hexdigest()
        address = f"{self.url}/v3/billdownload/file?token={day}.{kind}"
        return 200, {"hash_type": "SHA1", "hash_value": found, "download_url": address}

    def _signed(self, status: int, said: dict[str, Any]) -> Reply:
        body = json.dumps(said, ensure_ascii=False) if status != 204 else ""
        if self.fault == "no_signature":
            return _plain(status, said)
        key, serial = WECHAT, KEY_ID
        if self.fault == "other_key":
            key = STRANGER
        if self.fault == "unknown_serial":
            key, serial = STRANGER, "0123456789ABCDEF"
        if self.fault == "old_certificate":
            key, serial = PLATFORM, platform_serial()
        headers = signed_headers(body, self.clock.now(), key=key, serial=serial)
        return Reply(status, body.encode(), _JSON | headers)


def _certificate() -> dict[str, Any]:
    times = {"effective_time": "2026-01-01T00:00:00+08:00", "expire_time": "2031-01-01T00:00:00+08:00"}
    return {"serial_no": platform_serial(), **times, "encrypt_certificate": encrypted(platform_pem(), "certificate")}


def _is_from_merchant(request: Request) -> bool:
    found = _AUTHORIZATION.match(request.headers.get("authorization", ""))
    if not found:
        return False
    values = dict(part.split('="', 1) for part in found[1].split('",'))
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    target = f"{request.path}?{query}" if query else request.path
    lines = (request.method, target, values["timestamp"], values["nonce_str"], request.body.decode())
    text = "".join(f"{line}\n" for line in lines)
    is_known = (values["mchid"], values["serial_no"]) == (MCH_ID, MERCHANT_SERIAL)
    return is_known and is_signed(MERCHANT, text, values["signature"])


def _plain(status: int, said: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(said, ensure_ascii=False).encode(), dict(_JSON))
