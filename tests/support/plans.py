"""How a database reads what a page asks for: the statements that were sent, and the indexes each of them goes by."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.support.queries import FRAMES


@dataclass(frozen=True)
class Read:
    """Of one table by one index; `index` is "" where the table is read from its beginning to its end."""

    table: str
    index: str


def reads_of(engine: Engine, act: Callable[[], object]) -> list[Read]:
    """What the database would read to answer each statement that `act` sends."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.lstrip().upper().startswith((*FRAMES, "INSERT")):
            sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    explain = _sqlite if engine.dialect.name == "sqlite" else _postgresql
    with engine.connect() as connection:
        return [read for statement, parameters in sent for read in explain(connection, statement, parameters)]


def _sqlite(connection: Any, statement: str, parameters: Any) -> Iterator[Read]:
    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
        words = row[3].split()
        if words[0] not in ("SCAN", "SEARCH") or words[1] == "(subquery":
            continue
        named = words.index("INDEX") + 1 if "INDEX" in words else 0
        index = words[named] if named and "INTEGER" not in words else "id" if "INTEGER" in words else ""
        # A scan of a partial index is what it was made for.
        yield Read(words[1], index)


def _postgresql(connection: Any, statement: str, parameters: Any) -> Iterator[Read]:
    found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    nodes = [(found if isinstance(found, list) else json.loads(found))[0]["Plan"]]
    for node in nodes:
        nodes += node.get("Plans", ())
        if node["Node Type"] == "Seq Scan":
            yield Read(node["Relation Name"], "")
        elif "Index Name" in node:
            yield Read(node.get("Relation Name", ""), node["Index Name"])
