"""One number from the proxy to the rail: over a served portal, read from its log and from what the rail was sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.installation import started
from tests.faults.machines import until
from tests.processes.behind_a_proxy import BehindAProxy, MerchantTill
from tests.support import databases
from tests.support.hook_receiver import Receiver

pytestmark = [pytest.mark.req("N4"), pytest.mark.timeout(120)]
NUMBER = "4bf92f3577b34da6-a3ce929d0e0e4736"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture(scope="module")
def place(rail: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BehindAProxy]:
    folder = tmp_path_factory.mktemp("number")
    with started(BehindAProxy(folder, databases.sqlite_database(folder), MerchantTill(rail))) as running:
        yield running


def test_the_proxys_number_is_in_every_line_and_at_the_rail(place: BehindAProxy, rail: Receiver) -> None:
    place.cancelled(**{"X-Request-ID": NUMBER})
    lines = place.lines(request=NUMBER)
    assert [line["endpoint"] for line in lines if line["event"] == "answered"] == ["shop.cancel"]
    until(lambda: place.worked(NUMBER) >= {"refund", "notice"}, place)
    assert {line["call"] for line in lines if line["event"] == "called"} >= {"rail.merchant.refund", "mail.send"}
    assert [told["x-request-id"] for told in rail.told if told.get("x-request-id") == NUMBER] == [NUMBER]


def test_a_trace_of_the_proxy_gives_its_number_and_goes_on_to_the_rail(place: BehindAProxy, rail: Receiver) -> None:
    place.cancelled(traceparent=f"00-{TRACE}-00f067aa0ba902b7-01")
    until(lambda: bool(place.worked(TRACE)), place)
    assert [told["traceparent"][3:35] for told in rail.told if told.get("x-request-id") == TRACE] == [TRACE]


def test_without_one_the_portal_makes_its_own_for_all_of_it(place: BehindAProxy, rail: Receiver) -> None:
    before = len(rail.told)
    place.cancelled()
    [number] = {told["x-request-id"] for told in rail.told[before:]}
    assert len(number) == 26
    assert place.lines(request=number, event="answered", endpoint="shop.cancel")
    until(lambda: place.worked(number) >= {"refund", "notice"}, place)


@pytest.mark.parametrize("odd", ["short", "13800000001", "x" * 65, "a b" * 8, "6222020200112233445", "用户" * 8])
def test_what_is_no_number_is_not_taken(odd: str, place: BehindAProxy) -> None:
    place.browser.headers = {"X-Request-ID": odd.encode().decode("latin-1")}
    try:
        assert place.browser.get("/orders").status == 200
    finally:
        place.browser.headers = {}
    assert len(place.lines(event="answered")[-1]["request"]) == 26
