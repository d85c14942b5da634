"""A served portal that logs as JSON and trusts its proxy; its refunds go by the shop's own system."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from portal.domain.identity.access import Actor
from portal.domain.orders.order import Payment
from portal.domain.refunds.rails import MerchantConfig
from portal.ports import Deps
from portal.services.shops.set_rail import set_rail
from tests.faults.installation import Installation
from tests.faults.promises import Act, Shopper, settle
from tests.faults.tills import Rows
from tests.support.hook_receiver import Receiver
from tests.support.make import Made

SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1tZXJjaGFudC1yYWls"


class MerchantTill:
    """The shop's own system takes every refund."""

    tenders = (("card", 3_010),)

    def __init__(self, receiver: Receiver) -> None:
        self._url = receiver.url

    def set_up(self, made: Made) -> None:
        config = MerchantConfig(methods=("card",), url=self._url, secret=SECRET)
        set_rail(config=config, actor=Actor(kind="operator", shop_id=made.shop_id), deps=made.deps)

    def reference(self, order_no: str, payment: Payment) -> str:
        return f"{order_no}-{payment.id}"

    def attend(self, made: Made, port: int) -> bool:
        return False

    def check(self, folder: Path, deps: Deps, rows: Rows) -> None:
        """Its receiver has what it was sent."""


class BehindAProxy(Installation):
    @property
    def environment(self) -> dict[str, str]:
        more = {"PORTAL_LOG": "json", "PORTAL_TRUSTED_PROXIES": "1", "PORTAL_WEBHOOK_PRIVATE": "true"}
        return super().environment | more

    def lines(self, **wanted: str) -> list[dict[str, Any]]:
        """Of the log, those that say so."""
        written = [json.loads(line) for line in (self.folder / "log").read_text().splitlines() if line.startswith("{")]
        return [line for line in written if all(line.get(name) == value for name, value in wanted.items())]

    def worked(self, number: str) -> set[str]:
        """The kinds of its jobs; a line is written once its job is done."""
        return {line["kind"] for line in self.lines(request=number, event="worked")}

    def cancelled(self, **headers: str) -> Act:
        """An order of which a cancel was pressed with these headers, its refund made and its customer told."""
        shopper = Shopper(self)
        act = shopper.fill(shopper.order())
        self.browser.headers = headers
        try:
            assert shopper.press(act)
        finally:
            self.browser.headers = {}
        settle(self)
        return act
