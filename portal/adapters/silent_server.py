"""A server that says nothing, and is not gone, is left after a minute (decision 107).

TCP tells of a machine that is gone. One that hangs, because its disk does or something between it and us, takes every
byte and answers none: whoever asks it waits for as long, and of a standby that was promoted meanwhile nobody hears.
"""

from __future__ import annotations

import math
import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

LONGEST = 60.0
"""Seconds that a web process or worker waits for one answer: as the proxy does. Commands (an import, an upgrade, the
archive) wait for as long as it takes."""


def leave_silent_servers(engine: Engine, *, longest: float | None = None) -> None:
    """In this process, from now on. SQLite answers, or its caller does not."""
    if engine.dialect.name == "postgresql":
        _Waiting(engine, LONGEST if longest is None else longest)


class _Waiting:
    """Connections that are in use, and since when nothing has come of each. A statement's beginning and end are
    something; what goes past SQLAlchemy (a commit, COPY, the queue's tickets) is counted from the last of these."""

    def __init__(self, engine: Engine, longest: float) -> None:
        self._longest = longest
        self._since: dict[int, tuple[Any, float]] = {}
        # Before the settings of a session are said, which is the first thing that a server may not answer.
        event.listen(engine, "connect", self._taken, insert=True)
        event.listen(engine, "checkout", self._taken)
        event.listen(engine, "checkin", self._given_back)
        event.listen(engine, "before_cursor_execute", self._asks)
        event.listen(engine, "after_cursor_execute", self._asks)
        self._watch()
        os.register_at_fork(after_in_child=self._watch)

    def _taken(self, raw: Any, *_: Any) -> None:
        self._since[id(raw)] = raw, time.monotonic()

    def _given_back(self, raw: Any, _record: Any) -> None:
        self._since.pop(id(raw), None)

    def _asks(self, connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _is_many: bool) -> None:
        raw = connection.connection.driver_connection
        # Read little by little, for as long as somebody downloads it: each piece is a statement that is not told of.
        streams = context is not None and context.execution_options.get("stream_results")
        self._since[id(raw)] = raw, math.inf if streams else time.monotonic()

    def _watch(self) -> None:
        threading.Thread(target=self._look, daemon=True, name="silent servers").start()

    def _look(self) -> None:
        while True:
            time.sleep(self._longest / 10)
            last = time.monotonic() - self._longest
            for key, (raw, since) in list(self._since.items()):
                if since < last and raw.info.transaction_status == TransactionStatus.ACTIVE:
                    _hang_up(raw)
                if raw.closed:
                    self._since.pop(key, None)


def _hang_up(raw: Any) -> None:
    """Whoever waits on it finds its end, as if the server had closed it; the pool drops it."""
    with suppress(OSError), socket.socket(fileno=os.dup(raw.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
