"""Tickets of jobs as jobs of procrastinate, on the portal's own PostgreSQL, used as its documentation shows.

No `lock` and no `queueing_lock`, ever: a second one aborts the caller's transaction, and a lock may stay after a retry.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException, NoResult
from procrastinate.jobs import Job
from procrastinate.types import JSONDict

from portal.adapters.silent_server import LONGEST
from portal.domain.errors import ProviderUnavailable
from portal.ports.queues import Ticket

TASK = "portal.job"
HEARTBEAT, STALLED_AFTER, LOOKED_AFTER = 10.0, 30.0, 5.0
"""Seconds: a worker that was killed is known after 35 at most, on whichever machine the others are."""
POLL = 1.0
"""What is to be brought later is looked for this often; what is due at once is told of by the database."""
BETWEEN_TRIES = 1.0
_WAITS = frozenset({"todo", "doing"})
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Due, whatever the clock of this machine says: the library would write down its own."""
_POOL: dict[str, Any] = {"min_size": 1, "max_size": 4, "timeout": 5.0}


def queue_of(urgency: int) -> str:
    return f"portal_{urgency}"


class AtOnce(BaseRetryStrategy):
    """A ticket whose worker had no database to write to is brought again, however often."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:  # noqa: ARG002 - the library's signature
        return RetryDecision(retry_at=_LONG_AGO)


class ProcrastinateQueue:
    """The port `Dispatcher`. `conninfo`: as libpq takes it; `longest`: seconds that a server may say nothing."""

    def __init__(self, conninfo: str, *, longest: float = LONGEST) -> None:
        self._conninfo, self._longest = conninfo, longest
        self._app = App(connector=SyncPsycopgConnector(conninfo=conninfo, **_POOL))

    def send(self, connection: Any, tickets: Sequence[Ticket]) -> list[int]:
        raw = connection.connection.driver_connection
        numbers: list[int] = []
        for (urgency, at), some in groupby(tickets, key=lambda ticket: (ticket.urgency, ticket.at)):
            deferrer = self._app.configure_task(
                TASK, queue=queue_of(urgency), priority=-urgency, schedule_at=at, connection=raw
            )
            wanted: list[JSONDict] = [{"job": ticket.job_id} for ticket in some]
            with _database_answers():
                numbers += deferrer.batch_defer(*wanted)
        return numbers

    def lost(self, numbers: Collection[int]) -> set[int]:
        with _database_answers(), self._app.open():
            return {number for number in numbers if not self._waits(number)}

    def _waits(self, number: int) -> bool:
        try:
            return self._app.job_manager.get_job_status(number).value in _WAITS
        except NoResult:
            return False

    def withdraw(self, numbers: Collection[int]) -> None:
        with _database_answers(), self._app.open():
            for number in numbers:
                self._app.job_manager.cancel_job_by_id(number, delete_job=True)

    def deliver(self, do: Callable[[int, int], None], *, of: Collection[int], is_stopping: Callable[[], bool]) -> None:
        with _database_answers():
            asyncio.run(self._deliver(do, [queue_of(urgency) for urgency in of], is_stopping))

    async def _deliver(
        self, do: Callable[[int, int], None], queues: list[str], is_stopping: Callable[[], bool]
    ) -> None:
        made: list[psycopg.AsyncConnection[Any]] = []
        connector = PsycopgConnector(conninfo=self._conninfo, configure=partial(_keep, made), **_POOL)
        app = App(connector=connector)
        app.task(name=TASK, retry=AtOnce(), pass_context=True)(_brought(do))
        async with _closing(made), app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=queues,
                    fetch_job_polling_interval=POLL,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=STALLED_AFTER,
                    delete_jobs="always",
                    install_signal_handlers=False,
                )
            )
            try:
                await _look_after(app, worker, is_stopping, self._longest)
            finally:
                await _ended(worker, self._longest)


async def _keep(made: list[psycopg.AsyncConnection[Any]], connection: psycopg.AsyncConnection[Any]) -> None:
    made[:] = [one for one in made if not one.closed] + [connection]


@asynccontextmanager
async def _closing(made: list[psycopg.AsyncConnection[Any]]) -> AsyncIterator[None]:
    """Whoever is told twice to stop gives no connection back, and its pool closes only what it was given."""
    try:
        yield
    finally:
        for one in made:
            await one.close()


def _brought(do: Callable[[int, int], None]) -> Callable[..., None]:
    def bring(context: JobContext, job: int) -> None:
        assert context.job.id is not None  # it comes from the table
        try:
            do(job, context.job.id)
        except Exception:
            time.sleep(BETWEEN_TRIES)
            raise

    return bring


async def _ended(worker: asyncio.Task[None], longest: float) -> None:
    """It finishes what it has in hand, and takes no more. What it wants to write down then may not be answered either:
    told once more, it waits for nothing."""
    worker.cancel()
    await asyncio.wait([worker], timeout=longest)
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker


async def _look_after(app: App, worker: asyncio.Task[None], is_stopping: Callable[[], bool], longest: float) -> None:
    """Until it is to stop, or the worker has ended by itself: then it could not reach the database. Raises TimeoutError
    where that says nothing any more (decision 107): the worker waits for it as well."""
    looked_at = 0.0
    while not (worker.done() or is_stopping()):
        if time.monotonic() >= looked_at + LOOKED_AFTER:
            await asyncio.wait_for(_bring_again_what_stalled(app), longest)
            looked_at = time.monotonic()
        await asyncio.wait([worker], timeout=0.1)


async def _bring_again_what_stalled(app: App) -> None:
    """The recipe of the library's documentation; every worker runs it. Two that do so at once bring a job twice at
    worst, of which our table lets one be done."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        # Another worker was faster, or it was done after all.
        with suppress(ConnectorException):
            await app.job_manager.retry_job(job, retry_at=_LONG_AGO)


@contextmanager
def _database_answers() -> Iterator[None]:
    try:
        yield
    except TimeoutError as silence:
        raise ProviderUnavailable("database", "silent") from silence
    except ConnectorException as problem:
        if isinstance(problem.__cause__, psycopg.OperationalError):
            raise ProviderUnavailable("database", type(problem.__cause__).__name__) from problem
        raise
