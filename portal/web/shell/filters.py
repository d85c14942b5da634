"""How values are read: amounts, days and times in the reader's language and zone, masked personal data.

A midnight that ends a term is the 24:00 of the day before (POLICY, CN-5), so the last day is always the one named.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_skeleton, get_timezone_location
from babel.numbers import format_currency
from flask import Flask, current_app, g
from flask_babel import force_locale, get_locale, gettext, ngettext
from markupsafe import Markup, escape

from portal.domain.identity.masks import masked_address, masked_declaration, masked_mail, masked_name, masked_phone
from portal.domain.money import Money, minor_digits, sign_of
from portal.words import codes

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_IN_DAYS = timedelta(hours=72)


def register(
    app: Flask,
    *,
    now: Callable[[], datetime],
    zone: Callable[[], tzinfo],
    home: Callable[[], tzinfo] | None = None,
    language: Callable[[], str] | None = None,
) -> None:
    """Adds the filters. `now` gives the moment of this request (aware UTC), `zone` that of its reader, `home` that of
    the shop where it may be another; `language` Babel's identifier of the reader's where it is known without Babel."""
    app.extensions["portal_clock"] = (now, zone)
    app.extensions["portal_language"] = language or _babels_language
    app.extensions["portal_home"] = home or zone
    times = (day, dot_day, dot_until, left, deadline, overdue, stamp, until, until_clock, iso, shop_hours)
    filters = (money, decimal, *times)
    masks = (masked_name, masked_phone, masked_mail, masked_address, masked_declaration)
    for function in (*filters, *masks, word, case_word):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(word=word, case_word=case_word)


def here() -> datetime:
    """The moment of this request, in the zone that its times are shown in."""
    at: datetime | None = g.get("here")
    if at is None:
        now, zone = current_app.extensions["portal_clock"]
        at = g.here = now().astimezone(zone())
        # Today and tomorrow, and years that are left out, are others after midnight.
        said_until(datetime.combine(at.date() + _DAY, time(), at.tzinfo))
    return at


def said_until(at: datetime) -> None:
    """What this page says of a time is true until `at`: no copy of it is used longer (web.answers.conditional)."""
    g.said_until = min(g.get("said_until", at), at)


def language() -> str:
    """Babel's identifier of the reader's language, such as `zh_Hans_CN`."""
    identifier: str = current_app.extensions["portal_language"]()
    return identifier


def _babels_language() -> str:
    return str(get_locale())


def word(code: str, family: str) -> str:
    """The reader's word for a code (`words.codes`): a page asks for the same few dozens again and again."""
    return _word(code, family, language())


@lru_cache(maxsize=4096)
def _word(code: str, family: str, locale: str) -> str:
    with force_locale(locale):
        return str(codes.word(code, family))


def case_word(kind: str, state: str) -> str:
    return _case_word(kind, state, language())


@lru_cache(maxsize=256)
def _case_word(kind: str, state: str, locale: str) -> str:
    with force_locale(locale):
        return codes.case_word(kind, state)


def money(amount: Money) -> str:
    """`¥129.00`, with the currency's own digits, grouped as the language does."""
    return _money(amount.minor, amount.currency, language())


@lru_cache(maxsize=4096)
def _money(minor: int, currency: str, locale: str) -> str:
    digits = minor_digits(currency)
    pattern = f"{sign_of(currency, '¤')}#,##0" + ("." + "0" * digits if digits else "")
    major = Decimal(minor).scaleb(-digits)
    return format_currency(major, currency, format=f"{pattern};-{pattern}", locale=locale, currency_digits=False)


def decimal(amount: Money) -> str:
    """`129.00`, for machines: the value of a `<data>` element."""
    return amount.decimal()


def day(at: datetime | date) -> str:
    """`11月20日`, with the year only where it is another one."""
    now = here()
    local = at.astimezone(now.tzinfo).date() if isinstance(at, datetime) else at
    return _day(local, local.year != now.year, language())


@lru_cache(maxsize=4096)
def _day(local: date, with_year: bool, locale: str) -> str:
    return format_skeleton("yMMMd" if with_year else "MMMd", local, locale=Locale.parse(locale))


def dot_day(at: datetime | date) -> str:
    """`11/28` under a dot of a row of steps; in other languages as their calendars abbreviate it (WORDS)."""
    local = in_zone(at).date() if isinstance(at, datetime) else at
    return _dot_day(local, language())


def dot_until(at: datetime | date) -> str:
    """`12/6前`: the last day on which it can still be done; midnight is 24:00 of the day before."""
    last = in_zone(at - timedelta(microseconds=1)).date() if isinstance(at, datetime) else at
    return _dot_until(last, language())


@lru_cache(maxsize=4096)
def _dot_day(local: date, locale: str) -> str:
    return format_skeleton("Md" if locale.startswith("zh") else "MMMd", local, locale=Locale.parse(locale))


@lru_cache(maxsize=4096)
def _dot_until(local: date, locale: str) -> str:
    with force_locale(locale):
        return str(gettext("%(day)s前", day=_dot_day(local, locale)))


def clock(at: datetime) -> str:
    """`11月20日18:30`, or `今天18:30`: when something happened or will."""
    local = in_zone(at)
    return _named(local.date(), f"{local:%H:%M}", here().date(), language())


