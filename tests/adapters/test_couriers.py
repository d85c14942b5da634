"""What services may expect of every carrier that fetches goods, ours in memory and the sandbox alike (P16)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from portal.adapters.pickup_sandbox import SandboxCouriers, tracking_no
from portal.config import Settings
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.domain.returning.pickup import Sender
from portal.domain.shops.profile import ReturnAddress
from portal.ports import PickupAsk, PickupCarrier, SlotAsk
from portal.wiring import build_deps
from tests.support.fake_couriers import FakeCouriers
from tests.support.fakes import FakeClock

pytestmark = pytest.mark.req("P16")
NUMBER = "T20261120ABCDEFGH-P1"


@dataclass
class Case:
    couriers: PickupCarrier
    clock: FakeClock
    plan: Path

    def ask(self, currency: str = "CNY", zone: str = "Asia/Shanghai") -> SlotAsk:
        door = {"address": "西湖边2号", "country": "CN", "zone": zone, "currency": currency}
        return SlotAsk(carrier="SF", since=self.clock.now(), until=None, **door)

    def booking(self, number: str = NUMBER) -> PickupAsk:
        offer = self.couriers.offer(self.ask())
        return PickupAsk(
            number=number,
            carrier="SF",
            slot=next(slot for slot in offer.slots if slot.cancel_by > self.clock.now()),
            payer="shop",
            price=offer.price,
            sender=Sender(name="张三", phone="13800000000", address="西湖边2号"),
            to=ReturnAddress(),
            return_no="R261120K7Q2M4X",
        )


@pytest.fixture(params=["fake", "sandbox"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    clock, plan = FakeClock(), tmp_path / "plan"
    sandbox = SandboxCouriers(tmp_path / "pickups.db", clock, plan=plan)
    return Case(FakeCouriers(clock) if request.param == "fake" else sandbox, clock, plan)


class TestEveryCarrier:
    def test_an_offer_has_times_and_one_price_in_the_currency_asked_for(self, case: Case) -> None:
        offer = case.couriers.offer(case.ask("EUR", "Europe/Berlin"))
        assert offer.price == Money(1200, "EUR") and offer.slots
        assert all(slot.cancel_by < slot.start < slot.end for slot in offer.slots)

    def test_a_number_never_sent_is_unknown(self, case: Case) -> None:
        assert case.couriers.find(NUMBER).outcome == "unknown_number"

    def test_the_same_number_again_books_one_courier(self, case: Case) -> None:
        asked = case.booking()
        assert [case.couriers.book(asked).outcome for _ in range(3)] == ["booked"] * 3
        assert case.couriers.find(NUMBER).outcome == "booked"

    def test_what_was_called_off_stays_so_and_is_not_booked_again(self, case: Case) -> None:
        asked = case.booking()
        case.couriers.book(asked)
        assert [case.couriers.cancel(NUMBER).outcome for _ in range(2)] == ["cancelled"] * 2
        assert case.couriers.book(asked).outcome == case.couriers.find(NUMBER).outcome == "cancelled"


@dataclass
class Sandbox:
    """The sandbox with what only it can do."""

    couriers: SandboxCouriers
    case: Case


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    clock, plan = FakeClock(), tmp_path / "plan"
    couriers = SandboxCouriers(tmp_path / "pickups.db", clock, plan=plan)
    return Sandbox(couriers, Case(couriers, clock, plan))


class TestSandbox:
    def test_the_courier_takes_the_goods_an_hour_after_the_time_begins(self, sandbox: Sandbox) -> None:
        case = sandbox.case
        asked = case.booking()
        case.couriers.book(asked)
        case.clock.set(asked.slot.start + timedelta(minutes=59))
        assert case.couriers.find(NUMBER).outcome == "booked"
        case.clock.move(minutes=1)
        found = case.couriers.find(NUMBER)
        taken = ("picked_up", tracking_no("SF", NUMBER), case.clock.now())
        assert (found.outcome, found.tracking_no, found.at) == taken
        assert case.couriers.cancel(NUMBER).outcome == "picked_up"

    def test_many_processes_book_one(self, sandbox: Sandbox) -> None:
        asked = sandbox.case.booking()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: sandbox.couriers.book(asked).outcome, range(16)))
        assert set(answers) == {"booked"} and sandbox.couriers.bookings() == {NUMBER: "booked"}

    @pytest.mark.parametrize(("kind", "state"), [("down", None), ("late", "booked")])
    def test_it_gives_no_answer_where_the_plan_says_so(self, sandbox: Sandbox, kind: str, state: str | None) -> None:
        case = sandbox.case
        asked = case.booking()
        case.plan.write_text(f"pickup {NUMBER} {kind}\n")
        with pytest.raises(ProviderUnavailable):
            case.couriers.book(asked)
        assert sandbox.couriers.bookings().get(NUMBER) == state

    def test_it_refuses_and_misses_where_the_plan_says_so(self, sandbox: Sandbox) -> None:
        case = sandbox.case
        asked = case.booking()
        case.plan.write_text("pickup *-P1 refused\npickup *-P2 missed\n")
        assert case.couriers.book(asked).outcome == "refused"
        case.couriers.book(replace(asked, number=NUMBER.replace("-P1", "-P2")))
        case.clock.set(asked.slot.end)
        assert case.couriers.find(NUMBER.replace("-P1", "-P2")).outcome == "missed"


@pytest.mark.parametrize(
    ("settings", "is_offered"),
    [
        ({}, True),
        ({"base_url": "https://shop.example"}, False),
        ({"base_url": "https://d.example", "rail": "sandbox"}, True),
    ],
)
def test_pretended_couriers_are_offered_in_a_demonstration_alone(
    tmp_path: Path, settings: dict[str, str], is_offered: bool
) -> None:
    deps = build_deps(Settings(sandbox_log=f"file://{tmp_path}/rail.ndjson", **settings), create_engine("sqlite://"))
    assert (deps.couriers is not None) is is_offered
