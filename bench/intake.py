"""Orders in: validated, apportioned and audited rows a second beside the bare rows a second of the database.

The floor on PostgreSQL is COPY, on SQLite executemany, of the very rows that the intake has left, into the same empty
tables with the same keys and indexes. Seconds are processor time of client and database, the lowest of turns.
"""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, select

from bench.data import settings_on
from bench.orders import many_orders
from bench.report import Figure
from bench.servers import cpu_of, environment
from portal.adapters.feed_files import read_orders
from portal.adapters.pack_files import shipped_packs
from portal.extensions import Model
from portal.repos.database import prepare_engine
from portal.services.manage_shops import add_shop
from portal.services.take_in_orders import take_in_stream
from portal.wiring import build_deps

TABLES = ("customer", "orders", "order_line", "payment", "event")
Fresh = Callable[[], Any]
"""A context manager that gives the URL of a fresh, migrated database."""


def intake_figure(fresh: Fresh, database: str, orders: int, turns: int) -> Figure:
    feed = "".join(json.dumps(order) + "\n" for order in many_orders(orders, datetime.now(UTC))).encode()
    ours, floors, count = [], [], 0
    for _ in range(turns):
        with fresh() as url:
            ours.append(_taken_in(url, feed, orders))
            rows = _rows(url)
            count = sum(map(len, rows.values()))
        with fresh() as url:
            _shop(url)
            floors.append(_copied(url, rows) if database == "PostgreSQL" else _inserted(url, rows))
    budget, goal = (20, 40) if database == "PostgreSQL" else (12, 25)
    floor = "COPY" if database == "PostgreSQL" else "executemany"
    how = f"{orders / min(ours):,.0f} orders/s, {count / min(ours):,.0f} rows/s; {floor} {count / min(floors):,.0f} rows/s"
    return Figure(f"intake of {floor}, {database}", 100 * min(floors) / min(ours), budget, goal, "%", how, True)


def _shop(url: str) -> Any:
    engine = prepare_engine(create_engine(url))
    deps = build_deps(settings_on(url), engine)
    names = {"key": "bench", "name": "特派商城", "origins": ("https://shop.example",), "hosts": (), "image_origins": ()}
    add_shop(**names, policy="cn", packs=shipped_packs(), deps=deps)
    return deps


def _taken_in(url: str, feed: bytes, orders: int) -> float:
    deps = _shop(url)
    engine: Engine = deps.database.engine
    # As the command does.
    gc.freeze()
    with engine.connect() as connection, clocked(_backend(connection)) as spent:
        reads = read_orders(io.BytesIO(feed), "ndjson", None)
        counts = take_in_stream(shop_id=1, orders=reads, deps=deps, on_reject=print)
    assert counts.created == orders, counts
    gc.unfreeze()
    engine.dispose()
    return spent[0]


def _backend(connection: Any) -> list[int]:
    """Processes of PostgreSQL beside this one: the intake's own connection is opened next, so all are asked for later."""
    return [connection.info.get("pid", 0)] if connection.dialect.name == "sqlite" else []


@contextmanager
def clocked(pids: list[int]) -> Iterator[list[float]]:
    spent: list[float] = []
    before = cpu_of(os.getpid()) + sum(map(cpu_of, pids))
    yield spent
    spent.append(cpu_of(os.getpid()) + sum(map(cpu_of, pids)) - before)
