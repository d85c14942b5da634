"""Credit with a shop is exact, whoever spends at once, and never instead of cash but by choice (P10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.domain.cases.found import LineFound
from portal.domain.credit.ledger import CreditEntry
from portal.domain.credit.results import CreditBooked
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.models.credit import CreditAccount, CreditLot
from portal.models.credit import CreditEntry as EntryRow
from portal.repos.unit_of_work import unit_of_work
from portal.services.credit.book_credit import book_credit
from portal.services.jobs.sweep import sweep
from portal.services.records.erase_customer import erase_customer
from portal.services.records.export_customer import export_customer
from portal.services.refunds.choose_payout import choose_payout
from portal.services.refunds.reconcile import reconcile_refunds
from tests.services.applying.test_apply_for import apply, case_of, no_differences
from tests.services.cancelling.test_races import at_once
from tests.support.applications import bought
from tests.support.make import make_customer
from tests.support.order_facts import make_line
from tests.support.said import inspect_goods
from tests.support.world import World

pytestmark = pytest.mark.req("P10")


def book(
    world: World, number: str, kind: Any = "credit", minor: int = 1000, *, customer: str = "c-1", **values: Any
) -> CreditBooked:
    entry = CreditEntry(number=number, kind=kind, amount=Money(minor, values.pop("currency", "CNY")), **values)
    feed = Actor(kind="feed", shop_id=world.made.shop_id)
    return book_credit(customer=customer, entry=entry, actor=feed, deps=world.deps)


def is_exact(world: World) -> None:
    """Balance, entries and lots say the same of every account."""
    for account in world.rows(CreditAccount):
        entries = sum(row["minor"] for row in world.rows(EntryRow) if row["account_id"] == account["id"])
        lots = sum(row["left_minor"] for row in world.rows(CreditLot) if row["account_id"] == account["id"])
        assert account["balance_minor"] == entries == lots


def test_credit_is_given_and_spent_and_a_number_is_booked_once(world: World) -> None:
    assert book(world, "gift-1").balance == Money(1000, "CNY")
    assert book(world, "gift-1") == CreditBooked(balance=Money(1000, "CNY"), is_new=False)
    assert book(world, "order-7", "spend", 400).balance == Money(600, "CNY")
    assert not book(world, "order-7", "spend", 400).is_new
    with pytest.raises(Conflict) as no:
        book(world, "order-7", "spend", 401)
    assert no.value.what == "number_used"
    is_exact(world)
    assert world.events()[-2:] == ["feed:credit:booked"] * 2


def test_nobody_spends_more_than_there_is_or_another_currency(world: World) -> None:
    book(world, "gift-1")
    for minor, currency in ((1001, "CNY"), (1, "EUR")):
        with pytest.raises(Conflict) as no:
            book(world, f"order-{currency}", "spend", minor, currency=currency)
        assert no.value.what == "not_enough"
    is_exact(world)


def test_two_who_spend_at_once_cannot_spend_the_same_money(world: World) -> None:
    book(world, "gift-1", minor=1000)
    tries = at_once([lambda n=n: book(world, f"order-{n}", "spend", 300) for n in range(10)])
    assert sum(isinstance(one, CreditBooked) for one in tries) == 3
    assert book(world, "last", "spend", 100).balance == Money(0, "CNY")
    is_exact(world)


def test_the_same_number_at_once_is_booked_once(world: World) -> None:
    book(world, "gift-1")
    tries = at_once([lambda: book(world, "order-1", "spend", 300) for _ in range(10)])
    assert [one.is_new for one in tries].count(True) == 1
    is_exact(world)


def test_a_number_that_two_customers_are_given_at_once_is_one_success_and_one_answer(world: World) -> None:
    """Their accounts are two rows, so neither waits for the other: the number alone tells (law 5)."""
    make_customer(world.deps, world.made.shop_id, 2)
    for n in range(4):
        tries = at_once([lambda n=n, c=c: book(world, f"gift-{n}", customer=c) for c in ("c-1", "c-2") * 3])
        done = [one for one in tries if isinstance(one, CreditBooked)]
        refused = [one.what for one in tries if isinstance(one, Conflict)]
        assert [one.is_new for one in done].count(True) == 1
        assert len(done) == 3 and refused == ["number_used"] * 3
    is_exact(world)


def test_what_expires_is_gone_at_once_and_written_down_later(world: World) -> None:
    book(world, "gift-1", minor=300, expires_at=world.clock.now() + timedelta(days=1))
    book(world, "gift-2", minor=700)
    book(world, "order-1", "spend", 100)
    world.clock.move(days=1)
    with pytest.raises(Conflict):
        book(world, "order-2", "spend", 701)
    for _ in range(2):
        sweep(deps=world.deps)
    assert [(row["kind"], row["minor"]) for row in world.rows(EntryRow)][-1] == ("expire", -200)
    assert world.rows(CreditAccount)[0]["balance_minor"] == 700
    is_exact(world)


@pytest.mark.parametrize("act", ["UPDATE credit_entry SET minor = 1", "DELETE FROM credit_entry"])
def test_the_database_refuses_to_alter_an_entry(world: World, act: str) -> None:
    book(world, "gift-1")
    with pytest.raises(DBAPIError), world.deps.database.writing() as connection:
        connection.execute(text(act))


def test_a_customer_of_another_shop_has_none(world: World) -> None:
    entry = CreditEntry(number="n", kind="credit", amount=Money(1, "CNY"))
    with pytest.raises(NotFound):
        book_credit(customer="c-9", entry=entry, actor=Actor(kind="feed", shop_id=world.made.shop_id), deps=world.deps)


def test_it_can_be_had_in_hand_and_money_that_is_owed_stands_in_the_way_of_erasing(world: World) -> None:
    book(world, "gift-1")
    found = export_customer(shop_key="tepai", login="c-1", deps=world.deps)
    assert [row["number"] for row in found["credit_entries"]] == ["gift-1"] and found["credit"][0][
        "balance_minor"
    ] == 1000
    with pytest.raises(Conflict) as no:
        erase_customer(shop_key="tepai", login="c-1", deps=world.deps)
    assert (no.value.what, no.value.detail) == ("credit_open", {"credit": "CNY"})
    book(world, "order-1", "spend", 1000)
    erase_customer(shop_key="tepai", login="c-1", deps=world.deps)
    is_exact(world)


def gives_credit(world: World, **values: Any) -> None:
    with unit_of_work(world.deps) as work:
        offer = {"refunds": True, "bonus_percent": "10", "valid_days": 365} | values
        work.shops.set(world.made.shop_id, settings={"returns": True, "store_credit": offer})


def to_return(world: World, **values: Any) -> tuple[str, str]:
    gives_credit(world, **values)
    number = world.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000)))
    return number, apply(world, number, units=(("1", 3),))


def choose(world: World, case_no: str, to: str = "store_credit", **values: Any) -> Any:
    by: dict[str, Any] = {"actor": world.shopper, "request_id": f"choose {to}", "deps": world.deps}
    return choose_payout(case_no=case_no, to=to, **by | values)


def accept(world: World, case_no: str) -> None:
    found = (LineFound(line_id="1", received=3, accepted=3),)
    by = {"actor": world.made.staff("warehouse"), "request_id": "inspect", "deps": world.deps}
    inspect_goods(case_no=case_no, found=found, **by)
    world.settle()


def entries(world: World) -> list[tuple[str, int, datetime | None]]:
    return [(row["kind"], row["minor"], row["expires_at"]) for row in world.rows(EntryRow)]


def test_a_refund_goes_as_it_was_paid_unless_its_customer_says_otherwise(world: World) -> None:
    number, case_no = to_return(world)
    accept(world, case_no)
    assert entries(world) == [] and world.rail.moved(f"{number}-p-1") == 30000


def test_a_refund_that_was_chosen_so_is_credit_with_its_bonus_and_no_rail_is_called(world: World) -> None:
    number, case_no = to_return(world)
    choose(world, case_no)
    accept(world, case_no)
    until = world.rows(EntryRow)[0]["at"] + timedelta(days=365)
    assert entries(world) == [("refund", 30000, until), ("bonus", 3000, until)]
    (refund,) = world.refunds
    assert (refund["state"], refund["method"], refund["to_credit"], refund["bonus_minor"]) == (
        "succeeded",
        "store_credit",
        True,
        3000,
    )
    assert world.rail.calls == [] and world.rail.moved(f"{number}-p-1") == 0
    assert [payment["refunded_minor"] for payment in world.payments] == [30000]
    assert case_of(world, case_no)["state"] == "completed" and world.notices[-1] == "refund_succeeded"
    assert reconcile_refunds(deps=world.deps) == []
    is_exact(world)
    no_differences(world)


def test_the_choice_is_undone_as_freely_until_the_money_starts(world: World) -> None:
    number, case_no = to_return(world)
    choose(world, case_no)
    assert choose(world, case_no) == choose(world, case_no)
    gives_credit(world, refunds=False)
    choose(world, case_no, "original")
    with pytest.raises(Conflict):
        choose(world, case_no, request_id="no more")
    accept(world, case_no)
    assert entries(world) == [] and world.rail.moved(f"{number}-p-1") == 30000
    with pytest.raises(Conflict):
        choose(world, case_no, "original", request_id="too late")


def test_what_the_shop_promised_when_it_was_chosen_holds(world: World) -> None:
    _, case_no = to_return(world)
    choose(world, case_no)
    gives_credit(world, bonus_percent="0", valid_days=1)
    accept(world, case_no)
    assert [minor for _, minor, _ in entries(world)] == [30000, 3000]


def test_where_the_shop_gives_none_it_cannot_be_chosen_and_nobody_chooses_for_another(world: World) -> None:
    _, case_no = to_return(world, refunds=False)
    with pytest.raises(Conflict):
        choose(world, case_no)
    with pytest.raises(Invalid):
        choose(world, case_no, "gift")
    other = Actor(kind="shopper", shop_id=world.made.shop_id, id=make_customer(world.deps, world.made.shop_id, 2))
    with pytest.raises(NotFound):
        choose(world, case_no, actor=other)
