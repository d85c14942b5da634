"""Places in a process: so many requests are worked on at once, and what waits for long gives its place back.

A page takes a few milliseconds of one core; more of them at once only slow each other down (PERFORMANCE). A photo that
is being decoded elsewhere, or a password that is being hashed without the interpreter's lock, needs no place meanwhile.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from portal.domain.errors import ProviderUnavailable


class _InTurn:
    """A semaphore whose places go to whoever has waited longest. One of the library's is taken by whoever asks while it
    is free for a moment: the thread that has just given it back, again and again, while the others wait for long."""

    def __init__(self, count: int) -> None:
        self._lock, self._free = threading.Lock(), count
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def acquire(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def release(self) -> None:
        """To the first in the queue, past anybody who asks just now."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


_taken: ContextVar[_InTurn | None] = ContextVar("taken", default=None)


class Places:
    """`taken` holds one for a request; first come, first served."""

    def __init__(self, count: int) -> None:
        self._free = _InTurn(count)

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return self._free.waiting

    @contextmanager
    def taken(self) -> Iterator[None]:
        self._free.acquire()
        before = _taken.set(self._free)
        try:
            yield
        finally:
            _taken.reset(before)
            self._free.release()


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
