"""By which index each list and look-up goes, in a database that was just filled and that nobody has analysed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from portal.domain.deadlines.soon import AHEAD
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import read_login
from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.archived import archived_orders_page
from portal.pages.shop.cases import cases_page
from portal.pages.shop.orders import TABS, ListAsked, orders_page
from portal.pages.staff.audit import AuditAsked, audit_page
from portal.pages.staff.customers import customers_page
from portal.pages.staff.orders import staff_orders_page
from portal.pages.staff.queue_asked import write_place
from portal.pages.staff.reports import ReportAsked, reports_page
from portal.pages.staff.scanning import scan_page
from portal.pages.staff.warehouse import LISTS, warehouse_page
from portal.repos.archive_contacts import archived_contacts
from portal.repos.audit_lists import AuditFilter
from portal.repos.deadlines_soon import SOURCES
from portal.repos.order_lists import Cursor
from portal.repos.queue_filters import QueuePlace
from portal.repos.rail_books import OnRail
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.jobs.health import read_figures
from portal.services.jobs.leases import LEASE
from portal.services.jobs.statistics import keep_statistics
from portal.services.jobs.work_jobs import correct_future_times, free_leases
from portal.services.reports.roll_up import roll_up
from tests.support.fakes import NOON
from tests.support.large_shop import BIG, just_imported
from tests.support.plans import Read, reads_of
from tests.support.queue import queue_of
from tests.support.world import World

WHOLE_SHOP = {"ix_orders_shop", "ix_case_shop", "ix_case_state", "ix_case_waiting", "uq_orders_shop_id"}
"""Indexes that begin with the shop alone: read by one of them, a customer's list costs as much as the shop is large."""


