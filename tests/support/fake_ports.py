"""What stands at the ports of a shop of the tests, by its own type."""

from __future__ import annotations

from typing import Any

from tests.support.fake_couriers import FakeCouriers
from tests.support.fakes import MemoryRobots, MemoryWebhooks


class FakePorts:
    deps: Any

    @property
    def robots(self) -> MemoryRobots:
        assert isinstance(self.deps.robots, MemoryRobots)
        return self.deps.robots

    @property
    def webhooks(self) -> MemoryWebhooks:
        assert isinstance(self.deps.webhooks, MemoryWebhooks)
        return self.deps.webhooks

    @property
    def couriers(self) -> FakeCouriers:
        assert isinstance(self.deps.couriers, FakeCouriers)
        return self.deps.couriers
