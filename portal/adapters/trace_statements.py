"""A span for each statement that a traced request or job sends to the database: which table, and how long. Neither the
statement's words nor its values."""

from __future__ import annotations

import re
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from sqlalchemy import Engine, event

_KEY = "portal_span"
_ACT = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE)\b")
_TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?([a-z_]+)')
_WRITES = re.compile(r'\b(INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_]+)')
_SYSTEMS = {"sqlite": "sqlite", "postgresql": "postgresql"}
"""As OpenTelemetry's conventions call them."""


def trace_statements(engine: Engine, tracer: Tracer) -> None:
    """From now on. Outside of a trace nothing is written down."""
    system = _SYSTEMS[engine.dialect.name]

    def before(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, is_many: bool) -> None:  # noqa: ARG001 - SQLAlchemy's
        if not trace.get_current_span().is_recording():
            return
        act, table = told_of(statement)
        span = tracer.start_span(f"{act} {table}".strip(), kind=SpanKind.CLIENT)
        span.set_attributes({"db.system.name": system, "db.operation.name": act})
        if table:
            span.set_attribute("db.collection.name", table)
        connection.info[_KEY] = span

    def after(connection: Any, *_: Any) -> None:
        if span := connection.info.pop(_KEY, None):
            span.end()

    def failed(problem: Any) -> None:
        span: Span | None = problem.connection.info.pop(_KEY, None) if problem.connection is not None else None
        if span:
            span.set_status(Status(StatusCode.ERROR, type(problem.original_exception).__name__))
            span.end()

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    event.listen(engine, "handle_error", failed)


def told_of(statement: str) -> tuple[str, str]:
    """(`UPDATE`, `job`) of `WITH due AS (SELECT …) UPDATE job …`: what is written, else what is read first; of what is
    no such statement its first word."""
    if statement.startswith(("WITH", "INSERT", "UPDATE", "DELETE")) and (writes := _WRITES.search(statement)):
        return writes[1].partition(" ")[0], writes[2]
    if act := _ACT.search(statement):
        table = _TABLE.search(statement)
        return act[1], table[1] if table else ""
    first = re.match(r"[A-Za-z]+", statement.lstrip())
    return first[0].upper() if first else "OTHER", ""
