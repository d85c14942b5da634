"""What Alipay's verified answers mean (PAYMENTS, column Alipay). Code 10000 says only that a call was understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.adapters.rail_values import shanghai_time, shortened, yuan_of
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import CollectAnswer, RefundAnswer, RefundAsk

UNDERSTOOD = "10000"
_CERTAIN = frozenset({"40001", "40002", "40003", "40004", "40006"})
"""Missing, invalid, conditions not met, refused by the business, not permitted: nothing was done."""
_NOT_THERE = frozenset({"ACQ.TRADE_NOT_EXIST"})
_ALREADY_THERE = frozenset({"ACQ.DISCORDANT_REPEAT_REQUEST"})
_CHANNELS = {
    "ALIPAYACCOUNT": "支付宝余额",
    "MONEYFUND": "余额宝",
    "PCREDIT": "花呗",
    "PCREDITPAY": "花呗",
    "FINANCEACCOUNT": "余额宝",
    "BANKCARD": "银行卡",
    "DEBIT_CARD": "借记卡",
    "CREDIT_CARD": "信用卡",
}


def code_of(reply: Mapping[str, Any]) -> str:
    """`10000`, or the code of a refusal that is certain. Raises ProviderUnavailable for everything else: of a system
    error nothing is known."""
    code, sub_code = str(reply.get("code", "")), str(reply.get("sub_code", ""))
    if code == UNDERSTOOD:
        return code
    if code not in _CERTAIN or "SYSTEM" in sub_code.upper() or sub_code.startswith(("isp.", "aop.")):
        raise ProviderUnavailable("alipay", (sub_code or code or "no_code")[:60])
    return sub_code or code


def is_not_there(code: str) -> bool:
    return code in _NOT_THERE


def is_already_there(code: str) -> bool:
    """Something else was booked under that number."""
    return code in _ALREADY_THERE


def refused(reply: Mapping[str, Any], code: str) -> RefundAnswer:
    return RefundAnswer(outcome="failed", reason=shortened(code, reply.get("sub_msg")))


def sent_answer(ask: RefundAsk, reply: Mapping[str, Any]) -> RefundAnswer:
    """Of a refund that was understood. `fund_change` N is no failure: it may have been done before, the query says."""
    trade = str(reply.get("trade_no", ""))[:64]
    if reply.get("fund_change") != "Y":
        return RefundAnswer(outcome="accepted", amount=ask.amount, trace=trade, reference=trade)
    at = shanghai_time(reply.get("gmt_refund_pay"))
    return RefundAnswer(outcome="succeeded", amount=ask.amount, at=at, trace=trade, reference=trade)


def found_refund(ask: RefundAsk, reply: Mapping[str, Any]) -> RefundAnswer | None:
    """None: Alipay says that it understood, and has no amount: it knows nothing of the number."""
    amount = yuan_of(reply.get("refund_amount"))
    if amount is None:
        return None
    must_be_of(ask.number, reply.get("out_request_no"))
    trade = str(reply.get("trade_no", ""))[:64]
    if reply.get("refund_status", "REFUND_SUCCESS") != "REFUND_SUCCESS":
        return RefundAnswer(outcome="pending", amount=amount, trace=trade, reference=trade)
    return RefundAnswer(
        outcome="succeeded",
        amount=amount,
        at=shanghai_time(reply.get("gmt_refund_pay")),
        account=_account(reply),
        trace=trade,
        reference=trade,
    )


def found_payment(number: str, reply: Mapping[str, Any]) -> CollectAnswer:
    """A closed trade was paid where Alipay says when: then it has been refunded since, which is another matter."""
    must_be_of(number, reply.get("out_trade_no"))
    state, paid_at = reply.get("trade_status"), shanghai_time(reply.get("send_pay_date"))
    if state in ("TRADE_SUCCESS", "TRADE_FINISHED") or (state == "TRADE_CLOSED" and paid_at):
        return CollectAnswer(outcome="paid", amount=_amount(reply.get("total_amount")), at=paid_at)
    return CollectAnswer(outcome="declined" if state == "TRADE_CLOSED" else "pending")


def must_be_of(number: str, said: object) -> None:
    """Raises ProviderUnavailable where a genuine answer is one about something else."""
    if said and said != number:
        raise ProviderUnavailable("alipay", "answer_to_another")


def _amount(text: object) -> Money:
    amount = yuan_of(text)
    if amount is None:
        raise ProviderUnavailable("alipay", "no_amount")
    return amount


def _account(reply: Mapping[str, Any]) -> str:
    """Where the money went, as far as Alipay says and people know it by."""
    items = reply.get("refund_detail_item_list")
    found = items if isinstance(items, list) else []
    named = [_CHANNELS.get(str(item.get("fund_channel"))) for item in found if isinstance(item, Mapping)]
    return "、".join(dict.fromkeys(name for name in named if name))
