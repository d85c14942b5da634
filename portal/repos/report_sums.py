"""The sums of the reports: read for a period, changed by what has changed, cleared to be added up anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    delete,
    func,
    select,
    text,
    tuple_,
    union_all,
    update,
)

from portal.domain.reports.counting import PRODUCT, Counts, add_to
from portal.domain.reports.periods import Piece, Size, pieces_holding
from portal.models.report import EVERY, OF_ALL_REASONS, ReportProduct, ReportSpan
from portal.repos.dialects import upsert
from portal.repos.rows import all_rows

SPANS = ReportSpan.__table__
PRODUCTS = ReportProduct.__table__
_PRODUCT_KEY = [column.name for column in PRODUCTS.primary_key]
_SPAN_KEY = [column.name for column in SPANS.primary_key]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSum:
    """`count` applications about goods of a number, for a reason."""

    sku: str
    title: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class StaleDay:
    """Orders placed that day have changed `stale` times since it was last added up."""

    day: date
    stale: int


class ReportSums:
    """`work.report_sums`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, shop_ids: Sequence[int], pieces: Iterable[Piece]) -> list[tuple[Piece, dict[str, int]]]:
        """The sums of those pieces that have any, of each shop. One statement."""
        shown = (SPANS.c.size, SPANS.c.starts, SPANS.c.counts)
        rows = all_rows(self._connection.execute(_of_pieces(SPANS, shown, shop_ids, pieces)))
        return [(Piece(row["size"], row["starts"]), row["counts"]) for row in rows]

    def products(self, shop_ids: Sequence[int], pieces: Sequence[Piece], kind: str, limit: int) -> list[ProductSum]:
        """Of the goods with the most applications, by reason: the most first. `kind` "": of any. One statement."""
        of_kind = PRODUCTS.c.kind == (kind or EVERY)
        most = _most_asked_for(shop_ids, pieces, of_kind, limit).cte("most")
        shown = (PRODUCTS.c.sku, PRODUCTS.c.reason, PRODUCTS.c.title, PRODUCTS.c.count)
        theirs = (of_kind, PRODUCTS.c.sku.in_(select(most.c.sku)), PRODUCTS.c.reason != EVERY)
        rows = _of_pieces(PRODUCTS, shown, shop_ids, pieces, *theirs).subquery()
        sums = select(
            rows.c.sku,
            rows.c.reason,
            func.max(rows.c.title).label("title"),
            func.sum(rows.c.count).label("count"),
            most.c.of_all,
        ).join(most, most.c.sku == rows.c.sku)
        by_reason = sums.group_by(rows.c.sku, rows.c.reason, most.c.of_all)
        found = self._connection.execute(by_reason.order_by(most.c.of_all.desc(), rows.c.sku, rows.c.reason))
        return [
            ProductSum(sku=row["sku"], title=row["title"], reason=row["reason"], count=int(row["count"]))
            for row in all_rows(found)
        ]

    def add(self, shop_id: int, changed: Counts, titles: Mapping[str, str]) -> None:
        """What has changed of a shop's days, added to them, their weeks and their months."""
        spans: dict[Piece, dict[str, int]] = defaultdict(dict)
        products: dict[tuple[Any, ...], int] = defaultdict(int)
        for day, counts in changed.items():
            for piece in pieces_holding(date.fromisoformat(day)):
                add_to(spans[piece], {name: by for name, by in counts.items() if not name.startswith(f"{PRODUCT}|")})
                for name, by in counts.items():
                    if name.startswith(f"{PRODUCT}|"):
                        _, kind, reason, sku = name.split("|", 3)
                        for key in product((kind, EVERY), (sku,), (reason, EVERY)):
                            products[shop_id, piece.size, piece.starts, *key] += by
        self._add_spans(shop_id, {piece: counts for piece, counts in spans.items() if counts})
        self._add_products({key: by for key, by in products.items() if by}, titles)

    def _add_spans(self, shop_id: int, changed: Mapping[Piece, dict[str, int]]) -> None:
        if not changed:
            return
        known = dict(self.read([shop_id], changed))
        rows = []
        for piece, by in changed.items():
            counts = dict(known.get(piece, {}))
            add_to(counts, by)
            rows.append({"shop_id": shop_id, "size": piece.size, "starts": piece.starts, "counts": counts})
        new = upsert(self._connection, SPANS)
        self._connection.execute(
            new.on_conflict_do_update(index_elements=_SPAN_KEY, set_={"counts": new.excluded.counts}), rows
        )

    def _add_products(self, changed: Mapping[tuple[Any, ...], int], titles: Mapping[str, str]) -> None:
        rows = [dict(zip(_PRODUCT_KEY, key, strict=True)) | {"count": by} for key, by in changed.items()]
        if not rows:
            return
        new = upsert(self._connection, PRODUCTS)
        title = func.coalesce(func.nullif(new.excluded.title, ""), PRODUCTS.c.title)
        added = {"count": PRODUCTS.c.count + new.excluded.count, "title": title}
        statement = new.on_conflict_do_update(index_elements=_PRODUCT_KEY, set_=added)
        self._connection.execute(statement, [row | {"title": titles.get(row["sku"], "")} for row in rows])
        fewer = [key for key, by in changed.items() if by < 0]
        if fewer:
            gone = tuple_(*(PRODUCTS.c[name] for name in _PRODUCT_KEY)).in_(fewer)
            self._connection.execute(delete(PRODUCTS).where(gone, PRODUCTS.c.count == 0))

    def mark_stale(self, shop_id: int, days: Collection[date]) -> None:
        """Their orders have changed: they are added up again."""
        rows = [{"shop_id": shop_id, "size": "day", "starts": day, "counts": {}, "stale": 1} for day in sorted(days)]
        if rows:
            new = upsert(self._connection, SPANS)
            marked = {"stale": SPANS.c.stale + 1}
            self._connection.execute(new.on_conflict_do_update(index_elements=_SPAN_KEY, set_=marked), rows)

    def stale(self, shop_id: int, limit: int) -> list[StaleDay]:
        """Days to be added up again, the latest first."""
        query = select(SPANS.c.starts, SPANS.c.stale).where(SPANS.c.shop_id == shop_id, SPANS.c.stale > 0)
        rows = self._connection.execute(query.order_by(SPANS.c.starts.desc()).limit(limit)).all()
        return [StaleDay(row.starts, row.stale) for row in rows]

    def counts_of(self, shop_id: int, day: date) -> dict[str, int]:
        """The sums of a day as they are."""
        return next((counts for _, counts in self.read([shop_id], [Piece("day", day)])), {})

    def no_longer_stale(self, shop_id: int, day: StaleDay) -> None:
        """It was added up as of that mark; what was marked meanwhile stays so."""
        mine = (SPANS.c.shop_id == shop_id, SPANS.c.size == "day", SPANS.c.starts == day.day)
        self._connection.execute(update(SPANS).where(*mine).values(stale=SPANS.c.stale - day.stale))

    def clear(self, shop_id: int, since: date, limit: int) -> int:
        """Takes sums away, `since` being the first of a month: at most so many rows, and how many it were."""
        done = 0
        for table in (SPANS, PRODUCTS):
            keys = [table.c[column.name] for column in table.primary_key]
            some = select(*keys).where(table.c.shop_id == shop_id, table.c.starts >= since).limit(limit - done)
            found = [tuple(row) for row in self._connection.execute(some)] if done < limit else []
            if found:
                done += self._connection.execute(delete(table).where(tuple_(*keys).in_(found))).rowcount
        return done


