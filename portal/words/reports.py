"""The words of the reports: what is counted, how long something took, what each figure means (WORDS, staff zh)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_pgettext as pgettext
from flask_babel import ngettext

from portal.words.amounts import METHODS
from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, plain, stamp

Words = Mapping[str, object]

REPORT_PERIODS: Words = {
    "today": pgettext("report", "今天"),
    "week": pgettext("report", "本周"),
    "month": pgettext("report", "本月"),
    "last_month": pgettext("report", "上月"),
    "last_30": pgettext("report", "最近30天"),
    "last_90": pgettext("report", "最近90天"),
    "year": pgettext("report", "今年"),
}
REPORT_OUTCOMES: Words = {
    "at_once": pgettext("report", "自动同意"),
    "accepted": pgettext("report", "人工同意"),
    "partly": pgettext("report", "部分同意"),
    "by_time": pgettext("report", "到期同意"),
    "refused": pgettext("report", "未同意"),
    "withdrawn": pgettext("report", "客户撤销"),
    "expired": pgettext("report", "超时关闭"),
    "waiting": pgettext("report", "还没有决定"),
}
REPORT_TIMES: Words = {
    "answer": pgettext("report", "首次答复"),
    "decision": pgettext("report", "作出决定"),
    "money": pgettext("report", "退款到账"),
}
REPORT_REASONS: Words = {
    "": pgettext("report", "没有说明"),
    "…": pgettext("report", "其他合计"),
    "other": pgettext("report", "其他"),
    "no_reason": pgettext("report", "无理由"),
    "quality": pgettext("report", "质量"),
    "damaged": pgettext("report", "破损"),
    "wrong_item": pgettext("report", "发错"),
    "missing_item": pgettext("report", "少发"),
    "not_as_described": pgettext("report", "不符"),
    "not_received": pgettext("report", "没收到"),
    "signed_not_received": pgettext("report", "签收未收"),
    "parcel_refused": pgettext("report", "拒收"),
    "changed_mind": pgettext("report", "不想要"),
    "wrong_item_ordered": pgettext("report", "拍错"),
    "wrong_address": pgettext("report", "地址错"),
    "found_cheaper": pgettext("report", "价格"),
    "late_shipment": pgettext("report", "发货迟"),
    "stock_problem": pgettext("report", "缺货"),
    "duplicate_order": pgettext("report", "重复下单"),
}
"""Short enough for the head of a column."""
REPORT_METHODS: Words = {
    **METHODS,
    "credit": pgettext("report", "改退储值余额"),
    "transfer": pgettext("report", "另行转账"),
    "other": pgettext("report", "其他方式"),
}
REPORT_SOLVED: Words = {"yes": pgettext("report", "解决了"), "no": pgettext("report", "没有解决")}
REPORT_COLUMNS: Words = {
    "from": pgettext("report", "从"),
    "to": pgettext("report", "到"),
    "opened": pgettext("report", "申请"),
    "kept": pgettext("report", "按时答复"),
    "late": pgettext("report", "超时"),
    "what": pgettext("report", "指标"),
    "count": pgettext("report", "件数"),
    "refunds": pgettext("report", "笔数"),
    "median": pgettext("report", "中位数（小时）"),
    "ninety": pgettext("report", "九成不超过（小时）"),
    "outcome": pgettext("report", "结果"),
    "share": pgettext("report", "占比（%）"),
    "reason": pgettext("report", "原因"),
    "method": pgettext("report", "退款方式"),
    "currency": pgettext("report", "币种"),
    "amount": pgettext("report", "金额"),
    "sku": pgettext("report", "货号"),
    "product": pgettext("report", "商品"),
    "sales": pgettext("report", "销售额"),
    "solved": pgettext("report", "客户说"),
}
REPORT_FAMILIES: Mapping[str, Words] = {
    "report_period": REPORT_PERIODS,
    "report_outcome": REPORT_OUTCOMES,
    "report_time": REPORT_TIMES,
    "report_reason": REPORT_REASONS,
    "report_method": REPORT_METHODS,
    "report_solved": REPORT_SOLVED,
    "report_column": REPORT_COLUMNS,
}
MEANINGS: tuple[tuple[object, object], ...] = (
    (
        _l("申请"),
        _l(
            "客户在这段时间里提交的售后申请，也算当场取消并退款的订单；咨询另算，没有付款就取消的订单不算。按提交的那一天计。"
        ),
    ),
    (
        _l("首次答复、作出决定、退款到账"),
        _l(
            "从提交到客服第一次答复、到第一次作出决定、到最后一笔款到账。当场自动同意的不算作决定的时间，还没有发生的不算。"
            "时间按固定的长度分段统计，中位数由此估算。"
        ),
    ),
    (
        _l("按时答复和超时"),
        _l(
            "商家在期限内作了答复或决定，就是按时；到期还没有决定，就是超时，之后再答复也是超时。还在期限内、没有答复的都不算。"
        ),
    ),
    (_l("退款金额"), _l("这段时间里到账的退款，按到账的那一天计，不同币种分开。改退为储值余额的也算，另送的不算。")),
    (_l("占销售额"), _l("到账的退款除以这段时间里下单并付款的金额，同一币种相比。")),
    (_l("解决了吗"), _l("申请了结以后，客户自己说问题有没有解决；没有回答的不算。")),
    (_l("哪一天"), _l("按店铺所在时区的日子计。晚到的变化会补记到原来的那一天，所以过去的数字也会变。")),
)
"""What each figure means, as the page tells it in a fold."""
REPORT_STANDINGS = Table(
    {
        "none": _l("还没有开始统计，后台任务运行以后就有数字。"),
        "counting": _l("正在重新统计，数字还不全。"),
        "counted": _l("统计到%(time)s。"),
    },
    {"time": stamp("rolled_at", "rolled")},
    code=lambda page: "none" if page.rolled_at is None else "counting" if page.is_counting else "counted",
)
"""Until when the figures are counted."""


def _change(page: Any) -> str:
    if page.change is None:
        return "none"
    return "more" if page.change > 0 else "fewer" if page.change < 0 else "same"


REPORT_CHANGES = Table(
    {
        "none": _l("前一段时间没有申请"),
        "more": _l("比前一段时间多%(percent)s"),
        "fewer": _l("比前一段时间少%(percent)s"),
        "same": _l("和前一段时间一样多"),
    },
    {"percent": plain("change_said")},
    code=_change,
)
"""Of the number of applications against the period before."""
_HOUR, _DAY = 3_600, 86_400


def took(span: timedelta | None) -> str:
    """A length of time, short: minutes up to an hour, hours up to two days, then days."""
    if span is None:
        return "–"
    seconds = span.total_seconds()
    if seconds < _HOUR:
        return str(ngettext("%(num)s分钟", "%(num)s分钟", round(seconds / 60)))
    if seconds < 2 * _DAY:
        return str(ngettext("%(num)s小时", "%(num)s小时", round(seconds / _HOUR, 1)))
    return str(ngettext("%(num)s天", "%(num)s天", round(seconds / _DAY, 1)))
