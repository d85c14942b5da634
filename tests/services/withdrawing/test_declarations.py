"""A declaration by anybody: kept whatever it fits, matched afterwards, acknowledged to the contact on file (EU-9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound, Reused, TooMany
from portal.domain.identity.access import Actor
from portal.domain.withdrawing.declaration import Typed
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.declaration import Declaration
from portal.models.event import Event
from portal.repos.unit_of_work import unit_of_work
from portal.services.identity.throttle import Caller
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.policy.replay import replay
from portal.services.records.verify_audit import verify_audit
from portal.services.withdrawing.declare import PER_NETWORK, declare_withdrawal
from portal.services.withdrawing.match_declaration import close_declaration, match_by_hand, unmask_declaration
from portal.services.withdrawing.verify_declaration import verify_declaration
from tests.services.records.test_audit import sign
from tests.services.records.test_tampering import off_guard
from tests.services.withdrawing.test_withdraw_contract import LAST, two_parcels, withdraw
from tests.support.order_facts import make_line, make_order
from tests.support.packs import PACKS
from tests.support.world import World

pytestmark = pytest.mark.req("P24", "N5")
ADDRESS = "https://after.example/verify/"


@pytest.fixture
def berlin(world: World) -> World:
    """The customer lives there; it is the day after the last parcel."""
    with unit_of_work(world.deps) as work:
        work.connection.execute(update(Customer.__table__).values(zone="Europe/Berlin", locale="zh"))
        work.policies.ensure(world.made.shop_id, PACKS["eu"], by="test")
    world.clock.set(LAST + timedelta(days=1))
    return world


def declare(world: World, order_no: str, *, work: bool = True, **values: Any) -> str:
    """As somebody without a session; the public id."""
    request_id = values.pop("request_id", f"d-{len(world.rows(Declaration))}-{world.clock.now()}"[:64])
    address = values.pop("address", "192.0.2.1")
    said = Typed(**({"name": "Anna", "order_no": order_no, "contact": "c1@example.com"} | values))
    done = declare_withdrawal(
        said=said,
        actor=Actor(kind="declarant", shop_id=world.made.shop_id),
        caller=Caller(address=address),
        request_id=request_id,
        deps=world.deps,
    )
    if work:
        work_all_jobs(deps=world.deps)
    return done.public_id


def kept(world: World, public_id: str) -> Any:
    return next(row for row in world.rows(Declaration) if row["public_id"] == public_id)


def unsent(**values: Any) -> Any:
    line = make_line("1", 2, 5000, currency="EUR")
    return make_order(line, currency="EUR", country="DE", placed_at=LAST - timedelta(days=2), **values)


def test_number_and_contact_match_it_and_it_is_carried_out_and_acknowledged_in_full(berlin: World) -> None:
    number = berlin.take(two_parcels(), policy="eu")
    public_id = declare(berlin, number.lower(), contact="138 0000 0001")
    row = kept(berlin, public_id)
    (case,) = berlin.rows(Case)
    assert (row["state"], row["case_id"], case["kind"]) == ("matched", case["id"], "contract_withdrawal")
    assert (case["state"], case["opened_by"]) == ("awaiting_return", f"guest:{number}")
    told = next(mail for mail in berlin.mailer.sent if "已收到您撤回合同的声明" in mail.subject)
    assert told.to == "c1@example.com" and f"{ADDRESS}{public_id}" in told.body
    assert "声明人Anna" in told.body and "138 0000 0001" in told.body and "2026年6月11日" in told.body
    assert f"订单{number}" in told.body and case["case_no"] in told.body
    assert replay(since=None, deps=berlin.deps) is not None
    assert [found for found in replay(since=None, deps=berlin.deps) if found.differs] == []


@pytest.mark.parametrize(
    ("order_no", "contact"), [("none", "c1@example.com"), ("{}", "other@example.org"), ("{}", "+8613900000009")]
)
def test_what_does_not_fit_is_kept_and_put_before_staff(berlin: World, order_no: str, contact: str) -> None:
    number = berlin.take(two_parcels(), policy="eu")
    public_id = declare(berlin, order_no.format(number), contact=contact)
    row = kept(berlin, public_id)
    assert (row["state"], row["why"], row["order_id"]) == ("waiting", "no_match", None)
    assert [task["kind"] for task in berlin.tasks] == ["declaration_waiting"] and not berlin.rows(Case)
    named = [mail for mail in berlin.mailer.sent if mail.to == contact]
    assert len(named) == ("@" in contact)
    for mail in named:
        assert "撤回合同的声明已登记" in mail.subject and f"{ADDRESS}{public_id}" in mail.body
        assert "Anna" not in mail.body and number not in mail.body and "none" not in mail.body
    assert not [mail for mail in berlin.mailer.sent if mail.to == "c1@example.com" and contact != mail.to]


def test_a_stranger_is_told_in_fixed_words_a_few_a_day_and_no_more(berlin: World) -> None:
    for number in range(6):
        declare(berlin, f"X-{number}", contact="victim@example.org", name="Buy now at evil.example", lines="click")
    told = [mail for mail in berlin.mailer.sent if mail.to == "victim@example.org"]
    assert len(told) == 3
    assert not any(word in mail.body + mail.subject for mail in told for word in ("evil", "click", "X-"))


def test_an_outage_of_mail_uses_up_none_of_the_few(berlin: World) -> None:
    berlin.mailer.is_down = True
    declare(berlin, "X-1", contact="other@example.org")
    for _ in range(6):
        berlin.clock.move(hours=1)
        work_all_jobs(deps=berlin.deps)
    berlin.mailer.is_down = False
    berlin.settle(20)
    assert [mail.to for mail in berlin.mailer.sent].count("other@example.org") == 1


def test_the_time_counts_from_the_first_and_the_same_again_is_answered_with_it(berlin: World) -> None:
    number = berlin.take(two_parcels(), policy="eu")
    first = declare(berlin, number)
    berlin.clock.move(seconds=3 * 86400)
    assert declare(berlin, f" {number.lower()} ", name="ANNA", contact="C1@EXAMPLE.COM", request_id="again") == first
    assert len(berlin.rows(Declaration)) == 1 and len(berlin.rows(Case)) == 1
    assert kept(berlin, first)["made_at"] == LAST + timedelta(days=1)
    assert declare(berlin, number, name="Bert", request_id="other") != first


def test_the_same_request_says_the_same_or_is_refused(berlin: World) -> None:
    first = declare(berlin, "X-1", request_id="one")
    assert declare(berlin, "X-1", request_id="one") == first
    with pytest.raises(Reused):
        declare(berlin, "X-2", request_id="one")


def test_found_late_it_is_judged_by_when_it_was_declared(berlin: World) -> None:
    number = berlin.take(two_parcels(), policy="eu")
    berlin.clock.set(LAST + timedelta(days=14))
    public_id = declare(berlin, number, contact="other@example.org")
    made_at = berlin.clock.now()
    berlin.clock.move(seconds=10 * 86400)
    staff, about = berlin.made.staff("agent"), {"deps": berlin.deps, "public_id": public_id}
    match_by_hand(order_no=number, lines="", actor=staff, request_id="m", **about)
    (case,) = berlin.rows(Case)
    assert (case["state"], case["opened_at"]) == ("awaiting_return", made_at)
    work_all_jobs(deps=berlin.deps)
    told = [mail.to for mail in berlin.mailer.sent if "已收到您撤回合同的声明" in mail.subject]
    assert told == ["c1@example.com"], "only the contact on file gets what was declared"
    assert [task["done_at"] is not None for task in berlin.tasks] == [True]


def test_goods_that_never_left_wait_for_a_person_since_nobody_has_shown_who_declares(berlin: World) -> None:
    number = berlin.take(unsent(), policy="eu")
    public_id = declare(berlin, number)
    (case,) = berlin.rows(Case)
    assert (case["state"], case["outcome"]["notes"]) == ("submitted", ["unproven"])
    assert "EU-12" in case["outcome"]["rules"] and not berlin.refunds
    assert kept(berlin, public_id)["state"] == "matched"
    assert [found for found in replay(since=None, deps=berlin.deps) if found.differs] == []


@pytest.mark.parametrize(
    ("order", "lines", "why"),
    [
        (two_parcels, "帽子", "lines"),
        (lambda: unsent(status="awaiting_payment", payments=()), "", "refused"),
    ],
)
def test_what_cannot_be_carried_out_by_rule_is_acknowledged_and_waits(
    berlin: World, order: Any, lines: str, why: str
) -> None:
    number = berlin.take(order(), policy="eu")
    public_id = declare(berlin, number, lines=lines)
    row = kept(berlin, public_id)
    assert (row["state"], row["why"], row["case_id"]) == ("waiting", why, None) and row["order_id"]
    told = next(mail for mail in berlin.mailer.sent if mail.to == "c1@example.com")
    assert "由人工查看后答复您" in told.body and not berlin.rows(Case)


def test_an_order_without_an_account_is_acknowledged_at_the_contact_that_stands_on_it(berlin: World) -> None:
    number = berlin.take(two_parcels(), policy="eu", customer_id=None)
    with berlin.deps.database.writing() as connection:
        connection.execute(
            text("UPDATE orders SET extra = :extra"), {"extra": '{"contact": {"mail": "Guest@example.org"}}'}
        )
    public_id = declare(berlin, number, contact="guest@example.org")
    assert kept(berlin, public_id)["state"] == "matched"
    # What becomes of the case is told there too, as to anybody with an account.
    assert {mail.to for mail in berlin.mailer.sent} == {"Guest@example.org"}
    (told,) = [mail for mail in berlin.mailer.sent if f"{ADDRESS}{public_id}" in mail.body]
    assert "声明人Anna" in told.body


def test_part_of_the_order_is_withdrawn_where_its_goods_are_named(berlin: World) -> None:
    number = berlin.take(two_parcels(), policy="eu")
    declare(berlin, number, lines="商品2×1")
    (case,) = berlin.rows(Case)
    assert case["asked"]["units"] == [["2", 1]]


def test_staff_match_close_and_look_by_role_once_and_with_a_trace(berlin: World) -> None:
    number = berlin.take(two_parcels(), policy="eu")
    public_id = declare(berlin, "lost", contact="other@example.org")
    agent, about = berlin.made.staff("agent"), {"deps": berlin.deps, "public_id": public_id}
    for role in ("warehouse", "auditor", "admin"):
        with pytest.raises(Forbidden):
            match_by_hand(order_no=number, lines="", actor=berlin.made.staff(role), request_id="x", **about)
    with pytest.raises(Invalid) as unknown:
        match_by_hand(order_no="nowhere", lines="", actor=agent, request_id="y", **about)
    assert unknown.value.problems == (("order_no", "unknown"),)
    with pytest.raises(NotFound):
        match_by_hand(order_no=number, lines="", actor=replace(agent, shop_id=99), request_id="z", **about)
    unmask_declaration(reason="电话核对", actor=agent, request_id="u", **about)
    close_declaration(reason="不是本店的", actor=agent, request_id="c", **about)
    with pytest.raises(Conflict):
        match_by_hand(order_no=number, lines="", actor=agent, request_id="late", **about)
    row = kept(berlin, public_id)
    assert (row["state"], row["reason"]) == ("closed", "电话核对\n不是本店的")
    kinds = [event["kind"] for event in berlin.rows(Event)]
    assert {"staff:declaration:unmasked", "staff:declaration:closed"} <= set(kinds)
    texts = "".join(event["text"] for event in berlin.rows(Event))
    assert not any(word in texts for word in ("Anna", "other@example.org", "不是本店的", "电话核对"))
    assert verify_audit(deps=berlin.deps).broken is None


def test_one_network_declares_so_often_an_hour(berlin: World) -> None:
    for number in range(PER_NETWORK):
        declare(berlin, f"N-{number}", work=False)
    with pytest.raises(TooMany):
        declare(berlin, "N-more", work=False)
    declare(berlin, "N-0", work=False, request_id="again")
    declare(berlin, "N-more", work=False, address="192.0.2.2")
    berlin.clock.move(seconds=3601)
    declare(berlin, "N-more again", work=False)


def test_whoever_declares_reaches_no_order_and_no_case(berlin: World) -> None:
    number = berlin.take(two_parcels(), policy="eu")
    declare(berlin, number)
    nobody = Actor(kind="declarant", shop_id=berlin.made.shop_id, id=1)
    with unit_of_work(berlin.deps) as work:
        with pytest.raises(NotFound):
            work.orders.get(number, nobody)
        with pytest.raises(NotFound):
            work.cases.get(berlin.rows(Case)[0]["case_no"], nobody)


def test_the_acknowledgement_is_verified_against_the_trail_and_the_signed_head(berlin: World) -> None:
    public_id = declare(berlin, "lost", contact="other@example.org")
    assert verify_declaration(public_id=public_id, deps=berlin.deps).held == "written"
    assert sign(berlin)
    found = verify_declaration(public_id=public_id, deps=berlin.deps)
    assert (found.held, found.signed_on, found.is_erased) == ("signed", "2026-06-11", False)
    with pytest.raises(NotFound):
        verify_declaration(public_id="0" * 26, deps=berlin.deps)


@pytest.mark.parametrize("column", ["name", "order_no", "contact", "lines", "made_at", "public_id"])
def test_a_row_that_was_changed_is_told(berlin: World, column: str) -> None:
    public_id = declare(berlin, "lost", contact="other@example.org", lines="Mug")
    value = "D" * 26 if column == "public_id" else "2026-06-01 00:00:00.000000" if column == "made_at" else "another"
    with berlin.deps.database.writing() as connection:
        connection.execute(text(f"UPDATE declaration SET {column} = :value"), {"value": value})
    public_id = value if column == "public_id" else public_id
    assert verify_declaration(public_id=public_id, deps=berlin.deps).held == "broken"


def test_an_entry_that_is_gone_since_the_head_was_signed_is_told(berlin: World) -> None:
    public_id = declare(berlin, "lost", contact="other@example.org")
    sign(berlin)
    assert verify_declaration(public_id=public_id, deps=berlin.deps).held == "signed"
    with berlin.deps.database.writing() as connection:
        off_guard(connection)
        connection.execute(text("DELETE FROM event WHERE chain LIKE '%declarant%'"))
    assert verify_declaration(public_id=public_id, deps=berlin.deps).held == "broken"


def test_a_head_that_we_did_not_sign_vouches_for_nothing(berlin: World) -> None:
    public_id = declare(berlin, "lost", contact="other@example.org")
    sign(berlin)
    (lines,) = berlin.deps.heads.files.values()  # type: ignore[attr-defined]
    lines[-1] = lines[-1].replace('"number":1', '"number":2')
    assert verify_declaration(public_id=public_id, deps=berlin.deps).held == "written"


def test_a_customers_own_withdrawal_is_acknowledged_under_an_address_too(berlin: World) -> None:
    number = berlin.take(two_parcels(), policy="eu")
    withdraw(berlin, number)
    work_all_jobs(deps=berlin.deps)
    (row,) = berlin.rows(Declaration)
    assert (row["state"], row["order_no"], row["lines"]) == ("matched", number, "商品1×1、商品2×2")
    assert any(f"{ADDRESS}{row['public_id']}" in mail.body for mail in berlin.mailer.sent)
    assert verify_declaration(public_id=row["public_id"], deps=berlin.deps).held == "written"


def test_a_mail_leads_to_the_button_in_the_words_of_its_orders_country_and_of_no_other(berlin: World) -> None:
    number = berlin.take(two_parcels(), policy="eu")
    declare(berlin, number)
    told = next(mail for mail in berlin.mailer.sent if "已收到您撤回合同的声明" in mail.subject)
    assert "Vertrag widerrufen: https://after.example/withdraw-contract?shop=tepai&country=DE" in told.body
    before = len(berlin.mailer.sent)
    berlin.cancel(berlin.take(make_order()))
    work_all_jobs(deps=berlin.deps)
    chinese = berlin.mailer.sent[before:]
    assert chinese and not any("withdraw-contract" in mail.body for mail in chinese)
