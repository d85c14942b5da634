"""A server that a backup was restored to counts transactions from the beginning: no reader of the feed may notice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Connection, select, text

from portal.models.event import Event
from portal.repos.backups import continue_numbers
from portal.repos.dialects import TXID_OFFSET, oldest_open_txid, txid
from tests.support.make import make_shop

pytestmark = pytest.mark.req("N6")
FAR = 5_000_000_000
"""A number of transactions that a server of this test's has not begun."""


def last_event(connection: Connection) -> int:
    found: int = connection.execute(
        select(Event.__table__.c.txid).order_by(Event.__table__.c.txid.desc()).limit(1)
    ).scalar_one()
    return found


def test_new_transactions_come_after_those_of_the_backup(postgresql_url: str, portal_on: Callable[..., Flask]) -> None:
    deps = portal_on(postgresql_url).extensions["portal"]
    shop = make_shop(deps).shop_id
    row = {"shop_id": shop, "chain": "a:1:x", "seq": 1, "kind": "system:test:made", "actor": "system", "text": "{}"}
    try:
        with deps.database.writing() as connection:
            values = row | {"at": text("now()"), "previous": "0", "hash": "1", "txid": FAR}
            connection.execute(Event.__table__.insert().values(values))
            assert continue_numbers(connection) > 0
        deps.database.engine.dispose()
        with deps.database.writing() as connection:
            assert connection.execute(select(txid(connection))).scalar_one() > last_event(connection) == FAR
            assert connection.execute(select(oldest_open_txid(connection))).scalar_one() > FAR
            assert continue_numbers(connection) == 0
    finally:
        with deps.database.writing() as connection:
            name = connection.execute(text("SELECT current_database()")).scalar_one()
            connection.execute(text(f'ALTER DATABASE "{name}" RESET {TXID_OFFSET}'))
        deps.database.engine.dispose()


def test_sqlite_has_one_writer_and_nothing_to_count_on(sqlite_url: str, portal_on: Callable[..., Flask]) -> None:
    with portal_on(sqlite_url).extensions["portal"].database.writing() as connection:
        assert continue_numbers(connection) == 0
