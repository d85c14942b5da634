"""What goes beyond policy, in the steps that its tests are made of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.domain.identity.access import Actor
from portal.models.goodwill import Goodwill
from portal.repos.unit_of_work import unit_of_work
from portal.services.cases.answer_proposal import answer_proposal
from portal.services.goodwill.give_amount import give_amount
from portal.services.messages.ask_question import ask_question
from tests.services.applying.test_apply_for import apply
from tests.support.applications import bought
from tests.support.order_facts import NOON, make_line
from tests.support.said import decide_case
from tests.support.world import World

LONG_AGO = NOON - timedelta(days=40)


def set_limits(world: World, **limits: str) -> None:
    with unit_of_work(world.deps) as work:
        work.shops.set(world.made.shop_id, settings={"returns": True, "limits": limits})


def person(world: World, number: int = 1, role: Any = "supervisor") -> Actor:
    world.made.staff(role)
    return Actor(kind="staff", shop_id=world.made.shop_id, id=number, role=role)


def question(world: World, at: Any = LONG_AGO) -> str:
    """A case of an order whose window is over."""
    number = world.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000), at=at))
    by: dict[str, Any] = {"actor": world.shopper, "request_id": f"ask-{number}", "deps": world.deps}
    return ask_question(order_no=number, body="有点小问题", **by).case_no


def give(world: World, case_no: str, amount: str, by: Actor | None = None, request_id: str = "") -> str:
    known: dict[str, Any] = {"actor": by or person(world), "deps": world.deps}
    number = request_id or f"give-{len(world.rows(Goodwill))}-{case_no}"
    return give_amount(case_no=case_no, amount=amount, reason="老客户", request_id=number, **known).what


def answer(world: World, answer: Any = "approve", by: Actor | None = None, number: str = "", **values: Any) -> Any:
    """The newest proposal, by the second person."""
    number = number or world.rows(Goodwill)[-1]["number"]
    known = {"actor": by or person(world, 2), "request_id": f"answer-{answer}", "deps": world.deps} | values
    return answer_proposal(number=number, answer=answer, **known)


def only(world: World) -> Any:
    (row,) = world.rows(Goodwill)
    return row


def late(world: World, **values: Any) -> str:
    """An application that only goodwill can grant, for 100.00."""
    number = world.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000), at=LONG_AGO))
    return apply(world, number, reason="other", **values)


def decide(world: World, case_no: str, decision: str = "accept", by: Actor | None = None, **values: Any) -> Any:
    known = {"actor": by or person(world, 1, "agent"), "request_id": f"decide-{decision}", "deps": world.deps}
    return decide_case(case_no=case_no, decision=decision, **(known | values))
