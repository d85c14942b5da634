"""Orders in: validated, apportioned and audited rows a second beside the bare rows a second of the database.

The floor on PostgreSQL is COPY, on SQLite executemany, of the very rows that the intake has left, into the same empty
tables with the same keys and indexes. Seconds are processor time of client and database, the lowest of turns.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import JSON, Engine, Select, create_engine, make_url, select, text

from bench.data import settings_on
from bench.orders import many_orders
from bench.report import Figure
from bench.servers import cpu_of, environment
from portal.adapters.feed_files import read_orders
from portal.adapters.pack_files import shipped_packs
from portal.cli.orders import Progress, collecting_rarely
from portal.extensions import Model
from portal.repos.database import prepare_engine
from portal.services.intake.import_orders import import_stream
from portal.services.shops.manage_shops import NewShop, add_shop
from portal.wiring import build_deps

TABLES = ("customer", "orders", "order_line", "payment", "event", "tracking_number")
Fresh = Callable[[], AbstractContextManager[str]]
"""Gives the URL of a fresh, migrated database."""


def intake_figure(fresh: Fresh, database: str, orders: int, turns: int) -> Figure:
    feed = "".join(json.dumps(order) + "\n" for order in many_orders(orders, datetime.now(UTC))).encode()
    ours, floors, count = [], [], 0
    for _ in range(turns):
        with fresh() as url:
            ours.append(_taken_in(url, feed, orders))
            rows = _rows(url)
            count = sum(map(len, rows.values()))
        with fresh() as url:
            _shop(url).database.engine.dispose()
            floors.append(_copied(url, rows) if database == "PostgreSQL" else _inserted(url, rows))
    budget, goal = (20, 40) if database == "PostgreSQL" else (12, 25)
    floor = "COPY" if database == "PostgreSQL" else "executemany"
    rates = f"{count / min(ours):,.0f} rows/s; {floor} {count / min(floors):,.0f} rows/s"
    how = f"{orders / min(ours):,.0f} orders/s, {rates}"
    return Figure(f"intake, of {floor}, {database}", 100 * min(floors) / min(ours), budget, goal, "%", how, True)


def _shop(url: str) -> Any:
    engine = prepare_engine(create_engine(url))
    deps = build_deps(settings_on(url), engine)
    new = NewShop(key="bench", name="特派商城", origins=("https://shop.example",))
    add_shop(new=new, packs=shipped_packs(), deps=deps)
    return deps


def _taken_in(url: str, feed: bytes, orders: int) -> float:
    deps = _shop(url)
    with collecting_rarely():
        before = _cpu(url)
        reads = read_orders(io.BytesIO(feed), "ndjson")
        counts = import_stream(shop_id=1, orders=reads, deps=deps, on_reject=print, on_batch=Progress(sys.stderr).show)
        spent = _cpu(url) - before
    assert counts.created == orders, counts
    deps.database.engine.dispose()
    return spent


def _rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """What the intake has left, as the driver takes it; JSON as text."""
    engine = create_engine(url)
    found = {}
    with engine.connect() as connection:
        for name in TABLES:
            table = Model.metadata.tables[name]
            kinds = [isinstance(column.type.dialect_impl(engine.dialect), JSON) for column in table.c]
            # The shop's own event is there already when the rows are put back.
            query = select(table).where(table.c.order_id.is_not(None)) if name == "event" else select(table)
            found[name] = [_as_text(row, kinds) for row in connection.execute(_untyped(query, engine))]
    engine.dispose()
    return found


def _untyped(query: Select[Any], engine: Engine) -> Any:
    """On SQLite the values as they lie there: what the driver would be given, not what SQLAlchemy makes of them."""
    if engine.dialect.name == "postgresql":
        return query
    return text(str(query.compile(engine, compile_kwargs={"literal_binds": True})))


def _as_text(row: Any, is_json: list[bool]) -> tuple[Any, ...]:
    pairs = zip(row, is_json, strict=True)
    return tuple(json.dumps(value) if is_j and not isinstance(value, str | None) else value for value, is_j in pairs)


def _copied(url: str, rows: dict[str, list[tuple[Any, ...]]]) -> float:
    before = _cpu(url)
    with psycopg.connect(_conninfo(url)) as connection, connection.cursor() as cursor:
        for name in TABLES:
            columns = ", ".join(f'"{column.name}"' for column in Model.metadata.tables[name].c)
            with cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
                for row in rows[name]:
                    copy.write_row(row)
        connection.commit()
        return _cpu(url) - before


def _inserted(url: str, rows: dict[str, list[tuple[Any, ...]]]) -> float:
    connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    before = _cpu(url)
    connection.execute("BEGIN IMMEDIATE")
    for name in TABLES:
        columns = [column.name for column in Model.metadata.tables[name].c]
        blanks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({blanks})", rows[name])
    connection.execute("COMMIT")
    spent = _cpu(url) - before
    connection.close()
    return spent


def _cpu(url: str) -> float:
    """Seconds so far, of this process and of the backends that serve the database."""
    spent = cpu_of(os.getpid())
    if url.startswith("postgresql"):
        query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with psycopg.connect(_conninfo(url)) as connection:
            spent += sum(cpu_of(pid) for (pid,) in connection.execute(query))
    return spent


def _conninfo(url: str) -> str:
    parts = make_url(url)
    return make_conninfo(host=str(parts.query["host"]), user=parts.username, dbname=parts.database)


def memory_figures(url: str, folder: Path, few: int, many: int) -> Iterator[Figure]:
    """The command itself, fed by a pipe; `url` is migrated."""
    _shop(url).database.engine.dispose()
    one, other = (_peak(url, folder, count) / 2**20 for count in (few, many))
    how = f"{few:,} orders {one:.0f} MB, {many:,} orders {other:.0f} MB"
    yield Figure("intake, memory", other, 200, None, "MB", how)
    yield Figure("intake, memory of many beside few", other / one, 1.1, None, how=how)


_IN_BETWEEN = """import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=sys.stderr)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)"""
"""Linux counts what a process was before it became the command: so a small process starts it."""


def _peak(url: str, folder: Path, count: int) -> int:
    """The most bytes that `portal orders import` ever held."""
    command = [sys.executable, "-m", "portal.cli", "orders", "import", "-", "--shop", "bench", "--format", "ndjson"]
    between = [sys.executable, "-S", "-c", _IN_BETWEEN, *command]
    with (folder / "import.log").open("ab") as log:
        environ = environment(url, 0, folder)
        running = subprocess.Popen(between, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environ)
        assert running.stdin and running.stdout
        with running.stdin as pipe:
            for order in many_orders(count, datetime.now(UTC)):
                order["number"] = f"M{count}-{order['number']}"
                pipe.write(json.dumps(order).encode() + b"\n")
        held = running.stdout.read()
    assert running.wait() == 0, (folder / "import.log").read_text()[-2000:]
    return int(held) * 1024
