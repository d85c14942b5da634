"""The part of a transaction's repositories that is about work to be done by itself."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from portal.ports.queues import Dispatcher
from portal.repos.job_lists import JobLists
from portal.repos.jobs import Jobs
from portal.repos.turns import Turns


class JobRepos:
    """A base of `UnitOfWork`, which sets all three."""

    connection: Connection
    now: datetime
    _dispatcher: Dispatcher | None

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.connection, self.now, self._dispatcher)

    @cached_property
    def job_lists(self) -> JobLists:
        return JobLists(self.connection, self.now, self.jobs.tickets)

    @cached_property
    def turns(self) -> Turns:
        return Turns(self.connection)
