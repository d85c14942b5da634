"""Closed orders leave for the archive once the law lets them, whole, provable, and never twice (issue 17, size)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, inspect, select, update

from portal.domain.errors import Invalid, NotFound
from portal.domain.intake.imported_order import Read
from portal.domain.money import Money
from portal.domain.records.archiving import latest_date
from portal.models.archive import ArchivedOrder
from portal.models.case import Case
from portal.models.job import StaffTask
from portal.models.message import Message
from portal.models.order import Order, OrderLine, Payment
from portal.repos.archive_document import COPIED, MOVED, RENUMBERED, read_rows
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.intake.import_orders import import_order, import_stream
from portal.services.messages.write_message import answer_shop, message_customer, note_internally
from portal.services.records.archive_orders import Archiving, archive_orders, bring_back
from portal.services.records.erase_customer import count_personal_data, erase_customer
from portal.services.records.export_customer import export_customer
from portal.services.records.verify_audit import verify_audit
from portal.services.refunds.note_amount import SaidAmount, note_amount
from portal.services.refunds.recheck_refund import plan_recheck
from portal.services.reports.roll_up import rebuild, roll_up
from tests.services.applying.test_apply_for import apply
from tests.services.cases.test_appeal import refused
from tests.services.cases.test_decide_case import decide
from tests.services.records.test_audit import sign
from tests.services.records.test_erase_customer import PERSONAL, stop, with_a_history
from tests.support.applications import bought
from tests.support.feed import fed_order, fed_parcel
from tests.support.order_facts import NOON, make_line, make_order
from tests.support.world import World

pytestmark = pytest.mark.req("P12")
ARCHIVED = ArchivedOrder.__table__
FOUR_YEARS = timedelta(days=4 * 366)


def lived(world: World) -> str:
    """An order with a case that staff refused after words of all sides, and one whose refund has arrived; all over."""
    order_no, case_no = refused(world)
    staff = world.made.staff("agent")
    said = {"case_no": case_no, "deps": world.deps}
    answer_shop(body="words of the customer", actor=world.shopper, request_id="m1", **said)
    message_customer(body="words of the shop", actor=staff, request_id="m2", **said)
    note_internally(body="words among colleagues", actor=staff, request_id="m3", **said)
    other = world.take(make_order(make_line("1", 2, 5000)))
    world.cancel(other)
    world.settle()
    world.clock.move(days=30)
    return order_no


def later(world: World) -> date:
    """Time goes on, and trade with it; the latest date that the law allows then."""
    world.clock.move(days=FOUR_YEARS.days)
    trade(world)
    return latest_date(world.clock.now().date())


def trade(world: World) -> str:
    """An order of these days, with a case and words about it; the order's number."""
    order_no = world.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000), at=world.clock.now()))
    case_no = apply(world, order_no, kind="refund_only", reason="quality", units=(("1", 3),))
    said = {"body": "words of these days", "case_no": case_no, "deps": world.deps}
    message_customer(actor=world.made.staff("agent"), request_id=f"new-{case_no}", **said)
    decide(world, case_no, "refuse", reason_code="evidence", reason="照片看不清", request_id=f"no-{case_no}")
    world.settle(1)
    return order_no


def run(world: World, before: date, **values: Any) -> Archiving:
    return archive_orders(before=before, deps=world.deps, **values)


def archived(world: World) -> list[Any]:
    with world.deps.database.reading() as connection:
        return list(connection.execute(select(ARCHIVED).order_by(ARCHIVED.c.order_id)).mappings())


def everything(world: World) -> dict[str, list[Any]]:
    """All rows in the tables that orders leave, of orders that are old."""
    orders = Order.__table__
    with world.deps.database.reading() as connection:
        old = select(orders).where(orders.c.placed_at < NOON + FOUR_YEARS / 2).order_by(orders.c.id)
        of_orders = read_rows(connection, list(connection.execute(old).mappings())).values()
        return {table.name: [row for rows in of_orders for row in rows.get(table.name, ())] for table in MOVED}


def whole(world: World) -> bool:
    sign(world)
    found = verify_audit(deps=world.deps)
    assert found.broken is None, found.broken
    return True


