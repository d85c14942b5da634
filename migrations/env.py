"""How migrations run: on the app's own engine, a transaction for each revision, SQLite by copying tables (batch)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

import portal.models  # noqa: F401 - registers the tables
from portal.extensions import db
from portal.models.columns import BigInt, Json, UtcDateTime


def render_item(kind: str, item: Any, _autogen_context: Any) -> str | bool:
    """Our column types by the names that script.py.mako defines: a revision means the same when the models moved on."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "AT"
    for ours, name in ((BigInt, "BIG"), (Json, "JSON")):
        if type(item) is type(ours) and item._variant_mapping.keys() == ours._variant_mapping.keys():
            return name
    return False


@contextmanager
def _tables_written_anew(connection: Connection) -> Iterator[None]:
    """SQLite changes a column by writing its table anew, which it refuses while rows of others refer to it. What they
    refer to afterwards is looked at before they count again."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection
    raw.execute("PRAGMA foreign_keys=OFF")
    yield
    if wrong := raw.execute("PRAGMA foreign_key_check").fetchone():
        raise RuntimeError(f"a row of {wrong[0]} refers to none of {wrong[2]}")
    raw.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    with db.engine.connect() as connection, _tables_written_anew(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            transaction_per_migration=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
