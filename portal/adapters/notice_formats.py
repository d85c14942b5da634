"""Amounts, times and names as a notice writes them: in the reader's language and zone (WORDS 4 and 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location
from babel.numbers import format_currency

from portal.domain.messages.notice_kinds import FieldFormat
from portal.domain.money import Money, minor_digits, sign_of
from portal.ports import Vocabulary

Language = Literal["zh", "en"]

_BABEL = {"zh": "zh_Hans_CN", "en": "en"}
_DAYS = {"zh": ("M月d日", "y年M月d日"), "en": ("MMM d", "MMM d, y")}


def language_of(locale: str) -> Language:
    """Chinese where it is asked for or nothing is, else English."""
    return "zh" if not locale or locale.lower().startswith("zh") else "en"


class NoticeFormats:
    """What templates may call. Times come as ISO 8601 with offset, amounts as Money or `{"minor", "currency"}`."""

    def __init__(self, language: Language, zone: str, now: datetime, words: Vocabulary, home: str = "") -> None:
        self._language = language
        self._words = words
        self._zone = ZoneInfo(zone)
        self._home = ZoneInfo(home or zone)
        self._now = now.astimezone(self._zone)

    def money(self, amount: Money | Mapping[str, object]) -> str:
        """¥129.00, with the digits of ISO 4217 rather than those of the locale (law 3)."""
        if not isinstance(amount, Money):
            amount = Money(int(str(amount["minor"])), str(amount["currency"]))
        digits = minor_digits(amount.currency)
        pattern = f"{sign_of(amount.currency, '¤')}#,##0" + ("." + "0" * digits if digits else "")
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
        day, clock, place = self._end_of(at)
        is_near = timedelta() < left < timedelta(days=1)
        when = (self._near(day, clock) if is_near else self._joined(self._day(day), clock)) + place
        remaining = self._remaining(left)
        if self._language == "zh":
            return f"{when}前" + (f"（{remaining}）" if remaining else "")
        return f"by {when}" + (f" ({remaining})" if remaining else "")

    def left(self, text: str) -> str:
        """还剩3天, below 72 hours 还剩47小时; "" once it is over."""
        return self._remaining(self._local(text) - self._now)

    def _end_of(self, at: datetime) -> tuple[date, str, str]:
        is_midnight = (at.hour, at.minute) == (0, 0)
        return at.date() - timedelta(days=is_midnight), "24:00" if is_midnight else f"{at:%H:%M}", self._place_of(at)

    def _place_of(self, at: datetime) -> str:
        """（柏林时间）, where the reader's clock is not the shop's at that moment (law 13); else nothing."""
        if at.utcoffset() == at.astimezone(self._home).utcoffset():
            return ""
        city = get_timezone_location(self._zone.key, locale=_BABEL[self._language], return_city=True)
        return f"（{city}时间）" if self._language == "zh" else f" ({city} time)"

    def means(self, names: str | Sequence[str] | None) -> str:
        """A payment method or receiving account, or several: known codes in words, all else as the rail wrote it."""
        each = [names] if isinstance(names, str) else list(names or [""])
        return ("、" if self._language == "zh" else ", ").join(
            self._word(name or "other", "account") or name for name in each
        )

    def provider(self, method: str) -> str:
        """Who moves the money of a payment method."""
        return self._word(method, "provider") or self.means(method)

    def purpose(self, code: str) -> str:
        """What a one-time code is for. Raises KeyError: a code must never be sent for nobody knows what."""
        found = self._word(code, "purpose")
        if found is None:
            raise KeyError(code)
        return found

    def task(self, code: str) -> str:
        return self._word(code, "task") or code

    def because(self, code: str, family: str) -> str:
        """Why something has come to nothing: by its code, or what is said of every other one."""
        return self._word(code, f"{family}_because") or self._word("", f"{family}_because") or ""

    def reason(self, text: str) -> str:
        """Why a refund has not gone through: our codes in words, else the provider's own, fit to go on after."""
        return self._word(text, "failed_because") or text.strip().rstrip("。.")

    def said(self, words: str | Mapping[str, str]) -> str:
        """Words that are kept in both languages, or as they are."""
        return words if isinstance(words, str) else words[self._language]

    def refusal(self, code: str, text: str) -> str:
        """Why an application was not approved: the code in words, then what the shop wrote, fit to go on after."""
        said, known = text.strip().rstrip("。."), self._word(code, "refusal_code")
        return f"{known}{'：' if self._language == 'zh' else ': '}{said}" if known else said

    def field(self, how: FieldFormat, value: Any) -> str:
        """A parameter by itself; nothing where its notice has none."""
        if value is None or value == "":
            return ""
        if how == "text":
            return " ".join(str(value).split())
        formats: Mapping[FieldFormat, Callable[[Any], str]] = {
            "money": self.money,
            "until": self.until,
            "moment": self.moment,
            "exact": self.exactly,
            "day": self.day,
            "means": self.means,
            "provider": self.provider,
            "purpose": self.purpose,
            "said": self.said,
            "goods": self.goods,
        }
        return formats[how](value)

    def until(self, text: str) -> str:
        """11月20日24:00 as the end of a span, which stays true when it is read later."""
        day, clock, place = self._end_of(self._local(text))
        return self._joined(self._day(day), clock) + place

    def is_over(self, text: str) -> bool:
        return self._local(text) <= self._now

    def _word(self, code: str, family: str) -> str | None:
        return self._words.find_word(code, family, self._language)

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
        """Whole days, below 72 hours whole hours, rounded down: nobody is promised more time than there is."""
        hours = int(left.total_seconds() // 3600)
        if left <= timedelta():
            return ""
        if self._language == "zh":
            return f"还剩{hours // 24}天" if hours >= 72 else f"还剩{hours}小时" if hours else "还剩不到1小时"
        count, unit = (hours // 24, "day") if hours >= 72 else (hours, "hour")
        return f"{count} {unit}{'' if count == 1 else 's'} left" if count else "less than an hour left"
