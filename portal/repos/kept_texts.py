"""What was written or decided, as digests that the events of the same act carry (SECURITY, audit).

A message, a decision or a case can be changed by whoever owns the database; the event that says what it was cannot. The
last event that speaks of a row says how it ought to be.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select, update

from portal.domain.records.events import text_digest
from portal.models.archive import ArchivedOrder
from portal.models.case import Case, Decision
from portal.models.goodwill import Goodwill
from portal.models.message import Message
from portal.repos.archive_document import document_digest, read_document
from portal.repos.rows import Row, all_rows

CASES: Table = Case.__table__
DECISIONS: Table = Decision.__table__
GOODWILL: Table = Goodwill.__table__
MESSAGES: Table = Message.__table__
ARCHIVED: Table = ArchivedOrder.__table__

_COLUMNS = {
    "message": "shop_id case_id author_kind author_id body is_internal created_at",
    "decision": "shop_id order_id case_id kind at actor engine law_version_id shop_version_id facts decision",
    "case": "case_no shop_id order_id kind state reason note summary outcome opened_at opened_by decided_by closed_at "
    "asked inspection appeal follows_id",
    "goodwill": "number shop_id order_id case_id kind state amount_minor currency said reason stand needs_second "
    "proposed_by proposed_person answered_by answered_person answer",
}
_TABLES = {"message": MESSAGES, "decision": DECISIONS, "case": CASES, "goodwill": GOODWILL}
_MOVED = ("message", "decision", "case")
"""Those that leave with an archived order; what was given beyond policy stays among the books."""
COVERED: dict[str, tuple[Table, tuple[str, ...]]] = {
    what: (table, tuple(_COLUMNS[what].split())) for what, table in _TABLES.items()
}
"""The columns that nobody may change but by an act. What a queue turns on (deadline, assignee, priority) is none."""


class KeptTexts:
    """Of one transaction. `note` gives the salt to write beside the words; `take` what the order's event carries."""

    def __init__(self) -> None:
        self._noted: dict[int, dict[str, str]] = {}

    def note(self, order_id: int, what: str, row_id: int, salt: str, values: Mapping[str, Any]) -> None:
        """A row as it is now. `values`: at least all the covered columns."""
        covered = {name: values[name] for name in COVERED[what][1]}
        self._noted.setdefault(order_id, {})[f"{what} {row_id}"] = text_digest(salt, covered)

    def note_document(self, order_id: int, digest: str) -> None:
        """That of an archived order (`repos.archive_document`); "": it has none any more."""
        self._noted.setdefault(order_id, {})[f"document {order_id}"] = digest

    def take(self, order_id: int) -> dict[str, str]:
        """Digests by row, {} for none; they are an event's from now on."""
        return self._noted.pop(order_id, {})

    @property
    def orders(self) -> tuple[int, ...]:
        """Orders whose rows no event speaks of yet."""
        return tuple(self._noted)


def new_salt() -> str:
    """128 bits, so that a short text cannot be found by trying once it is erased, salt and all."""
    return secrets.token_hex(16)


def renew_salts(connection: Connection, texts: KeptTexts, order_ids: Collection[int]) -> None:
    """After an erasure: the rows as they are now, under new salts; nothing can be tried against what events said."""
    for order_id, what, row in _rows_of(connection, order_ids):
        table, salt = COVERED[what][0], new_salt()
        connection.execute(update(table).where(table.c.id == row["id"]).values(salt=salt))
        texts.note(order_id, what, row["id"], salt, row)


def digests_now(connection: Connection, order_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """By order, then by row: what its event ought to say."""
    found: dict[int, dict[str, str]] = {}
    for order_id, what, row in (*_rows_of(connection, order_ids), *_archived_rows(connection, order_ids)):
        if what == "document":
            found.setdefault(order_id, {})[f"document {order_id}"] = row["digest"]
            continue
        covered = {name: row[name] for name in COVERED[what][1]}
        found.setdefault(order_id, {})[f"{what} {row['id']}"] = text_digest(row["salt"], covered)
    return found


def _archived_rows(connection: Connection, order_ids: Collection[int]) -> Iterator[tuple[int, str, Row]]:
    """The documents of those that are in the archive, and the rows that went with them: each is still what the event of
    its own act says. One that cannot be read has none."""
    query = select(ARCHIVED.c.order_id, ARCHIVED.c.document).where(ARCHIVED.c.order_id.in_(order_ids))
    for row in all_rows(connection.execute(query)):
        yield row["order_id"], "document", {"digest": document_digest(row["document"])}
        try:
            rows = read_document(row["document"])
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        for what in _MOVED:
            for moved in rows[_TABLES[what].name]:
                yield row["order_id"], what, moved


def _rows_of(connection: Connection, order_ids: Collection[int]) -> Iterator[tuple[int, str, Row]]:
    for what, (table, names) in COVERED.items():
        order = CASES.c.order_id if what == "message" else table.c.order_id
        query = select(table.c.id, table.c.salt, *(table.c[name] for name in names), order.label("of_order"))
        if what == "message":
            query = query.join(CASES, CASES.c.id == MESSAGES.c.case_id)
        for row in all_rows(connection.execute(query.where(order.in_(order_ids)).order_by(table.c.id))):
            yield row["of_order"], what, row
