"""Places in a process: so many requests are worked on at once, and what waits for long gives its place back.

A page takes a few milliseconds of one core; more of them at once only slow each other down (PERFORMANCE). A photo that
is being decoded elsewhere, or a password that is being hashed without the interpreter's lock, needs no place meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from portal.domain.errors import ProviderUnavailable

_taken: ContextVar[threading.Semaphore | None] = ContextVar("taken", default=None)


class Places:
    """`taken` holds one for a request."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)

    @contextmanager
    def taken(self) -> Iterator[None]:
        with self._free:
            before = _taken.set(self._free)
            try:
                yield
            finally:
                _taken.reset(before)


@contextmanager
def given_back() -> Iterator[None]:
    """The place of this request is another's meanwhile. Outside of a request that holds one, nothing."""
    free = _taken.get()
    if free is None:
        yield
        return
    free.release()
    try:
        yield
    finally:
        free.acquire()


class Counter:
    """A counter with a queue: `at_once` are served, a few wait for a time, everybody else is told to come again."""

    def __init__(self, what: str, *, at_once: int, waiting: int, seconds: float) -> None:
        self._what, self._seconds = what, seconds
        self._served = threading.Semaphore(at_once)
        self._inside = threading.Semaphore(at_once + waiting)

    @contextmanager
    def served(self) -> Iterator[None]:
        """Raises ProviderUnavailable where too many wait already, or it took too long."""
        if not self._inside.acquire(blocking=False):
            raise ProviderUnavailable(self._what)
        try:
            with given_back():
                is_served = self._served.acquire(timeout=self._seconds)
                if not is_served:
                    raise ProviderUnavailable(self._what)
                try:
                    yield
                finally:
                    self._served.release()
        finally:
            self._inside.release()
