"""A small return under a shop's own rule: shown, paid, replayed, and no goods are waited for."""

import pytest
from sqlalchemy import update

from portal.domain.errors import Conflict, RefusedError
from portal.models.event import Event
from portal.models.order import Order
from portal.schemas.pack_file import load_pack
from portal.services.policy.publish import publish_policy
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import apply, case_of, no_differences
from tests.support.applications import bought
from tests.support.make import make_staff
from tests.support.order_facts import make_line
from tests.support.packs import PACKS

PACK = """
name = "good"
title = { zh = "好店", en = "Good shop" }
on = "cn"
[keep_goods]
under = { CNY = "20.00" }
reasons = ["quality"]
[rules.SHOP-8]
says = { zh = "金额不高，商品不用寄回", en = "You keep the goods" }
"""


@pytest.fixture
def kind(world):
    """A shop with that rule, and an order under it: two units of 15.00."""
    make_staff(world.deps, "zhuguan", "supervisor")
    pack = load_pack(PACK, "good.toml", PACKS)
    done = publish_policy(pack=pack, login="zhuguan", shop_key="tepai", starts_at=None, deps=world.deps)
    number = world.take(bought(make_line("1", 2, 3000)))
    with world.deps.database.writing() as connection:
        connection.execute(update(Order.__table__).values(shop_version_id=done.version_id))
    return number


@pytest.mark.req("P18", "N4")
def test_a_small_return_is_paid_without_the_goods_and_the_next_one_is_not(world, kind):
    first = apply(world, kind, reason="quality")
    row = case_of(world, first)
    assert (row["state"], row["return_no"], row["outcome"]["handling"]["remedy"]) == ("refunding", None, "refund")
    assert "SHOP-8" in row["outcome"]["rules"]
    with pytest.raises((Conflict, RefusedError)):
        withdraw_case(case_no=first, reason="changed_mind", actor=world.shopper, request_id="back", deps=world.deps)
    second = apply(world, kind, reason="quality")
    assert case_of(world, second)["state"] == "awaiting_return"
    world.settle()
    assert case_of(world, first)["state"] == "completed"
    line = world.order(kind).lines[0]
    assert (line.gone, line.claimed, line.refunded) == (1, 1, 1500)
    assert [payment["refunded_minor"] for payment in world.payments] == [1500]
    assert not [row for row in world.rows(Event) if row["kind"] == "system:stock:returned"]
    no_differences(world)
