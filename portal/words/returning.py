"""Goods on their way back: what is to be done and what was found of them (WORDS, copy deck 12)."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Sentence, Table, money, plain, stamp, until


def _goods_now(page: Facts) -> str:
    goods = page.returning
    if page.state == "awaiting_return" and page.next and page.next.at and page.kind in ("return_refund", "exchange"):
        return "to_send"
    if page.state == "received" and goods.parcel and goods.parcel.received_at and not goods.inspection:
        is_unpaid = page.summary is not None and not page.summary.rows
        what = "received_unpaid" if is_unpaid else "received"
        return what if page.kind not in REPLACING_KINDS else "received_for_goods"
    return "expired" if page.state == "expired" else ""


def _again(page: Facts) -> str:
    """Whether one could still apply without a reason once it has lapsed; "" where that is not known."""
    if page.returning.again_until:
        return "again"
    return "over" if page.returning.again_is_over else ""


INVOICES = Table(
    {
        "paper": (_l("纸质发票%(number)s要和商品一起寄回"), _l("纸质发票要和商品一起寄回")),
        "e": (_l("电子发票%(number)s不用寄回，退款后由商家红字冲销"), _l("电子发票不用寄回，退款后由商家红字冲销")),
    },
    {"number": plain("number")},
    code=attrgetter("kind"),
)
"""What becomes of the invoice of goods that go back: on the slip and on the case."""
INVOICES_FOR_STAFF = Table(
    {
        "paper": (_l("纸质发票%(number)s：退货要连发票一起收回"), _l("纸质发票：退货要连发票一起收回")),
        "e": (_l("电子发票%(number)s：退款后要红字冲销"), _l("电子发票：退款后要红字冲销")),
    },
    {"number": plain("number")},
    code=attrgetter("kind"),
)
RETURN_NOW = Table(
    {
        ("to_send", "again"): _l("到%(deadline)s没有寄出，申请会关闭。%(again_until)s前还可以再申请。"),
        ("to_send", "over"): _l("到%(deadline)s没有寄出，申请会关闭。那时无理由退货期限已过，不能再以无理由申请。"),
        "to_send": _l("到%(deadline)s没有寄出，申请会关闭。"),
        ("expired", "again"): _l("%(again_until)s前还可以再申请。"),
        ("expired", "over"): _l("无理由退货期限已过，不能再以无理由申请；有质量问题、发错或少发，仍可以申请。"),
        "received": (
            _l("商家%(time)s收到包裹，%(refund_by)s前验货并退款。"),
            _l("商家%(time)s收到包裹，验货后退款。"),
        ),
        "received_unpaid": _l("商家%(time)s收到包裹，验货后处理完成。"),
        "received_for_goods": _l("商家%(time)s收到包裹，验货后把商品寄给您。"),
    },
    {
        "deadline": until("next.at"),
        "again_until": until("returning.again_until", "again"),
        "time": stamp("returning.parcel.received_at", "received"),
        "refund_by": until("returning.parcel.refund_by", "refund"),
    },
    code=_goods_now,
    variant=_again,
)
PARCEL_TITLES = Table(
    {"again": _l("修改快递单号"), "": _l("填写快递单号")}, {}, code=lambda goods: "again" if goods.parcel else ""
)
PROOF_HINTS = Table(
    {"paid_back": _l("面单或收据的照片；填了运费，请一定上传凭证。"), "": _l("面单或收据的照片，留作寄出的证明。")},
    {},
    code=lambda page: "paid_back" if page.cap else "",
)


def _found(found: Facts) -> str:
    if found.by_rule:
        return "by_rule"
    if found.rejected and not found.accepted:
        return "all_rejected"
    return "rejected" if found.rejected else ""


INSPECTED = Table(
    {
        "by_rule": _l("到期没有验货，按规则全部通过。"),
        "rejected": (
            _l("%(accepted)s件通过，退款%(amount)s；%(rejected)s件未通过，原因和照片见下。"),
            _l("%(accepted)s件通过；%(rejected)s件未通过，原因和照片见下。"),
        ),
        "all_rejected": _l("%(rejected)s件未通过，没有退款，原因和照片见下。"),
        "": _l("%(accepted)s件通过验货。"),
    },
    {"accepted": plain("accepted"), "rejected": plain("rejected"), "amount": money("refund")},
    code=_found,
)
REJECTED_CHOSEN = Table(
    {"give_up": _l("未通过的商品已放弃。"), "send_back": _l("未通过的商品会寄回。")}, {}, code=attrgetter("choice")
)


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of the choices, and the page that offers it."""

    code: str
    page: Facts


REJECTED_EFFECTS = Table(
    {
        "send_back": _l("商家把商品寄给您，这些商品不退款。"),
        "give_up": _l("%(count)s件商品留给商家，%(amount)s不退给您，以后也不能再申请。"),
        "give_up_unpaid": _l("%(count)s件商品留给商家，不退款，以后也不能再申请。"),
        "appeal": _l("由另一位人员复核，复核期间商品留在商家处。"),
    },
    {"count": plain("page.units"), "amount": money("page.forgone")},
    code=attrgetter("code"),
)


def rejected_effect(code: str, page: Facts) -> Sentence | None:
    """`page`: how many `units` it is about, and what of a refund would be `forgone`."""
    code = "give_up_unpaid" if code == "give_up" and not page.forgone else code
    return REJECTED_EFFECTS.find(_Choice(code, page))