def test_all_of_a_closed_order_leaves_and_comes_back_as_it_was(world: World) -> None:
    lived(world)
    before = later(world)
    rows = everything(world)
    found = run(world, before)
    assert dict(found.moved) == {("tepai", 2026): 2}
    assert all(not left for left in everything(world).values())
    assert whole(world)
    for row in archived(world):
        bring_back(shop_key="tepai", order_no=row["number"], deps=world.deps)
    back = everything(world)
    for name, now in back.items():
        for row, was in zip(now, rows[name], strict=True):
            changed = {column for column in row if row[column] != was[column]}
            # The chain goes on: it says that the order left and came back.
            assert changed <= {"head", "seal", "events_count", "version"}, (name, changed)
    assert archived(world) == []
    assert whole(world)


def test_a_document_that_is_changed_by_one_byte_is_found(world: World) -> None:
    lived(world)
    run(world, later(world))
    row = archived(world)[0]
    for bent in (row["document"].replace("words", "Words", 1), row["document"] + " ", "{}", "no json"):
        with world.deps.database.writing() as connection:
            mine = ARCHIVED.c.order_id == row["order_id"]
            connection.execute(update(ARCHIVED).where(mine).values(document=bent))
        broken = verify_audit(deps=world.deps).broken
        assert broken is not None
        assert broken.order == row["number"]
        # Where a row in it was changed, the event of the act says so before that of the archive does.
        assert broken.what.endswith("it speaks of is another" if "words" in bent.lower() else ("another", "gone"))


def test_a_document_that_is_taken_away_is_missed(world: World) -> None:
    lived(world)
    run(world, later(world))
    row = archived(world)[0]
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql(f"DELETE FROM archived_case WHERE order_id = {row['order_id']}")
        connection.exec_driver_sql(f"DELETE FROM archived_order WHERE order_id = {row['order_id']}")
    assert verify_audit(deps=world.deps).broken is not None


def test_a_dry_run_counts_the_same_and_changes_nothing(world: World) -> None:
    lived(world)
    before = later(world)
    rows, events = everything(world), len(world.events())
    told = run(world, before, is_dry_run=True)
    assert (everything(world), len(world.events()), archived(world)) == (rows, events, [])
    assert (told.moved, told.stays) == (run(world, before).moved, told.stays)


def test_a_date_that_the_law_does_not_allow_yet_is_refused_and_the_right_one_named(world: World) -> None:
    with pytest.raises(Invalid) as refused_:
        run(world, date(2024, 1, 1))
    ((field, why),) = refused_.value.problems
    assert field == "--before"
    assert "art. 31" in why
    assert "--before 2023-11-20 or earlier" in why


def stays(world: World) -> set[str]:
    found = run(world, later(world))
    assert found.moved.total() == 0
    return {reason for _, reason in found.stays}


def test_what_is_not_over_stays_and_says_why(world: World) -> None:
    order_no = lived(world)
    with reading(world.deps) as work:
        record = work.orders.get(order_no, world.shopper)
    with world.deps.database.writing() as connection:
        connection.execute(update(Case.__table__).values(unread_since=NOON))
        mine = Payment.__table__.c.order_id != record.id
        connection.execute(update(Payment.__table__).where(mine).values(in_flight_minor=1, refunded_minor=0))
    assert stays(world) == {"unread", "refund"}


@pytest.mark.parametrize(
    ("table", "values", "reason"),
    [
        (Order, {"state": "shipped"}, "under_way"),
        (Case, {"closed_at": None}, "case"),
        (OrderLine, {"guarantee_until": NOON + 2 * FOUR_YEARS}, "guarantee"),
        (Message, {"created_at": NOON + FOUR_YEARS}, "too_new"),
    ],
)
def test_one_thing_that_is_not_over_keeps_the_order(world: World, table: Any, values: Any, reason: str) -> None:
    lived(world)
    with world.deps.database.writing() as connection:
        connection.execute(update(table.__table__).values(**values))
    found = run(world, later(world))
    assert reason in {why for _, why in found.stays}