def in_zone(at: datetime) -> datetime:
    """`at` where its reader is (law 11)."""
    return at.astimezone(here().tzinfo)


def zone_named(at: datetime) -> str:
    """The name of the reader's zone, `柏林时间`, where its clock is not the shop's at that moment (law 13), else ""."""
    return _zone_named(str(here().tzinfo), language()) if _is_elsewhere(at) else ""


def _is_elsewhere(at: datetime) -> bool:
    home: tzinfo = current_app.extensions["portal_home"]()
    return in_zone(at).utcoffset() != at.astimezone(home).utcoffset()


def shop_hours(said: str) -> str:
    """`9:00—21:00（柏林时间）`: opening hours are told by the shop's clock, named to who reads by another one."""
    if not said or not _is_elsewhere(here()):
        return said
    place = _zone_named(str(current_app.extensions["portal_home"]()), language())
    return str(gettext("%(time)s（%(place)s）", time=said, place=place))


@lru_cache(maxsize=256)
def _zone_named(zone: str, locale: str) -> str:
    with force_locale(locale):
        return str(gettext("%(place)s时间", place=get_timezone_location(zone, locale=locale, return_city=True)))


def ends(at: datetime) -> str:
    """As `clock`, for the end of a term: midnight is `24:00` of the day before. Names a zone that is not the shop's."""
    local, now = in_zone(at), here()
    if local > now:
        said_until(at)
    named, hour = local.date(), f"{local:%H:%M}"
    if hour == "00:00":
        named, hour = named - _DAY, "24:00"
    return _placed(_named(named, hour, now.date(), language()), at)


def _placed(said: str, at: datetime) -> str:
    place = zone_named(at)
    return str(gettext("%(time)s（%(place)s）", time=said, place=place)) if place else said


@lru_cache(maxsize=4096)
def _named(named: date, hour: str, today: date, locale: str) -> str:
    with force_locale(locale):
        if named == today:
            return str(gettext("今天%(time)s", time=hour))
        if named == today + _DAY:
            return str(gettext("明天%(time)s", time=hour))
        return str(gettext("%(day)s%(time)s", day=_day(named, named.year != today.year, locale), time=hour))


def left(at: datetime) -> str:
    """`还剩3天`, below 72 hours `还剩47小时`: rounded down, so that nobody counts on time that is not there."""
    rest = at - here()
    unit = _DAY if rest >= _IN_DAYS else _HOUR
    if rest > timedelta(0):
        said_until(at - rest // unit * unit)
    return _left(rest > timedelta(0), rest // _DAY if unit is _DAY else 0, rest // _HOUR, language())


@lru_cache(maxsize=4096)
def _left(is_open: bool, days: int, hours: int, locale: str) -> str:
    with force_locale(locale):
        if not is_open:
            return str(gettext("已到期"))
        if days:
            return str(ngettext("还剩%(num)d天", "还剩%(num)d天", days))
        if hours:
            return str(ngettext("还剩%(num)d小时", "还剩%(num)d小时", hours))
        return str(gettext("不到1小时"))


def deadline(at: datetime) -> Markup:
    """`11月20日24:00前（还剩3天）` as a `<time>` element marked as a deadline (INTERFACE)."""
    return _time(at, "deadline", _deadline(ends(at), left(at), language()))


@lru_cache(maxsize=4096)
def _deadline(end: str, rest: str, locale: str) -> str:
    with force_locale(locale):
        return str(gettext("%(time)s前（%(left)s）", time=end, left=rest))


def overdue(at: datetime) -> Markup:
    """`已超时2小时`, from 72 hours on `已超时3天`, as a `<time>` element marked as a deadline."""
    late = here() - at
    days = late // _DAY if late >= _IN_DAYS else 0
    return _time(at, "deadline", _overdue(days, late // _HOUR, language()))


@lru_cache(maxsize=4096)
def _overdue(days: int, hours: int, locale: str) -> str:
    with force_locale(locale):
        if days:
            return str(ngettext("已超时%(num)d天", "已超时%(num)d天", days))
        if hours:
            return str(ngettext("已超时%(num)d小时", "已超时%(num)d小时", hours))
        return str(gettext("刚刚超时"))


def stamp(at: datetime, name: str = "at") -> Markup:
    """A moment as a `<time>` element; `name` becomes its `data-time`."""
    return _time(at, name, clock(at))


def hour(at: datetime, name: str = "at") -> Markup:
    """`12:00`, where the day stands beside it; midnight is its end."""
    return _time(at, name, _placed(f"{in_zone(at):%H:%M}".replace("00:00", "24:00"), at))


def until(at: datetime, name: str = "deadline") -> Markup:
    """The end of a time as a `<time>` element: midnight is 24:00 of its last day."""
    return _time(at, name, ends(at))


def until_clock(at: datetime, name: str = "at") -> Markup:
    """`10:31:20`, to the second, for what is a minute away."""
    return _time(at, name, f"{in_zone(at):%H:%M:%S}")


def iso(at: datetime) -> str:
    """ISO 8601 in the reader's zone, to the second."""
    return at.astimezone(here().tzinfo).isoformat(timespec="seconds")


def _time(at: datetime, name: str, shown: str) -> Markup:
    return Markup(f'<time datetime="{iso(at)}" data-time="{escape(name)}">{escape(shown)}</time>')
