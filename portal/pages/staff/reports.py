"""报表: what was asked for, what it came to, how long it took and what it cost, over a period, of a shop or all (P19).

Read from sums by day and month, so a month costs the same whatever a shop has sold; nothing in them is personal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from portal.domain.identity.access import Actor, may
from portal.domain.money import Money
from portal.domain.reports.counting import OUTCOMES
from portal.domain.reports.periods import (
    LONGEST,
    PRESETS,
    Period,
    Piece,
    Preset,
    parts_of,
    pieces_of,
    preset_period,
)
from portal.domain.reports.totals import KINDS, Totals, sum_of, totals_of
from portal.pages.staff.report_charts import outcomes_chart, periods_chart, products_chart, times_chart
from portal.pages.values.reports import (
    MoneyRow,
    OutcomeRow,
    PartRow,
    ProductRow,
    ReportsPage,
    TimeOf,
    TimeRow,
)
from portal.ports import Deps
from portal.repos.report_state import ReportState
from portal.repos.report_sums import ProductSum
from portal.repos.staff_sessions import GrantedShop
from portal.repos.unit_of_work import UnitOfWork, reading

GOODS_SHOWN, GOODS_EXPORTED = 8, 2_000
REASONS_SHOWN = 5
EVERY_SHOP = "all"
STANDARD: Preset = "last_30"
_TIMES: tuple[TimeOf, ...] = ("answer", "decision", "money")
_YEARS = range(2000, 2101)
_KINDS = (*KINDS, "question")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAsked:
    """As an address says it; "" for whatever is not said. `first` and `last`: days, ISO, where no preset is named."""

    period: str = ""
    first: str = ""
    last: str = ""
    kind: str = ""
    shop: str = ""


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is reported: which days, kinds and shops."""

    preset: str
    period: Period
    kinds: tuple[str, ...]
    kind: str
    shop: str
    shop_ids: tuple[int, ...]
    granted: tuple[GrantedShop, ...]

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Keys and names of the shops to choose from; none where there is nothing to choose."""
        return tuple((shop.key, shop.name) for shop in self.granted) if len(self.granted) > 1 else ()

    def shop_shown(self, actor: Actor) -> str:
        """The key of what was asked for, or of the shop that somebody is in."""
        return self.shop or next((shop.key for shop in self.granted if shop.id == actor.shop_id), "")

    @property
    def query(self) -> dict[str, str]:
        """As the arguments of an address."""
        days = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        said = {"kind": self.kind, "shop": self.shop}
        return ({"period": self.preset} if self.preset else days) | {
            name: value for name, value in said.items() if value
        }


def reports_page(
    *, asked: ReportAsked, zone: tzinfo, actor: Actor, deps: Deps, goods: int = GOODS_SHOWN
) -> ReportsPage:
    """Four statements, whatever is asked for. What of it is not understood is the last thirty days of all."""
    with reading(deps) as work:
        today = work.now.astimezone(zone).date()
        scope = _scope(work, asked, today, actor)
        sums = _sums(work, scope)
        products = work.report_sums.products(scope.shop_ids, pieces_of(scope.period), scope.kind, goods)
        states = work.report_states.of(scope.shop_ids)
    return _page(scope, sums, products, states, actor)


def _scope(work: UnitOfWork, asked: ReportAsked, today: date, actor: Actor) -> _Scope:
    """Somebody's shops are those they are granted; the one they are in stands for what is not theirs."""
    granted = tuple(work.staff_sessions.shops_of(actor.id))
    chosen = [shop.id for shop in granted if asked.shop in (shop.key, EVERY_SHOP)] if asked.shop else []
    preset, period = _period(asked, today)
    kind = asked.kind if asked.kind in _KINDS else ""
    return _Scope(
        preset=preset,
        period=period,
        kinds=(kind,) if kind else KINDS,
        kind=kind,
        shop=asked.shop if chosen else "",
        shop_ids=tuple(chosen) or (actor.shop_id,),
        granted=granted,
    )


def _period(asked: ReportAsked, today: date) -> tuple[str, Period]:
    """Days win over a preset; one alone is open towards today, or goes a month back. Cut where it is too long."""
    first, last = _day(asked.first), _day(asked.last)
    if asked.period not in PRESETS and (first or last):
        last = last or max(today, first or today)
        first = min(first or last - timedelta(days=29), last)
        return "", Period(max(first, last - timedelta(days=LONGEST - 1)), last)
    preset = next((known for known in PRESETS if known == asked.period), STANDARD)
    return preset, preset_period(preset, today)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _sums(work: UnitOfWork, scope: _Scope) -> Mapping[Piece, list[dict[str, int]]]:
    """Of the period by its parts, and of the one before."""
    wanted = {piece for part in parts_of(scope.period) for piece in pieces_of(part)}
    found: dict[Piece, list[dict[str, int]]] = defaultdict(list)
    for piece, counts in work.report_sums.read(scope.shop_ids, sorted(wanted | set(pieces_of(scope.period.before)))):
        found[piece].append(counts)
    return found


