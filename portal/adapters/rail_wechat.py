"""The rail of a shop's WeChat Pay account (PAYMENTS, column WeChat Pay v3), by wechatpayv3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from wechatpayv3 import WeChatPayType

from portal.adapters.rail_values import (
    CURRENCY,
    SHANGHAI,
    bill_days,
    is_asked_for,
    is_providers_own,
    page_ends_at,
    shanghai_time,
    why_not,
    yuan_of,
)
from portal.adapters.wechat_answers import NOT_THERE, found_payment, found_refund, refused, sent_refund
from portal.adapters.wechat_bills import bill_lines
from portal.adapters.wechat_client import WechatClient, WechatReply
from portal.adapters.wechat_notices import read_wechat_notice
from portal.domain.errors import ProviderUnavailable
from portal.domain.fees.fee import is_payment_no
from portal.domain.refunds.rails import WechatConfig
from portal.ports import (
    Clock,
    CollectAnswer,
    CollectAsk,
    RailPayment,
    RailRefund,
    RefundAnswer,
    RefundAsk,
    RefundOutcome,
)
from portal.ports.payments import CheckStep, RailNotice

_MOST_BILLS = 90
_NO_BILL = "NO_STATEMENT_EXIST"
_NOBODYS_ORDER = "portal-check-0"
_NOT_BY_H5 = ("NO_AUTH", "INVALID_REQUEST", "OUT_TRADE_NO_USED")
_BILLED: dict[str, RefundOutcome] = {"SUCCESS": "succeeded", "PROCESSING": "pending"}
_WRONG_ACCOUNT = ("MCH_NOT_EXISTS", "MCHID_NOT_EXIST", "APPID_MCHID_NOT_MATCH", "PARAM_ERROR")


class WechatRail:
    """A `ConnectedRail`. `notify_url`: where WeChat calls back. Constructing it calls nobody."""

    name = "wechat"

    def __init__(self, config: WechatConfig, clock: Clock, *, notify_url: str = "") -> None:
        self._config = config
        self._clock = clock
        self._notify_url = notify_url
        self._client = WechatClient(config)

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        """Too soon after another one of the payment, or too often at all, is ProviderUnavailable: asked again later."""
        if reason := why_not(ask):
            return RefundAnswer(outcome="failed", reason=reason)
        named = "transaction_id" if is_providers_own(ask.payment_reference) else "out_trade_no"
        amount = {"refund": ask.amount.minor, "total": ask.captured.minor, "currency": CURRENCY}
        values = {"out_refund_no": ask.number, "amount": amount, named: ask.payment_reference}
        # Refunds do without a callback: they are asked about. WeChat would refuse one to an address without TLS.
        back = self._notify_url if self._notify_url.startswith("https://") else None
        reply = self._client.call(lambda library: library.refund(reason="售后退款", notify_url=back, **values))
        if not reply.refusal:
            return sent_refund(ask, reply.said)
        found = self.find_refund(ask)
        return refused(reply) if found.outcome == "unknown_number" else found

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        if why_not(ask):
            return RefundAnswer(outcome="unknown_number")
        reply = self._client.call(lambda library: library.query_refund(ask.number))
        if reply.refusal in NOT_THERE:
            return RefundAnswer(outcome="unknown_number")
        return found_refund(ask, self._accepted(reply).said)

    def refunds_since(self, since: datetime, until: datetime | None = None) -> Iterator[RailRefund]:
        """From the bills by day: until the end of the last day that has one, at most 90 days back."""
        for line in self._bill_lines("REFUND", since, until):
            at = shanghai_time(line.get("退款成功时间")) or shanghai_time(line.get("退款申请时间"))
            amount, outcome = yuan_of(line.get("申请退款金额")), _BILLED.get(line.get("退款状态", ""))
            if not at or not amount or not outcome or not is_asked_for(at, since, until):
                continue
            number, where = line.get("商户退款单号", ""), line.get("微信订单号", "")
            yield RailRefund(number=number, payment_reference=where, amount=amount, outcome=outcome, at=at)

    def collect(self, ask: CollectAsk) -> CollectAnswer:
        """A page of WeChat's (H5) for a phone whose address is known, where the account has H5; a QR code otherwise;
        for half an hour from when the try began. Asked again, the same; of what is paid or closed, what became of
        it."""
        if ask.amount.currency != CURRENCY or ask.amount.minor <= 0 or not is_payment_no(ask.number):
            return CollectAnswer(outcome="declined")
        if not self._notify_url:
            # WeChat takes no order without one.
            return CollectAnswer(outcome="unavailable")
        until, stands = page_ends_at(ask, self._clock.now())
        if stands != "open":
            return self._ended(ask, is_over=stands == "over")
        values = {
            "notify_url": self._notify_url,
            "time_expire": until.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "description": f"售后费用 {ask.order_no}",
            "out_trade_no": ask.number,
            "amount": {"total": ask.amount.minor, "currency": CURRENCY},
        }
        reply = self._h5(values, ask) if ask.is_phone and ask.payer_ip else WechatReply({}, "NO_AUTH")
        if reply.refusal in _NOT_BY_H5:
            reply = self._client.call(lambda library: library.pay(pay_type=WeChatPayType.NATIVE, **values))
        if url := str(reply.said.get("code_url", "")):
            return CollectAnswer(outcome="pending", pay_url=url, is_qr=True)
        if url := str(reply.said.get("h5_url", "")):
            return CollectAnswer(outcome="pending", pay_url=_coming_back(url, ask.return_url))
        found = self.find_payment(ask)
        return CollectAnswer(outcome="unavailable") if found.outcome == "unknown_number" else found

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:
        reply = self._client.call(lambda library: library.query(out_trade_no=ask.number))
        if reply.refusal in NOT_THERE:
            return CollectAnswer(outcome="unknown_number")
        return found_payment(ask.number, self._accepted(reply).said)

    def payments_since(self, since: datetime, until: datetime | None = None) -> Iterator[RailPayment]:
        """Fees alone: the account has every payment of the shop's customers as well."""
        for line in self._bill_lines("SUCCESS", since, until):
            number, at = line.get("商户订单号", ""), shanghai_time(line.get("交易时间"))
            amount = yuan_of(line.get("订单金额"))
            if at and amount and is_asked_for(at, since, until) and is_payment_no(number):
                yield RailPayment(number=number, amount=amount, at=at)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> RailNotice | None:
        return read_wechat_notice(self._client, self._config.mch_id, headers, body, self._clock.now())

    def check(self) -> Iterator[CheckStep]:
        try:
            self._client.load_keys()
        except Exception:
            yield CheckStep(name="keys", is_ok=False, detail="wechat_keys")
            return
        yield CheckStep(name="keys", is_ok=True)
        detail = self._what_to_do(self._nobodys_order, ends_well=NOT_THERE)
        yield CheckStep(name="call", is_ok=not detail, detail=detail)
        if not detail:
            details = [self._what_to_do(ask) for ask in (self._complaints, self._yesterdays_bill)]
            detail = "" if "" in details else details[0]
            yield CheckStep(name="signature", is_ok=not detail, detail=detail)

    def _what_to_do(self, ask: Any, *, ends_well: tuple[str, ...] = ()) -> str:
        """The code of what to do; empty where all is well. Only what was accepted has been verified."""
        try:
            reply = self._client.call(ask)
        except ProviderUnavailable as problem:
            codes = {"SIGN_ERROR": "wechat_private_key", "bad_signature": "wechat_public_key"}
            return codes.get(problem.reason, "unreachable")
        if not reply.refusal or reply.refusal in ends_well:
            return ""
        return "wechat_account" if reply.refusal in _WRONG_ACCOUNT else "wechat_permission"

    def _nobodys_order(self, library: Any) -> Any:
        return library.query(out_trade_no=_NOBODYS_ORDER)

    def _complaints(self, library: Any) -> Any:
        """Changes nothing, and its answer is signed."""
        today = self._clock.now().astimezone(SHANGHAI).date().isoformat()
        return library.complaint_list_query(begin_date=today, end_date=today, limit=1)

    def _yesterdays_bill(self, library: Any) -> Any:
        """For accounts that may not ask about complaints."""
        (day,) = bill_days(self._clock.now(), self._clock.now(), most=1)
        return library.trade_bill(day.isoformat())

    def _ended(self, ask: CollectAsk, *, is_over: bool) -> CollectAnswer:
        """An order is closed, so that no word of it can come any more: what was paid before stays paid."""
        if is_over:
            self._client.call(lambda library: library.close(ask.number))
        found = self.find_payment(ask)
        return CollectAnswer(outcome="declined") if is_over and found.outcome == "unknown_number" else found

    def _h5(self, values: dict[str, Any], ask: CollectAsk) -> WechatReply:
        scene = {"payer_client_ip": ask.payer_ip, "h5_info": {"type": "Wap"}}
        return self._client.call(lambda library: library.pay(pay_type=WeChatPayType.H5, scene_info=scene, **values))

    def _bill_lines(self, kind: str, since: datetime, until: datetime | None) -> Iterator[dict[str, str]]:
        for day in bill_days(since, self._clock.now(), most=_MOST_BILLS, until=until):
            reply = self._client.call(
                lambda library, day=day: library.trade_bill(day.isoformat(), bill_type=kind)  # type: ignore[misc]
            )
            if reply.refusal == _NO_BILL:
                continue
            said = self._accepted(reply).said
            with self._client.bill(str(said.get("download_url", ""))) as packed:
                yield from bill_lines(packed, str(said.get("hash_value", "")))

    def _accepted(self, reply: WechatReply) -> WechatReply:
        """A query that is refused says nothing about what was asked for. Raises ProviderUnavailable."""
        if reply.refusal:
            raise ProviderUnavailable(self.name, reply.refusal)
        return reply


def _coming_back(url: str, return_url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}redirect_url={quote(return_url, safe='')}" if return_url else url
