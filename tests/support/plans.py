"""How a database reads what a page asks for: the statements that were sent, and the indexes each of them goes by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Literal
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
    sent = _sent(engine, act)
    explain = _sqlite if engine.dialect.name == "sqlite" else _postgresql
    with engine.connect() as connection:
        return [read for statement, parameters in sent for read in explain(connection, statement, parameters)]


def kept_and_made_anew(engine: Engine, act: Callable[[], object]) -> list[tuple[float, float]]:
    """What PostgreSQL expects each statement to cost by a plan for any values, and by one for the values of this
    time, in PostgreSQL's own measure."""
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        return [
            (_cost(raw, one, "force_generic_plan"), _cost(raw, one, "force_custom_plan")) for one in _sent(engine, act)
        ]


def _cost(raw: Any, sent: tuple[str, Any], mode: str) -> float:
    statement, values = sent
    raw.execute(f"SET plan_cache_mode = {mode}")
    raw.execute("DEALLOCATE ALL")
    places: dict[str, int] = {}
    numbered = re.sub(r"%\(([^)]+)\)s", lambda name: f"${places.setdefault(name[1], len(places) + 1)}", statement)
    raw.execute(f"PREPARE planned AS {numbered.replace('%%', '%')}")
    said = SQL("EXPLAIN EXECUTE planned ({})").format(SQL(", ").join(Literal(values[name]) for name in places))
    return float(re.findall(r"\.\.([0-9.]+) rows", raw.execute(said).fetchone()[0])[0])


def _sent(engine: Engine, act: Callable[[], object]) -> list[tuple[str, Any]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.lstrip().upper().startswith((*FRAMES, "INSERT")):
            sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return sent


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
