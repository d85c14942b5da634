"""Alipay on this machine: real RSA2 signatures over HTTP, its own books, its rules, and what goes wrong with it."""

from __future__ import annotations

import itertools
import json
import urllib.request
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from portal.adapters.rail_alipay import AlipayRail
from portal.domain.money import Money
from portal.domain.refunds.rails import AlipayConfig
from portal.ports import RefundAsk
from tests.rails.alipay_books import AlipayBooks, Answer, refusal, shanghai, understood, yuan
from tests.rails.counterparts import ALL_OF_IT, Fault, Notice, fee_ask
from tests.rails.local_provider import LocalProvider, Reply, Request
from tests.rails.rail_keys import is_signed, private_pem, public_pem, signature
from tests.support.fakes import FakeClock

APP_ID = "2021000000000001"
APP, ALIPAY, STRANGER = "alipay app", "alipay itself", "a stranger"
_PAGES = ("alipay.trade.page.pay", "alipay.trade.wap.pay")


class AlipayServer(LocalProvider):
    """Beside the faults of all: `no_signature`, `other_key`, `brace` (one unpaired brace in a text of the answer),
    `system_error` (signed, and nothing is known), `to_another` (a genuine answer about something else),
    `torn_bill` (it ends early)."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.books = AlipayBooks(clock)

    def handle(self, request: Request) -> Reply:
        if request.path == "/bill":
            bill = self.books.bill(date.fromisoformat(request.query["day"]))
            sent = (bill or b"")[: -40 if self.fault == "torn_bill" else None]
            return Reply(200, sent, {"Content-Type": "application/zip"})
        values = dict(request.query)
        signed = values.pop("sign", "")
        method = values.get("method", "")
        if values.get("app_id") != APP_ID:
            return _error("isv.invalid-app-id", "无效的AppID参数")
        if not is_signed(APP, _signed_text(values), signed):
            return _error("isv.invalid-signature", "验签出错")
        asked = json.loads(values["biz_content"])
        if method in _PAGES:
            return self._page(asked)
        answer = self._answer(method, asked)
        if self.fault == "double":
            self._answer(method, asked)
        return self._signed(method, answer)

    def changes_books(self, request: Request) -> bool:
        """Every call of the library is a GET."""
        return request.query.get("method") == "alipay.trade.refund"

    def _page(self, asked: Answer) -> Reply:
        """The customer's browser has opened it: from now on Alipay knows the trade."""
        whole, _, part = asked["total_amount"].partition(".")
        assert shanghai(self.books.clock.now()) < asked["time_expire"], "the page is not there any more"
        if self.books.find(out_trade_no=asked["out_trade_no"]) is None:
            self.books.open(asked["out_trade_no"], int(whole) * 100 + int(part)).ends = asked["time_expire"]
        return Reply(200, "<title>支付宝收银台</title>".encode(), {"Content-Type": "text/html"})

    def _answer(self, method: str, asked: Answer) -> Answer:
        match method:
            case "alipay.trade.refund":
                return self._refund(asked)
            case "alipay.trade.fastpay.refund.query":
                answer = self.books.query_refund(asked)
                return answer | {"out_request_no": "another"} if self.fault == "to_another" else answer
            case "alipay.trade.query":
                return self.books.query(asked)
            case "alipay.data.dataservice.bill.downloadurl.query":
                if self.books.bill(date.fromisoformat(asked["bill_date"])) is None:
                    return refusal("isp.bill_not_exist", "账单不存在")
                return understood(bill_download_url=f"{self.url}/bill?day={asked['bill_date']}")
        return refusal("isv.invalid-method", "不存在的方法名", "40002")

    def _refund(self, asked: Answer) -> Answer:
        match self.fault:
            case "lying":
                return understood(fund_change="Y", refund_fee=asked["refund_amount"], trade_no=asked.get("trade_no"))
            case "no_funds":
                return refusal("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
            case "system_error":
                self.books.refund(asked)
                return refusal("ACQ.SYSTEM_ERROR", "系统错误")
            case "brace":
                return self.books.refund(asked) | {"store_name": "小店{一号"}
        return self.books.refund(asked, moves_in=timedelta(seconds=20 if self.fault == "slow" else 0))

    def _signed(self, method: str, answer: Answer) -> Reply:
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        name = f"{method.replace('.', '_')}_response"
        if self.fault == "no_signature":
            return Reply(200, f'{{"{name}":{text}}}'.encode())
        sign = signature(STRANGER if self.fault == "other_key" else ALIPAY, text)
        return Reply(200, f'{{"{name}":{text},"sign":"{sign}"}}'.encode())


class AlipayCounterpart:
    """Nothing is known of a refund within ten seconds; what was moved is in the bill of its day, next morning."""

    method = "alipay"
    arrives_in = timedelta(seconds=11)
    listed_in = timedelta(days=1)
    pause = timedelta()
    lacks = ALL_OF_IT

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.server = AlipayServer(self.clock)
        self.rail = AlipayRail(self.config(), self.clock, notify_url="https://shop.example/callbacks/shop/alipay")
        self._shops_own = itertools.count(1)

    @property
    def calls(self) -> int:
        return len(self.server.requests)

    def config(self, **other: Any) -> AlipayConfig:
        values = {
            **{"methods": ("alipay",), "app_id": APP_ID, "gateway": f"{self.server.url}/gateway.do"},
            **{"private_key": private_pem(APP), "alipay_public_key": public_pem(ALIPAY)},
        }
        return AlipayConfig(**(values | other))  # type: ignore[arg-type]

    def wrong_key_rail(self) -> AlipayRail:
        return AlipayRail(self.config(private_key=private_pem(STRANGER)), self.clock)

    def secrets(self) -> tuple[str, ...]:
        return (private_pem(APP), *private_pem(APP).split("\n")[1:-2], *private_pem(STRANGER).split("\n")[1:-2])

    def misbehave(self, fault: Fault | str | None) -> None:
        self.server.fault = fault

    def capture(self, amount: Money, own_number: str = "") -> str:
        trade = self.server.books.open(own_number or f"SHOP{next(self._shops_own)}", amount.minor)
        trade.paid_at = self.clock.now()
        return trade.trade_no

    def refund_at_console(self, ask: RefundAsk) -> None:
        where = {"trade_no": ask.payment_reference, "out_request_no": ask.number}
        self.server.books.refund(where | {"refund_amount": ask.amount.decimal()})

    def moved(self, payment_reference: str) -> int:
        refunds = self.server.books.of_reference(payment_reference).refunds.values()
        return sum(refund.fen for refund in refunds if refund.moves_at <= self.clock.now())

    def open_page(self, url: str) -> None:
        """As the customer's browser does."""
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as page:
            assert "收银台" in page.read().decode()

    def pay(self, number: str) -> None:
        self.open_page(self.rail.collect(fee_ask(self, number=number)).pay_url)
        self.server.books.of_reference(number).paid_at = self.clock.now()

    def taken(self, number: str) -> int:
        trade = self.server.books.find(out_trade_no=number)
        return trade.fen if trade and trade.paid_at else 0

    def notice_of_refund(self, number: str, *, padding: int = 0, **other: str) -> Notice:
        trade = next(trade for trade in self.server.books.trades if number in trade.refunds)
        said = {"out_biz_no": number, "refund_fee": yuan(trade.refunded), "gmt_refund": shanghai(self.clock.now())}
        passed = {"passback_params": "x" * padding} if padding else {}
        return self.notice(ALIPAY, trade.out_trade_no, trade.trade_no, yuan(trade.fen), **(said | passed | other))

    def notice_of_payment(self, number: str, **other: str) -> Notice:
        trade = self.server.books.of_reference(number)
        return self.notice(ALIPAY, number, trade.trade_no, yuan(trade.fen), **other)

    def notice_of_something_else(self) -> Notice:
        return self.notice(ALIPAY, "", "", "0.00", notify_type="dut_user_sign")

    def notice_by_a_stranger(self, number: str) -> Notice:
        return self.notice(STRANGER, "SHOP1", "", "20.00", out_biz_no=number)

    def notice(self, key: str, out_trade_no: str, trade_no: str, total: str, **other: str) -> Notice:
        values = {
            **{"notify_time": shanghai(self.clock.now()), "notify_type": "trade_status_sync", "notify_id": "n-1"},
            **{"app_id": APP_ID, "charset": "utf-8", "version": "1.0", "out_trade_no": out_trade_no},
            **{"trade_no": trade_no, "total_amount": total, "trade_status": "TRADE_SUCCESS", "subject": "售后费用 1+1"},
        } | other
        form = values | {"sign_type": "RSA2", "sign": signature(key, _signed_text(values))}
        return Notice({"Content-Type": "application/x-www-form-urlencoded"}, urlencode(form).encode())


def _signed_text(values: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in sorted(values.items()))


def _error(sub_code: str, words: str) -> Reply:
    """Refused before anything is done; not signed."""
    answer = {"error_response": refusal(sub_code, words, "40002")}
    return Reply(200, json.dumps(answer, ensure_ascii=False).encode())
