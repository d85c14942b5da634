"""The tables of a report to keep: in the reader's language; amounts as plain numbers, each beside its currency."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from flask import Response

from portal.pages.values.reports import MoneyRow, ReportsPage
from portal.web.answers.csv_table import send_table
from portal.web.shell.filters import word

Row = Sequence[object]
Rows = Iterator[Row]


def _heads(*columns: str) -> list[str]:
    return [word(column, "report_column") for column in columns]


def _hours(took: timedelta | None) -> object:
    return "" if took is None else round(took.total_seconds() / 3_600, 2)


def _periods(page: ReportsPage) -> Rows:
    yield _heads("from", "to", "opened", "kept", "late")
    for part in page.parts:
        yield part.period.first, part.period.last, part.opened, part.kept, part.late


def _times(page: ReportsPage) -> Rows:
    yield _heads("what", "from", "to", "count", "median", "ninety")
    for row in page.times:
        ends = (page.period.first, page.period.last)
        yield word(row.what, "report_time"), *ends, row.count, _hours(row.median), _hours(row.ninety)
    for part in page.parts:
        totals, ends = part.totals, (part.period.first, part.period.last)
        median, ninety = (_hours(totals.quantile("answer", share)) for share in (50, 90))
        yield word("answer", "report_time"), *ends, totals.sum("answer"), median, ninety


def _outcomes(page: ReportsPage) -> Rows:
    yield _heads("outcome", "count", "share")
    for row in page.outcomes:
        yield word(row.outcome, "report_outcome"), row.count, row.share / 10


def _products(page: ReportsPage) -> Rows:
    yield [*_heads("sku", "product"), *(word(reason, "report_reason") for reason in page.reasons)]
    for row in page.products:
        yield row.sku, row.title, *row.counts


def _money(rows: Sequence[MoneyRow], column: str) -> Rows:
    yield _heads(column, "refunds", "currency", "amount")
    for row in rows:
        for money in row.sums:
            yield word(row.code, f"report_{column}"), row.count, money.currency, money.decimal()


def _sales(page: ReportsPage) -> Rows:
    yield _heads("currency", "sales", "share")
    for sold, share in page.shares:
        yield sold.currency, sold.decimal(), share / 10


def _solved(page: ReportsPage) -> Rows:
    yield _heads("solved", "count")
    for code, count in zip(("yes", "no"), page.solved, strict=True):
        yield word(code, "report_solved"), count


PARTS: Mapping[str, Callable[[ReportsPage], Rows]] = {
    "periods": _periods,
    "times": _times,
    "products": _products,
    "outcomes": _outcomes,
    "reasons": lambda page: _money(page.by_reason, "reason"),
    "methods": lambda page: _money(page.by_method, "method"),
    "sales": _sales,
    "solved": _solved,
}
"""The tables by the name that an address asks for them by."""


def send_report(page: ReportsPage, part: str) -> Response:
    """One of the PARTS; "" for all of them, a line free between each two."""
    name = f"reports-{part}" if part else "reports"
    return send_table(f"{name}-{page.period.first}-{page.period.last}", _rows(page, part))


def _rows(page: ReportsPage, part: str) -> Rows:
    for name in [part] if part else PARTS:
        yield from PARTS[name](page)
        if not part:
            yield ()
