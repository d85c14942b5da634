"""Amounts, times and names as a notice writes them: in the reader's language, in the shop's zone (WORDS 4 and 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency

from portal.domain.money import Money, minor_digits

Language = Literal["zh", "en"]

_BABEL = {"zh": "zh_Hans_CN", "en": "en"}
_DAYS = {"zh": ("M月d日", "y年M月d日"), "en": ("d MMM", "d MMM y")}
_MEANS = {
    "alipay": ("支付宝", "Alipay"),
    "wechat": ("微信支付", "WeChat Pay"),
    "card": ("银行卡", "your bank card"),
    "gift_card": ("礼品卡", "your gift card"),
    "store_credit": ("账户余额", "your store credit"),
    "": ("原支付方式", "the original payment method"),
}
_PURPOSES = {
    "sign_in": ("登录", "signing in"),
    "find_order": ("查询订单", "finding your order"),
    "password": ("修改密码", "changing your password"),
    "verify": ("验证身份", "confirming who you are"),
}
_TASKS = {
    "shipped_after_cancel": ("取消后仍然发货", "shipped after it was cancelled"),
    "payment_left": ("订单已取消，还有付款未退", "cancelled, with a payment left"),
    "feed_refund": ("商城的退款与处理中的退款有冲突", "a refund of the shop collides with one in flight"),
    "refund_failed": ("退款没有成功", "a refund has not gone through"),
    "refund_overdue": ("退款没有成功，一个工作日还没有处理", "a failed refund has waited for a working day"),
    "cancel_waiting": ("有取消申请等仓库答复", "a cancel is waiting for the warehouse"),
    "customer_wrote": ("客户发来留言", "the customer has written"),
    "cancel_unanswered": ("仓库没有答复取消申请", "the warehouse has not answered"),
    "appeal_waiting": ("有申诉等您或同事复核", "an appeal is waiting for somebody else's answer"),
    "appeal_unanswered": ("申诉到期没有答复", "an appeal has not been answered in time"),
    "goods_not_sent": ("撤回合同的商品到期没有寄回", "goods of a withdrawal have not been sent back in time"),
    "goods_to_send_back": ("有商品要寄回给客户", "goods are to be sent back to the customer"),
    "goods_uninspected": ("收到的退货还没有验货", "goods received have not been inspected"),
    "fee_return_failed": ("费用没有退回去", "a fee has not gone back"),
    "carriage_left": ("寄回运费没有原路可退", "return carriage has no way back"),
    "application_unanswered": ("售后申请到期没有答复", "an application has not been answered in time"),
    "question_unanswered": ("客户的提问到期没有答复", "a question has not been answered in time"),
}
_REASONS = {"amount_differs": ("实际退款金额与应退金额不一致", "the amount sent is not the amount due")}
_REFUSED = {
    "state": ("订单现在的状态不支持这项申请", "the order's state does not allow this"),
    "window_over": ("已超过可申请的日期", "the last day is over"),
    "restricted": ("该商品不支持无理由退货", "not returnable without a reason"),
    "evidence": ("凭证看不清或不完整", "evidence missing or unclear"),
    "wrong_info": ("填写的信息与订单不一致", "details do not match the order"),
    "fee_unpaid": ("费用未支付", "the fee was not paid"),
    "goods_condition": ("退回的商品有缺失或损坏（见照片）", "goods returned damaged or incomplete"),
}


def language_of(locale: str) -> Language:
    """Chinese where it is asked for or nothing is, else English."""
    return "zh" if not locale or locale.lower().startswith("zh") else "en"


class NoticeFormats:
    """What templates may call. Times come as ISO 8601 with offset, amounts as Money or `{"minor", "currency"}`."""

    def __init__(self, language: Language, zone: str, now: datetime) -> None:
        self._language = language
        self._zone = ZoneInfo(zone)
        self._now = now.astimezone(self._zone)

    def money(self, amount: Money | Mapping[str, object]) -> str:
        """¥129.00, with the digits of ISO 4217 rather than those of the locale (law 3)."""
        if not isinstance(amount, Money):
            amount = Money(int(str(amount["minor"])), str(amount["currency"]))
        digits = minor_digits(amount.currency)
        pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
        return format_currency(
            Decimal(amount.decimal()),
            amount.currency,
            pattern,
            locale=_BABEL[self._language],
            currency_digits=False,
        )

    def day(self, text: str) -> str:
        """11月20日, of a date or of a time in the zone; the year only when it is another year."""
        return self._day(date.fromisoformat(text) if len(text) == len("2026-11-20") else self._local(text).date())

    def moment(self, text: str) -> str:
        """11月20日18:30, for what has happened."""
        at = self._local(text)
        return self._joined(self._day(at.date()), f"{at:%H:%M}")

    def exactly(self, text: str) -> str:
        """2026年11月20日18:30:05（Europe/Berlin）: a moment that has to be proved one day."""
        at = self._local(text)
        day = format_date(at.date(), _DAYS[self._language][1], locale=_BABEL[self._language])
        zone = self._zone.key
        return self._joined(day, f"{at:%H:%M:%S}") + (f"（{zone}）" if self._language == "zh" else f" ({zone})")

    def goods(self, items: Sequence[Mapping[str, object]]) -> str:
        """羽绒服×2、围巾×1."""
        return ("、" if self._language == "zh" else ", ").join(f"{item['title']}×{item['quantity']}" for item in items)

    def before(self, text: str) -> str:
        """11月20日24:00前（还剩3天）; under 24 h 今天18:30前（还剩5小时）. Midnight is the end of the day before."""
        at = self._local(text)
        left = at - self._now
        is_midnight = (at.hour, at.minute) == (0, 0)
        day = at.date() - timedelta(days=is_midnight)
        clock = "24:00" if is_midnight else f"{at:%H:%M}"
        is_near = timedelta() < left < timedelta(days=1)
        when = self._near(day, clock) if is_near else self._joined(self._day(day), clock)
        remaining = self._remaining(left)
        if self._language == "zh":
            return f"{when}前" + (f"（{remaining}）" if remaining else "")
        return f"by {when}" + (f" ({remaining})" if remaining else "")

    def means(self, names: str | Sequence[str] | None) -> str:
        """A payment method or receiving account, or several: known codes in words, all else as the rail wrote it."""
        each = [names] if isinstance(names, str) else list(names or [""])
        return ("、" if self._language == "zh" else ", ").join(
            _MEANS[name][self._place] if name in _MEANS else name for name in each
        )

    def purpose(self, code: str) -> str:
        """What a one-time code is for. Raises KeyError: a code must never be sent for nobody knows what."""
        return _PURPOSES[code][self._place]

    def task(self, code: str) -> str:
        return _TASKS[code][self._place] if code in _TASKS else code

    def reason(self, text: str) -> str:
        """Why a refund has not gone through: our codes in words, else the provider's own, fit to go on after."""
        return _REASONS[text][self._place] if text in _REASONS else text.strip().rstrip("。.")

    def refusal(self, code: str, text: str) -> str:
        """Why an application was not approved: the code in words, then what the shop wrote, fit to go on after."""
        said = text.strip().rstrip("。.")
        if code not in _REFUSED:
            return said
        return f"{_REFUSED[code][self._place]}{'：' if self._language == 'zh' else ': '}{said}"

    def is_over(self, text: str) -> bool:
        return self._local(text) <= self._now

    @property
    def _place(self) -> int:
        return 0 if self._language == "zh" else 1

    def _local(self, text: str) -> datetime:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError(f"a time without offset: {text}")
        return at.astimezone(self._zone)

    def _day(self, day: date) -> str:
        pattern = _DAYS[self._language][day.year != self._now.year]
        return format_date(day, pattern, locale=_BABEL[self._language])

    def _near(self, day: date, clock: str) -> str:
        is_today = day == self._now.date()
        if self._language == "zh":
            return f"{'今天' if is_today else '明天'}{clock}"
        return f"{clock} {'today' if is_today else 'tomorrow'}"

    def _joined(self, day: str, clock: str) -> str:
        return f"{day}{clock}" if self._language == "zh" else f"{day}, {clock}"

    def _remaining(self, left: timedelta) -> str:
        """Whole days, under a day whole hours, rounded down: nobody is promised more time than there is."""
        hours = int(left.total_seconds() // 3600)
        if left <= timedelta():
            return ""
        if self._language == "zh":
            return f"还剩{hours // 24}天" if hours >= 24 else f"还剩{hours}小时" if hours else "还剩不到1小时"
        count, unit = (hours // 24, "day") if hours >= 24 else (hours, "hour")
        return f"{count} {unit}{'' if count == 1 else 's'} left" if count else "less than an hour left"
