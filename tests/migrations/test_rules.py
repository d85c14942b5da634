"""Migrations after the baseline change tables that people are using: no long lock, no table written anew, and the
version before goes on working on what they leave."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, event, inspect, text

from portal.extensions import db
from portal.processes.migrations import MIGRATIONS
from tests.migrations.rules import BASELINE, faults_of
from tests.support.databases import Cluster, close, portal_app

pytestmark = pytest.mark.req("N6")
THERE = {"orders", "event"}
GOOD = '''"""As a migration of a table in use is written."""

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("orders", sa.Column("remark", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("remarks", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute("ALTER TABLE orders ADD CONSTRAINT ck_orders_remarks CHECK (remarks >= 0) NOT VALID")
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_remarks")
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_remark", "orders", ["remark"], postgresql_concurrently=True)
    op.create_table("remark_row", sa.Column("id", sa.Integer(), nullable=False), sa.Column("name", sa.Text()))
    op.create_index("ix_remark_row_name", "remark_row", ["name"])
'''


@dataclass
class Said:
    """Statements of each migration as PostgreSQL got them, with the tables that were there before it."""

    by_revision: dict[str, list[str]] = field(default_factory=dict)
    there: dict[str, set[str]] = field(default_factory=dict)


@pytest.fixture
def unmigrated(postgresql: Cluster, tmp_path: Path) -> Iterator[Flask]:
    app = portal_app(postgresql.create("migrations_in_turn"), tmp_path)
    yield app
    close(app)
    postgresql.drop("migrations_in_turn")


def later(scripts: ScriptDirectory) -> list[Any]:
    """Migrations after the baseline, the oldest first."""
    return [found for found in reversed(list(scripts.walk_revisions())) if found.revision > BASELINE]


def walked(app: Flask, folder: Path) -> Said:
    """Up to the baseline at once, then one after the other."""
    said = Said()
    with app.app_context():
        after = later(ScriptDirectory(str(folder)))
        upgrade(directory=str(folder), revision=after[0].down_revision)
        for script in after:
            said.there[script.revision] = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
            said.by_revision[script.revision] = []
            with Heard(db.engine, said.by_revision[script.revision]):
                upgrade(directory=str(folder), revision=script.revision)
    return said


class Heard:
    def __init__(self, engine: Engine, kept: list[str]) -> None:
        self._engine, self._kept = engine, kept

    def _keep(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self._kept.append(statement)

    def __enter__(self) -> None:
        event.listen(self._engine, "before_cursor_execute", self._keep)

    def __exit__(self, *_problem: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._keep)


def test_every_migration_after_the_baseline_keeps_the_rules(unmigrated: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (head,) = ScriptDirectory(str(folder)).get_heads()
    (folder / "versions" / "9001_good.py").write_text(GOOD.format(head=head))
    scripts = {script.revision: script.module for script in later(ScriptDirectory(str(folder)))}
    said = walked(unmigrated, folder)
    assert set(said.by_revision) == set(scripts)
    faults = {
        revision: [
            fault
            for statement in statements
            for fault in faults_of(
                statement, there=said.there[revision], contracts=bool(getattr(scripts[revision], "CONTRACTS", ""))
            )
        ]
        for revision, statements in said.by_revision.items()
    }
    assert {revision: found for revision, found in faults.items() if found} == {}
    assert any("CREATE INDEX CONCURRENTLY ix_orders_remark" in statement for statement in said.by_revision["9001"])
    with unmigrated.app_context(), db.engine.connect() as connection:
        valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_orders_remark'::regclass"
        assert connection.execute(text(valid)).scalar_one() is True


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX ix_orders_x ON orders (x)",
        "CREATE UNIQUE INDEX uq_orders_x ON orders USING btree (x)",
        "DROP INDEX ix_orders_x",
        "ALTER TABLE orders ADD COLUMN x INTEGER NOT NULL",
        "ALTER TABLE orders ADD COLUMN x BIGSERIAL NOT NULL DEFAULT 1",
        "ALTER TABLE orders ADD COLUMN x UUID DEFAULT gen_random_uuid() NOT NULL",
        "ALTER TABLE orders ADD COLUMN x INT GENERATED ALWAYS AS (y + 1) STORED",
        "ALTER TABLE orders ALTER COLUMN x TYPE BIGINT",
        "ALTER TABLE orders ALTER COLUMN x SET NOT NULL",
        "ALTER TABLE orders ADD CONSTRAINT ck_x CHECK (x > 0)",
        "ALTER TABLE orders ADD CONSTRAINT fk_x FOREIGN KEY(x) REFERENCES shop (id)",
        "ALTER TABLE orders ADD CONSTRAINT uq_x UNIQUE (x)",
        "ALTER TABLE orders DROP COLUMN x",
        "ALTER TABLE orders RENAME x TO y",
        "ALTER TABLE orders RENAME TO old_orders",
        "ALTER TABLE orders ADD COLUMN y INTEGER, ALTER COLUMN x TYPE BIGINT",
        "DROP TABLE orders",
        "UPDATE orders SET x = 1",
        "DELETE FROM event WHERE x = 1",
        "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE",
        "VACUUM FULL orders",
    ],
)
def test_what_holds_up_people_or_breaks_the_version_before_is_a_fault(statement: str) -> None:
    assert list(faults_of(statement, there=THERE))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX CONCURRENTLY ix_orders_x ON orders (x)",
        "CREATE INDEX ix_fresh_x ON fresh (x)",
        "ALTER TABLE fresh ALTER COLUMN x TYPE BIGINT",
        "ALTER TABLE orders ADD COLUMN x INTEGER",
        "ALTER TABLE orders ADD COLUMN x INTEGER DEFAULT 0 NOT NULL",
        "ALTER TABLE orders ADD CONSTRAINT ck_x CHECK (x > 0) NOT VALID",
        "ALTER TABLE orders VALIDATE CONSTRAINT ck_x",
        "ALTER TABLE orders ADD CONSTRAINT uq_x UNIQUE USING INDEX uq_orders_x",
        "UPDATE orders SET x = 1 WHERE id BETWEEN 1 AND 500",
        "DROP INDEX CONCURRENTLY ix_orders_x",
        "CREATE TABLE fresh (id INTEGER NOT NULL)",
        "UPDATE alembic_version SET version_num='9001'",
    ],
)
def test_what_holds_up_nobody_is_none(statement: str) -> None:
    assert list(faults_of(statement, there=THERE)) == []


def test_what_nothing_uses_any_more_goes_where_the_migration_says_so() -> None:
    assert list(faults_of("ALTER TABLE orders DROP COLUMN x", there=THERE, contracts=True)) == []
    assert list(faults_of("ALTER TABLE orders ALTER COLUMN x TYPE BIGINT", there=THERE, contracts=True))
