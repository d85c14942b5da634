"""What a customer may have in hand, and what is left of them when they are erased (law 6; N9)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import inspect, text

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.errors import Conflict, NotFound
from portal.models.account import Customer
from portal.models.event import Event
from portal.services.cancelling.cancel_order import cancel_order
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.messages.write_message import message_customer
from portal.services.orders.change_address import change_address
from portal.services.policy.replay import replay
from portal.services.records.erase_customer import erase_customer
from portal.services.records.export_customer import export_customer
from portal.services.records.verify_audit import verify_audit
from tests.support.make import make_customer
from tests.support.order_facts import make_line, make_order
from tests.support.world import World

PERSONAL = ("张三", "8613800000001", "c1@example.com", "文三路", "西湖", "李四", "门口等我")


def with_a_history(world: World) -> str:
    """An address changed, a cancel with a note that the warehouse stopped, a message, money that arrived."""
    first = world.take(make_order())
    moved = {"name": "李四", "phone": "+8613800000009", "region": "浙江", "address": "西湖边2号", "postcode": "310001"}
    change_address(order_no=first, details=moved, actor=world.shopper, request_id="address", deps=world.deps)
    number = world.take(make_order(make_line("1", 2, 5000), status="picking"))
    ask = CancelAsk(reason="changed_mind", note="门口等我")
    shown = world.confirm(number).shown
    case_no = cancel_order(
        order_no=number, ask=ask, shown=shown, actor=world.shopper, request_id="c", deps=world.deps
    ).case_no
    agent = world.made.staff("supervisor")
    message_customer(case_no=case_no, body="李四您好", actor=agent, request_id="m", deps=world.deps)
    return case_no


def stop(world: World, case_no: str) -> None:
    from portal.services.cancelling.answer_cancel import answer_cancel

    staff = world.made.staff("warehouse")
    answer_cancel(case_no=case_no, answer="stopped", left_at=None, actor=staff, request_id="a", deps=world.deps)


def erase(world: World, login: str = "c-1") -> None:
    erase_customer(shop_key="tepai", login=login, deps=world.deps)


def found_of(world: World) -> list[str]:
    """Which of PERSONAL stands anywhere in any table, in clear or as JSON escapes it."""
    with world.deps.database.reading() as connection:
        names = inspect(connection).get_table_names()
        rows = [
            str(value) for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"')) for value in row
        ]
    content = "|".join(rows)
    return [word for word in PERSONAL if word in content or json.dumps(word)[1:-1] in content]


@pytest.mark.req("N9")
def test_nothing_personal_is_left_and_the_audit_trail_is_whole(world: World) -> None:
    stop(world, with_a_history(world))
    world.settle()
    before = [row["hash"] for row in world.rows(Event)]
    assert found_of(world) == list(PERSONAL)
    erase(world)
    assert found_of(world) == []
    assert verify_audit(deps=world.deps).broken is None
    assert [row["hash"] for row in world.rows(Event)][: len(before)] == before
    assert [found for found in replay(since=None, deps=world.deps) if found.differs] == []


@pytest.mark.req("N9")
def test_the_books_stay(world: World) -> None:
    stop(world, with_a_history(world))
    world.settle()
    erase(world)
    assert [refund["state"] for refund in world.refunds] == ["succeeded"]
    assert sum(payment["refunded_minor"] for payment in world.payments) == 5000
    work_all_jobs(deps=world.deps)


@pytest.mark.req("N9")
def test_an_open_case_is_in_the_way_and_is_named(world: World) -> None:
    case_no = with_a_history(world)
    with pytest.raises(Conflict) as no:
        erase(world)
    assert (no.value.what, no.value.detail) == ("case_open", {"case": case_no})
    assert world.rows(Customer)[0]["name"] == "张三"


@pytest.mark.req("N9")
def test_a_refund_on_its_way_is_in_the_way_and_is_named(world: World) -> None:
    world.cancel(world.take(make_order()))
    with pytest.raises(Conflict) as no:
        erase(world)
    assert (no.value.what, no.value.detail) == ("refund_open", {"refund": world.refunds[0]["number"]})


@pytest.mark.req("N9")
def test_the_key_that_digests_a_customers_values_is_their_own_and_goes_with_them(world: World) -> None:
    digests = []
    for customer_id in (world.made.customer_id, make_customer(world.deps, world.made.shop_id, 2)):
        number = world.take(make_order(), customer_id=customer_id)
        actor = type(world.shopper)(kind="shopper", shop_id=world.made.shop_id, id=customer_id)
        details = {"name": "王五", "phone": "+8613900000000", "region": "北京", "address": "1号", "postcode": ""}
        change_address(order_no=number, details=details, actor=actor, request_id="x", deps=world.deps)
        texts = [json.loads(row["text"]) for row in world.rows(Event)]
        digests.append(next(e["data"]["digest"] for e in reversed(texts) if e["kind"].endswith("address:changed")))
    assert digests[0] != digests[1]
    assert all(row["digest_key"] for row in world.rows(Customer))
    erase(world)
    mine, other = world.rows(Customer)
    assert (mine["digest_key"], bool(other["digest_key"])) == (None, True)


@pytest.mark.req("N9")
def test_a_notice_that_still_waits_goes_with_its_customer(world: World) -> None:
    order = make_order(status="awaiting_payment")
    world.cancel(world.take(order))
    assert world.notices
    erase(world)
    work_all_jobs(deps=world.deps)
    assert (world.notices, world.mailer.sent) == ([], [])


@pytest.mark.req("N9")
def test_an_export_holds_everything_but_secrets_and_notes_of_the_staff(world: World) -> None:
    with_a_history(world)
    found = export_customer(shop_key="tepai", login="c-1", deps=world.deps)
    content = json.dumps(found, ensure_ascii=False)
    assert all(word in content for word in PERSONAL)
    assert "quick$" not in content and "digest_key" not in content
    assert {name for name, rows in found.items() if rows} >= {"customer", "orders", "cases", "messages", "events"}


@pytest.mark.req("N9")
def test_nobody_is_exported_or_erased_from_another_shop(world: World) -> None:
    from tests.support.make import make_shop

    make_shop(world.deps, "another")
    make_customer(world.deps, world.made.shop_id, 5)
    for act in (erase_customer, export_customer):
        with pytest.raises(NotFound):
            act(shop_key="another", login="c-5", deps=world.deps)
