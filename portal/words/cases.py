"""A case on its page: what was answered, what became of an appeal, what its sums are of (WORDS, case states)."""

from __future__ import annotations

from operator import attrgetter

from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table, stamp

APPEAL_ANSWERS = Table(
    {
        "open": _l("您在%(time)s提出了申诉，由另一位人员复核，有结果会通知您。"),
        "upheld": _l("申诉已复核，维持原来的答复："),
        "granted": _l("申诉已复核，改为同意。"),
        "dropped": _l("申请已撤销，申诉一起结束。"),
    },
    {"time": stamp("at", "appealed")},
    code=attrgetter("appeal"),
)
APPEAL_TITLES = Table(
    {"inspection": _l("不同意验货结果？"), "": _l("不同意商家的答复？")}, {}, code=attrgetter("about")
)


def _outcome(page: Facts) -> str:
    if page.outcome == "offer":
        return "offer"
    if page.kind in REPLACING_KINDS and page.summary and page.refusal_reason:
        return "instead"
    if page.outcome == "stopped" and not page.refunds:
        return "stopped_free"
    return "" if page.outcome == "partly" and not page.refusal_reason else str(page.outcome)


CASE_OUTCOMES = Table(
    {
        "stopped": _l("仓库已拦下包裹，取消已生效，退款自动发起。"),
        "stopped_free": _l("仓库已拦下包裹，取消已生效，没有需要退的款。"),
        "partly": _l("商家同意了其中一部分："),
        "offer": _l("您接受了商家的方案："),
        "instead": _l("商品不能寄出，改为退款："),
    },
    {},
    code=_outcome,
)
"""Of the answers that are told before the reason that was given; a refusal has its code and reason alone."""


def _summed(page: Facts) -> str:
    """Where no money is in it, the goods alone; of what ended without a refund, what was asked for."""
    if not page.summary.rows:
        return "goods"
    if getattr(page, "pays_nothing", False) or getattr(page, "offer", None):
        return "asked"
    return "chosen" if getattr(page, "is_quoted", False) else ""


SUMMARY_TITLES = Table(
    {
        "goods": _l("申请的商品"),
        "asked": _l("申请时的退款明细"),
        "chosen": _l("所选商品的退款"),
        "": _l("退款明细"),
    },
    {},
    code=_summed,
)