def _totals(period: Period, scope: _Scope, sums: Mapping[Piece, list[dict[str, int]]]) -> Totals:
    return totals_of((counts for piece in pieces_of(period) for counts in sums.get(piece, ())), scope.kinds)


def _page(
    scope: _Scope,
    sums: Mapping[Piece, list[dict[str, int]]],
    products: Sequence[ProductSum],
    states: Sequence[ReportState],
    actor: Actor,
) -> ReportsPage:
    parts = [PartRow(period=part, totals=_totals(part, scope, sums)) for part in parts_of(scope.period)]
    totals, before = sum_of(part.totals for part in parts), _totals(scope.period.before, scope, sums)
    (reasons, goods), outcomes = _goods(products), _outcomes(totals)
    return ReportsPage(
        asked=scope.query,
        period=scope.period,
        presets=PRESETS,
        kinds=_KINDS,
        shop=scope.shop_shown(actor),
        shops=scope.choices,
        may_see_refunds=may(actor, "read", "refunds"),
        opened=totals.sum("opened"),
        opened_before=before.sum("opened"),
        kept=totals.sum("kept"),
        late=totals.sum("late"),
        refunded=totals.money(),
        refunds=totals.sum("refunds"),
        shares=_shares(totals),
        times=tuple(_time(what, totals, before) for what in _TIMES),
        parts=tuple(parts),
        outcomes=outcomes,
        by_reason=_refunded_by(totals, 1),
        by_method=_refunded_by(totals, 2),
        reasons=reasons,
        products=goods,
        solved=_solved(totals),
        periods_chart=periods_chart(parts),
        times_chart=times_chart(parts),
        products_chart=products_chart(goods, len(reasons)),
        outcomes_chart=outcomes_chart(outcomes),
        rolled_at=_counted_until(scope, states),
        is_counting=any(state.pass_from for state in states),
    )


def _time(what: TimeOf, totals: Totals, before: Totals) -> TimeRow:
    return TimeRow(
        what=what,
        count=totals.sum(what),
        median=totals.quantile(what, 50),
        ninety=totals.quantile(what, 90),
        before=before.quantile(what, 50),
    )


def _outcomes(totals: Totals) -> tuple[OutcomeRow, ...]:
    found, total = totals.by("outcome"), totals.sum("outcome")
    return tuple(
        OutcomeRow(outcome=outcome, count=found[outcome], share=round(found[outcome] * 1000 / total))
        for outcome in OUTCOMES
        if found.get(outcome)
    )


def _refunded_by(totals: Totals, place: int) -> tuple[MoneyRow, ...]:
    return tuple(MoneyRow(code=code, sums=sums, count=count) for code, sums, count in totals.money_by(place))


def _solved(totals: Totals) -> tuple[int, int]:
    said = totals.by("solved")
    return said.get("yes", 0), said.get("no", 0)


def _shares(totals: Totals) -> tuple[tuple[Money, int], ...]:
    """What was sold, and how much of that was refunded, for each currency in which something was sold."""
    refunded = totals.by("refund")
    return tuple(
        (sold, round(refunded.get(sold.currency, 0) * 1000 / sold.minor))
        for sold in totals.money("sales")
        if sold.minor > 0
    )


def _goods(products: Sequence[ProductSum]) -> tuple[tuple[str, ...], tuple[ProductRow, ...]]:
    """The most frequent reasons, the others as one ("…"), and the goods by them."""
    often: dict[str, int] = defaultdict(int)
    by_sku: dict[str, dict[str, int]] = defaultdict(dict)
    titles = {}
    for one in products:
        often[one.reason] += one.count
        by_sku[one.sku][one.reason] = one.count
        titles[one.sku] = one.title
    order = sorted(often, key=lambda reason: (-often[reason], reason))
    shown, others = order[:REASONS_SHOWN], order[REASONS_SHOWN:]
    rows = [
        ProductRow(
            sku=sku,
            title=titles[sku],
            counts=(
                *(found.get(reason, 0) for reason in shown),
                *([sum(found.get(reason, 0) for reason in others)] if others else []),
            ),
        )
        for sku, found in by_sku.items()
    ]
    return (*shown, *(["…"] if others else [])), tuple(rows)


def _counted_until(scope: _Scope, states: Sequence[ReportState]) -> datetime | None:
    """The shop that is furthest behind."""
    return min(state.rolled_at for state in states) if len(states) == len(scope.shop_ids) else None
