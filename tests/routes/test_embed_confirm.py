"""Confirming inside a frame: nobody can make a person press what they have not had time to read."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask

from tests.support.embedding import enter
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless, Page
from tests.support.shopper import Shopfront
from tests.support.signing_in import Place, place, refusals

pytestmark = pytest.mark.req("N8")
FRAME = "/embed/tepai"


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@pytest.fixture
def front(here: Place) -> Shopfront:
    return Shopfront(here.app, here.made)


@pytest.fixture(params=["page", "htmx"])
def framed(request: pytest.FixtureRequest, here: Place) -> Browserless:
    visitor = here.newcomer(htmx=request.param == "htmx")
    enter(here, visitor)
    return visitor


def state(front: Shopfront, number: str) -> str:
    from portal.repos.unit_of_work import reading

    with reading(front.deps) as work:
        return work.orders.get(number, front.made.shopper).order.state


def cancel(page: Page, forged: Mapping[str, object] | None = None) -> Page:
    return page.submit(reason="changed_mind", forged=forged)


def test_a_confirmation_within_a_second_is_not_taken_and_asks_again(
    here: Place, front: Shopfront, framed: Browserless
) -> None:
    number = front.take()
    page = framed.open(f"{FRAME}/orders/{number}/cancel")
    here.clock.move(milliseconds=999)
    again = cancel(page)
    assert (again.status, refusals(again)) == (422, ["too_soon"])
    assert state(front, number) == "paid"
    here.clock.move(seconds=1)
    done = cancel(again)
    assert done.path == f"{FRAME}/orders/{number}"
    assert state(front, number) == "cancelled"


def test_a_confirmation_that_was_read_is_taken_at_once(here: Place, front: Shopfront, framed: Browserless) -> None:
    number = front.take()
    page = framed.open(f"{FRAME}/orders/{number}/cancel")
    here.clock.move(seconds=1)
    assert cancel(page).status == 200
    assert state(front, number) == "cancelled"


@pytest.mark.parametrize("issued", [None, "", "1", "1763611200000.0", "-1.x", "x.y", "²." + "0" * 32, "9" * 40])
def test_the_time_of_issue_cannot_be_left_out_or_made_up(
    issued: str | None, here: Place, front: Shopfront, framed: Browserless
) -> None:
    number = front.take()
    page = framed.open(f"{FRAME}/orders/{number}/cancel")
    here.clock.move(minutes=1)
    assert refusals(cancel(page, {"issued": issued})) == ["too_soon"]
    assert state(front, number) == "paid"


def test_the_time_of_issue_of_somebody_else_is_none(here: Place, front: Shopfront, framed: Browserless) -> None:
    number = front.take()
    other = here.newcomer()
    enter(here, other)
    theirs = other.open(f"{FRAME}/orders/{number}/cancel").form().element.xpath(".//input[@name='issued']/@value")[0]
    page = framed.open(f"{FRAME}/orders/{number}/cancel")
    here.clock.move(minutes=1)
    assert refusals(cancel(page, {"issued": theirs})) == ["too_soon"]


def test_a_summary_computed_anew_has_to_be_read_anew(here: Place, front: Shopfront, framed: Browserless) -> None:
    number = front.take(make_order(make_line("1", 3, 3000)))
    page = framed.open(f"{FRAME}/orders/{number}/cancel")
    here.clock.move(minutes=1)
    page = page.submit(fields={"quantity-1": "1"}, button="quote")
    assert refusals(page.submit(fields={"quantity-1": "1"}, reason="changed_mind")) == ["too_soon"]


def test_a_confirmation_in_a_frame_is_kept_by_nobody(here: Place, front: Shopfront, framed: Browserless) -> None:
    page = framed.open(f"{FRAME}/orders/{front.take()}/cancel")
    assert "no-store" in page.headers["Cache-Control"]
    assert "ETag" not in page.headers


def test_outside_a_frame_nothing_waits(here: Place, front: Shopfront) -> None:
    number = front.take()
    page = here.signed_in().open(f"/orders/{number}/cancel")
    assert not page.tree.xpath("//input[@name='issued']")
    assert cancel(page).status == 200
    assert state(front, number) == "cancelled"


def test_a_form_sent_twice_acts_once_in_a_frame_too(here: Place, front: Shopfront, framed: Browserless) -> None:
    number = front.take()
    page = framed.open(f"{FRAME}/orders/{number}/cancel")
    here.clock.move(seconds=2)
    assert cancel(page).path == cancel(page).path == f"{FRAME}/orders/{number}"
