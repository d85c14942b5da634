"""WeChat Pay's books, and what it does with a refund, a payment and a day's bill."""

from __future__ import annotations

import gzip
import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.fakes import FakeClock

SHANGHAI = ZoneInfo("Asia/Shanghai")
WINDOW, PAUSE, MOST_PARTS = timedelta(days=365), timedelta(seconds=60), 50
ARRIVES_IN = timedelta(seconds=5)
_REFUND_HEAD = (
    "交易时间 公众账号ID 商户号 微信订单号 商户订单号 交易状态 货币种类 退款申请时间 退款成功时间 微信退款单号"
    " 商户退款单号 退款金额 退款状态 商品名称 订单金额 申请退款金额"
).split()
_SUCCESS_HEAD = "交易时间 公众账号ID 商户号 微信订单号 商户订单号 交易状态 货币种类 商品名称 订单金额".split()
Answer = tuple[int, dict[str, Any]]


@dataclass
class WechatRefund:
    number: str
    refund_id: str
    fen: int
    called_at: datetime
    moves_at: datetime
    state: str = ""
    """CLOSED or ABNORMAL, where it went that way."""

    def status(self, now: datetime) -> str:
        return self.state or ("SUCCESS" if now >= self.moves_at else "PROCESSING")


@dataclass
class WechatOrder:
    transaction_id: str
    out_trade_no: str
    fen: int
    kind: str = "NATIVE"
    paid_at: datetime | None = None
    closed: bool = False
    refunds: dict[str, WechatRefund] = field(default_factory=dict)

    @property
    def refunded(self) -> int:
        return sum(refund.fen for refund in self.refunds.values() if refund.state != "CLOSED")


