"""Any single row that the trail covers, changed, replaced or deleted by whoever owns the database, is found (N9)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, Table, create_engine, delete, insert, select, update
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError

from portal.adapters.vault_local import LocalVault
from portal.domain.codec import canonical
from portal.domain.records.events import GENESIS, plain_hash
from portal.models.event import AuditSeal, Chain, Event, SignedHead
from portal.models.order import Order
from portal.repos.kept_texts import COVERED
from portal.services.goodwill.give_amount import give_amount
from portal.services.messages.write_message import answer_shop, message_customer, note_internally
from portal.services.records.seal_audit import seal_audit
from portal.services.records.verify_audit import verify_audit
from tests.services.cases.test_appeal import answer, appeal, refused
from tests.services.records.test_audit import lived_a_little, sign
from tests.support.databases import close, portal_app
from tests.support.world import World

EVENTS: Table = Event.__table__
SEALS: Table = AuditSeal.__table__
TABLES: dict[str, tuple[Table, tuple[str, ...]]] = {
    # `id` and `txid` are the order of the feed, `key` is a constraint: no act is read from them.
    "event": (EVENTS, tuple(c.name for c in EVENTS.c if c.name not in ("id", "txid", "key"))),
    "order": (Order.__table__, ("head", "events_count", "seal", "number")),
    "chain": (Chain.__table__, ("head", "length", "seal", "name")),
    "signed head": (SignedHead.__table__, ("name", "signature")),
    "audit seal": (SEALS, tuple(c.name for c in SEALS.c if c.name != "id")),
    **{what: (table, (*names, "salt")) for what, (table, names) in COVERED.items()},
}


def lived(world: World) -> None:
    """A case that staff refused, an appeal that they granted, words of both sides and a note; signed, and sealed."""
    _, case_no = refused(world)
    staff = world.made.staff("agent")
    said = {"case_no": case_no, "deps": world.deps}
    answer_shop(body="words of the customer", actor=world.shopper, request_id="m1", **said)
    message_customer(body="words of the shop", actor=staff, request_id="m2", **said)
    note_internally(body="words among colleagues", actor=staff, request_id="m3", **said)
    give_amount(amount="0.01", reason="words about goodwill", actor=staff, request_id="g1", **said)
    sign(world)
    seal_audit(deps=world.deps)
    appeal(world, case_no)
    answer(world, case_no)
    world.settle()


def off_guard(connection: Connection) -> None:
    """No trigger and no foreign key stands in the way of whoever owns the database."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")
        return
    for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def other(value: Any, kind: type) -> Any:
    """Another value of the column's type."""
    if kind is bool:
        return not value
    if kind is int:
        return (value or 0) + 1
    if kind is datetime:
        return value + timedelta(seconds=1) if value else datetime(2026, 1, 1, tzinfo=UTC)
    if kind is dict:
        return {"other": 1}
    return "another" if value == "other" else "other"


def kind_of(table: Table, name: str) -> type:
    spelt = str(table.c[name].type.compile()).upper()
    for sign_of, kind in (
        ("BOOL", bool),
        ("INT", int),
        ("DATETIME", datetime),
        ("TIMESTAMP", datetime),
        ("JSON", dict),
    ):
        if sign_of in spelt:
            return kind
    return str


def is_found(world: World) -> bool:
    return verify_audit(deps=world.deps).broken is not None


@pytest.mark.req("N9")
@pytest.mark.parametrize("what", TABLES)
def test_any_single_row_that_is_changed_or_deleted_is_found(world: World, what: str) -> None:
    lived(world)
    assert not is_found(world)
    table, names = TABLES[what]
    mine = list(table.primary_key.columns)
    with world.deps.database.reading() as connection:
        rows = [dict(row._mapping) for row in connection.execute(select(table).order_by(*mine))]
    assert rows
    missed = []
    for row in {0: rows[0], len(rows) - 1: rows[-1]}.values():
        key = [column == row[column.name] for column in mine]
        for name in names:
            bent = other(row[name], kind_of(table, name))
            assert bent != row[name]
            try:
                _write(world, update(table).where(*key).values({name: bent}))
            except (DataError, IntegrityError):
                continue  # the database does not even hold it
            if not is_found(world):
                missed.append(name)
            _write(
                world,
                update(table)
                .where(*(key if name not in row or name != mine[0].name else [mine[0] == bent]))
                .values({name: row[name]}),
            )
        assert not is_found(world)
        # An order with its entries is missed by its lines; a seal of the key of now is only needed once that is gone.
        if what not in ("order", "audit seal"):
            _write(world, delete(table).where(*key))
            if not is_found(world):
                missed.append("deleted")
            _write(world, insert(table).values(row))
            assert not is_found(world)
    assert missed == []


def _write(world: World, statement: Any) -> None:
    """On a connection of its own, without what ours are given: SQLite then knows no foreign keys."""
    engine = create_engine(world.deps.database.engine.url)  # type: ignore[attr-defined]
    try:
        with engine.begin() as connection:
            off_guard(connection)
            connection.execute(statement)
    finally:
        engine.dispose()


