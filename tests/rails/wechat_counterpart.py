"""WeChat Pay as a counterpart of the contract: its server and its books, and what a test does with them."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import Any

from portal.adapters.rail_wechat import WechatRail
from portal.domain.money import Money
from portal.domain.refunds.rails import WechatConfig
from portal.ports import RefundAsk
from tests.rails.counterparts import ALL_OF_IT, Fault, Notice
from tests.rails.rail_keys import private_pem, public_pem
from tests.rails.wechat_books import ARRIVES_IN, PAUSE, rfc3339
from tests.rails.wechat_server import (
    APIV3_KEY,
    KEY_ID,
    MCH_ID,
    MERCHANT,
    MERCHANT_SERIAL,
    PLATFORM,
    STRANGER,
    WECHAT,
    WechatServer,
    encrypted,
    platform_pem,
    platform_serial,
    signed_headers,
)
from tests.support.fakes import FakeClock

NOTIFY_URL = "https://shop.example/callbacks/shop/wechat"


class WechatCounterpart:
    """Money moves within five seconds; what was moved is in the bill of its day, next morning."""

    method = "wechat"
    arrives_in = ARRIVES_IN
    listed_in = timedelta(days=1)
    pause = PAUSE
    lacks = ALL_OF_IT

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.server = WechatServer(self.clock)
        self.rail = self.rail_of()
        self._shops_own = itertools.count(1)

    @property
    def calls(self) -> int:
        return len(self.server.requests)

    def config(self, **other: Any) -> WechatConfig:
        values = {
            **{"methods": ("wechat",), "mch_id": MCH_ID, "app_id": "wx1", "serial_no": MERCHANT_SERIAL},
            **{"private_key": private_pem(MERCHANT), "apiv3_key": APIV3_KEY, "public_key": public_pem(WECHAT)},
            **{"public_key_id": KEY_ID, "certificates": (platform_pem(),), "gateway": self.server.url},
        }
        return WechatConfig(**(values | other))  # type: ignore[arg-type]

    def rail_of(self, *, notify_url: str = NOTIFY_URL, **other: Any) -> WechatRail:
        return WechatRail(self.config(**other), self.clock, notify_url=notify_url)

    def wrong_key_rail(self) -> WechatRail:
        return self.rail_of(private_key=private_pem(STRANGER))

    def secrets(self) -> tuple[str, ...]:
        keys = (private_pem(MERCHANT), private_pem(STRANGER))
        return (APIV3_KEY, *(line for key in keys for line in key.split("\n")[1:-2]))

    def misbehave(self, fault: Fault | str | None) -> None:
        self.server.fault = fault

    def capture(self, amount: Money, own_number: str = "") -> str:
        order = self.server.books.open(own_number or f"SHOP{next(self._shops_own)}", amount.minor)
        order.paid_at = self.clock.now()
        return order.transaction_id

    def refund_at_console(self, ask: RefundAsk) -> None:
        amount = {"refund": ask.amount.minor, "total": ask.captured.minor}
        asked = {"transaction_id": ask.payment_reference, "out_refund_no": ask.number, "amount": amount}
        self.server.books.refund(asked)

    def moved(self, payment_reference: str) -> int:
        refunds = self.server.books.of_reference(payment_reference).refunds.values()
        return sum(refund.fen for refund in refunds if refund.status(self.clock.now()) == "SUCCESS")

    def spend(self, number: str) -> None:
        found = self.server.books.refund_of(number)
        assert found
        found[1].state = "CLOSED"

    def pay(self, number: str) -> None:
        self.server.books.of_reference(number).paid_at = self.clock.now()

    def taken(self, number: str) -> int:
        order = self.server.books.find(number)
        return order.fen if order and order.paid_at else 0

    def notice_of_refund(self, number: str, *, padding: int = 0, key: str = WECHAT, serial: str = "") -> Notice:
        found = self.server.books.refund_of(number)
        assert found
        said = self.server.books.said(*found)
        resource = {"mchid": MCH_ID, **said, "refund_status": said["status"]}
        return self.notice("REFUND.SUCCESS", resource, key=key, serial=serial, padding=padding)

    def notice_of_payment(self, number: str, fen: int) -> Notice:
        amount = {"total": fen, "payer_total": fen, "currency": "CNY"}
        said = {"mchid": MCH_ID, "out_trade_no": number, "trade_state": "SUCCESS", "amount": amount}
        return self.notice("TRANSACTION.SUCCESS", said)

    def notice_of_something_else(self) -> Notice:
        return self.notice("COUPON.USE", {"stock_creator_mchid": MCH_ID, "coupon_id": "1"})

    def notice_by_a_stranger(self, number: str) -> Notice:
        return self.notice_of_refund(number, key=STRANGER)

    def notice(
        self, event: str, resource: dict[str, Any], *, key: str = WECHAT, serial: str = "", padding: int = 0
    ) -> Notice:
        said = {
            **{"id": "n-1", "create_time": rfc3339(self.clock.now()), "resource_type": "encrypt-resource"},
            **{"event_type": event, "summary": "退款成功" + "。" * (padding // 3)},
            "resource": encrypted(json.dumps(resource, ensure_ascii=False), "refund"),
        }
        body = json.dumps(said, ensure_ascii=False)
        serial = serial or (platform_serial() if key == PLATFORM else KEY_ID)
        headers = signed_headers(body, self.clock.now(), key=key, serial=serial)
        return Notice(headers, body.encode())