def test_a_job_that_waits_and_a_task_that_is_open_keep_the_order(world: World) -> None:
    lived(world)
    before = later(world)
    (refund,) = world.refunds
    with world.deps.database.writing() as connection:
        connection.execute(update(StaffTask.__table__).values(done_at=None))
    with unit_of_work(world.deps) as work:
        plan_recheck(work, refund["refund_id"])
    found = run(world, before)
    assert ("tepai", "job") in found.stays


def test_orders_that_are_too_new_stay_and_a_second_run_goes_on(world: World) -> None:
    first = lived(world)
    before = later(world)
    late = trade(world)
    assert run(world, before).moved.total() == 2
    # What was placed after that date is not even looked at.
    assert run(world, before).looked_at == 0
    assert first in {row["number"] for row in archived(world)}
    with reading(world.deps) as work:
        assert work.orders.get(late, world.shopper)


def test_the_number_of_a_row_that_left_is_never_that_of_another(world: World) -> None:
    """SQLite gives the number of a table's newest row away again once it is gone: payments and events of the order that
    left would be those of the next one."""
    lived(world)
    world.clock.move(days=FOUR_YEARS.days)
    world.settle(1)
    rows = everything(world)
    found = run(world, latest_date(world.clock.now().date()))
    is_sqlite = world.deps.database.engine.dialect.name == "sqlite"
    assert {why for _, why in found.stays} == ({"newest"} if is_sqlite else set())
    trade(world)
    with world.deps.database.reading() as connection:
        for table in set(MOVED) - set(RENUMBERED):
            key = [column.name for column in table.primary_key]
            now = {tuple(row[name] for name in key) for row in connection.execute(select(table)).mappings()}
            was = {tuple(row[name] for name in key) for row in rows[table.name]}
            stayed = {tuple(row[name] for name in key) for row in everything(world)[table.name]}
            assert not was & now - stayed, table.name
    for row in archived(world):
        bring_back(shop_key="tepai", order_no=row["number"], deps=world.deps)
    assert whole(world)


def test_rows_whose_numbers_are_taken_meanwhile_come_back_under_others(world: World) -> None:
    """Lines that a feed replaces, what a case claims, notices of who was erased: SQLite gives their numbers away."""
    lived(world)
    run(world, later(world))
    with world.deps.database.writing() as connection:
        for table in RENUMBERED:
            connection.execute(delete(table))
    trade(world)
    for row in archived(world):
        bring_back(shop_key="tepai", order_no=row["number"], deps=world.deps)
    assert {"order_line", "case_line", "notice"} <= {name for name, rows in everything(world).items() if rows}
    assert whole(world)


def test_an_erasure_reaches_the_document_and_is_proven(world: World) -> None:
    stop(world, with_a_history(world))
    world.settle()
    with world.deps.database.writing() as connection:
        connection.execute(update(Order.__table__).where(Order.__table__.c.state == "paid").values(state="completed"))
    run(world, later(world))
    assert archived(world)
    assert count_personal_data(shop_key="tepai", login="c-1", deps=world.deps)["archived orders"] == len(
        archived(world)
    )
    exported = json.dumps(export_customer(shop_key="tepai", login="c-1", deps=world.deps), ensure_ascii=False)
    assert "门口等我" in exported
    assert "李四您好" in exported
    erase_customer(shop_key="tepai", login="c-1", deps=world.deps)
    assert archived(world) == []
    assert whole(world)
    run(world, latest_date(world.clock.now().date()))
    text = json.dumps([row["document"] for row in archived(world)], ensure_ascii=False)
    assert archived(world)
    assert not [word for word in PERSONAL if word in text]
    assert whole(world)


def sums(world: World) -> list[Any]:
    with world.deps.database.reading() as connection:
        query = "SELECT size, starts, counts FROM report_span WHERE stale = 0 ORDER BY size, starts"
        return [tuple(map(str, row)) for row in connection.exec_driver_sql(query)]


def test_reports_say_the_same_also_when_they_are_added_up_anew(world: World) -> None:
    lived(world)
    before = later(world)
    while not roll_up(deps=world.deps):
        pass
    known = sums(world)
    run(world, before)
    world.let_others_end()
    while not roll_up(deps=world.deps):
        pass
    assert sums(world) == known
    assert list(rebuild(shop_key="tepai", since=None, deps=world.deps))
    assert sums(world) == known


