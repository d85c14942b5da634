"""The trail is hashed under a key outside the database; what there is already is sealed as a whole.

Entries up to now keep their hashes, under one seal that says which they are; every chain's end is sealed by itself. A
database without entries needs no key. The database refuses entries that replace others, and changed seals.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEALED = ("audit_seal", "signed_head")
_AT_ONCE = 1_000


def upgrade() -> None:
    empty = sa.text("''")
    for table, name, length in (
        ("orders", "seal", 64),
        ("chain", "seal", 64),
        ("message", "salt", 32),
        ("after_sales_case", "salt", 32),
        ("decision", "salt", 32),
    ):
        op.add_column(table, sa.Column(name, sa.String(length=length), server_default=empty, nullable=False))
    op.create_table(
        "audit_seal",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_id", BIG, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("heads_digest", sa.String(length=64), nullable=False),
        sa.Column("text_ids", JSON, nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "signed_head",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_signed_head")),
    )
    _refuse()
    if op.get_bind().execute(sa.text("SELECT id FROM event LIMIT 1")).first():
        _seal()


def _refuse() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        # A replacing INSERT deletes without firing the trigger on DELETE.
        op.execute(
            "CREATE TRIGGER event_refuses_replace BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event "
            "WHERE id = NEW.id OR (chain = NEW.chain AND seq = NEW.seq) "
            "OR (NEW.key IS NOT NULL AND shop_id = NEW.shop_id AND key = NEW.key)) "
            "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER event_refuses_truncate BEFORE TRUNCATE ON event EXECUTE FUNCTION event_refuses()"
        )
    for table in SEALED:
        key = "number" if table == "signed_head" else "id"
        if is_sqlite:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END"
                )
            op.execute(
                f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
                "BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_refuses BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION event_refuses()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION event_refuses()"
            )


def _seal() -> None:
    """As `portal audit seal` does: signs what there is, as it is. Raises where PORTAL_SECRET_KEY is not set."""
    deps, bind = current_app.extensions["portal"], op.get_bind()
    found, until = hashlib.sha256(), 0
    while True:
        rows = bind.execute(
            sa.text("SELECT id, chain, seq, text, hash FROM event WHERE id > :until ORDER BY id LIMIT :few"),
            {"until": until, "few": _AT_ONCE},
        ).all()
        for row in rows:
            found.update(f"{row.id} {row.seq} {row.hash} {row.chain}\n{row.text}\n".encode())
            until = row.id
        if len(rows) < _AT_ONCE:
            break
    heads, names = hashlib.sha256(), deps.heads.names()
    noted = sa.table("signed_head", sa.column("at", sa.DateTime(timezone=True)), *map(sa.column, ("number", "name", "signature")))
    for number, name in enumerate(names, 1):
        held = ""
        for line in deps.heads.read(name):
            held = line
        heads.update(f"{held}\n".encode())
        said = json.loads(held)
        head = {"number": number, "name": name, "signature": said["signature"], "at": datetime.fromisoformat(said["at"])}
        bind.execute(sa.insert(noted).values(head))
    tables = {"message": "message", "decision": "decision", "case": "after_sales_case"}
    values: dict[str, Any] = {
        "at": deps.clock.now(),
        "until_id": until,
        "digest": found.hexdigest(),
        "heads": len(names),
        "heads_digest": heads.hexdigest(),
        "text_ids": {what: bind.execute(sa.text(f"SELECT max(id) FROM {name}")).scalar() or 0 for what, name in tables.items()},  # noqa: S608 - our own names
    }
    signed = json.dumps(
        values | {"at": values["at"].isoformat()}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    values["signature"] = deps.vault.digest("audit seal", signed)
    seals = sa.table(
        "audit_seal",
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("text_ids", JSON),
        *(sa.column(name) for name in ("until_id", "digest", "heads", "heads_digest", "signature")),
    )
    bind.execute(sa.insert(seals).values(values))
    _seal_ends(deps.vault)


def _seal_ends(vault: Any) -> None:
    bind, last = op.get_bind(), 0
    while True:
        rows = bind.execute(
            sa.text(
                "SELECT id, shop_id, number, events_count, head FROM orders WHERE id > :last AND events_count > 0 "
                "ORDER BY id LIMIT :few"
            ),
            {"last": last, "few": _AT_ONCE},
        ).all()
        if not rows:
            break
        last = rows[-1].id
        ends = [
            {
                "row": row.id,
                "seal": vault.digest("audit end", f"o:{row.shop_id}:{row.number}\n{row.events_count}\n{row.head}"),
            }
            for row in rows
        ]
        bind.execute(sa.text("UPDATE orders SET seal = :seal WHERE id = :row"), ends)
    for row in bind.execute(sa.text("SELECT name, length, head FROM chain")).all():
        seal = vault.digest("audit end", f"{row.name}\n{row.length}\n{row.head}")
        bind.execute(sa.text("UPDATE chain SET seal = :seal WHERE name = :name"), {"seal": seal, "name": row.name})


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER event_refuses_replace" if is_sqlite else "DROP TRIGGER event_refuses_truncate ON event")
    for table in reversed(SEALED):
        op.drop_table(table)
    for table, name in (
        ("decision", "salt"),
        ("after_sales_case", "salt"),
        ("message", "salt"),
        ("chain", "seal"),
        ("orders", "seal"),
    ):
        op.drop_column(table, name)
