"""A shop of any size in seconds: forty orders imported by the services, then multiplied by the database itself.

Every copy is a row of the real schema: ids and references are moved by a stride, numbers get an ending of their own,
times and customers are spread. The orders of the customer who is shown lie far apart, as a year leaves them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Connection, Engine, Index, Table, create_engine, insert, text

import portal.models  # noqa: F401 - the tables
from bench.customers import copy_customers, series
from bench.desk import DESK_TABLES, fill_desk, sign_in_staff
from bench.orders import CANCELLABLE, PATTERN_COUNT, WAITING, pattern_orders
from bench.reports import fill_reports
from portal.adapters.pack_files import shipped_packs
from portal.config import Settings
from portal.domain.cancelling.decide import CancelAsk
from portal.domain.identity.access import Actor
from portal.domain.shops.settings import ShopSettings
from portal.extensions import Model
from portal.pages.shop.cancelling import cancel_page
from portal.ports import Deps
from portal.repos.database import prepare_engine
from portal.services.cancelling.cancel_order import cancel_order
from portal.services.intake.import_orders import import_stream
from portal.services.jobs.statistics import keep_statistics
from portal.services.shops.manage_shops import NewShop, add_shop
from portal.wiring import build_deps

SECRET = "for the benchmark only, " + "0" * 24
CUSTOMERS, ORDERS_EACH = 20_000, 10
"""So many at least, and one for so many orders: a shop grows by more customers, not by what each of them orders."""
TAKEN_IN, SHOWN, CANCELLING = 1, 2, 3
"""Customers: who the patterns were imported for, whose pages are measured, who cancels what is counted."""
CROWD = range(4, 68)
"""Customers who are signed in all at once, read their orders and cancel some."""
STRIDE = 1_000
SPREAD = timedelta(days=700)
SPARE_FROM, SPARE = 1_000_000, 6_000
"""Copies of one paid order, there to be cancelled."""

TABLES = ("orders", "order_line", "payment", "event", "after_sales_case", "case_line", "refund")
NUMBERED = {
    "orders": ("number", "number_key", "waiting_case"),
    "event": ("chain", "key", "case_no"),
    "after_sales_case": ("case_no",),
    "refund": ("number",),
}
NAMED_BY_ID = ("order_id", "case_id")
"""Also without a foreign key: what stays behind where an order is archived."""
SPREAD_TIMES = {"orders": ("placed_at",), "after_sales_case": ("opened_at",)}


@dataclass(frozen=True, slots=True)
class Filled:
    """A database of `orders` orders. Tokens are those of session cookies (`staff` an agent's), `crowd` those of the
    CROWD; `cancellable` are orders of theirs: (token, number)."""

    url: str
    orders: int
    shown: str
    cancelling: str
    staff: str
    order_no: str
    delivered_no: str
    case_no: str
    crowd: tuple[str, ...]
    cancellable: tuple[tuple[str, str], ...]


def settings_on(url: str, folder: str = "var", base_url: str = "http://127.0.0.1", queue: str = "local") -> Settings:
    values = {"secret_key": SECRET, "database_url": url, "base_url": base_url, "queue": queue}
    return Settings(**values, sandbox_log=f"file://{folder}/rail.ndjson")


def fill(url: str, orders: int, folder: str) -> Filled:
    """`url` is migrated and empty."""
    engine = prepare_engine(create_engine(url))
    deps = build_deps(settings_on(url, folder), engine)
    _import_orders(deps)
    copies = orders // PATTERN_COUNT
    # SQLite leaves WAL only when nobody else has the file open.
    engine.dispose()
    bare = create_engine(url, isolation_level="AUTOCOMMIT")
    with bare.connect() as connection:
        _copy_all(connection, copies)
    bare.dispose()
    fill_reports(deps, copies * PATTERN_COUNT)
    # An import keeps the statistics, and PostgreSQL by itself which pages all can see; the copies stand for one.
    keep_statistics(deps=deps)
    if url.startswith("postgresql"):
        vacuum(url)
    tokens = tuple(_sign_in(engine, deps, customer) for customer in (SHOWN, CANCELLING, *CROWD))
    filled = _filled(engine, url, tokens, sign_in_staff(engine, deps))
    engine.dispose()
    return filled


def _import_orders(deps: Deps) -> None:
    shop = "https://shop.example"
    new = NewShop(key="bench", name="特派商城", origins=(shop,), image_origins=(shop,))
    add_shop(new=new, packs=shipped_packs(), deps=deps)
    counts = import_stream(shop_id=1, orders=pattern_orders(deps.clock.now()), deps=deps, on_reject=_refuse)
    assert counts.created == PATTERN_COUNT, counts
    actor = Actor(kind="shopper", shop_id=1, id=TAKEN_IN)
    for number in (WAITING, CANCELLABLE):
        found = cancel_page(number, actor=actor, settings=ShopSettings(), locale="zh", deps=deps)
        ask = CancelAsk(reason="changed_mind")
        cancel_order(order_no=number, ask=ask, shown=found.shown, actor=actor, request_id=number, deps=deps)


def _refuse(reject: Any) -> None:
    raise ValueError(f"the benchmark's own order was rejected: {reject}")


def _copy_all(connection: Connection, copies: int) -> None:
    """Without foreign keys and plain indexes while it lasts: made again from whole tables they are quicker."""
    is_postgresql = connection.dialect.name == "postgresql"
    tables = [Model.metadata.tables[name] for name in TABLES]
    quick = ["SET session_replication_role = replica"] if is_postgresql else ["PRAGMA foreign_keys=OFF"]
    quick += [] if is_postgresql else ["PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF"]
    for statement in quick:
        connection.exec_driver_sql(statement)
    customers = max(CUSTOMERS, copies * PATTERN_COUNT // ORDERS_EACH)
    connection.execute(text(copy_customers(TAKEN_IN, customers)))
    indexes = list(_plain(connection, [*tables, *(Model.metadata.tables[name] for name in DESK_TABLES)]))
    for index in indexes:
        index.drop(connection)
    triggers = [] if is_postgresql else list(_triggers_off(connection))
    if not is_postgresql:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    for table in tables:
        connection.execute(text(_set_apart(table)))
        connection.execute(text(_copy(table, connection, 1, copies, _spread_customer(table, copies, customers))))
        _copy_spare(connection, table)
    if is_postgresql:
        _after_the_copies(connection, tables)
    fill_desk(connection)
    if not is_postgresql:
        connection.exec_driver_sql("COMMIT")
    for index in indexes:
        index.create(connection)
    for trigger in triggers:
        connection.exec_driver_sql(trigger)
    if is_postgresql:
        _after_the_copies(connection, [*tables, Model.metadata.tables["job"]])


def _after_the_copies(connection: Connection, tables: list[Table]) -> None:
    """PostgreSQL counts ids apart from the rows: on from the largest there is."""
    for table in tables:
        move = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
        connection.exec_driver_sql(move)


def _triggers_off(connection: Connection) -> Iterable[str]:
    """How they are made again. One looks for every new event among those there are, by an index that is not there."""
    found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    for name, made in connection.exec_driver_sql(found).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield made


def vacuum(url: str) -> None:
    """Rows that nobody sees any more are taken away, as PostgreSQL does by itself when it has time."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def _plain(connection: Connection, tables: list[Table]) -> Iterable[Index]:
    """In the order in which the migrations made them: of two that seem alike SQLite goes by the younger one."""
    indexes = {str(index.name): index for table in tables for index in table.indexes}
    catalogue = "pg_class WHERE relkind = 'i' ORDER BY oid"
    if connection.dialect.name == "sqlite":
        catalogue = "sqlite_master WHERE type = 'index' ORDER BY rowid"
    name = "relname" if "pg_class" in catalogue else "name"
    made = connection.exec_driver_sql(f"SELECT {name} FROM {catalogue}").scalars()
    return [indexes[name] for name in made if name in indexes]


def _copy(table: Table, connection: Connection, first: int, last: int, customer: str, only: str = "TRUE") -> str:
    days = SPREAD.days / max(last, 1)
    columns = [column for column in table.c if not column.computed]
    values = ", ".join(_value(column, connection, customer, days) for column in columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    own = "id" if table.name == "orders" else "pattern"
    return (
        f"INSERT INTO {table.name} ({names}) {series(first, last)}SELECT {values} "
        f"FROM pattern_{table.name}, copy WHERE {only.replace('ORDER', own)}"
    )


def _set_apart(table: Table) -> str:
    """The rows of the patterns, by themselves: without its indexes a growing table would be read for every copy."""
    order = {"orders": "id", "case_line": "(SELECT order_id FROM after_sales_case c WHERE c.id = case_line.case_id)"}
    own = order.get(table.name, "order_id")
    return (
        f"CREATE TEMPORARY TABLE pattern_{table.name} AS "
        f"SELECT *, {own} AS pattern FROM {table.name} WHERE {own} <= {PATTERN_COUNT}"
    )


def _value(column: Column[Any], connection: Connection, customer: str, days: float) -> str:
    name, table = f'"{column.name}"', column.table
    targets = {key.column.table.name for key in column.foreign_keys}
    if column.primary_key or targets & set(TABLES) or column.name in NAMED_BY_ID:
        return f"{name} + n * {STRIDE}"
    if column.name == "customer_id":
        return customer
    if column.name == "refund_id":
        return f"substr({name}, 9) || '-' || n"
    if column.name in NUMBERED.get(table.name, ()):
        return f"{name} || '-' || n"
    if column.name in SPREAD_TIMES.get(table.name, ()):
        if connection.dialect.name == "postgresql":
            return f"{name} - n * {days} * interval '1 day'"
        return f"strftime('%Y-%m-%d %H:%M:%f000', {name}, '-' || (n * {days}) || ' days')"
    return name


def _spread_customer(table: Table, copies: int, customers: int) -> str:
    """Pattern t's copy t × step is the shown customer's; all others go round."""
    own = "id" if table.name == "orders" else "pattern"
    anybody = f"{CANCELLING + 1} + (n * {PATTERN_COUNT} + {own}) * 7919 % {customers - CANCELLING}"
    return f"CASE WHEN n = {own} * {_step(copies)} THEN {SHOWN} ELSE {anybody} END"


def _step(copies: int) -> int:
    return max(1, copies // PATTERN_COUNT)


def _copy_spare(connection: Connection, table: Table) -> None:
    """The paid order behind WAITING is what everybody cancels: pattern 2."""
    last, whose = SPARE_FROM + SPARE - 1, f"{CROWD.start} + n % {len(CROWD)}"
    connection.execute(text(_copy(table, connection, SPARE_FROM, last, whose, only="ORDER = 2")))


def _sign_in(engine: Engine, deps: Deps, customer: int) -> str:
    token, now = deps.random.token(), deps.clock.now()
    row = {
        "token_hash": hashlib.sha256(token.encode()).hexdigest(),
        "kind": "shopper",
        "shop_id": 1,
        "customer_id": customer,
        "locale": "",
        "created_at": now,
        "last_seen_at": now,
        "expires_at": now + timedelta(hours=12),
    }
    with engine.begin() as connection:
        connection.execute(insert(Model.metadata.tables["session"]), [row])
    return token


def _filled(engine: Engine, url: str, tokens: tuple[str, ...], staff: str) -> Filled:
    def of(statement: str) -> list[str]:
        with engine.connect() as connection:
            return [str(row[0]) for row in connection.execute(text(statement))]

    mine = f"SELECT number FROM orders WHERE customer_id = {SHOWN}"
    cases = f"SELECT case_no FROM after_sales_case WHERE customer_id = {SHOWN} ORDER BY id"
    spare = f"SELECT number FROM orders WHERE id >= {SPARE_FROM * STRIDE} ORDER BY id"
    assert len(of(mine)) == PATTERN_COUNT
    # The first copy's customer is that of its number.
    crowd = tokens[2:][SPARE_FROM % len(CROWD) :] + tokens[2:][: SPARE_FROM % len(CROWD)]
    return Filled(
        url=url,
        orders=int(of("SELECT count(*) FROM orders")[0]),
        shown=tokens[0],
        cancelling=tokens[1],
        staff=staff,
        order_no=of(f"{mine} AND state = 'paid' ORDER BY id")[0],
        delivered_no=of(f"{mine} AND state = 'delivered' ORDER BY id")[0],
        case_no=of(cases)[0],
        crowd=crowd,
        cancellable=tuple((crowd[place % len(crowd)], number) for place, number in enumerate(of(spare))),
    )
