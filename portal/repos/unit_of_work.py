"""One transaction of a service: its repositories, its events and jobs, written together or not at all (law 4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection

from portal.ports import Deps
from portal.repos.accounts import Accounts
from portal.repos.archive_repos import ArchiveRepos
from portal.repos.audit_lists import AuditLists
from portal.repos.behalf import Behalves
from portal.repos.cases import Cases
from portal.repos.connected import ConnectedRepos
from portal.repos.credit import Credit
from portal.repos.customer_lists import CustomerLists
from portal.repos.deadlines_soon import DeadlinesSoon
from portal.repos.declarations import Declarations
from portal.repos.desk_drafts import DeskDrafts
from portal.repos.desk_presences import DeskPresences
from portal.repos.early_refunds import EarlyRefunds
from portal.repos.evidence import EvidenceFiles
from portal.repos.failures import Failures
from portal.repos.fees import Fees
from portal.repos.goodwill import GoodwillRows
from portal.repos.handoffs import Handoffs
from portal.repos.intake import Intake
from portal.repos.job_repos import JobRepos
from portal.repos.kept_texts import KeptTexts
from portal.repos.macros import Macros
from portal.repos.messages import Messages
from portal.repos.notices import Notices
from portal.repos.one_time_codes import OneTimeCodes
from portal.repos.order_lists import OrderLists
from portal.repos.past_cases import PastCases
from portal.repos.pickups import Pickups
from portal.repos.policies import Policies
from portal.repos.policy_drafts import PolicyDrafts
from portal.repos.policy_simulations import PolicySimulations
from portal.repos.products import Products
from portal.repos.queue import Queue
from portal.repos.rails import RailRows
from portal.repos.refunds import Refunds
from portal.repos.report_state import ReportStates
from portal.repos.report_sums import ReportSums
from portal.repos.requests import Requests
from portal.repos.scanning import Scanning
from portal.repos.sessions import Sessions
from portal.repos.shops import Shops
from portal.repos.staff_lists import StaffLists
from portal.repos.staff_notes import StaffNotes
from portal.repos.staff_sessions import StaffSessions
from portal.repos.statistics import Statistics
from portal.repos.tasks import Tasks
from portal.repos.team import Team
from portal.repos.tokens import Tokens
from portal.repos.tombstones import Tombstones
from portal.repos.transfers import Transfers


class UnitOfWork(ConnectedRepos, JobRepos, ArchiveRepos):
    """The repositories of one connection. `now` is read once: everything in a transaction happened at one moment."""

    def __init__(self, connection: Connection, deps: Deps) -> None:
        self.connection, self.now = connection, deps.clock.now()
        self._schemas, self._vault, self._dispatcher = deps.schemas, deps.vault, deps.dispatcher
        self.texts = KeptTexts()

    @cached_property
    def intake(self) -> Intake:
        return Intake(self.connection, self.now, self._vault)

    @cached_property
    def products(self) -> Products:
        return Products(self.connection)

    @cached_property
    def order_lists(self) -> OrderLists:
        return OrderLists(self.connection)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self.connection, self.now, self.texts)

    @cached_property
    def declarations(self) -> Declarations:
        return Declarations(self.connection, self.now)

    @cached_property
    def desk_drafts(self) -> DeskDrafts:
        return DeskDrafts(self.connection, self.now)

    @cached_property
    def desk_presences(self) -> DeskPresences:
        return DeskPresences(self.connection, self.now)

    @cached_property
    def rails(self) -> RailRows:
        return RailRows(self.connection, self.now)

    @cached_property
    def refunds(self) -> Refunds:
        return Refunds(self.connection, self.now)

    @cached_property
    def fees(self) -> Fees:
        return Fees(self.connection, self.now)

    @cached_property
    def early_refunds(self) -> EarlyRefunds:
        return EarlyRefunds(self.connection, self.now)

    @cached_property
    def goodwill(self) -> GoodwillRows:
        return GoodwillRows(self.connection, self.now, self.texts)

    @cached_property
    def pickups(self) -> Pickups:
        return Pickups(self.connection, self.now)

    @cached_property
    def credit(self) -> Credit:
        return Credit(self.connection, self.now)

    @cached_property
    def evidence(self) -> EvidenceFiles:
        return EvidenceFiles(self.connection, self.now)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self.connection, self.now)

    @cached_property
    def requests(self) -> Requests:
        return Requests(self.connection, self.now)

    @cached_property
    def report_sums(self) -> ReportSums:
        return ReportSums(self.connection)

    @cached_property
    def report_states(self) -> ReportStates:
        return ReportStates(self.connection, self.now)

    @cached_property
    def scanning(self) -> Scanning:
        return Scanning(self.connection)

    @cached_property
    def statistics(self) -> Statistics:
        return Statistics(self.connection)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self.connection, self.now)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.connection, self.now)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.connection, self.now)

    @cached_property
    def staff_sessions(self) -> StaffSessions:
        return StaffSessions(self.connection, self.now)

    @cached_property
    def behalf(self) -> Behalves:
        return Behalves(self.connection, self.now)

    @cached_property
    def customer_lists(self) -> CustomerLists:
        return CustomerLists(self.connection)

    @cached_property
    def deadlines_soon(self) -> DeadlinesSoon:
        return DeadlinesSoon(self.connection, self.now)

    @cached_property
    def staff_notes(self) -> StaffNotes:
        return StaffNotes(self.connection, self.now)

    @cached_property
    def staff_lists(self) -> StaffLists:
        return StaffLists(self.connection)

    @cached_property
    def audit_lists(self) -> AuditLists:
        return AuditLists(self.connection)

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.connection, self.now)

    @cached_property
    def team(self) -> Team:
        return Team(self.connection, self.now)

    @cached_property
    def macros(self) -> Macros:
        return Macros(self.connection, self.now)

    @cached_property
    def messages(self) -> Messages:
        return Messages(self.connection, self.now, self.texts)

    @cached_property
    def failures(self) -> Failures:
        return Failures(self.connection, self.now)

    @cached_property
    def handoffs(self) -> Handoffs:
        return Handoffs(self.connection, self.now)

    @cached_property
    def codes(self) -> OneTimeCodes:
        return OneTimeCodes(self.connection, self.now)

    @cached_property
    def shops(self) -> Shops:
        return Shops(self.connection, self.now, self._schemas)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.connection, self.now)

    @cached_property
    def tombstones(self) -> Tombstones:
        return Tombstones(self.connection, self.now, self._vault)

    @cached_property
    def transfers(self) -> Transfers:
        return Transfers(self.connection, self.now)

    @cached_property
    def policies(self) -> Policies:
        return Policies(self.connection, self.now, self._schemas)

    @cached_property
    def policy_drafts(self) -> PolicyDrafts:
        return PolicyDrafts(self.connection, self.now)

    @cached_property
    def policy_simulations(self) -> PolicySimulations:
        return PolicySimulations(self.connection, self.now)

    @cached_property
    def past_cases(self) -> PastCases:
        return PastCases(self.connection)

    def flush(self) -> None:
        """Collected rows, in an order that foreign keys and chains allow. One that nobody used has none."""
        for notice_id in self.notices.flush():
            self.jobs.enqueue("notice", {"notice": notice_id}, dedup_key=f"notice:{notice_id}")
        for told in self.notices.flush_for_guests():
            # A job each way: one that comes back must not send again what the other has sent.
            for way in ("mail", "text"):
                self.jobs.enqueue("guest_notice", told | {"way": way})
        self.events.flush()
        self.orders.flush()
        self.jobs.flush()


@contextmanager
def unit_of_work(deps: Deps) -> Iterator[UnitOfWork]:
    """A writing transaction: committed at the end, rolled back by any exception."""
    with deps.watch.step("transaction", "write", {}), deps.database.writing() as connection:
        work = UnitOfWork(connection, deps)
        yield work
        work.flush()


@contextmanager
def looking(deps: Deps) -> Iterator[UnitOfWork]:
    """Holds rows as who writes does, and keeps nothing: an order of the archive is back only for as long as it is
    looked at (decision 93)."""
    with deps.watch.step("transaction", "read", {}), deps.database.writing() as connection:
        yield UnitOfWork(connection, deps)
        connection.rollback()


@contextmanager
def reading(deps: Deps, *, streams: bool = False) -> Iterator[UnitOfWork]:
    """Only reads. `streams`: more rows than fit in memory."""
    with deps.watch.step("transaction", "read", {}), deps.database.reading(streams=streams) as connection:
        yield UnitOfWork(connection, deps)
