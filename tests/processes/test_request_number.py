"""One number from the proxy to the rail: over a served portal, read from its log and from what the rail was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.domain.identity.access import Actor
from portal.domain.orders.order import Payment
from portal.domain.refunds.rails import MerchantConfig
from portal.ports import Deps
from portal.services.shops.set_rail import set_rail
from tests.faults.installation import Installation
from tests.faults.promises import Act, Shopper, settle
from tests.faults.tills import Rows
from tests.support import databases
from tests.support.hook_receiver import Receiver, receiving
from tests.support.make import Made

pytestmark = [pytest.mark.req("N4"), pytest.mark.timeout(120)]
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1tZXJjaGFudC1yYWls"
NUMBER = "4bf92f3577b34da6-a3ce929d0e0e4736"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


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


@pytest.fixture(scope="module")
def rail() -> Iterator[Receiver]:
    with receiving(SECRET) as receiver:
        receiver.status, receiver.answer = 200, b'{"state": "succeeded", "reference": "M-1"}'
        yield receiver


@pytest.fixture(scope="module")
def place(rail: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BehindAProxy]:
    folder = tmp_path_factory.mktemp("number")
    running = BehindAProxy(folder, databases.sqlite_database(folder), MerchantTill(rail))
    running.till.set_up(running.made)
    try:
        running.start()
        running.browser.sign_in()
        yield running
    finally:
        running.stop()


def cancelled(place: BehindAProxy, **headers: str) -> Act:
    """An order of which a cancel was pressed with these headers, its refund made and its customer told."""
    shopper = Shopper(place)
    act = shopper.fill(shopper.order())
    place.browser.headers = headers
    try:
        assert shopper.press(act)
    finally:
        place.browser.headers = {}
    settle(place)
    return act


def test_the_proxys_number_is_in_every_line_and_at_the_rail(place: BehindAProxy, rail: Receiver) -> None:
    cancelled(place, **{"X-Request-ID": NUMBER})
    lines = place.lines(request=NUMBER)
    assert [line["endpoint"] for line in lines if line["event"] == "answered"] == ["shop.cancel"]
    assert {line["kind"] for line in lines if line["event"] == "worked"} >= {"refund", "notice"}
    assert {line["call"] for line in lines if line["event"] == "called"} >= {"rail.merchant.refund", "mail.send"}
    assert [told["x-request-id"] for told in rail.told if told.get("x-request-id") == NUMBER] == [NUMBER]


def test_a_trace_of_the_proxy_gives_its_number_and_goes_on_to_the_rail(place: BehindAProxy, rail: Receiver) -> None:
    cancelled(place, traceparent=f"00-{TRACE}-00f067aa0ba902b7-01")
    assert place.lines(request=TRACE, event="worked")
    assert [told["traceparent"][3:35] for told in rail.told if told.get("x-request-id") == TRACE] == [TRACE]


def test_without_one_the_portal_makes_its_own_for_all_of_it(place: BehindAProxy, rail: Receiver) -> None:
    before = len(rail.told)
    cancelled(place)
    [number] = {told["x-request-id"] for told in rail.told[before:]}
    assert len(number) == 26
    assert place.lines(request=number, event="answered", endpoint="shop.cancel")
    assert {line["kind"] for line in place.lines(request=number, event="worked")} >= {"refund", "notice"}


@pytest.mark.parametrize("odd", ["short", "13800000001", "x" * 65, "a b" * 8, "6222020200112233445", "用户" * 8])
def test_what_is_no_number_is_not_taken(odd: str, place: BehindAProxy) -> None:
    place.browser.headers = {"X-Request-ID": odd.encode().decode("latin-1")}
    try:
        assert place.browser.get("/orders").status == 200
    finally:
        place.browser.headers = {}
    assert len(place.lines(event="answered")[-1]["request"]) == 26
