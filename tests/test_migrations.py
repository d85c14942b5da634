"""The migrations make exactly the tables of the models, on both databases; and events cannot be changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, insert, text
from sqlalchemy.exc import DatabaseError

from portal.extensions import db
from portal.models.event import Event
from portal.models.shop import Shop
from tests.support.databases import Cluster
from tests.support.fakes import NOON

MIGRATED_ONLY = {"alembic_version"}
CATALOGUE = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index')",
    "postgresql": """
        SELECT 'column', table_name, column_name,
               data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') || ' '
               || coalesce(character_maximum_length::text, '')
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', indexname, tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint', conname, conrelid::regclass::text, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
}


def catalogue(connection: Connection) -> set[tuple[str, ...]]:
    """Every table, column, index and constraint, as the database itself writes it down."""
    rows = connection.execute(text(CATALOGUE[connection.dialect.name]))
    return {
        tuple(sorted_parts(str(part)) for part in row)
        for row in rows
        if not MIGRATED_ONLY & {row[1], row[2]} and "alembic_version" not in str(row[2])
    }


def sorted_parts(definition: str) -> str:
    """SQLite keeps the text of a table, an added column on the line of the one before; the order means nothing, nor do
    the quotes around the name of a table that was written again."""
    if not definition.startswith("CREATE TABLE"):
        return definition
    definition = re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", definition)
    definition = re.sub(r", (?=[a-z_]+ [A-Z])", ",\n", definition)
    return "\n".join(sorted(line.strip().rstrip(",") for line in definition.splitlines()))


def made_by_models(url: str) -> set[tuple[str, ...]]:
    engine = create_engine(url)
    db.metadata.create_all(engine)
    with engine.connect() as connection:
        found = catalogue(connection)
    engine.dispose()
    return found


def made_by_migrations(url: str) -> set[tuple[str, ...]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = catalogue(connection)
    engine.dispose()
    return found


def test_migrations_and_models_agree_on_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    assert made_by_migrations(sqlite_url) == made_by_models(f"sqlite:///{tmp_path}/models.db")


def test_migrations_and_models_agree_on_postgresql(postgresql_url: str, postgresql: Cluster) -> None:
    models = postgresql.create("models_alone")
    try:
        assert made_by_migrations(postgresql_url) == made_by_models(models)
    finally:
        postgresql.drop("models_alone")


@pytest.mark.parametrize("act", ["UPDATE event SET kind = 'x'", "DELETE FROM event"])
def test_the_database_refuses_to_change_or_delete_an_event(
    act: str, database: str, portal_on: Callable[..., Flask]
) -> None:
    with portal_on(database).extensions["portal"].database.writing() as connection:
        shop = {
            "key": "tepai",
            "name": "特派商城",
            "policy": "cn",
            "settings": {},
            "origins": [],
            "image_origins": [],
            "version": 1,
            "created_at": NOON,
        }
        shop_id = connection.execute(insert(Shop.__table__).values(shop).returning(Shop.__table__.c.id)).scalar_one()
        event = {
            "shop_id": shop_id,
            "chain": "a:1:system",
            "seq": 1,
            "kind": "system:test:made",
            "at": NOON,
            "actor": "system",
            "behalf": "",
            "text": "{}",
            "previous": "0",
            "hash": "1",
        }
        connection.execute(insert(Event.__table__).values(event))
    with (
        pytest.raises(DatabaseError, match="append-only"),
        portal_on(database).extensions["portal"].database.writing() as connection,
    ):
        connection.execute(text(act))
