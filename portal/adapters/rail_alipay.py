"""The rail of a shop's Alipay account (PAYMENTS, column Alipay), by python-alipay-sdk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from portal.adapters.alipay_answers import (
    UNDERSTOOD,
    code_of,
    found_payment,
    found_refund,
    is_already_there,
    is_not_there,
    refused,
    sent_answer,
)
from portal.adapters.alipay_bills import bill_lines
from portal.adapters.alipay_client import AlipayClient
from portal.adapters.alipay_notices import read_alipay_notice
from portal.adapters.rail_values import (
    CURRENCY,
    bill_days,
    in_shanghai,
    is_asked_for,
    is_providers_own,
    page_ends_at,
    shanghai_time,
    why_not,
    yuan_of,
)
from portal.adapters.sent_numbers import SentNumbers
from portal.domain.errors import ProviderUnavailable
from portal.domain.fees.fee import is_payment_no
from portal.domain.money import Money
from portal.domain.refunds.rails import AlipayConfig
from portal.ports import Clock, CollectAnswer, CollectAsk, RailPayment, RailRefund, RefundAnswer, RefundAsk
from portal.ports.payments import CheckStep, RailNotice

_MOST_BILLS = 180
_NO_BILL = "BILL_NOT_EXIST"
_NOBODYS_TRADE = "portal-check-0"
_PAGES = {
    True: ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
    False: ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
}


class AlipayRail:
    """A `ConnectedRail`. `notify_url`: where Alipay calls back about fees. Constructing it calls nobody."""

    name = "alipay"

    def __init__(self, config: AlipayConfig, clock: Clock, *, notify_url: str = "") -> None:
        self._config = config
        self._clock = clock
        self._notify_url = notify_url
        self._client = AlipayClient(config, clock)
        self._sent = SentNumbers(clock)

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        if reason := why_not(ask):
            return RefundAnswer(outcome="failed", reason=reason)
        self._sent.note(ask.number, is_understood=False)
        content = {
            **_trade(ask.payment_reference),
            "refund_amount": ask.amount.decimal(),
            "out_request_no": ask.number,
            "refund_reason": f"售后退款 {ask.order_no}",
        }
        reply = self._client.call("alipay.trade.refund", content)
        code = code_of(reply)
        if code == UNDERSTOOD:
            self._sent.note(ask.number, is_understood=True)
            return sent_answer(ask, reply)
        self._sent.forget(ask.number)
        return self.find_refund(ask) if is_already_there(code) else refused(reply, code)

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        """An answer without an amount is believed ten seconds after the last call."""
        if why_not(ask):
            return RefundAnswer(outcome="unknown_number")
        content = {
            **_trade(ask.payment_reference),
            "out_request_no": ask.number,
            "query_options": ["gmt_refund_pay", "refund_detail_item_list"],
        }
        reply = self._client.call("alipay.trade.fastpay.refund.query", content)
        code = code_of(reply)
        if code != UNDERSTOOD and not is_not_there(code):
            raise ProviderUnavailable(self.name, code[:60])
        if code == UNDERSTOOD and (found := found_refund(ask, reply)):
            return found
        match self._sent.lately(ask.number, ask.sent_at):
            case "understood":
                return RefundAnswer(outcome="pending")
            case "sent":
                raise ProviderUnavailable(self.name, "too_early")
        return RefundAnswer(outcome="unknown_number")

    def refunds_since(self, since: datetime, until: datetime | None = None) -> Iterator[RailRefund]:
        """From the bills by day: until the end of the last day that has one, at most half a year back."""
        for line in self._bill_lines(since, until):
            at, amount = shanghai_time(line.get("完成时间")), _amount_of(line)
            if line.get("业务类型") != "退款" or at is None or amount is None or not is_asked_for(at, since, until):
                continue
            number = line.get("退款批次号/请求号", "")
            where = line.get("支付宝交易号", "")
            yield RailRefund(number=number, payment_reference=where, amount=amount, outcome="succeeded", at=at)

    def collect(self, ask: CollectAsk) -> CollectAnswer:
        """The address of Alipay's page for this number, which ends half an hour after the try began; asked again, what
        became of it. Alipay knows no trade whose page nobody has opened, so that one ends without a word of its."""
        if ask.amount.currency != CURRENCY or ask.amount.minor <= 0 or not is_payment_no(ask.number):
            return CollectAnswer(outcome="declined")
        found = self.find_payment(ask)
        if found.outcome not in ("unknown_number", "pending"):
            return found
        until, stands = page_ends_at(ask, self._clock.now())
        if stands == "over" and found.outcome == "unknown_number":
            return CollectAnswer(outcome="declined")
        if stands != "open":
            return CollectAnswer(outcome="pending")
        method, product = _PAGES[ask.is_phone]
        content = {
            "out_trade_no": ask.number,
            "total_amount": ask.amount.decimal(),
            "subject": f"售后费用 {ask.order_no}",
            "product_code": product,
            "time_expire": in_shanghai(until),
        }
        back = {"notify_url": self._notify_url, "return_url": ask.return_url}
        return CollectAnswer(outcome="pending", pay_url=self._client.page_address(method, content, **back))

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:
        """`unknown_number` until its customer has opened Alipay's page."""
        reply = self._client.call("alipay.trade.query", {"out_trade_no": ask.number})
        code = code_of(reply)
        if code == UNDERSTOOD:
            return found_payment(ask.number, reply)
        if is_not_there(code):
            return CollectAnswer(outcome="unknown_number")
        raise ProviderUnavailable(self.name, code[:60])

    def payments_since(self, since: datetime, until: datetime | None = None) -> Iterator[RailPayment]:
        """Fees alone: the account has every payment of the shop's customers as well."""
        for line in self._bill_lines(since, until):
            number, at, amount = line.get("商户订单号", ""), shanghai_time(line.get("完成时间")), _amount_of(line)
            is_fee = line.get("业务类型") == "交易" and is_payment_no(number)
            if is_fee and at and amount and is_asked_for(at, since, until):
                yield RailPayment(number=number, amount=amount, at=at)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> RailNotice | None:  # noqa: ARG002
        return read_alipay_notice(self._client, self._config.app_id, body, self._clock.now())

    def check(self) -> Iterator[CheckStep]:
        try:
            self._client.load_keys()
        except Exception:
            yield CheckStep(name="keys", is_ok=False, detail="alipay_keys")
            return
        yield CheckStep(name="keys", is_ok=True)
        try:
            reply = self._client.call("alipay.trade.query", {"out_trade_no": _NOBODYS_TRADE})
        except ProviderUnavailable as problem:
            yield _failed_call(problem.reason)
            return
        sub_code = str(reply.get("sub_code", ""))
        if "signature" in sub_code or "app-id" in sub_code:
            yield _failed_call(sub_code)
            return
        yield CheckStep(name="call", is_ok=True)
        yield CheckStep(name="signature", is_ok=True)
        yield _permitted(reply, sub_code)

    def _bill_lines(self, since: datetime, until: datetime | None) -> Iterator[dict[str, str]]:
        for day in bill_days(since, self._clock.now(), most=_MOST_BILLS, until=until):
            content = {"bill_type": "trade", "bill_date": day.isoformat()}
            reply = self._client.call("alipay.data.dataservice.bill.downloadurl.query", content)
            if str(reply.get("sub_code", "")).upper().endswith(_NO_BILL):
                continue
            if code_of(reply) != UNDERSTOOD or not reply.get("bill_download_url"):
                raise ProviderUnavailable(self.name, "no_bill")
            yield from bill_lines(str(reply["bill_download_url"]), timeout=self._config.timeout)


def _trade(reference: str) -> dict[str, Any]:
    return {"trade_no": reference} if is_providers_own(reference) else {"out_trade_no": reference}


def _amount_of(line: Mapping[str, str]) -> Money | None:
    """Of a line of a bill; refunds are negative there."""
    amount = yuan_of(line.get("订单金额（元）"))
    return Money(abs(amount.minor), amount.currency) if amount else None


def _failed_call(reason: str) -> CheckStep:
    """Which step it was, as far as Alipay says."""
    if reason == "bad_signature":
        return CheckStep(name="signature", is_ok=False, detail="alipay_public_key")
    if "signature" in reason:
        return CheckStep(name="call", is_ok=False, detail="alipay_private_key")
    if "app-id" in reason:
        return CheckStep(name="call", is_ok=False, detail="alipay_app_id")
    return CheckStep(name="call", is_ok=False, detail="unreachable")


def _permitted(reply: Mapping[str, Any], sub_code: str) -> CheckStep:
    """Whether the app may ask about trades; nobody's trade is the right answer."""
    is_ok = reply.get("code") == UNDERSTOOD or is_not_there(sub_code)
    return CheckStep(name="permission", is_ok=is_ok, detail="" if is_ok else "alipay_permission")
