"""Return windows, exact to the second: when the right to return without a reason opens and ends.

The end is 24:00 of the last day and exclusive: a notice at 23:59:59.999 counts (EU-4), and what counts is the notice,
not the arrival of the parcel (CN-8). Windows are the law's clock; no shop setting shortens them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.domain.deadlines.calendars import Calendar, Moved, move_past_rest_days
from portal.domain.deadlines.spans import Span, due, end_of_day
from portal.domain.policy.jurisdictions import Place
from portal.domain.policy.pack import Days, Pack, Policy
from portal.domain.policy.prepaid import is_prepaid


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One window. `opens_at` and `ends_at` are aware UTC; an `ends_at` of None never ends.

    Day `day_number` after `signed_day` is `nominal_day`; `last_day` is that day, or later where it was moved or
    prolonged; `zone` is the IANA name it was counted by. `refused_from` is later than the end while a provisional
    calendar leaves it in doubt (CN-7). `from_payment`: what counts is not when it was signed for but paid (CN-24).
    """

    opens_at: datetime
    ends_at: datetime | None
    refused_from: datetime | None
    signed_day: date
    nominal_day: date | None
    last_day: date | None
    day_number: int | None
    zone: str
    moved_by_holiday: bool = False
    provisional: bool = False
    rules: tuple[str, ...] = ()
    from_payment: bool = False

    def is_open(self, at: datetime) -> bool:
        """Whether a notice given at `at` is in time. One given before the goods came is."""
        return self.ends_at is None or at < self.ends_at

    def is_over(self, at: datetime) -> bool:
        """Whether a notice given at `at` may be refused as late. Neither open nor over: a person decides."""
        return self.refused_from is not None and at >= self.refused_from


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedGoods:
    """Goods signed for at `signed_at`, in an order whose last goods came at `last_signed_at`; None: not yet.

    `return_days` were promised for the line when it was bought: longer than the law they bind, shorter they are
    nothing (CN-17). `paid_at`: when it was paid, the last of it.
    """

    signed_at: datetime | None
    last_signed_at: datetime | None
    tags: Iterable[str] = ()
    return_days: int | None = None
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """What a window counts, by which rules."""

    start: datetime
    days: int
    rules: tuple[str, ...]


def return_window(
    policy: Pack, place: Place, calendar: Calendar, goods: SignedGoods, *, informed: bool = True
) -> Window | None:
    """The no-reason window of `goods`.

    None where it has not started: no date of delivery, or goods of the order still on their way where the last ones
    count (EU-2). `informed` False prolongs it (EU-3). Several zones: the latest end. Of what was sold prepaid (CN-24)
    also from the payment, whichever ends later.
    """
    signed = _since_delivery(policy, place, calendar, goods, informed=informed)
    paid = _since_payment(policy, place, calendar, goods)
    if signed is None or paid is None:
        return signed or paid
    return paid if signed.ends_at and paid.ends_at and paid.ends_at >= signed.ends_at else signed


def _since_payment(policy: Pack, place: Place, calendar: Calendar, goods: SignedGoods) -> Window | None:
    rule = policy.prepaid
    if rule is None or goods.paid_at is None or not is_prepaid(goods.tags, rule):
        return None
    run = _Run(goods.paid_at, rule.days, (rule.rule,))
    return replace(_latest(policy, place, calendar, run, informed=True), from_payment=True)


def _since_delivery(
    policy: Pack, place: Place, calendar: Calendar, goods: SignedGoods, *, informed: bool
) -> Window | None:
    start = goods.last_signed_at if policy.windows.starts_with == "last_goods" else goods.signed_at
    if start is None:
        return None
    days, promised = _days_of(policy, goods.tags, goods.return_days or 0)
    cites = policy.windows.cites
    rules = (*cites.always, cites.promised) if promised and cites.promised else cites.always
    if days == "unlimited":
        return _endless(start, place.zones[0], rules)
    return _latest(policy, place, calendar, _Run(start, days, rules), informed=informed)


def _latest(policy: Pack, place: Place, calendar: Calendar, run: _Run, *, informed: bool) -> Window:
    windows = [_by_zone(policy, place.country, zone, calendar, run, informed=informed) for zone in place.zones]
    return windows[0] if len(windows) == 1 else max(windows, key=lambda window: window.ends_at or window.opens_at)


