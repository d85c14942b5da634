"""Who acts, and what can be done: names and buttons by code (WORDS, main actions)."""

from __future__ import annotations

from collections.abc import Mapping

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

ACTIONS: Words = {
    "cancel": _l("取消订单"),
    "pay": _l("去支付"),
    "address": _l("修改收货信息"),
    "refund": _l("申请退款"),
    "return": _l("申请退货"),
    "after_sales": _l("申请售后"),
    "exchange": _l("申请换货"),
    "reship": _l("申请补寄"),
    "repair": _l("申请维修"),
    "contract_withdrawal": _l("在此撤回合同"),
    "buy_again": _l("再次购买"),
    "urge": _l("催发货"),
    "urge_case": _l("催处理"),
    "later": _l("改成晚一点发货"),
    "contact": _l("联系客服"),
    "edit": _l("修改申请"),
    "withdraw": _l("撤销申请"),
    "payout": _l("退款方式"),
    "pickup": _l("预约上门取件"),
    "resubmit": _l("重新申请"),
    "appeal": _l("申诉"),
}
AFTER_SALES: Words = {
    "unwanted": _l("不想要了"),
    "faulty": _l("有质量问题、破损或发错，想退货"),
    "other_one": _l("颜色、尺码不合适，想换一件"),
    "faulty_one": _l("有质量问题、破损或发错，想换一件"),
    "keep": _l("有问题，但想留下"),
    "repair": _l("有问题，想修好"),
    "reship": _l("少发、发错或破损，想要补寄"),
    "missing": _l("少发或漏发"),
    "never_came": _l("一直没收到货"),
    "signed": _l("显示已签收，但没收到"),
    "refused": _l("拦截或拒收退款"),
    "cancel": _l("还没发货的不想要了"),
}
"""What happened, as the one entry of after-sales names it, and what it leads to."""
AFTER_SALES_SAY: Words = {
    "unwanted": _l("退货退款：无理由退货，寄回后退款"),
    "faulty": _l("退货退款：寄回后退款"),
    "other_one": _l("换货：寄回后换一件新的"),
    "faulty_one": _l("换货：寄回后换一件新的"),
    "keep": _l("仅退款：不用寄回，可以只退一部分"),
    "repair": _l("维修：寄回修好，再寄给您"),
    "reship": _l("补寄：商家补发，不用寄回"),
    "missing": _l("仅退款：退少发的部分"),
    "never_came": _l("仅退款：不用寄回"),
    "signed": _l("仅退款：不用寄回"),
    "refused": _l("退货退款：包裹退回商家后退款，不用您再寄"),
    "refused_unpaid": _l("告诉商家包裹已拒收：没有需要退的款，不用您再寄"),
    "cancel": _l("取消订单：不用等发货"),
}
APPLY_WAYS: Words = {
    "return": _l("退货退款"),
    "refund": _l("仅退款"),
    "exchange": _l("换货"),
    "reship": _l("补寄"),
    "repair": _l("维修"),
}
"""What to ask for, as the tiles above an application name it, and what that means."""
APPLY_WAYS_SAY: Words = {
    "return": _l("寄回后退款"),
    "refund": _l("不用寄回"),
    "exchange": _l("寄回商品，换一件新的"),
    "reship": _l("商家补发，不用寄回"),
    "repair": _l("寄回修好再寄给您"),
}
PEOPLE: Words = {
    "customer": _l("您"),
    "shop": _l("商家"),
    "staff": _l("客服"),
    "on_behalf": _l("客服代您办理"),
    "warehouse": _l("仓库"),
    "provider": _l("支付机构"),
    "portal": _l("自动处理"),
}
