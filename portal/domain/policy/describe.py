"""A policy in sentences, for people who check or publish one: `describe`, and what each timer waits for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from portal.domain.deadlines.spans import Span
from portal.domain.policy.canonical import digest
from portal.domain.policy.pack import TIMERS, Amounts, FeeRule, Pack, Words

_UNITS = {
    "hours": Words("小时", "hours"),
    "open hours": Words("个工作小时", "open hours"),
    "days": Words("天", "days"),
    "working days": Words("个工作日", "working days"),
}
# What is waited for, and what happens when nothing came.
TIMER_WORDS: dict[str, tuple[Words, Words]] = {
    "warehouse_answers": (Words("仓库答复取消", "warehouse answers a cancel"), Words("升级处理", "escalated")),
    "shop_answers_return": (
        Words("商家答复退货或换货", "shop answers a return or exchange"),
        Words("按规则自动同意", "approved by rule"),
    ),
    "shop_answers_refund": (
        Words("商家答复仅退款", "shop answers a refund only"),
        Words("限额内自动同意，超过的升级处理", "approved by rule under the limit, else escalated"),
    ),
    "customer_answers_offer": (
        Words("客户答复方案", "customer answers an offer"),
        Words("方案失效，回到商家处理", "the offer lapses and the shop decides again"),
    ),
    "customer_chooses_rejected": (
        Words("客户选择未通过的商品怎么办", "customer chooses about rejected units"),
        Words("商品寄回给客户", "they are sent back"),
    ),
    "customer_adds_information": (
        Words("客户补充材料", "customer adds what was asked for"),
        Words("申请关闭，期限内可以再申请", "closed, may apply again inside the window"),
    ),
    "customer_sends_back": (Words("客户寄回商品", "customer sends goods back"), Words("申请关闭", "closed")),
    "shop_inspects": (Words("商家验货", "shop inspects goods received"), Words("升级处理", "escalated")),
    "refunded_uninspected": (
        Words("收到后一直没有验货", "goods received stay uninspected"),
        Words("按规则退款", "refunded by rule"),
    ),
    "customer_appeals": (
        Words("客户申诉或重新申请", "customer appeals or applies again"),
        Words("结果不再改变", "final"),
    ),
    "appeal_decided": (Words("另一位人员复核申诉", "someone else decides the appeal"), Words("升级处理", "escalated")),
    "fee_paid": (Words("客户支付费用", "customer pays a fee"), Words("费用作废，申请照常进行", "void, and it goes on")),
    "refund_retried": (
        Words("退款未成功，客服处理", "staff handle a refund not gone through"),
        Words("升级处理", "escalated"),
    ),
    "unhandled_alarm": (Words("申请一直没有处理", "an application stays unhandled"), Words("提醒主管", "alarm")),
}


def describe(pack: Pack, locale: str) -> list[str]:
    """The pack in lines to read, in zh or en: version, windows, what is excluded, timers, money, rules with source."""
    zh = locale.startswith("zh")
    return [
        f"{pack.name} · {pack.title.in_locale(locale)} · {digest(pack)[:12]} · engine {pack.engine}",
        *_windows(pack, zh),
        *_button(pack, zh),
        *(_timer(name, getattr(pack.timers, name), locale) for name in TIMERS),
        *_money(pack, zh),
        *_rules(pack, locale),
    ]


def span_words(span: Span, locale: str) -> str:
    """A time limit in the words of `locale` (zh…, else English)."""
    unit = _UNITS[span.unit].in_locale(locale)
    return f"{span.amount}{unit}" if locale.startswith("zh") else str(span)


_TAGS = {
    "custom": ("定制商品", "made to order"),
    "fresh": ("生鲜易腐", "perishable"),
    "digital": ("已下载或拆封的数字商品", "downloaded or unsealed"),
    "newspaper": ("报纸期刊", "newspapers and periodicals"),
    "promotion": ("促销商品", "promotional goods"),
    "prepaid": ("储值和预付卡", "prepaid credit and cards"),
    "CN-3": ("购买时确认过的（CN-3）", "confirmed at purchase (CN-3)"),
}


def _windows(pack: Pack, zh: bool) -> Iterator[str]:
    days = pack.windows.no_reason_days
    if days == "unlimited":
        yield "无理由退货：不限期限" if zh else "No-reason returns: without limit"
    elif days:
        yield f"无理由退货：{days}天" if zh else f"No-reason returns: {days} days"
    else:
        yield "无理由退货：没有" if zh else "No-reason returns: none"
    quality = span_words(pack.windows.quality, "zh" if zh else "en")
    yield f"质量问题自助处理：{quality}" if zh else f"Faults, self-service: {quality}"
    if pack.exclusions or pack.confirmed_grounds:
        names = _named((*pack.exclusions, *pack.confirmed_grounds), zh)
        yield f"不支持无理由退货：{names}" if zh else f"Excluded from no-reason returns: {names}"
    if pack.prepaid:
        paid = pack.prepaid.days
        yield (
            f"储值和预付卡：付款后{paid}天内无理由退款" if zh else f"Prepaid credit and cards: {paid} days from payment"
        )
    if pack.restrictions:
        names = _named(pack.restrictions, zh)
        yield f"商家限制：{names}" if zh else f"Restricted: {names}"


def _named(codes: Iterable[str], zh: bool) -> str:
    """Tags and grounds by what they mean; a shop's own as it has called them."""
    names = (_TAGS[code][0 if zh else 1] if code in _TAGS else code for code in codes)
    return ("、" if zh else ", ").join(names)