def _most_asked_for(
    shop_ids: Sequence[int], pieces: Sequence[Piece], of_kind: ColumnElement[bool], limit: int
) -> Select[Any]:
    """The goods with the most applications, and how many. Of one shop's one month an index has them in this order: a
    month costs the same however many goods there are. What is put together of several is added up first."""
    shown = (PRODUCTS.c.sku, PRODUCTS.c.count)
    # Said as the index says it.
    rows = _of_pieces(PRODUCTS, shown, shop_ids, pieces, of_kind, text(OF_ALL_REASONS))
    if len(shop_ids) == len(pieces) == 1:
        only = rows.with_only_columns(PRODUCTS.c.sku, PRODUCTS.c.count.label("of_all"))
        in_order: Select[Any] = only.order_by(PRODUCTS.c.count.desc(), PRODUCTS.c.sku).limit(limit)
        return in_order
    each = rows.subquery()
    of_all = func.sum(each.c.count).label("of_all")
    return select(each.c.sku, of_all).group_by(each.c.sku).order_by(of_all.desc(), each.c.sku).limit(limit)


def _of_pieces(
    table: Any,
    shown: Iterable[ColumnElement[Any]],
    shop_ids: Sequence[int],
    pieces: Iterable[Piece],
    *also: ColumnElement[bool] | TextClause,
) -> Any:
    """A query for each size: where they stand in one, databases read all that a shop has."""
    wanted: dict[Size, list[date]] = defaultdict(list)
    for piece in pieces:
        wanted[piece.size].append(piece.starts)
    columns = tuple(shown)
    mine = table.c.shop_id.in_(shop_ids)
    found = [
        select(*columns).where(mine, table.c.size == size, table.c.starts.in_(starts), *also)
        for size, starts in wanted.items()
    ]
    return union_all(*found) if len(found) > 1 else found[0]