@pytest.mark.req("N9")
@pytest.mark.parametrize("table", [EVENTS, SEALS, SignedHead.__table__], ids=str)
def test_the_database_itself_refuses_to_change_delete_or_replace(world: World, table: Table) -> None:
    lived(world)
    key = next(iter(table.primary_key.columns))
    with world.deps.database.reading() as connection:
        row = dict(connection.execute(select(table).limit(1)).one()._mapping)
    is_sqlite = world.deps.database.engine.dialect.name == "sqlite"  # type: ignore[attr-defined]
    names = [column.name for column in table.c if column is not key]
    tries: list[Any] = [
        update(table).where(key == row[key.name]).values({names[-1]: row[names[-1]]}),
        delete(table).where(key == row[key.name]),
    ]
    if is_sqlite:
        tries.append(insert(table).prefix_with("OR REPLACE").values(row))
        if table is EVENTS:
            tries.append(insert(table).prefix_with("OR REPLACE").values(row | {"id": 10_000}))
    for statement in tries:
        with pytest.raises(DatabaseError, match="append-only"), world.deps.database.writing() as connection:
            connection.execute(statement)
    if not is_sqlite:
        with pytest.raises(DatabaseError, match="append-only"), world.deps.database.writing() as connection:
            connection.exec_driver_sql(f"TRUNCATE {table.name} CASCADE")


@pytest.mark.req("N9")
def test_who_shortens_a_chain_and_its_end_alike_cannot_seal_it(world: World) -> None:
    lived(world)
    last = max(world.rows(Event), key=lambda row: row["id"] if row["order_id"] else 0)
    _write(world, delete(EVENTS).where(EVENTS.c.id == last["id"]))
    orders = Order.__table__
    mine = orders.c.id == last["order_id"]
    _write(world, update(orders).where(mine).values(events_count=last["seq"] - 1, head=last["previous"]))
    found = verify_audit(deps=world.deps).broken
    assert found is not None and "its end is not sealed by us" in found.what


@pytest.mark.req("N9")
def test_without_any_head_what_is_older_than_two_days_is_missed_by_its_age(world: World) -> None:
    lived(world)
    world.deps.heads.files.clear()  # type: ignore[attr-defined]
    _write(world, delete(SignedHead.__table__))
    _write(world, delete(SEALS))
    assert not is_found(world)
    world.clock.move(days=3)
    found = verify_audit(deps=world.deps).broken
    assert found is not None and "no head speaks of what was written since" in found.what


@pytest.mark.req("N9")
def test_a_changed_key_needs_the_seal_that_is_made_while_both_are_set(world: World) -> None:
    old, new = "a secret of thirty-two characters", "another secret of many characters"
    lived(world)
    both = replace(world.deps, vault=LocalVault(new, old))
    only = replace(world.deps, vault=LocalVault(new))
    assert verify_audit(deps=both).broken is None
    assert verify_audit(deps=only).broken is not None
    seal_audit(deps=both)
    assert verify_audit(deps=only).broken is None
    seal = max(world.rows(AuditSeal), key=lambda row: row["id"])
    _write(world, delete(SEALS).where(SEALS.c.id == seal["id"]))
    assert verify_audit(deps=only).broken is not None
    _write(world, insert(SEALS).values(seal))
    assert verify_audit(deps=only).broken is None
    first = min(world.rows(Event), key=lambda row: row["id"])
    _write(world, update(EVENTS).where(EVENTS.c.id == first["id"]).values(text=first["text"].replace(":", ": ", 1)))
    found = verify_audit(deps=only).broken
    assert found is not None and "are not those that were sealed" in found.what


def as_it_was_before(world: World) -> None:
    """Hashed without a key, and no entry speaks of what was written."""
    heads: dict[str, str] = {}
    with world.deps.database.reading() as connection:
        rows = connection.execute(select(EVENTS).order_by(EVENTS.c.chain, EVENTS.c.seq)).all()
    for row in rows:
        said = json.loads(row.text)
        said["data"].pop("kept", None)
        previous, content = heads.get(row.chain, GENESIS), canonical(said)
        heads[row.chain] = plain_hash(previous, content)
        values = {"text": content, "previous": previous, "hash": heads[row.chain]}
        _write(world, update(EVENTS).where(EVENTS.c.id == row.id).values(values))
        orders, chains = Order.__table__, Chain.__table__
        end = update(orders).where(orders.c.id == row.order_id)
        if row.order_id is None:
            end = update(chains).where(chains.c.name == row.chain)
        _write(world, end.values(head=heads[row.chain]))


@pytest.mark.req("N9")
def test_a_trail_from_before_the_key_is_sealed_by_the_migration_and_never_silently(
    world: World, tmp_path: Path
) -> None:
    lived_a_little(world)
    app = portal_app(str(world.deps.database.engine.url.render_as_string(hide_password=False)), tmp_path)  # type: ignore[attr-defined]
    deps = replace(app.extensions["portal"], clock=world.clock)
    with app.app_context():
        downgrade(revision="0014")
        as_it_was_before(world)
        upgrade()
    before = verify_audit(deps=deps)
    assert (before.broken, before.texts, before.texts_before > 0) == (None, 0, True)
    first = min(world.rows(Event), key=lambda row: row["id"])
    _write(world, update(EVENTS).where(EVENTS.c.id == first["id"]).values(hash="0" * 64))
    found = verify_audit(deps=deps).broken
    assert found is not None and "are not those that were sealed" in found.what
    close(app)
