"""A shop that is too large to be read as a whole, filled in seconds: what plans are looked at in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.domain.intake.imported_order import Read as ReadOrder
from portal.extensions import Model
from portal.services.intake.import_orders import import_stream
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.fakes import NOON
from tests.support.feed import fed_order, fed_parcel, fed_payment
from tests.support.order_facts import make_order
from tests.support.world import World, world_on

BIG = {
    *("orders", "order_line", "payment", "event", "after_sales_case", "case_key", "customer", "job"),
    *("refund", "fee", "fee_payment"),
    *("archived_order", "archived_case"),
}
ORDERS, CUSTOMERS, SHOWN = 1_200, 600, 40
STRIDE, COPIES = 100_000, 12
_CASES = """
    INSERT INTO after_sales_case (case_no, shop_id, order_id, customer_id, kind, state, reason, note, priority, summary,
                                  outcome, opened_at, opened_by, deadline_at, deadline_kind, assignee_id, version)
    SELECT 'T20261101' || CAST(10000000 + id AS VARCHAR), shop_id, id, customer_id, 'refund',
           CASE WHEN mod(id, 3) = 0 THEN 'approved' ELSE 'submitted' END, '', '',
           id % 2, (SELECT summary FROM after_sales_case), '{}', placed_at, 'shopper:1', updated_at,
           'shop_answers_refund', NULL, 1 FROM orders
     WHERE after_sales IS FALSE
"""
_KEYS = """
    INSERT INTO case_key (shop_id, key, case_id)
    SELECT shop_id, '2026pay' || CAST(id AS VARCHAR), id FROM after_sales_case
    UNION ALL SELECT shop_id, CAST(1000 + mod(id, 9000) AS VARCHAR), id FROM after_sales_case
"""
_EVENTS = f"""
    INSERT INTO event (id, shop_id, chain, seq, order_id, kind, at, actor, behalf, text, previous, hash, txid)
    WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {COPIES})
    SELECT id + n * {STRIDE}, shop_id, chain || '-' || n, seq, order_id + n * {STRIDE}, kind, at, actor, behalf, text,
           previous, hash, txid FROM event, copy WHERE order_id > {SHOWN}
"""
_REFUNDS = """
    INSERT INTO refund (id, shop_id, order_id, payment_row_id, refund_id, series, number, amount_minor, currency,
                        method, why, state, reason, account, attempts, polls, created_at, settled_at, rail)
    SELECT orders.id + 10, orders.shop_id, orders.id, (SELECT min(id) FROM payment), 'P-' || orders.id, 1,
           'P-' || orders.id, 100, 'CNY', 'alipay', 'cancelled', 'succeeded', '', '', 1, 0, placed_at, placed_at,
           'sandbox' FROM orders
"""
_FEES = """
    INSERT INTO fee (id, fee_no, shop_id, order_id, case_id, for_what, amount_minor, currency, state, choice, due_at,
                     created_at, version)
    SELECT id + 10, 'F-' || id, shop_id, order_id, id, 'withdrawal', 100, 'CNY', 'paid', '{}', opened_at, opened_at, 1
      FROM after_sales_case
"""
_FEE_PAYMENTS = """
    INSERT INTO fee_payment (id, shop_id, fee_id, number, method, state, problem, got_minor, returned_minor,
                             refund_number, polls, rail, created_at, settled_at)
    SELECT id, shop_id, id, 'N-' || id, 'alipay', 'paid', '', 100, 0,
           CASE WHEN id % 2 = 0 THEN 'B-' || id END, 0, 'sandbox', created_at, created_at FROM fee
"""
_JOBS = """
    INSERT INTO job (kind, payload, urgency, run_at, attempts, error, created_at, done_at, timed_at)
    SELECT 'notice', '{}', 1, placed_at, 1, '', placed_at, placed_at, placed_at
      FROM orders CROSS JOIN (SELECT 1 UNION ALL SELECT 2) AS twice
"""
_ARCHIVED = f"""
    INSERT INTO archived_order (order_id, shop_id, customer_id, number, number_key, state, currency, total_minor,
                                item_count, card, after_sales, placed_at, updated_at, digest, closed_at, archived_at,
                                document, events_count, head, seal)
    SELECT id + 99 * {STRIDE}, shop_id, customer_id, 'OLD-' || number, 'old' || number_key, state, currency,
           total_minor, item_count, card, false, placed_at, updated_at, digest, placed_at, placed_at,
           CAST(card AS VARCHAR), events_count, head, seal FROM orders
"""
_ARCHIVED_CASES = """
    INSERT INTO archived_case (case_no, shop_id, order_id, return_no)
    SELECT 'T2020' || CAST(order_id AS VARCHAR), shop_id, order_id, 'R2020' || CAST(order_id AS VARCHAR)
      FROM archived_order
"""


@contextmanager
def just_imported(url: str) -> Iterator[World]:
    with world_on(url) as world:
        database = world.deps.database
        with database.writing() as connection:
            if connection.dialect.name == "postgresql":
                for table in sorted(BIG):
                    connection.execute(text(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)'))
        counts = import_stream(
            shop_id=world.made.shop_id, orders=_orders(), deps=world.deps, on_reject=pytest.fail, on_batch=print
        )
        assert counts.created == ORDERS
        world.cancel(world.take(make_order(status="picking")))
        work_all_jobs(deps=world.deps)
        with database.writing() as connection:
            for table in ("customer", "orders"):
                connection.execute(text(_copies(table)))
            for statement in (_EVENTS, _CASES, _KEYS, _JOBS, _REFUNDS, _FEES, _FEE_PAYMENTS):
                connection.execute(text(statement))
            for statement in (_ARCHIVED, _ARCHIVED_CASES):
                connection.execute(text(statement))
            if connection.dialect.name == "postgresql":
                # No import brings these: they come one by one, and autovacuum has long counted them.
                connection.execute(text("ANALYZE refund, fee, fee_payment"))
        yield world


def _copies(table: str) -> str:
    """Of everybody's rows but the shown customer's, so that a table is too long to be read as a whole."""
    columns = [column.name for column in Model.metadata.tables[table].c]
    changed = {"id": f"id + n * {STRIDE}", "number": "number || '-' || n", "external_id": "external_id || '-' || n"}
    values = ", ".join(changed.get(name, name) for name in columns)
    is_anybodys = "external_id != 'c-7'" if table == "customer" else f"id > {SHOWN}"
    copies = f"WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {COPIES})"
    return f"INSERT INTO {table} ({', '.join(columns)}) {copies} SELECT {values} FROM {table}, copy WHERE {is_anybodys}"


def _orders() -> Iterator[ReadOrder]:
    for number in range(ORDERS):
        who = 7 if number < SHOWN else number % CUSTOMERS
        whose = {"id": f"c-{who}", "name": f"张{who}", "mail": f"c{who}@example.com"}
        parcels = (
            {"status": "shipped", "shipments": [fed_parcel(tracking_no=f"SF{number}", shipped_at=NOON.isoformat())]}
            if number % 2
            else {}
        )
        placed = (NOON - timedelta(hours=number)).isoformat()
        times = {"placed_at": placed, "updated_at": placed, "payments": [fed_payment(paid_at=placed)]}
        yield ReadOrder(number, "", fed_order(number=f"F-{number}", customer=whose, **times, **parcels))
