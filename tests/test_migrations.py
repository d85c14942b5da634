"""The migrations make exactly the tables of the models, on both databases; and events cannot be changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, create_engine, insert, text
from sqlalchemy.exc import DatabaseError

from portal.extensions import db
from portal.models.event import Event
from portal.models.shop import Shop
from tests.support.databases import Cluster, close, portal_app
from tests.support.fakes import NOON
from tests.support.needs import CHECKOUT

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
        if not MIGRATED_ONLY & {row[1], row[2]} and "alembic_version" not in str(row[2]) and not is_of_library(row)
    }


def is_of_library(row: Sequence[object]) -> bool:
    """What procrastinate brings along is no table of ours."""
    return any(str(part).startswith("procrastinate_") for part in (row[1], row[2]))


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


def test_the_tables_of_procrastinate_are_those_of_the_version_that_is_installed() -> None:
    """Where this fails, the library was upgraded: what its `sql/migrations` change is a revision of ours."""
    (kept,) = (CHECKOUT / "migrations" / "procrastinate").glob("*.sql")
    assert kept.stem == version("procrastinate")
    assert kept.read_text("utf-8") == SchemaManager.get_schema()


def test_the_tables_of_procrastinate_go_with_their_revision_and_come_again(postgresql: Cluster, tmp_path: Path) -> None:
    url = postgresql.create("procrastinate_alone")
    app = portal_app(url, tmp_path)
    try:
        with app.app_context():
            upgrade()
            before = parts_of_library(postgresql)
            downgrade(revision="0065")
            assert parts_of_library(postgresql) == set()
            upgrade()
        assert len(before) > 30
        assert parts_of_library(postgresql) == before
    finally:
        close(app)
        postgresql.drop("procrastinate_alone")


def parts_of_library(postgresql: Cluster) -> set[str]:
    """Tables, indexes, sequences, functions and types, by name."""
    with postgresql.connect("procrastinate_alone") as connection:
        query = """
            SELECT relname FROM pg_class WHERE strpos(relname, 'procrastinate_') > 0
            UNION SELECT proname FROM pg_proc WHERE starts_with(proname, 'procrastinate_')
            UNION SELECT typname FROM pg_type WHERE starts_with(typname, 'procrastinate_')
        """
        return {name for (name,) in connection.execute(query)}


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
