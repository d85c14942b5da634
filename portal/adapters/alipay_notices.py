"""Alipay's callbacks: a form, signed with its key over all fields but the signature and its kind."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl

from portal.adapters.alipay_client import AlipayClient
from portal.adapters.rail_values import LARGEST_NOTICE, OLDEST_NOTICE, shanghai_time, yuan_of
from portal.ports.payments import BadNotice, RailNotice

_ABOUT_A_TRADE = "trade_status_sync"


def read_alipay_notice(client: AlipayClient, app_id: str, body: bytes, now: datetime) -> RailNotice | None:
    """None: genuine, but not about a trade. Raises BadNotice. Its refund's amount is the sum of all refunds of the
    trade, which is none of ours: it is left out."""
    values = _values(body)
    signature = values.pop("sign", "")
    sent_at = shanghai_time(values.get("notify_time"))
    if values.get("app_id") != app_id or values.get("sign_type") != "RSA2":
        raise BadNotice("not for us")
    if sent_at is None or abs(now - sent_at) > OLDEST_NOTICE:
        raise BadNotice("old")
    if not client.is_genuine(values, signature):
        raise BadNotice("signature")
    if values.get("notify_type") != _ABOUT_A_TRADE or not values.get("out_trade_no"):
        return None
    if refund_no := values.get("out_biz_no"):
        return RailNotice(about="refund", number=refund_no)
    return RailNotice(about="payment", number=values["out_trade_no"], amount=yuan_of(values.get("total_amount")))


def _values(body: bytes) -> dict[str, str]:
    if len(body) > LARGEST_NOTICE:
        raise BadNotice("large")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=100)
    except ValueError:
        raise BadNotice("no form") from None
    values = dict(pairs)
    if len(values) != len(pairs):
        raise BadNotice("a field twice")
    return values
