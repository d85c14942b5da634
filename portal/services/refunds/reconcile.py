"""Compares our refunds and fees with the rails' own books, rail by rail and day by day (PAYMENTS rule 10, TRAPS T17).

Each day of each rail is on its own: what cannot be compared is told, and the others go on. Changes nothing: no state is
ever inferred from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from portal.domain.errors import ProviderUnavailable
from portal.domain.refunds.book_days import BookSpan, book_day, days_between, whole_span
from portal.domain.refunds.rails import SANDBOX
from portal.ports import Deps, NoLookUp, NoStatementYet
from portal.repos.rail_books import OnRail
from portal.repos.rail_days import RailKey
from portal.repos.rail_statement import RailStatement
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.refunds.choose_rail import Choice, open_rail
from portal.services.refunds.compare_day import Comparison
from portal.services.refunds.differences import Difference

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


GIVE_UP_AFTER = 2
"""Days in a row that a rail does not answer for: then it is down, and each further day would be waited for in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRail:
    """A rail whose books are compared, for a shop or (the sandbox) for all; `name` for an operator."""

    choice: Choice
    shop_id: int | None
    name: str

    @property
    def key(self) -> RailKey:
        return RailKey(rail=self.choice.name, shop_id=self.shop_id)

    def spans(self, start: datetime, now: datetime, *, first: date | None = None) -> Iterator[BookSpan]:
        """The list of a platform's gateway goes by when an order changed: it cannot be cut at its end."""
        if self.choice.connector:
            return iter((whole_span(start, now),))
        return days_between(start, now, first=first)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """Days of a rail that could not be, and why. `is_trouble`: they could be, had the rail answered."""

    rail: str
    day: date | None = None
    why: str
    is_trouble: bool = True

    @property
    def line(self) -> str:
        return f"{self.rail}{f' {self.day}' if self.day else ''}: {self.why}"


def reconcile_refunds(*, since: datetime | None = None, deps: Deps) -> list[str]:
    """One line a difference, and one for each day of a rail that could not be compared: none when the books agree."""
    found = compare_books(since=since, deps=deps)
    return [one.line for one in found if isinstance(one, Difference) or is_trouble(one)]


def is_trouble(one: Difference | NotCompared) -> bool:
    return isinstance(one, NotCompared) and one.is_trouble


def compare_books(*, since: datetime | None = None, deps: Deps) -> Iterator[Difference | NotCompared]:
    """Of everything that was sent, tried or booked since then, or ever, as it is found."""
    with reading(deps) as work:
        rails = rails_of(work, deps)
    for rail in rails:
        yield from _of_rail(rail, since, deps)


def rails_of(work: UnitOfWork, deps: Deps) -> list[ComparedRail]:
    """All there are, by shop, the sandbox last."""
    keys = {shop.id: shop.key for shop in work.shops.all()}
    choices = [(Choice(kept.kind, kept), kept.shop_id) for kept in work.rails.of_all_shops()]
    connectors = [kept for kept in work.connectors.every() if kept.refund]
    choices += [(Choice(kept.platform, connector=kept), kept.shop_id) for kept in connectors]
    rails = [
        ComparedRail(choice=choice, shop_id=shop_id, name=f"{choice.name} ({keys[shop_id]})")
        for choice, shop_id in choices
    ]
    sandbox = ComparedRail(choice=Choice(SANDBOX), shop_id=None, name=SANDBOX)
    return [*rails, sandbox] if deps.rail is not None else rails


@contextmanager
def comparing(rail: ComparedRail, deps: Deps) -> Iterator[Comparison]:
    """Raises ProviderUnavailable where it cannot be opened."""
    with reading(deps) as work:
        every = tuple(shop.id for shop in work.shops.all()) if rail.shop_id is None else (rail.shop_id,)
    on = OnRail(name=rail.choice.name, shop_ids=every)
    with RailStatement() as statement:
        yield Comparison(rail=open_rail(rail.choice, deps), on=on, statement=statement, deps=deps)


def _of_rail(rail: ComparedRail, since: datetime | None, deps: Deps) -> Iterator[Difference | NotCompared]:
    try:
        with comparing(rail, deps) as comparison:
            failed = 0
            for span in _spans(rail, comparison.on, since, deps):
                for one in _of_span(rail, comparison, span):
                    failed = failed + 1 if is_trouble(one) else 0
                    yield one
                if failed >= GIVE_UP_AFTER:
                    yield NotCompared(rail=rail.name, why="does not answer; the days after that are left out")
                    return
    except NoLookUp:
        yield NotCompared(rail=rail.name, why="keeps no books that could be read", is_trouble=False)
    except ProviderUnavailable as problem:
        yield NotCompared(rail=rail.name, why=_why(problem))


def _of_span(rail: ComparedRail, comparison: Comparison, span: BookSpan) -> Iterator[Difference | NotCompared]:
    """Raises NoLookUp."""
    day = span.day if span.until else None
    try:
        yield from comparison.of(span)
    except NoStatementYet:
        yield NotCompared(rail=rail.name, day=day, why="its statement is not made yet", is_trouble=False)
    except ProviderUnavailable as problem:
        yield NotCompared(rail=rail.name, day=day, why=_why(problem))


def _why(problem: ProviderUnavailable) -> str:
    """Raises it once more where it is no rail's."""
    if problem.provider == "database":
        raise problem
    return f"not compared: {problem.reason}"


def _spans(rail: ComparedRail, on: OnRail, since: datetime | None, deps: Deps) -> Iterator[BookSpan]:
    """Day by day from `since`, or from the day that we know anything of."""
    now = deps.clock.now()
    if since is not None:
        return rail.spans(since, now)
    with reading(deps) as work:
        began = work.rail_books.began_at(on)
    return rail.spans(_BEGINNING, now, first=book_day(began or now))
