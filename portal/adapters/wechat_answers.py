"""What WeChat Pay's answers mean (PAYMENTS, column WeChat Pay v3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from portal.adapters.rail_values import CURRENCY, shortened
from portal.adapters.wechat_client import WechatReply
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import CollectAnswer, RefundAnswer, RefundAsk

NOT_THERE = ("RESOURCE_NOT_EXISTS", "ORDER_NOT_EXIST", "ORDERNOTEXIST")
_PARKED = "退款异常，款项没有退到用户账户，请到微信支付商户平台处理（ABNORMAL）"


def refused(reply: WechatReply) -> RefundAnswer:
    return RefundAnswer(outcome="failed", reason=shortened(reply.refusal, reply.said.get("message")))


def sent_refund(ask: RefundAsk, said: Mapping[str, Any]) -> RefundAnswer:
    """The reply to the call means accepted, at most: the query says what has moved."""
    found = found_refund(ask, said)
    if found.outcome not in ("pending", "succeeded"):
        return found
    return RefundAnswer(outcome="accepted", amount=found.amount, trace=found.trace, reference=found.reference)


def found_refund(ask: RefundAsk, said: Mapping[str, Any]) -> RefundAnswer:
    """CLOSED: that number can never pay, another one may. ABNORMAL: the money is parked until staff have acted."""
    must_be_of(ask.number, said.get("out_refund_no"))
    refund_id = str(said.get("refund_id", ""))[:64]
    match said.get("status"):
        case "SUCCESS":
            return RefundAnswer(
                outcome="succeeded",
                amount=_amount(said, "refund"),
                at=_time(said.get("success_time")),
                account=str(said.get("user_received_account") or "")[:100],
                trace=refund_id,
                reference=refund_id,
            )
        case "PROCESSING":
            amount = _amount(said, "refund")
            return RefundAnswer(outcome="pending", amount=amount, trace=refund_id, reference=refund_id)
        case "CLOSED":
            return RefundAnswer(outcome="number_spent", trace=refund_id, reference=refund_id)
        case "ABNORMAL":
            return RefundAnswer(outcome="failed", reason=_PARKED, trace=refund_id, reference=refund_id)
    raise ProviderUnavailable("wechat", "no_status")


def found_payment(number: str, said: Mapping[str, Any]) -> CollectAnswer:
    """REFUND: it was paid, and some of it has gone back, which is another matter."""
    must_be_of(number, said.get("out_trade_no"))
    match said.get("trade_state"):
        case "SUCCESS" | "REFUND":
            return CollectAnswer(outcome="paid", amount=_amount(said, "total"), at=_time(said.get("success_time")))
        case "CLOSED" | "REVOKED":
            return CollectAnswer(outcome="declined")
        case "NOTPAY" | "USERPAYING" | "ACCEPT" | "PAYERROR":
            return CollectAnswer(outcome="pending")
    raise ProviderUnavailable("wechat", "no_status")


def notified_amount(said: Mapping[str, Any], name: str) -> Money | None:
    """`refund` or `total` of what a callback says."""
    try:
        return _amount(said, name)
    except ProviderUnavailable:
        return None


def must_be_of(number: str, said: object) -> None:
    """Raises ProviderUnavailable where a genuine answer is one about something else."""
    if said != number:
        raise ProviderUnavailable("wechat", "answer_to_another")


def _amount(said: Mapping[str, Any], name: str) -> Money:
    amount = said.get("amount")
    fen = amount.get(name) if isinstance(amount, Mapping) else None
    if isinstance(amount, Mapping) and type(fen) is int and amount.get("currency", CURRENCY) == CURRENCY:
        return Money(fen, CURRENCY)
    raise ProviderUnavailable("wechat", "no_amount")


def _time(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None