def test_a_refund_that_its_bank_sends_back_brings_its_order_back_and_becomes_a_task(world: World) -> None:
    lived(world)
    run(world, later(world))
    (refund,) = world.refunds
    world.rail.settle(refund["number"], "failed")
    with unit_of_work(world.deps) as work:
        plan_recheck(work, refund["refund_id"])
    world.settle(1)
    assert "refund_failed" in {task["kind"] for task in world.tasks if task["done_at"] is None}
    assert len(archived(world)) == 1
    assert whole(world)


def test_an_amount_that_a_rail_names_of_an_archived_refund_becomes_a_task(world: World) -> None:
    lived(world)
    run(world, later(world))
    (refund,) = world.refunds
    ours, said = Money(refund["amount_minor"], "CNY"), Money(1, "CNY")
    ids = {"shop_id": world.made.shop_id, "order_id": refund["order_id"]}
    with unit_of_work(world.deps) as work:
        note_amount(work, SaidAmount(**ids, rail="alipay", number=refund["number"], ours=ours, said=said))
    assert [task["kind"] for task in world.tasks if task["done_at"] is None] == ["notice_differs"]
    assert refund["order_id"] not in {row["order_id"] for row in archived(world)}


def fed(**values: Any) -> dict[str, Any]:
    parcel = fed_parcel(status="delivered", delivered_at="2026-11-05T10:00:00+08:00")
    return fed_order(status="completed", shipments=[parcel], **values)


def test_a_feed_that_sends_an_archived_order_again_makes_no_second_one(world: World) -> None:
    said = {"shop_id": world.made.shop_id, "deps": world.deps}
    assert import_order(data=fed(), **said).result == "created"
    world.clock.move(days=FOUR_YEARS.days)
    before = latest_date(world.clock.now().date())
    assert import_order(data=fed_order(number="F-2"), **said).result == "created"
    assert run(world, before).moved.total() == 1
    assert import_order(data=fed(), **said).result == "unchanged"
    again = [Read(line=1, order="F-1", data=fed())]
    counts = import_stream(orders=again, on_reject=lambda _reject: None, **said)
    assert counts.summary() | {"read": 1, "unchanged": 1} == counts.summary()
    # What the shop has changed is imported all the same, where the order stood before.
    newer = fed(updated_at="2026-11-06T10:00:00+08:00", total="119.80")
    assert len(archived(world)) == 1
    assert import_order(data=newer, **said).result == "updated"
    assert archived(world) == []
    assert world.events("F-1")[-2:] == ["feed:order:updated", "system:order:brought_back"][::-1]
    assert whole(world)


def test_stopped_in_the_middle_of_a_batch_nothing_of_it_has_happened(world: World) -> None:
    lived(world)
    before, rows = later(world), everything(world)

    class Killed(BaseException):
        pass

    def killed_while_it_takes_them() -> None:
        with unit_of_work(world.deps) as work:
            work.archived.hold([row["id"] for row in rows["orders"]])
            work.archived.take({row["id"]: NOON for row in rows["orders"]}, says="operator:order:archived")
            raise Killed

    with pytest.raises(Killed):
        killed_while_it_takes_them()
    assert (everything(world), archived(world)) == (rows, [])
    assert run(world, before).moved.total() == 2


def test_nobody_elses_order_is_brought_back_by_its_number(world: World) -> None:
    with pytest.raises(NotFound):
        bring_back(shop_key="tepai", order_no="A-99", deps=world.deps)


def test_every_table_that_names_an_order_or_a_case_is_moved_copied_or_known_to_stay(world: World) -> None:
    """A table that comes later has to be decided on: its rows would be lost to the archived order, or keep it."""
    stay = {
        *("archived_order", "archived_case", "behalf", "declaration", "event", "evidence_file", "inbound_mail"),
        *("policy_change", "report_order", "staff_task", "tracking_number", "webhook_delivery"),
        *("desk_draft", "desk_presence"),
    }
    known = {table.name for table in (*MOVED, *COPIED)} | stay
    with world.deps.database.reading() as connection:
        found = inspect(connection)
        naming = {
            name
            for name in found.get_table_names()
            if {column["name"] for column in found.get_columns(name)} & {"order_id", "case_id"}
        }
    assert naming <= known
