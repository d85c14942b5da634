"""`portal refunds reconcile`: a line a difference, and one for what could not be compared; exit 1 for either."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from portal.cli.upkeep import refunds
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.ports import RefundAsk
from portal.services.shops.set_rail import set_rail
from tests.support.rails import MERCHANT, STRIPE
from tests.support.shopper import Shopfront, open_shop


@pytest.fixture
def front(app: Flask) -> Shopfront:
    return open_shop(app)


def operator(front: Shopfront) -> Actor:
    return Actor(kind="operator", shop_id=front.made.shop_id)


def run(app: Flask, *options: str) -> tuple[int, list[str]]:
    result = app.test_cli_runner().invoke(refunds, ["reconcile", *options])
    return result.exit_code, result.stdout.splitlines()


@pytest.mark.req("N7")
def test_books_that_agree_end_well(app: Flask, front: Shopfront) -> None:
    front.work()
    assert run(app) == (0, ["No difference."])


@pytest.mark.req("N7")
def test_a_difference_is_a_line_and_exit_1(app: Flask, front: Shopfront) -> None:
    named = {"payment_id": "p", "order_no": "A", "method": "alipay", "payment_reference": "elsewhere"}
    ask = RefundAsk(number="by-hand", amount=Money(100, "CNY"), captured=Money(100, "CNY"), **named)
    front.deps.rail.refund_at_console(ask)  # type: ignore[union-attr]
    assert run(app) == (1, ["by-hand: the rail booked 1.00 CNY that we do not know of"])
    assert run(app, "--since", "2100-01-01T00:00:00Z") == (0, ["No difference."])


@pytest.mark.req("N7")
def test_a_system_without_books_is_said_and_no_difference(app: Flask, front: Shopfront) -> None:
    set_rail(config=MERCHANT, actor=operator(front), deps=front.deps)
    said = ["merchant (tepai): keeps no books that could be read", "No difference."]
    assert run(app) == (0, said)


@pytest.mark.req("N7")
def test_a_rail_that_cannot_be_reached_is_a_line_and_exit_1(app: Flask, front: Shopfront) -> None:
    config = replace(STRIPE, gateway="http://127.0.0.1:9")
    set_rail(config=config, actor=operator(front), deps=front.deps)
    code, lines = run(app, "--since", front.deps.clock.now().isoformat())
    assert code == 1 and len(lines) == 1
    assert lines[0].startswith("stripe (tepai) ") and ": not compared: " in lines[0]
    assert STRIPE.secret_key not in lines[0]