@pytest.fixture(scope="module", params=["sqlite", "sqlite analysed", "postgresql", "postgresql analysed"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Filled once for all plans of a database, analysed or as the import left it; nothing here changes it."""
    from tests.support import databases

    dialect, _, is_analysed = request.param.partition(" ")
    if dialect == "sqlite":
        database = nullcontext(databases.sqlite_database(tmp_path_factory.mktemp("plans")))
    else:
        database = databases.postgresql_database(request.getfixturevalue("postgresql"))
    with database as url, just_imported(url) as made:
        if is_analysed:
            keep_statistics(deps=made.deps)
        yield made


def customer(world: World) -> Actor:
    with world.deps.database.reading() as connection:
        found = connection.execute(text("SELECT id FROM customer WHERE external_id = 'c-7'")).scalar_one()
    return Actor(kind="shopper", shop_id=world.made.shop_id, id=int(found))


def reads(world: World, act: Callable[[], object]) -> list[Read]:
    found = reads_of(world.deps.database.engine, act)
    assert found
    return found


def by(found: list[Read], table: str) -> set[str]:
    return {read.index for read in found if read.table == table or read.index.startswith(f"ix_{table}")}


def is_no_large_table_scanned(found: list[Read]) -> bool:
    return not {read.table for read in found if not read.index} & BIG


@pytest.mark.req("N8")
@pytest.mark.parametrize("tab", TABS)
def test_each_tab_of_my_orders_reads_the_customers_own_orders(world: World, tab: str) -> None:
    actor = customer(world)
    for after in (
        "",
        orders_page(asked=ListAsked(), actor=actor, shop_name="", settings=ShopSettings(), deps=world.deps).next_after,
    ):
        page = partial(
            orders_page,
            asked=ListAsked(state=tab, after=after),
            actor=actor,
            shop_name="",
            settings=ShopSettings(),
            deps=world.deps,
        )
        found = reads(world, page)
        assert is_no_large_table_scanned(found)
        assert not WHOLE_SHOP & {read.index for read in found}, found
        assert any(index.startswith(("ix_orders_customer", "ix_orders_after_sales")) for index in by(found, "orders"))


@pytest.mark.req("N8", "P12")
@pytest.mark.parametrize("q", ["OLD-F-8", "T202010000000", "R202010000000"])
def test_orders_in_the_archive_are_looked_up_and_listed_by_their_own_rows(world: World, q: str) -> None:
    mine, staff = customer(world), world.made.staff("agent")

    def look_up() -> None:
        archived_orders_page(after="", actor=mine, deps=world.deps)
        with reading(world.deps) as work:
            work.archive_lists.called(world.made.shop_id, read_login(q))
            work.archive_lists.case_called(world.made.shop_id, q)
            work.archive_lists.is_there(staff, order_no=q)
            work.archive_lists.is_there(mine, case_no=q)
            archived_contacts(work.connection, world.made.shop_id, q)

    found = reads(world, look_up)
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
    assert "ix_archived_order_shop" not in {read.index for read in found}, found


@pytest.mark.req("N8", "P12")
def test_the_archive_looks_for_old_orders_by_their_time(world: World) -> None:
    """A shop's orders are read from the oldest on: the end of what is old is not looked for among all others."""

    def look() -> None:
        with reading(world.deps) as work:
            (first,) = work.archived.look(world.made.shop_id, after=None, before=NOON, limit=1)
            work.archived.look(world.made.shop_id, after=first, before=NOON, limit=1)

    found = reads(world, look)
    assert "ix_orders_shop" in by(found, "orders"), found
    assert "orders" not in {read.table for read in found if not read.index}


@pytest.mark.req("N8")
def test_a_customers_search_cases_and_order_read_their_own_rows(world: World) -> None:
    actor, deps = customer(world), world.deps
    acts: dict[str, Callable[[], object]] = {
        "search": lambda: orders_page(
            asked=ListAsked(q="衬衫"), actor=actor, shop_name="", settings=ShopSettings(), deps=deps
        ),
        "cases": lambda: cases_page(after="", actor=actor, deps=deps),
    }
    for act in acts.values():
        found = reads(world, act)
        assert is_no_large_table_scanned(found), [read for read in found if not read.index]
        assert not WHOLE_SHOP & {read.index for read in found}, found
    found = reads(world, lambda: _order(world, actor))
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
    assert not {"ix_orders_shop"} & {read.index for read in found}


def _order(world: World, actor: Actor) -> None:
    with reading(world.deps) as work:
        record, _ = work.orders.get_with_refunds("F-7", actor)
        work.events.of_order(record.id)
        work.cases.of_order(record.id)


COUNTED = {
    *("ix_case_to_answer", "ix_case_assignee", "ix_case_priority", "ix_case_theirs", "ix_case_escalated"),
    *("ix_case_unread", "ix_case_snoozed", "ix_case_turns", "ix_case_open_since"),
}
VIEWS = {
    "waiting": ({"state": "waiting"}, "ix_case_to_answer"),
    "overdue": ({"state": "overdue"}, "ix_case_to_answer"),
    "today": ({"state": "today"}, "ix_case_to_answer"),
    "first": ({"state": "waiting", "priority": "high"}, "ix_case_priority"),
    "nobody's": ({"state": "waiting", "assignee": "none"}, "ix_case_assignee"),
    "mine": ({"state": "waiting", "assignee": "me"}, "ix_case_assignee"),
    "by priority": ({"state": "waiting", "order": "priority"}, "ix_case_priority"),
    "by amount": ({"state": "waiting", "order": "amount"}, "ix_case_worth"),
    "mine by priority": ({"state": "waiting", "assignee": "me", "order": "priority"}, "ix_case_priority_of"),
    "mine by amount": ({"state": "waiting", "assignee": "me", "order": "amount"}, "ix_case_worth_of"),
    "open": ({"state": "open"}, "ix_case_waiting"),
    "escalated": ({"state": "escalated"}, "ix_case_escalated"),
    "unread": ({"state": "unread"}, "ix_case_unread"),
    "waiting for customers": ({"state": "customer"}, "ix_case_theirs"),
    "stuck": ({"state": "stuck"}, "ix_case_turns"),
    "put off": ({"state": "snoozed"}, "ix_case_snoozed"),
    "one open state": ({"state": "approved"}, "ix_case_queue"),
    "one closed state": ({"state": "expired"}, "ix_case_state"),
    "all": ({"state": "all"}, "ix_case_shop"),
}


@pytest.mark.req("N8", "S42")
@pytest.mark.parametrize("view", VIEWS)
def test_each_view_of_the_queue_goes_by_the_index_that_holds_it(world: World, view: str) -> None:
    asked, index = VIEWS[view]
    found = reads(world, lambda: queue_of(world.made.staff("agent"), world.deps, **asked))
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
    used = [read.index for read in found if read.index.startswith("ix_case")]
    # The list, then the counts of all views.
    assert used[0] == index, used
    assert set(used) <= {index, *COUNTED}, used


@pytest.mark.req("N8", "S28")
@pytest.mark.parametrize("which", LISTS)
def test_each_list_of_the_warehouse_goes_by_an_index_of_open_cases(world: World, which: str) -> None:
    actor = world.made.staff("warehouse")
    first = reads(world, lambda: warehouse_page(which=which, after="", actor=actor, deps=world.deps))
    after = write_place(QueuePlace(0, NOON - timedelta(days=1), 1, 1))
    found = [*first, *reads(world, lambda: warehouse_page(which=which, after=after, actor=actor, deps=world.deps))]
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
    used = {read.index for read in found if read.index.startswith("ix_case")}
    assert "ix_case_queue" in used, found
    assert used <= {"ix_case_queue", "ix_case_waiting", "ix_case_to_answer", "ix_case_theirs"}, found


@pytest.mark.req("N8", "S28")
@pytest.mark.parametrize("q", ["R261101ABCD12", "SF9", "F-8", "T2026110110000008"])
def test_a_scanned_number_is_looked_up(world: World, q: str) -> None:
    actor = world.made.staff("warehouse")
    found = reads(world, lambda: scan_page(q=q, done="", actor=actor, deps=world.deps))
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
    assert not WHOLE_SHOP & {read.index for read in found}, found


@pytest.mark.req("N8", "S4")
@pytest.mark.parametrize("q", ["F-8", "T2026110110000008", "SF9", "张7", "c9@example.com", "+86 138 0000 0001", "c-9"])
def test_what_staff_know_by_its_whole_name_is_looked_up(world: World, q: str) -> None:
    actor = world.made.staff("agent")
    for act in (
        lambda: staff_orders_page(q=q, after="", actor=actor, deps=world.deps),
        lambda: queue_of(actor, world.deps, state="all", q=q),
    ):
        found = reads(world, act)
        assert is_no_large_table_scanned(found), [read for read in found if not read.index]
        assert not WHOLE_SHOP & {read.index for read in found}, found


@pytest.mark.req("N8", "S43")
@pytest.mark.parametrize("q", ["F-8", "张7", "c9@example.com", "+86 138 0000 0001", "c-9", "0001"])
def test_who_calls_is_looked_up_by_whatever_they_say(world: World, q: str) -> None:
    actor = world.made.staff("agent")
    found = reads(world, lambda: customers_page(q=q, actor=actor, settings=ShopSettings(), deps=world.deps))
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
    assert not WHOLE_SHOP & {read.index for read in found}, found


@pytest.mark.req("N8", "S42")
@pytest.mark.parametrize("q", ["1234", "2026pay8"])
def test_the_end_of_a_phone_and_a_payment_are_looked_up(world: World, q: str) -> None:
    found = reads(world, lambda: queue_of(world.made.staff("agent"), world.deps, state="all", q=q))
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
    assert {"pk_case_key", "sqlite_autoindex_case_key_1"} & {read.index for read in found}


@pytest.mark.req("N8", "N7")
def test_a_day_of_a_rails_books_is_read_by_the_rows_of_that_day(world: World) -> None:
    on = OnRail(name="sandbox", shop_ids=(world.made.shop_id,))
    when = (on, NOON - timedelta(days=9), NOON - timedelta(days=8))

    def day() -> None:
        with reading(world.deps, streams=True) as work:
            for rows in (work.rail_books.refunds_of, work.rail_books.returns_of, work.rail_books.payments_of):
                list(rows(*when))

    found = reads(world, day)
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
    assert by(found, "refund") == {"ix_refund_arrived"}, found
    assert {"ix_fee_payment_began", "ix_fee_payment_back"} <= by(found, "fee_payment"), found


@pytest.mark.req("N8", "N7")
def test_numbers_of_a_rails_statement_are_looked_up(world: World) -> None:
    on = OnRail(name="sandbox", shop_ids=(world.made.shop_id,))

    def look_up() -> None:
        with reading(world.deps) as work:
            # As small a share of the rows here as a page is of a shop's.
            for page in (["P-9", "B-8"], [f"P-{number}" for number in range(10)]):
                work.rail_books.refunds_called(on, page)
                work.rail_books.payments_called(on, page)
            work.rail_books.began_at(on)

    found = reads(world, look_up)
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]


DAY = {"since": NOON - timedelta(days=9), "until": NOON - timedelta(days=8)}
TRAIL: dict[str, tuple[dict[str, Any], str]] = {
    "all": ({}, "ix_event_at"),
    "days": (DAY, "ix_event_at"),
    "a kind": ({"kind": "shopper:order:cancelled"}, "ix_event_kind"),
    "a kind on a day": ({"kind": "shopper:order:cancelled", **DAY}, "ix_event_kind"),
    "somebody": ({"actor": "staff:1"}, "ix_event_staff"),
    "somebody on a day": ({"actor": "staff:1", **DAY}, "ix_event_staff"),
    "somebody's of a kind": ({"actor": "staff:1", "kind": "staff:case:claimed"}, "ix_event_staff_kind"),
}


@pytest.mark.req("N8", "N9")
@pytest.mark.parametrize("view", TRAIL)
def test_the_trail_is_read_by_the_index_of_what_is_asked_for(world: World, view: str) -> None:
    asked, index = TRAIL[view]
    for after in (None, Cursor(NOON, 5)):
        found = reads(world, partial(_trail, world, AuditFilter(**asked), after))
        assert by(found, "event") == {index}, found


@pytest.mark.req("N8", "N9")
@pytest.mark.parametrize("number", ["", "F-8", "T2026110110000008"])
def test_a_page_of_the_trail_scans_no_table(world: World, number: str) -> None:
    asked = AuditAsked(number=number, kind="feed:order:taken_in" if number else "")
    page = partial(audit_page, asked=asked, after="", zone=UTC, actor=world.made.staff("auditor"), deps=world.deps)
    found = reads(world, page)
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
    assert by(found, "event") == {"ix_event_order" if number else "ix_event_at", "ix_event_kind"}, found


def _trail(world: World, wanted: AuditFilter, after: Cursor | None) -> None:
    with reading(world.deps) as work:
        work.audit_lists.entries(world.made.shop_id, wanted, after=after, limit=50)


@pytest.mark.req("P19", "N8")
def test_neither_the_reports_nor_what_keeps_their_sums_scan_a_table(world: World) -> None:
    found = reads(world, partial(roll_up, deps=world.deps, most_seconds=60))
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
    assert not by(found, "after_sales_case") & WHOLE_SHOP, found
    actor = world.made.staff("auditor")
    for asked in (ReportAsked(), ReportAsked(period="last_90", kind="cancel"), ReportAsked(period="year")):
        page = partial(reports_page, asked=asked, zone=UTC, actor=actor, deps=world.deps)
        assert len(reads(world, page)) <= 18, "goods twice: which have the most, and for which reasons"
        assert is_no_large_table_scanned(reads(world, page))
    month = ReportAsked(period="last_month")
    page = partial(reports_page, asked=month, zone=UTC, actor=actor, deps=world.deps)
    assert "ix_report_product_most" in by(reads(world, page), "report_product")


@pytest.mark.req("N7", "N8")
def test_no_housekeeping_of_the_worker_scans_a_table(world: World) -> None:
    def housekeeping() -> None:
        read_figures(deps=world.deps)
        correct_future_times(deps=world.deps)
        free_leases(worker="nobody", deps=world.deps)
        with unit_of_work(world.deps) as work:
            moment, most = work.now, 100
            assert not work.jobs.lease(token="t", lasts=LEASE, most=20)
            work.jobs.renew("t", LEASE)
            work.jobs.sweep(moment - LEASE * 10_000_000, most)
            work.sessions.sweep(most)
            work.requests.sweep(moment - LEASE, most)
            work.failures.sweep(moment - LEASE, most)
            work.codes.sweep(moment - LEASE, most)
            work.tasks.past_due(moment, most)
            work.orders.unpaid_past(moment, most)
            work.cases.with_deadline_before(moment - LEASE * 10_000_000, most)
            work.cases.with_reminder_before(moment, most)
            for name in SOURCES:
                work.deadlines_soon.take(name, moment - LEASE * 10_000_000, AHEAD, limit=most)

    found = reads(world, housekeeping)
    assert is_no_large_table_scanned(found), [read for read in found if not read.index]
