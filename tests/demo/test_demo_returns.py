"""The demo's returns stand at each stage, reached through the services as a shop would reach them."""

import pytest

from portal.demo.filling import fill_demo_shop
from portal.demo.returns import STAGES
from portal.models.case import Case
from tests.fakes import FakeClock
from tests.world import world_on


@pytest.mark.req("S27", "S28", "N11")
def test_a_return_stands_at_each_stage(sqlite_url, monkeypatch):
    monkeypatch.setattr("tests.world.make_shop", lambda deps: None)
    with world_on(sqlite_url, clock=FakeClock()) as world:
        fill_demo_shop(orders=72, deps=world.deps)
        rows = world.rows(Case)
        assert [row["state"] for row in rows] == ["awaiting_return", "in_transit", "received", "received"]
        assert len(rows) == len(STAGES)
        assert rows[-1]["deadline_kind"] == "customer_chooses_rejected"