def quality_until(policy: Pack, place: Place, *, signed_at: datetime, tags: Iterable[str] = ()) -> datetime:
    """Until when quality is self-service. After it a person decides: quality is never refused by date."""
    span = quality_span(policy, tags)
    return max(due(span, signed_at, zone=zone) for zone in place.zones)


def quality_span(policy: Pack, tags: Iterable[str] = ()) -> Span:
    """For how long after delivery: the shortest of its tags, else what holds for all goods."""
    spans = [policy.windows.quality_by_tag[tag] for tag in tags if tag in policy.windows.quality_by_tag]
    return min(spans or [policy.windows.quality], key=lambda span: span.size)


def refund_due(
    policy: Pack,
    place: Place,
    *,
    notice_at: datetime,
    goods_back_at: datetime | None,
    sent_proof_at: datetime | None = None,
) -> datetime | None:
    """Until when the law wants the money sent (CN-11, EU-5, UK-3); None while the shop may still wait, or no law says.

    From the notice: never before the end of its days, and later only while neither goods nor proof of sending came.
    """
    legal = policy.legal_refund
    if legal is None:
        return None
    evidence = [at for at in (goods_back_at, sent_proof_at) if at is not None]
    if legal.counted_from == "goods_back":
        return _latest_end(place, goods_back_at, legal.days) if goods_back_at else None
    if legal.counted_from == "goods_or_proof":
        return _latest_end(place, min(evidence), legal.days) if evidence else None
    return max(_latest_end(place, notice_at, legal.days), _latest_end(place, min(evidence), 0)) if evidence else None


def _days_of(policy: Pack, tags: Iterable[str], return_days: int) -> tuple[Days, bool]:
    """How long, and whether the shop promised more than the law. Tags the shop restricts get what the law gives."""
    legal: Days
    if isinstance(policy, Policy):
        legal = policy.legal_days
    else:
        legal = policy.windows.no_reason_days if policy.kind == "legal" else 0
    restrictions = policy.restrictions
    restricted = restrictions and any(tag in restrictions and restrictions[tag].no_reason for tag in tags)
    days = legal if restricted else policy.windows.no_reason_days
    if days != "unlimited" and return_days > days:
        days = return_days
    return days, days != legal


def _endless(start: datetime, zone: ZoneInfo, rules: tuple[str, ...]) -> Window:
    return Window(
        opens_at=start.astimezone(UTC),
        ends_at=None,
        refused_from=None,
        signed_day=start.astimezone(zone).date(),
        nominal_day=None,
        last_day=None,
        day_number=None,
        zone=zone.key,
        rules=rules,
    )


def _by_zone(policy: Pack, country: str, zone: ZoneInfo, calendar: Calendar, run: _Run, *, informed: bool) -> Window:
    """The window by one zone. The day of signing is not counted, day 1 is the next (CN-5); 0 days never open."""
    rule, days, rules = policy.windows, run.days, run.rules
    opens_at, signed = run.start.astimezone(UTC), run.start.astimezone(zone).date()
    nominal = signed + timedelta(days=days)
    last = Moved(nominal, False, False)
    if days and rule.moves_past_rest_days:
        last = move_past_rest_days(nominal, country, calendar)
    if days and not informed and rule.months_without_information:
        last = Moved(months_later(last.day, rule.months_without_information), False, False)
        if rule.moves_past_rest_days:
            last = move_past_rest_days(last.day, country, calendar)
        rules = (*rules, rule.cites.prolonged)
    if (last.moved or last.provisional) and rule.cites.moved:
        rules = (*rules, rule.cites.moved)
    ends_at = end_of_day(last.day, zone) if days else opens_at
    return Window(
        opens_at=opens_at,
        ends_at=ends_at,
        refused_from=ends_at + timedelta(days=rule.provisional_grace_days) if last.provisional else ends_at,
        signed_day=signed,
        nominal_day=nominal,
        last_day=last.day,
        day_number=days,
        zone=zone.key,
        moved_by_holiday=last.moved,
        provisional=last.provisional,
        rules=rules,
    )


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has fewer (Regulation 1182/71 art. 3(2)(c))."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _latest_end(place: Place, start: datetime, days: int) -> datetime:
    return max(end_of_day(start.astimezone(zone).date() + timedelta(days=days), zone) for zone in place.zones)
