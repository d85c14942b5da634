"""SQL of a page and of an act, counted in an app of this process; and what PostgreSQL touches to answer it.

Of an act its transaction is counted; the page it was pressed on is looked up before, as for everybody who looks at it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from bench.data import Filled, settings_on
from bench.orders import feed_order
from bench.pages import PAGES, confirmed
from bench.report import Figure
from portal.app import create_app
from portal.domain.intake.imported_order import Read
from portal.services.intake.import_orders import import_stream
from tests.support.databases import close
from tests.support.queries import FRAMES

MOST = {"我的订单, 20 orders": 4, "order page": 6, "cancel confirmation": 6}
ACT, MOST_OF_ACT = "POST cancel, 3 and 40 lines, 1 and 3 tenders", 16
Sent = list[tuple[str, Any]]


@contextmanager
def sent() -> Iterator[Sent]:
    """(statement, parameters) of what this process sends meanwhile; of what frames a transaction only the beginning of
    one that writes, the only one SQLAlchemy sees."""
    found: Sent = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("BEGIN") or not statement.lstrip().upper().startswith(FRAMES):
            found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def portal_on(filled: Filled, folder: str) -> Iterator[Flask]:
    app = create_app(settings_on(filled.url, folder, base_url="http://localhost"))
    with Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):
        yield app
    close(app)


def visitor(app: Flask, cookie: str) -> FlaskClient:
    """`cookie`: the token of a session, after which others may follow (`; name=value`)."""
    client = app.test_client()
    for pair in f"portal={cookie}".split("; "):
        client.set_cookie(*pair.split("=", 1))
    return client


def sent_by(paths: dict[str, str], cookie: str, filled: Filled, folder: str) -> dict[str, Sent]:
    """What each page sends once it is warm: the first visit parses the shop and its policy."""
    found = {}
    with portal_on(filled, folder) as app:
        client = visitor(app, cookie)
        for what, path in paths.items():
            answer = client.get(path)
            is_led_away = "/sign-in" in answer.headers.get("Location", "")
            assert answer.status_code in (200, 303) and not is_led_away, (path, answer.status_code)
            with sent() as found[what]:
                client.get(path)
    return found


def sent_by_pages(filled: Filled, folder: str) -> dict[str, Sent]:
    paths = {what: pattern.format_map(asdict(filled)) for what, pattern in PAGES.items()}
    return sent_by(paths, filled.shown, filled, folder)


def statement_figures(filled: Filled, database: str, folder: str) -> Iterator[Figure]:
    for what, statements in sent_by_pages(filled, folder).items():
        if what in MOST:
            yield Figure(f"SQL: {what}, {database}", len(statements), MOST[what], unit="statements")
    (few, before), (many, _) = acts(filled, folder)
    how = f"{few} and {many} in its transaction, {before} before it: the visit and the page"
    yield Figure(f"SQL: {ACT}, {database}", max(few, many), MOST_OF_ACT, unit="statements", how=how)


def acts(filled: Filled, folder: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Statements, in the transaction and before it, of cancelling an order of three lines paid once, and one of forty
    lines paid in three ways."""
    with portal_on(filled, folder) as app:
        client, now = visitor(app, filled.cancelling), datetime.now(UTC)
        orders = [feed_order(900_001, "paid", now), feed_order(900_002, "paid", now, lines=40, tenders=3)]
        for order in orders:
            order["customer"]["id"] = "c-1-2"
        reads = [Read(1, order["number"], order) for order in orders]
        taken = import_stream(shop_id=1, orders=reads, deps=app.extensions["portal"], on_reject=print)
        assert taken.created == len(orders), taken
        few, many = (_cancelled(client, order["number"]) for order in orders)
    return few, many


def _cancelled(client: FlaskClient, number: str) -> tuple[int, int]:
    path = f"/orders/{number}/cancel"
    body = confirmed(client.get(path).text)
    with sent() as statements:
        answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303, answer.text
    begins = next(place for place, (statement, _) in enumerate(statements) if statement.startswith("BEGIN"))
    return len(statements) - begins - 1, begins


def buffers(statements: dict[str, Sent], filled: Filled) -> dict[str, int]:
    """PostgreSQL's pages (8 kB) that a page of ours touches, found or fetched, all its statements together."""
    found = {}
    engine = create_engine(filled.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for what, each in statements.items():
            asked = [(statement, values) for statement, values in each if not statement.startswith("BEGIN")]
            found[what] = sum(_touched(connection, statement, values) for statement, values in asked)
    engine.dispose()
    return found


def _touched(connection: Any, statement: str, parameters: Any) -> int:
    explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
    plan = connection.exec_driver_sql(explain, parameters).scalar_one()[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
