"""The desk's side of a large shop: a colleague who is signed in, cases that wait, jobs that are done, old sessions."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, insert, text

from portal.extensions import Model
from portal.ports import Deps

DESK_TABLES = ("job", "session", "notice")
# Ids of a copy's orders begin anew at each thousand (bench.data): four of its completed orders get an open case.
_CASES = """
    INSERT INTO after_sales_case (case_no, shop_id, order_id, customer_id, kind, state, reason, note, priority, summary,
                                  outcome, opened_at, opened_by, deadline_at, deadline_kind, assignee_id, worth,
                                  version)
    SELECT 'T20260101' || CAST(10000000 + o.id AS VARCHAR), o.shop_id, o.id, o.customer_id, 'refund_only',
           CASE WHEN mod(o.id, 10) = 0 THEN 'submitted' ELSE 'approved' END, 'quality', '', mod(o.id / 10, 2),
           c.summary, '{}', o.placed_at, 'shopper:1', o.updated_at, 'shop_answers_refund',
           NULL, 100 * mod(o.id * 7919, 100003), 1
      FROM orders o, (SELECT summary FROM after_sales_case ORDER BY id LIMIT 1) c
     WHERE mod(o.id, 1000) IN (24, 26, 28, 30) AND o.customer_id > 3
"""
_KEYS = """
    INSERT INTO case_key (shop_id, key, case_id)
    SELECT shop_id, 'ref' || CAST(id AS VARCHAR), id FROM after_sales_case WHERE case_no LIKE 'T20260101%'
"""
# A day has as many as the shop is large.
_REFUNDS = """
    INSERT INTO refund (shop_id, order_id, payment_row_id, refund_id, series, number, amount_minor, currency, method,
                        why, state, reason, account, attempts, polls, created_at, settled_at, rail)
    SELECT o.shop_id, o.id, p.id, 'B' || CAST(p.id AS VARCHAR), 1, 'B' || CAST(p.id AS VARCHAR) || '-1', 100, 'CNY',
           p.method, 'refunded', 'succeeded', '', '', 1, 1, o.placed_at, o.placed_at, 'sandbox'
      FROM orders o JOIN payment p ON p.order_id = o.id
     WHERE mod(o.id, 1000) IN (24, 26, 28, 30) AND o.customer_id > 3
"""
_JOBS = """
    INSERT INTO job (kind, payload, urgency, run_at, attempts, error, created_at, done_at, timed_at)
    SELECT 'notice', '{}', 1, placed_at, 1, '', placed_at, placed_at, placed_at FROM orders
"""
_SESSIONS = """
    INSERT INTO session (token_hash, kind, shop_id, customer_id, locale, place, created_at, last_seen_at, expires_at)
    SELECT 'old-' || CAST(id AS VARCHAR), 'shopper', shop_id, customer_id, '', 'tab', placed_at, placed_at, placed_at
      FROM orders WHERE mod(id, 10) < 3
"""
_NOTICES = """
    INSERT INTO notice (shop_id, customer_id, order_no, case_no, kind, params, created_at, read_at, mailed_at)
    SELECT o.shop_id, o.customer_id, o.number, '', n.kind, n.params, o.placed_at,
           CASE WHEN mod(o.id, 8) > 0 THEN o.placed_at END, o.placed_at
      FROM orders o, (SELECT kind, params FROM notice ORDER BY id LIMIT 1) n
     WHERE mod(o.id, 2) = 0 AND o.customer_id IS NOT NULL
"""


def fill_desk(connection: Connection) -> None:
    """Once the orders are there, for 1,000 of them: 100 open cases and refunds that arrived, 1,000 done jobs, 500
    notices and 300 sessions that are over."""
    for statement in (_CASES, _KEYS, _REFUNDS, _JOBS, _SESSIONS, _NOTICES):
        connection.execute(text(statement))


def sign_in_staff(engine: Engine, deps: Deps) -> str:
    """The token of an agent's session."""
    token, now, tables = deps.random.token(), deps.clock.now(), Model.metadata.tables
    staff: dict[str, Any] = {"id": 1, "login": "agent", "role": "agent", "password_hash": "", "totp_secret": ""}
    session = {
        "token_hash": hashlib.sha256(token.encode()).hexdigest(),
        "kind": "staff",
        "shop_id": 1,
        "staff_id": 1,
        "locale": "",
        "created_at": now,
        "last_seen_at": now,
        "expires_at": now + timedelta(hours=12),
    }
    with engine.begin() as connection:
        connection.execute(insert(tables["staff"]), [staff | {"created_at": now, "totp_step": 0}])
        connection.execute(insert(tables["staff_shop"]), [{"staff_id": 1, "shop_id": 1}])
        connection.execute(insert(tables["session"]), [session])
    return token
