"""A refund, told as it happens: its five lines (WORDS 11), what is noted under a summary and what comes back (2)."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Blank, Facts, Sentence, Table, coded, day, inner, money, plain, until
from portal.words.status import account_of


@dataclass(frozen=True, slots=True)
class _Step:
    """One line of a refund's progress, and the refund it is of."""

    name: str
    refund: Facts
    is_reached: bool


def _variant(step: _Step) -> str:
    if not step.is_reached:
        return ""
    if step.name == "succeeded":
        return "wallet" if step.refund.is_wallet else "bank"
    return "reached"


ARRIVAL = Table(
    {"between": _l("%(from)s至%(to)s")},
    {"from": day("arrives_from"), "to": day("arrives_to")},
    code=lambda refund: "between" if refund.arrives_from and refund.arrives_from != refund.arrives_to else "",
)
STEPS = Table(
    {
        "approved": _l("已同意退款%(amount)s"),
        "submitted": _l("提交给%(provider)s"),
        ("submitted", "reached"): _l("已提交给%(provider)s（退款编号%(no)s）"),
        "pending": (
            _l("%(provider)s处理中，预计%(arrival)s到账"),
            _l("%(provider)s处理中，预计%(day)s到账"),
            _l("%(provider)s处理中"),
        ),
        "succeeded": _l("退到%(account)s"),
        ("succeeded", "wallet"): _l("已退到%(account)s"),
        ("succeeded", "bank"): _l("已退出到%(account)s，银行入账时间以银行为准"),
        "failed": (
            _l("未成功：%(reason)s。我们会在%(deadline)s前重新处理，不用您操作。"),
            _l("未成功：%(reason)s。我们会重新处理，不用您操作。"),
            _l("未成功。我们会重新处理，不用您操作。"),
        ),
    },
    {
        "amount": money("refund.amount"),
        "provider": coded("refund.provider", "provider"),
        "account": Blank("word", lambda step: account_of(step.refund), "account"),
        "no": plain("refund.quote_no"),
        "arrival": inner(lambda step: ARRIVAL.find(step.refund)),
        "day": day("refund.arrives_to"),
        "reason": plain("refund.failed_reason"),
        "deadline": until("refund.retry_by"),
    },
    code=attrgetter("name"),
    variant=_variant,
)


def refund_step(step: Facts, refund: Facts) -> Sentence | None:
    """The line of `step` (`name`, `at`: None while it is ahead) of `refund`."""
    return STEPS.find(_Step(step.name, refund, step.at is not None))


NOTES = Table(
    {
        "offer_kept": _l("其他商品已享受的优惠不变。"),
        "offer_broken": _l("退掉这些后，订单不再满足“%(offer)s”，扣回优惠%(amount)s。"),
        "coupon_waits": _l("优惠券在它适用的商品全部退完后才退回，这次不退。"),
        "freight_kept": _l("发货运费%(amount)s不退。"),
        "shop_at_fault": _l("运费由商家承担：请先垫付寄回运费并留好凭证，验货后随退款补给您，最高%(amount)s。"),
        "carriage_left": _l("寄回运费还有%(amount)s不能原路退回，客服会联系您另外补给。"),
        "gift": _l("赠品%(name)s要一起寄回；不寄回扣%(amount)s。"),
        "granted": _l("商家同意退%(amount)s，您申请的是%(limit)s。"),
        "less": _l("最多可退%(limit)s，您申请%(amount)s。"),
        "split": _l("您当时用了%(count)s种方式付款，会分%(count)s笔退回。"),
        "points_taken": _l("这笔订单送的%(count)s积分会收回。"),
        "fee_withheld": _l("扣除手续费%(amount)s。"),
        "customer_sends": _l("寄回运费由您承担。"),
    },
    {
        "offer": plain("name"),
        "name": plain("name"),
        "amount": money("amount"),
        "limit": money("limit"),
        "count": plain("count"),
    },
    code=attrgetter("code"),
)
COUPONS = Table(
    {
        "over": _l("%(name)s已于%(date)s过期，退回后不能再用。"),
        "": (_l("退回优惠券%(name)s（有效期至%(until)s）"), _l("退回优惠券%(name)s")),
    },
    {"name": plain("name"), "date": day("valid_until"), "until": until("valid_until", "valid_until")},
    code=lambda coupon: "over" if coupon.is_over else "",
)
