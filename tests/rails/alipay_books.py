"""Alipay's books, and what it does with a refund, a payment and a day's bill."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.fakes import FakeClock

SHANGHAI = ZoneInfo("Asia/Shanghai")
WINDOW = timedelta(days=365)
KNOWN_AFTER = timedelta(seconds=10)
"""A query within that time of the call knows nothing."""
_HEAD = (
    "支付宝交易号 商户订单号 业务类型 商品名称 创建时间 完成时间 对方账户 订单金额（元） 退款批次号/请求号 备注".split()
)
Answer = dict[str, Any]


@dataclass
class AlipayRefund:
    number: str
    fen: int
    called_at: datetime
    moves_at: datetime


@dataclass
class AlipayTrade:
    trade_no: str
    out_trade_no: str
    fen: int
    paid_at: datetime | None = None
    closed: bool = False
    ends: str = ""
    """`time_expire`: then it closes, unless it is paid."""
    refunds: dict[str, AlipayRefund] = field(default_factory=dict)

    @property
    def refunded(self) -> int:
        return sum(refund.fen for refund in self.refunds.values())


class AlipayBooks:
    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.trades: list[AlipayTrade] = []
        self._numbers = itertools.count(1)

    def open(self, out_trade_no: str, fen: int) -> AlipayTrade:
        """What a customer has opened the page of: paid later, or never."""
        trade = AlipayTrade(f"20261120{next(self._numbers):020d}", out_trade_no, fen)
        self.trades.append(trade)
        return trade

    def find(self, *, trade_no: str = "", out_trade_no: str = "") -> AlipayTrade | None:
        return next((t for t in self.trades if t.trade_no == trade_no or t.out_trade_no == out_trade_no), None)

    def of_reference(self, reference: str) -> AlipayTrade:
        found = self.find(trade_no=reference, out_trade_no=reference)
        assert found, f"no payment {reference}"
        return found

    def refund(self, asked: Answer, *, moves_in: timedelta = timedelta()) -> Answer:
        trade = self._asked(asked)
        if trade is None or trade.paid_at is None:
            return refusal("ACQ.TRADE_NOT_EXIST", "交易不存在")
        number, fen = asked["out_request_no"], _fen(asked["refund_amount"])
        if known := trade.refunds.get(number):
            if known.fen != fen:
                return refusal("ACQ.DISCORDANT_REPEAT_REQUEST", "同一退款请求号的金额不一致")
            return self._refunded(trade, "N")
        if self.clock.now() - trade.paid_at > WINDOW:
            return refusal("ACQ.TRADE_HAS_FINISHED", "交易已完结，超过可退款期限")
        if trade.refunded + fen > trade.fen:
            return refusal("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        now = self.clock.now()
        trade.refunds[number] = AlipayRefund(number, fen, now, now + moves_in)
        return self._refunded(trade, None if moves_in else "Y")

    def _refunded(self, trade: AlipayTrade, change: str | None) -> Answer:
        """`refund_fee` is the sum of all refunds, as Alipay has it."""
        said = {"trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no, "refund_fee": yuan(trade.refunded)}
        return understood(**said, **({"fund_change": change} if change else {}))

    def query_refund(self, asked: Answer) -> Answer:
        trade = self._asked(asked)
        if trade is None:
            return refusal("ACQ.TRADE_NOT_EXIST", "交易不存在")
        refund, now = trade.refunds.get(asked["out_request_no"]), self.clock.now()
        if refund is None or now - refund.called_at < KNOWN_AFTER or now < refund.moves_at:
            return understood()
        return understood(
            trade_no=trade.trade_no,
            out_trade_no=trade.out_trade_no,
            out_request_no=refund.number,
            total_amount=yuan(trade.fen),
            refund_amount=yuan(refund.fen),
            refund_status="REFUND_SUCCESS",
            gmt_refund_pay=shanghai(refund.moves_at),
            refund_detail_item_list=[{"fund_channel": "ALIPAYACCOUNT", "amount": yuan(refund.fen)}],
        )

    def query(self, asked: Answer) -> Answer:
        trade = self._asked(asked)
        if trade is None:
            return refusal("ACQ.TRADE_NOT_EXIST", "交易不存在")
        trade.closed |= bool(trade.ends and not trade.paid_at and shanghai(self.clock.now()) >= trade.ends)
        ended = trade.closed or (trade.paid_at and trade.refunded == trade.fen)
        state = "TRADE_CLOSED" if ended else "TRADE_SUCCESS" if trade.paid_at else "WAIT_BUYER_PAY"
        said = {"trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no, "trade_status": state}
        paid = {"send_pay_date": shanghai(trade.paid_at)} if trade.paid_at else {}
        return understood(**said, **paid, total_amount=yuan(trade.fen), buyer_logon_id="159****5620")

    def _asked(self, asked: Answer) -> AlipayTrade | None:
        return self.find(trade_no=asked.get("trade_no", ""), out_trade_no=asked.get("out_trade_no", ""))

    def bill(self, day: date) -> bytes | None:
        """Made at ten o'clock of the next morning; None where there is none."""
        now = self.clock.now().astimezone(SHANGHAI)
        lines = [*self._paid_on(day), *self._refunded_on(day)]
        if not lines or (now - timedelta(hours=10)).date() <= day:
            return None
        return _zipped("20881234_业务明细.csv", _csv(lines), "20881234_业务明细(汇总).csv", "#汇总\r\n")

    def _paid_on(self, day: date) -> list[list[str]]:
        paid = [(trade, trade.paid_at) for trade in self.trades if trade.paid_at]
        return [_line(trade, "交易", trade.fen, at, "") for trade, at in paid if at.astimezone(SHANGHAI).date() == day]

    def _refunded_on(self, day: date) -> list[list[str]]:
        refunds = [(trade, refund) for trade in self.trades for refund in trade.refunds.values()]
        return [
            _line(trade, "退款", -refund.fen, refund.moves_at, refund.number)
            for trade, refund in refunds
            if refund.moves_at.astimezone(SHANGHAI).date() == day and refund.moves_at <= self.clock.now()
        ]


