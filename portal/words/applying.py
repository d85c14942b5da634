"""An application as its form tells it: its reasons, and what happens once it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import cast

from flask_babel.speaklater import LazyString

from portal.words.lazy_text import lazy_text as _l
from portal.words.reasons import APPLY_REASONS
from portal.words.sentences import Blank, ByCode, Facts, Sentence, Table, plain


@dataclass(frozen=True, slots=True)
class _Reason:
    """`days`: of a return without a reason, 0 where they are not known."""

    code: str
    days: int


NAMED_REASONS = Table(
    {
        **cast(ByCode, APPLY_REASONS),
        "no_reason": (_l("不想要了（%(days)s天无理由）"), cast(LazyString, APPLY_REASONS["no_reason"])),
    },
    {"days": Blank("plain", lambda reason: reason.days or None)},
    code=attrgetter("code"),
)


def apply_reason(code: str, days: int = 0) -> Sentence | None:
    """The reason of a refund or return; None for a code that is none."""
    return NAMED_REASONS.find(_Reason(code, days))


def _then(page: Facts) -> str:
    """At once: what the customer does next. Looked at first: what happens where nobody answers."""
    if page.decided == "at_once" and page.remedy in ("await_parcel", "refund") and not page.is_collected:
        return f"{page.remedy}_unpaid"
    if page.decided == "at_once":
        return "keep" if page.act == "return" and page.remedy == "refund" else str(page.remedy)
    if page.is_past_self_service:
        return "person"
    return str(page.at_zero)


WHAT_FOLLOWS = Table(
    {
        ("at_once", "send_back"): _l("提交后立即通过，请在%(deadline)s前寄出。"),
        ("at_once", "repair"): _l("提交后立即通过，请在%(deadline)s前寄出。"),
        ("at_once", "reship"): _l("提交后立即通过，商家寄出后告诉您快递单号。"),
        ("at_once", "replace"): _l("提交后立即通过，请在%(deadline)s前寄出。"),
        ("at_once", "await_parcel"): _l("提交后立即通过，商家收到退回的包裹后退款，不用您再寄。"),
        ("at_once", "await_parcel_unpaid"): _l(
            "提交后立即通过，商家收到退回的包裹后处理完成。没有需要退的款，不用您再寄。"
        ),
        ("at_once", "refund_unpaid"): _l("提交后立即通过，没有需要退的款。"),
        ("at_once", "keep"): _l("提交后立即通过，退款自动发起，商品不用寄回。"),
        "at_once": _l("提交后立即通过，退款自动发起。"),
        ("review", "approve"): _l("商家会在%(deadline)s前答复；到时没有答复，申请自动通过。"),
        ("review", "person"): _l(
            "已过自助处理的期限，由人工判断维修、更换或退款。商家会在%(deadline)s前答复；到时没有答复，会升级处理并通知您。"
        ),
        "review": _l("商家会在%(deadline)s前答复；到时没有答复，会升级处理并通知您。"),
    },
    {
        "deadline": Blank(
            "until", lambda page: page.send_back_by if page.decided == "at_once" else page.answer_by, "deadline"
        )
    },
    code=attrgetter("decided"),
    variant=_then,
)


def _bar(page: Facts) -> str:
    if page.refused:
        return "refused"
    if page.exchange:
        return f"exchange_{'up' if page.exchange.surcharge else 'down' if page.exchange.refund else 'even'}"
    if not page.units:
        return ""
    if page.act in ("refund", "return") and not page.is_collected:
        return "unpaid"
    if page.early:
        return "early"
    return str(page.remedy) if page.remedy in ("refund", "await_parcel") else str(page.act)


BESIDE_BUTTON = Table(
    {
        "refused": _l("这样选不能申请，原因在“确认退款”里"),
        ("refused", "goods"): _l("这样选不能申请，原因在“确认申请”里"),
        "return": _l("退%(count)s件，寄回后退款"),
        "await_parcel": _l("退%(count)s件，包裹退回后退款"),
        "unpaid": _l("已选%(count)s件，没有要退的款"),
        "early": _l("退%(count)s件，寄出后先退款"),
        "refund": _l("退%(count)s件，不用寄回"),
        "reship": _l("补寄%(count)s件，不用寄回"),
        "repair": _l("维修%(count)s件，修好寄回"),
        "exchange_up": _l("换%(count)s件，验货后补差价"),
        "exchange_down": _l("换%(count)s件，退差价"),
        "exchange_even": _l("换%(count)s件，不用补差价"),
        "": _l("选好商品后显示金额"),
        ("", "goods"): _l("选好商品和原因后提交"),
    },
    {"count": plain("units")},
    code=_bar,
    variant=lambda page: "" if page.is_paid else "goods",
)
"""What stands with the amount beside the button; before there is one, what to do for it."""
QUOTES_EMPTY = Table(
    {"": _l("选好商品后，这里显示退款金额。"), "goods": _l("选好商品和原因后，这里显示怎么处理。")},
    {},
    code=lambda page: "" if page.is_paid else "goods",
)
