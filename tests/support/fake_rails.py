"""Rails of shops in memory: each config opens the same one again, with books of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from portal.domain.money import Money
from portal.domain.refunds.rails import RailConfig
from portal.ports import BadNotice, CheckStep, Clock, RailNotice
from tests.support.fake_rail import FakeRail


class FakeConnectedRail(FakeRail):
    """Takes notices as JSON, signed by saying so: `Signed: yes`. `problem`: what its check ends with."""

    problem = ""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> RailNotice | None:
        if headers.get("Signed") != "yes":
            raise BadNotice("not signed")
        said = json.loads(body)
        if said["about"] == "nothing":
            return None
        amount = Money(said["amount"], said.get("currency", "CNY")) if "amount" in said else None
        return RailNotice(about=said["about"], number=said["number"], amount=amount, dispute=said.get("dispute"))

    def check(self) -> Iterable[CheckStep]:
        yield CheckStep(name="signature", is_ok=True)
        yield CheckStep(name="call", is_ok=not self.problem, detail=self.problem)


class FakeRails:
    """The port `Rails`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._opened: dict[RailConfig, FakeConnectedRail] = {}

    def open(self, config: RailConfig, *, notify_url: str = "") -> FakeConnectedRail:
        return self._opened.setdefault(config, FakeConnectedRail(self._clock))
