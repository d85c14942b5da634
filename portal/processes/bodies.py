"""The body of a request, read in time and of a size that its address takes (SECURITY, availability).

It is read before any page: whoever sends slowly holds a connection, never a thread.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from typing import IO, Any

SMALL = 64 * 1024
"""Bytes of a form without uploads; also what is kept in memory of a larger one."""
SMALL_SECONDS = 15.0
"""For the first 64 kB, and for every further 256 kB: a least rate of 17 kB a second, below which no telephone falls."""
STEP = 256 * 1024
MOST_SECONDS = 3600.0
"""For the longest, orders in bulk, at nearly the least rate: it is that rate which ends what drips, not this."""
MOST_UPLOADS = 32
"""Bodies above 64 kB that one process reads at once; the next one waits, as long as it may take for its beginning."""

Receive = Callable[[], Awaitable[Any]]


class TooSlow(Exception):
    """The body did not come in time."""


class Gone(Exception):
    """Nobody is there any more."""


class Bodies:
    """Reads bodies for one process."""

    def __init__(self, *, seconds: float = SMALL_SECONDS, most_seconds: float = MOST_SECONDS) -> None:
        self._seconds, self._most_seconds = seconds, most_seconds
        self._uploads = asyncio.Semaphore(MOST_UPLOADS)

    async def read(self, receive: Receive, *, most: int) -> tuple[IO[bytes], int]:
        """The body, at its beginning, and its length: where it is longer than `most`, what was read of it until then.

        Raises TooSlow, Gone.
        """
        body: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=SMALL)  # noqa: SIM115 - whoever gets it closes it
        try:
            length, is_whole = await self._fill(body, receive, 0, min(most, SMALL))
            if not is_whole and length <= most:
                length = await self._fill_more(body, receive, length, most)
        except TimeoutError:
            body.close()
            raise TooSlow from None
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return body, length

    async def _fill_more(self, body: IO[bytes], receive: Receive, length: int, most: int) -> int:
        async with asyncio.timeout(self._seconds):
            await self._uploads.acquire()
        try:
            return (await self._fill(body, receive, length, most))[0]
        finally:
            self._uploads.release()

    async def _fill(self, body: IO[bytes], receive: Receive, length: int, most: int) -> tuple[int, bool]:
        """Until it ends or passes `most`: how long it is now, and whether that is all of it."""
        began, before = asyncio.get_running_loop().time(), length
        while length <= most:
            allowed = min(self._most_seconds, self._seconds * (1 + (length - before) // STEP))
            async with asyncio.timeout_at(began + allowed):
                message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            length += body.write(message.get("body", b""))
            if not message.get("more_body"):
                return length, True
        return length, False
