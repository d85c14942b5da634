"""Which request something comes from: one number from the proxy to the rail (SECURITY, logs).

Carried by the context of the thread that works, never from call to call: what enqueues a job, writes a log line or
calls a provider asks for it here. A job brings it along to the worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

LONGEST = 64
_REQUEST = re.compile(r"(?=[0-9-]*[A-Za-z])[A-Za-z0-9-]{16,64}\Z", re.ASCII)
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Origin:
    """`request`: the request's number, or `job-N` where a job comes from none, "" for neither. `traceparent`: as W3C
    Trace Context writes it, "" where nobody traces."""

    request: str = ""
    traceparent: str = ""

    def written(self) -> str:
        """As a job keeps it."""
        return f"{self.request} {self.traceparent}".strip()

    @classmethod
    def read(cls, written: str) -> Origin:
        request, _, traceparent = written.partition(" ")
        return cls(request, traceparent)


NOWHERE = Origin()
_CURRENT: ContextVar[Origin] = ContextVar("portal_origin", default=NOWHERE)


def current_origin() -> Origin:
    return _CURRENT.get()


def begin_request(origin: Origin) -> None:
    """From here to the end of this request, in its own context."""
    _CURRENT.set(origin)


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Whatever is done within comes from there."""
    before = _CURRENT.set(origin)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def origin_headers() -> dict[str, str]:
    """For whoever is called and may log it, too: the number, and the trace where there is one."""
    origin = current_origin()
    named = {"X-Request-ID": origin.request, "traceparent": origin.traceparent}
    return {name: value for name, value in named.items() if value}


def read_request_number(written: str) -> str:
    """16 to 64 letters, digits and dashes, one letter at least; "" for anything else: nobody's phone or card, and no
    second line of a log."""
    return written if _REQUEST.match(written) else ""


def read_traceparent(written: str) -> str:
    """A trace of W3C's version 00, whose ids are not all zeros; "" for anything else."""
    found = _TRACEPARENT.match(written)
    return written if found and found[1].strip("0") and found[2].strip("0") else ""


def trace_of(traceparent: str) -> str:
    """Its trace's id: 32 hexadecimal digits, "" for none."""
    return traceparent[3:35]
