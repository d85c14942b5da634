"""Connections: one transaction each, opened here and nowhere else (ARCHITECTURE law 4; SECURITY, database)."""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from portal.domain.errors import ProviderUnavailable

_OUR_MISTAKES = ("no such", "near ")
"""How SQLite begins what it says about a statement that is wrong; it has no error class of its own for them."""
_SET_UP = """
SET jit = off; SET max_parallel_workers_per_gather = 0;
SET idle_in_transaction_session_timeout = '20s';
SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
SET tcp_user_timeout = '20s';
SELECT set_config('lock_timeout', coalesce(nullif(current_setting('lock_timeout'), '0'), '5s'), false)
"""
"""No query of a page runs as long as it takes to compile it or to call other processes to its help, which PostgreSQL
does with what it thinks dear: at a million rows, whatever the page reads of them.

A machine that is cut off in the middle of a transaction holds rows, and nobody tells the server that it is gone: it
finds out by itself before the lease of what that machine had in hand is over. Whoever waits for a row waits as long as
on SQLite, once more behind others that wait, and is told to try again; a time given elsewhere (PGOPTIONS) stays.
"""
_STREAMS = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0"
"""Whoever reads little by little may take long over each piece, and holds no row."""

_ONLY_READS = "25006"
_ENDED = frozenset({_ONLY_READS, "25P03", "25P04"})
"""What PostgreSQL says of itself rather than of a statement, in a class of errors that is else our mistake: it is a
standby, or was made one; a transaction was open for longer than it allows."""


class SqlDatabase:
    """The `Database` port over an engine. A writer takes SQLite's write lock at BEGIN, so it never fails half-way.

    On PostgreSQL a page is read without a transaction: at its isolation level every statement sees what is committed
    when it begins anyway, and a transaction would be two more trips to the server.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        is_sqlite = engine.dialect.name == "sqlite"
        self._writer = engine.execution_options(begin="BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
        self._reader = engine.execution_options(begin="BEGIN" if is_sqlite else "")
        self._streamer = engine.execution_options(begin="BEGIN" if is_sqlite else _STREAMS)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with _answering(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self, *, streams: bool = False) -> Iterator[Connection]:
        """`streams`: rows are fetched little by little, for which PostgreSQL does want a transaction."""
        with _answering(), (self._streamer if streams else self._reader).begin() as connection:
            yield connection


@contextmanager
def _answering() -> Iterator[None]:
    """A database that is away, locked for too long or out of disk is a provider that does not answer: nothing was done,
    and the same may be tried again. So is the victim of a deadlock, and who was cut off until the server let go."""
    try:
        yield
    except OperationalError as error:
        if str(error.orig).startswith(_OUR_MISTAKES):
            raise
        raise ProviderUnavailable("database", type(error.orig).__name__) from error
    except InternalError as error:
        if _state_of(error.orig) not in _ENDED:
            raise
        raise ProviderUnavailable("database", type(error.orig).__name__) from error
    except NoConnectionFree as error:
        raise ProviderUnavailable("database", "no connection is free") from error


def prepare_engine(engine: Engine) -> Engine:
    """Settings every connection gets: the driver's own transactions off and BEGIN said by us. SQLite: WAL, FULL."""
    event.listen(engine, "begin", _begin)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql)
        event.listen(engine, "checkout", _still_open)
        event.listen(engine, "handle_error", _leave_one_that_only_reads)
    return engine


def _set_up_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")


def _set_up_postgresql(raw: Any, _record: Any) -> None:
    raw.autocommit = True
    raw.execute(_SET_UP)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        # A migration makes an index while others write (`autocommit_block`): PostgreSQL does so in no transaction.
        return
    statement = options.get("begin", "BEGIN")
    if statement == "BEGIN" and connection.dialect.name == "sqlite":
        # Past SQLAlchemy, which takes longer over this word than the database does; there it cannot fail.
        connection.connection.cursor().execute(statement)
    elif statement:
        connection.exec_driver_sql(statement)


def _still_open(raw: Any, _record: Any, _proxy: Any) -> None:
    """A server that went away has closed the connection, which leaves something to read on one that is idle. Looking
    costs nothing; asking the server, as `pool_pre_ping` does, is a trip to it for every page."""
    if raw.closed or select.select([raw], [], [], 0)[0]:
        raise DisconnectionError


def _leave_one_that_only_reads(context: ExceptionContext) -> None:
    """The pool would keep its connections to what was the primary: they are let go, and the next one looks for the
    server that takes writes."""
    if _state_of(context.original_exception) == _ONLY_READS:
        context.is_disconnect = True


def _state_of(error: BaseException | None) -> str:
    """The five characters by which PostgreSQL calls an error."""
    return getattr(error, "sqlstate", None) or ""
