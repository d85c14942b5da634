"""The reports of a large shop: sums of two years as the worker would have kept them, made up without counting a million
orders, and what counting twenty of them costs.

Two of three applications fall on a few goods and reasons, the others on many, so that a day of a small shop holds few
names and one of a large shop nearly all there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

from sqlalchemy import select

from portal.domain.reports.counting import OUTCOMES, name_of
from portal.domain.reports.spans import SPANS
from portal.domain.reports.totals import KINDS
from portal.models.case import Case
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.reports.roll_up import ORDERS_AT_ONCE, count_orders

DAYS = 760
_REASONS = (
    "no_reason",
    "quality",
    "damaged",
    "wrong_item",
    "missing_item",
    "not_as_described",
    "changed_mind",
    "other",
)
_METHODS = ("alipay", "wechat", "card", "credit")
_GOODS = 400
_MOST_DRAWN = 400
"""Applications that are drawn for a day; where there are more, each stands for several."""


def fill_reports(deps: Deps, orders: int) -> None:
    """One order in ten has an application."""
    chance, today = Random(1), deps.clock.now().date()
    with unit_of_work(deps) as work:
        work.report_states.begin(1, "Asia/Shanghai")
    for ago in range(DAYS):
        with unit_of_work(deps) as work:
            day = (today - timedelta(days=ago)).isoformat()
            counts = _day(chance, orders / 10 / DAYS)
            work.report_sums.add(1, {day: counts}, {f"S-{number}": f"商品{number}" for number in range(_GOODS)})
    with unit_of_work(deps) as work:
        state = work.report_states.find(1)
        assert state is not None
        work.report_states.go_on(state, pass_from=None, is_cleared=True)


def _day(chance: Random, applications: float) -> dict[str, int]:
    drawn = min(round(applications + chance.random() - 0.5), _MOST_DRAWN)
    each = max(round(applications / drawn), 1) if drawn else 1
    found: Counter[str] = Counter({"sales|CNY": 10_000_000, "orders|CNY": 1_400})
    for _ in range(drawn):
        kind, reason = _often(chance, KINDS), _often(chance, _REASONS)
        found[name_of("opened", kind, reason)] += each
        found[name_of("outcome", kind, _often(chance, OUTCOMES))] += each
        found[name_of("late" if chance.random() < 0.1 else "kept", kind)] += each
        found[name_of("product", kind, reason, f"S-{chance.randrange(_GOODS)}")] += each
        for what in ("answer", "decision", "money"):
            found[name_of(what, kind, str(chance.randrange(SPANS)))] += each
        about = (kind, "CNY", reason, _often(chance, _METHODS))
        found[name_of("refund", *about)] += 9_900 * each
        found[name_of("refunds", *about)] += each
    return dict(found)


def _often(chance: Random, codes: tuple[str, ...]) -> str:
    """Mostly the first ones."""
    return codes[0] if chance.random() < 0.4 else chance.choice(codes)


def counting(deps: Deps) -> Callable[[], object]:
    """A transaction of the worker that counts as many orders as it counts at once, again and again."""
    table = Case.__table__
    query = select(table.c.order_id).limit(ORDERS_AT_ONCE)

    def count(work: UnitOfWork) -> None:
        state = work.report_states.find(1)
        assert state is not None and work.report_states.lock(state)
        count_orders(work, state, list(work.connection.execute(query).scalars()))

    def act() -> None:
        with unit_of_work(deps) as work:
            count(work)

    return act