def understood(**said: Any) -> Answer:
    return {"code": "10000", "msg": "Success", **said}


def refusal(sub_code: str, words: str, code: str = "40004") -> Answer:
    return {"code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": words}


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _fen(text: str) -> int:
    whole, _, part = text.partition(".")
    assert len(part) == 2, "yuan with two decimals"
    return int(whole) * 100 + int(part)


def shanghai(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _line(trade: AlipayTrade, kind: str, fen: int, at: datetime, number: str) -> list[str]:
    times = [shanghai(at), shanghai(at)]
    return [trade.trade_no, trade.out_trade_no, kind, "商品，一件", *times, "*三(159****5620)", yuan(fen), number, ""]


def _csv(lines: list[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    for remark in ("#支付宝业务明细查询", "#账号：[20881234]", "#---------业务明细列表---------"):
        text.write(f"{remark}\r\n")
    writer.writerow(_HEAD)
    writer.writerows([f"{cell}\t" for cell in line] for line in lines)
    text.write(f"#---------业务明细列表结束---------\r\n#共{len(lines)}笔\r\n")
    return text.getvalue()


def _zipped(*named: str) -> bytes:
    """Names in GBK without a mark of it, as Alipay writes them; zipfile itself writes UTF-8 only."""
    packed, names = io.BytesIO(), {}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        for place, (name, content) in enumerate(zip(named[::2], named[1::2], strict=True)):
            written = name.encode("gbk")
            stand_in = f"{place}".rjust(len(written), "@")
            names[stand_in.encode()] = written
            pack.writestr(stand_in, content.encode("gbk"))
    raw = packed.getvalue()
    for stand_in_bytes, written in names.items():
        raw = raw.replace(stand_in_bytes, written)
    return raw