class WechatBooks:
    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.orders: list[WechatOrder] = []
        self._numbers = itertools.count(1)

    def open(self, out_trade_no: str, fen: int, kind: str = "NATIVE") -> WechatOrder:
        order = WechatOrder(f"42000020261120{next(self._numbers):014d}", out_trade_no, fen, kind)
        self.orders.append(order)
        return order

    def find(self, reference: str) -> WechatOrder | None:
        return next((o for o in self.orders if reference in (o.transaction_id, o.out_trade_no)), None)

    def of_reference(self, reference: str) -> WechatOrder:
        found = self.find(reference)
        assert found, f"no payment {reference}"
        return found

    def refund_of(self, number: str) -> tuple[WechatOrder, WechatRefund] | None:
        found = [(order, order.refunds[number]) for order in self.orders if number in order.refunds]
        return found[0] if found else None

    def refund(self, asked: dict[str, Any], *, moves_in: timedelta = ARRIVES_IN, state: str = "") -> Answer:
        order = self.find(asked.get("transaction_id") or asked.get("out_trade_no") or "")
        number, fen, now = asked["out_refund_no"], asked["amount"]["refund"], self.clock.now()
        if order is None or order.paid_at is None:
            return refusal(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        if known := order.refunds.get(number):
            if known.fen != fen:
                return refusal(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致")
            return 200, self.said(order, known)
        if why := self._why_not(order, fen, asked["amount"]["total"]):
            return why
        refund = WechatRefund(number, f"5030{next(self._numbers):021d}", fen, now, now + moves_in, state)
        order.refunds[number] = refund
        return 200, self.said(order, refund)

    def _why_not(self, order: WechatOrder, fen: int, total: int) -> Answer | None:
        now, paid_at = self.clock.now(), order.paid_at
        if total != order.fen:
            return refusal(400, "PARAM_ERROR", "订单金额不正确")
        if paid_at and now - paid_at > WINDOW:
            return refusal(403, "TRADE_OVERDUE", "订单已经超过可退款的最大期限")
        if order.refunded + fen > order.fen:
            return refusal(400, "INVALID_REQUEST", "申请退款金额大于订单可退金额")
        if len(order.refunds) >= MOST_PARTS:
            return refusal(400, "INVALID_REQUEST", "一笔订单最多退款50次")
        if any(now - refund.called_at < PAUSE for refund in order.refunds.values()):
            return refusal(429, "FREQUENCY_LIMITED", "频率超限，请间隔1分钟后再次调用")
        return None

    def said(self, order: WechatOrder, refund: WechatRefund) -> dict[str, Any]:
        status = refund.status(self.clock.now())
        moved = {"success_time": rfc3339(refund.moves_at)} if status == "SUCCESS" else {}
        return {
            **{"refund_id": refund.refund_id, "out_refund_no": refund.number, "status": status, **moved},
            **{"transaction_id": order.transaction_id, "out_trade_no": order.out_trade_no, "channel": "ORIGINAL"},
            **{"user_received_account": "招商银行信用卡0403", "create_time": rfc3339(refund.called_at)},
            "amount": {"total": order.fen, "refund": refund.fen, "payer_refund": refund.fen, "currency": "CNY"},
        }

    def query_refund(self, number: str) -> Answer:
        found = self.refund_of(number)
        return (200, self.said(*found)) if found else refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")

    def pay(self, asked: dict[str, Any], kind: str) -> Answer:
        number, fen = asked["out_trade_no"], asked["amount"]["total"]
        order = self.find(number)
        if order and order.paid_at:
            return refusal(400, "ORDERPAID", "该订单已支付")
        if order and order.closed:
            return refusal(400, "ORDER_CLOSED", "订单已关闭")
        if order and (order.fen, order.kind) != (fen, kind):
            return refusal(400, "INVALID_REQUEST", "201 商户订单号重复")
        if order is None:
            order = self.open(number, fen, kind)
        if kind == "H5":
            return 200, {"h5_url": f"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id={number}"}
        return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={number}"}

    def close(self, number: str) -> Answer:
        order = self.find(number)
        if order is None:
            return refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        if order.paid_at:
            return refusal(400, "ORDERPAID", "该订单已支付")
        order.closed = True
        return 204, {}

    def query(self, number: str) -> Answer:
        order = self.find(number)
        if order is None:
            return refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        state = "REFUND" if order.refunds else "SUCCESS" if order.paid_at else "CLOSED" if order.closed else "NOTPAY"
        paid = {"success_time": rfc3339(order.paid_at)} if order.paid_at else {}
        amount = {"total": order.fen, "payer_total": order.fen, "currency": "CNY"}
        return 200, {"out_trade_no": order.out_trade_no, "trade_state": state, "amount": amount, **paid}

    def bill(self, day: date, kind: str) -> bytes | None:
        """Made at ten o'clock of the next morning, packed by gzip; None where there is none."""
        now = self.clock.now().astimezone(SHANGHAI)
        head, lines = (
            (_REFUND_HEAD, self._refunded_on(day)) if kind == "REFUND" else (_SUCCESS_HEAD, self._paid_on(day))
        )
        if not lines or (now - timedelta(hours=10)).date() <= day:
            return None
        rows = [",".join(head), *(",".join(f"`{cell}" for cell in line) for line in lines), "总交易单数,总金额"]
        return gzip.compress("\ufeff".encode() + "\r\n".join([*rows, f"`{len(lines)},`0.00", ""]).encode(), mtime=0)

    def _refunded_on(self, day: date) -> list[list[str]]:
        refunds = [(order, refund) for order in self.orders for refund in order.refunds.values()]
        found = []
        for order, refund in refunds:
            if refund.called_at.astimezone(SHANGHAI).date() != day or refund.state == "CLOSED":
                continue
            fen = yuan(refund.fen)
            times = [shanghai(refund.called_at), shanghai(refund.moves_at)]
            numbers = [order.transaction_id, order.out_trade_no, "REFUND", "CNY", *times, refund.refund_id]
            status = refund.status(self.clock.now())
            found.append([times[0], "wx1", "1900", *numbers, refund.number, fen, status, "一件", yuan(order.fen), fen])
        return found

    def _paid_on(self, day: date) -> list[list[str]]:
        return [
            [
                *[shanghai(order.paid_at), "wx1", "1900", order.transaction_id, order.out_trade_no, "SUCCESS", "CNY"],
                *["一件", yuan(order.fen)],
            ]
            for order in self.orders
            if order.paid_at and order.paid_at.astimezone(SHANGHAI).date() == day
        ]


def refusal(status: int, code: str, words: str) -> Answer:
    return status, {"code": code, "message": words}


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def shanghai(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def rfc3339(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
