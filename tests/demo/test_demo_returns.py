"""The demo has a case for each thing a shopper meets after applying, reached through the services as a shop would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from portal.demo.filling import fill_demo_shop
from portal.demo.people import PEOPLE
from portal.demo.photos import PHOTOS, photo
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.event import Event
from portal.models.evidence import EvidenceFile, EvidenceLink
from portal.models.fee import Fee
from portal.services.deadlines.run import run_deadlines
from portal.services.records.verify_audit import verify_audit
from tests.support.databases import sqlite_database
from tests.support.fakes import FakeClock
from tests.support.world import World, world_on


@contextmanager
def demo_on(folder: Path, orders: int) -> Iterator[tuple[World, list[str]]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.support.world.make_shop", lambda deps: None)
        with world_on(sqlite_database(folder), clock=FakeClock()) as world:
            yield world, fill_demo_shop(orders=orders, deps=world.deps)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with demo_on(tmp_path_factory.mktemp("demo"), 72) as (world, _):
        yield world


def cases(world: World, **wanted: Any) -> list[Any]:
    """Those of the accounts that can be signed in to; what lies on the desk of the staff is tried in test_desk."""
    of_accounts = {row["id"] for row in world.rows(Customer) if row["external_id"] in PEOPLE}
    rows = [row for row in world.rows(Case) if row["customer_id"] in of_accounts]
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


@pytest.mark.req("S27", "S28", "N11")
def test_a_return_stands_at_each_stage_and_each_waits_for_somebody(demo: World) -> None:
    states = [row["state"] for row in cases(demo, kind="return_refund")]
    assert states == ["awaiting_return", "in_transit", "received", "received", "in_transit"]
    waiting = [row for row in cases(demo) if row["state"] != "rejected" and row["deadline_at"]]
    assert all(row["deadline_at"] > demo.clock.now() for row in waiting)
    assert sum(run_deadlines(deps=demo.deps).values()) == 0


@pytest.mark.req("S28", "N11")
def test_what_was_not_accepted_has_the_inspectors_photos(demo: World) -> None:
    [choosing] = cases(demo, deadline_kind="customer_chooses_rejected")
    names = {row["id"]: row["name"] for row in demo.rows(EvidenceFile)}
    of_case = [row for row in demo.rows(EvidenceLink) if row["case_id"] == choosing["id"]]
    assert [names[row["file_id"]] for row in of_case] == [f"{name}.png" for name in PHOTOS]
    linked = {(row["case_id"], row["message_id"]) for row in of_case}
    assert linked == {(choosing["id"], choosing["inspection"]["message"])}
    assert all(photo(name).content.read(4) == b"\x89PNG" for name in PHOTOS)


@pytest.mark.req("S30", "S31")
def test_a_withdrawal_waits_for_its_fee(demo: World) -> None:
    [fee] = [row for row in demo.rows(Fee) if row["for_what"] == "withdrawal"]
    [case] = cases(demo, id=fee["case_id"])
    assert (case["state"], fee["state"], fee["amount_minor"]) == ("in_transit", "due", 1200)
    assert fee["due_at"] > demo.clock.now()


@pytest.mark.req("S39")
def test_one_refusal_can_be_sent_again_and_another_is_under_appeal(demo: World) -> None:
    refused, appealed = cases(demo, state="rejected")
    assert refused["appeal"] is None and refused["outcome"]["appeal_by"] > demo.clock.now().isoformat()
    assert appealed["appeal"]["state"] == "open" and appealed["deadline_kind"] == "appeal_decided"


@pytest.mark.req("N5")
def test_a_contract_has_been_withdrawn_from_in_the_eu(demo: World) -> None:
    [declared] = cases(demo, kind="contract_withdrawal")
    assert declared["state"] == "awaiting_return"


def test_each_step_was_at_a_moment_of_its_own_before_now_and_the_record_of_it_is_whole(demo: World) -> None:
    happened = [row["at"] for row in demo.rows(Event) if row["kind"].startswith(("shopper:", "staff:"))]
    assert max(happened) < demo.clock.now() and len(set(happened)) > 10
    assert not verify_audit(deps=demo.deps).broken


def test_of_few_orders_only_those_who_have_one_can_sign_in(tmp_path: Path) -> None:
    with demo_on(tmp_path, 30) as (_, lines):
        logins = [line.split()[1] for line in lines if line.startswith("shopper")]
        assert logins == ["login=c-1001", "login=c-1007"]
        assert sum(line.startswith("staff") for line in lines) == 5
