"""Engines for tests, which make one each: a statement is compiled once a process and not once a test, and no commit
waits for a disk, on SQLite as on the cluster of `databases`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event

from portal.repos.database import prepare_engine

known: dict[tuple[Any, ...], Engine] = {}
"""The first of each kind, that has connected once: its dialect knows the server, its cache what was compiled."""


def engine_on(url: str, **options: Any) -> Engine:
    """The portal's engine; those to one kind of database, with the same options, share what they learn."""
    kind = (url.partition(":")[0], *options.items())
    if kind not in known:
        known[kind] = create_engine(url, **options)
        with known[kind].connect():
            pass
        known[kind].dispose()
    engine, first = create_engine(url, **options), known[kind]
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return waits_for_no_disk(prepare_engine(engine))


def waits_for_no_disk(engine: Engine) -> Engine:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _goes_on_at_once)
    return engine


def _goes_on_at_once(raw: Any, _record: Any) -> None:
    raw.execute("PRAGMA synchronous=OFF")