def _button(pack: Pack, zh: bool) -> Iterator[str]:
    button = pack.button
    if button is None:
        return
    if button.for_orders_from:
        since = button.for_orders_from.isoformat()
        yield f"在线撤回功能：{since}及以后的订单" if zh else f"Withdrawal function: for orders from {since}"
    locale = "zh" if zh else "en"
    start, confirm = button.start.in_locale(locale), button.confirm.in_locale(locale)
    yield f"按钮：{start} → {confirm}" if zh else f"Buttons: {start} → {confirm}"
    for code, label in button.labels.items():
        yield f"{code}：{label.start} → {label.confirm}" if zh else f"{code}: {label.start} → {label.confirm}"


def _timer(name: str, span: Span, locale: str) -> str:
    waits_for, then = (words.in_locale(locale) for words in TIMER_WORDS[name])
    colon, arrow = ("：", "，逾期") if locale.startswith("zh") else (": ", ", then ")
    return f"{waits_for}{colon}{span_words(span, locale)}{arrow}{then}"


def _money(pack: Pack, zh: bool) -> Iterator[str]:
    fees = [(name, getattr(pack.fees, name)) for name in ("cancel", "restocking", "withdrawal", "pickup")]
    stated = ", ".join(f"{name} {_fee(fee)}" for name, fee in fees if fee) or ("没有" if zh else "none")
    yield f"费用：{stated}" if zh else f"Fees: {stated}"
    limit, cap = _amounts(pack.limits.refund_only_auto), _amounts(pack.freight.carriage_cap)
    yield f"仅退款自动同意上限：{limit}" if zh else f"Refund only approved by rule up to: {limit}"
    if pack.keep_goods:
        kept, why = _amounts(pack.keep_goods.under), ", ".join(pack.keep_goods.reasons)
        yield (
            f"商品不用寄回：一笔订单退款不超过{kept}（{why}）"
            if zh
            else f"Goods kept: up to {kept} of an order ({why})"
        )
    if early := pack.refund_at_handover:
        most, in_all, why = _amounts(early.under), _amounts(early.under_sum), ", ".join(early.reasons)
        yield (
            f"寄出后先退款：每次不超过{most}，{early.days}天内最多{early.most}次、合计{in_all}（{why}）"
            if zh
            else f"Refunded at hand-over: up to {most}, {early.most} in {early.days} days, {in_all} in all ({why})"
        )
    yield f"寄回运费补偿上限：{cap}" if zh else f"Return postage paid back up to: {cap}"
    if pack.complaint_line:
        line = pack.complaint_line.in_locale("zh" if zh else "en")
        yield f"外部投诉：{line}" if zh else f"Outside complaint line: {line}"


def _rules(pack: Pack, locale: str) -> Iterator[str]:
    opening, closing = ("（", "）") if locale.startswith("zh") else (" (", ")")
    for code, rule in sorted(pack.rules.items(), key=lambda item: _by_number(item[0])):
        source = f"{opening}{rule.source.in_locale(locale)}{closing}" if rule.source else ""
        yield f"{code} {rule.says.in_locale(locale)}{source}"


def _by_number(code: str) -> tuple[str, int, str]:
    """CN-2 before CN-10, EU-3 before EU-3b; the shop's own rules where their letters put them."""
    found = re.match(r"(.*?)-([0-9]+)(.*)", code)
    return (found[1], int(found[2]), found[3]) if found else (code, 0, "")


def _fee(fee: FeeRule) -> str:
    parts = [*([_amounts(fee.fixed)] if fee.fixed.major else []), *([f"{fee.percent}%"] if fee.percent else [])]
    return f"{' + '.join(parts) or '0'} ({fee.how})"


def _amounts(amounts: Amounts) -> str:
    return ", ".join(f"{value}" if code == "*" else f"{code} {value}" for code, value in amounts.major) or "0"
