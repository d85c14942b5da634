"""WeChat Pay's callbacks: signed over time, nonce and body, their inside encrypted with the APIv3 key.

Age, size and serial are looked at before the library sees anything: it would believe one of yesterday, and ask WeChat
about a serial that a stranger made up (PAYMENTS, what the libraries do to you).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from portal.adapters.rail_values import LARGEST_NOTICE, OLDEST_NOTICE
from portal.adapters.wechat_answers import notified_amount
from portal.adapters.wechat_client import WechatClient
from portal.ports.payments import BadNotice, RailNotice

_KIND = "WECHATPAY2-SHA256-RSA2048"
_HEADERS = ("Wechatpay-Signature", "Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Serial")


def read_wechat_notice(
    client: WechatClient, mch_id: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> RailNotice | None:
    """None: genuine, but about neither a refund nor a payment. Raises BadNotice."""
    lower = {name.lower(): value for name, value in headers.items()}
    passed = {name: lower.get(name.lower(), "") for name in _HEADERS}
    kind = "Wechatpay-Signature-Type"
    passed[kind] = lower.get(kind.lower(), _KIND)
    serial = passed["Wechatpay-Serial"]
    if len(body) > LARGEST_NOTICE:
        raise BadNotice("large")
    if not _is_of_now(passed["Wechatpay-Timestamp"], now):
        raise BadNotice("old")
    if passed[kind] != _KIND or not client.can_verify(serial):
        raise BadNotice("unknown key")
    opened = client.opened(serial, passed, body)
    if opened is None:
        raise BadNotice("signature")
    said = opened["resource"]
    if said.get("mchid", mch_id) != mch_id:
        raise BadNotice("not for us")
    event = str(opened.get("event_type", ""))
    if event.startswith("REFUND.") and said.get("out_refund_no"):
        return RailNotice(about="refund", number=str(said["out_refund_no"]), amount=notified_amount(said, "refund"))
    if event.startswith("TRANSACTION.") and said.get("out_trade_no"):
        return RailNotice(about="payment", number=str(said["out_trade_no"]), amount=notified_amount(said, "total"))
    return None


def _is_of_now(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= OLDEST_NOTICE
