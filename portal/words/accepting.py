"""Several applications accepted at once: what comes of each, and why one cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_pgettext as pgettext

Words = Mapping[str, object]

IF_ALL_ACCEPTED: Words = {
    "refund": pgettext("accept", "退款自动发起"),
    "send_back": pgettext("accept", "客户寄回，验货后退款"),
    "await_parcel": pgettext("accept", "收到退回的包裹后退款"),
    "replace": pgettext("accept", "客户寄回，验货后换货，请先确认有货"),
    "repair": pgettext("accept", "客户寄回，修好后寄给客户"),
    "reship": pgettext("accept", "由我们寄出"),
}
WHY_NOT_ACCEPTED: Words = {
    "answered": pgettext("accept", "已由您同意"),
    "decided": pgettext("accept", "已经有答复，或不在等我们答复"),
    "offered": pgettext("accept", "方案正等客户选择"),
    "appeal": pgettext("accept", "申诉要逐件复核"),
    "claimed": pgettext("accept", "同事正在处理"),
    "needs_payout": pgettext("accept", "货到付款，要先和客户确认收款方式"),
    "awaits": pgettext("accept", "正等第二人审批"),
    "cancel": pgettext("accept", "取消申请要等仓库确认"),
    "question": pgettext("accept", "是提问，请打开答复"),
}
