"""Traces as a collector gets them from a served portal: one press is one trace, to the rail (decision 94)."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from portal.adapters.traces_otlp import TRY_SECONDS
from portal.processes.supervisor import cores
from tests.faults.installation import Browser, free_port, started
from tests.faults.machines import until
from tests.processes.behind_a_proxy import BehindAProxy, MerchantTill
from tests.support import databases
from tests.support.collector import Collector, Seen, chain, collecting
from tests.support.hook_receiver import Receiver

pytestmark = [pytest.mark.req("N4", "N6"), pytest.mark.timeout(120)]
NUMBER = "4bf92f3577b34da6-a3ce929d0e0e4736"
PRESS = "POST /orders/<order_no>/cancel"
PAGES = 10


class Traced(BehindAProxy):
    collector: Collector

    @property
    def environment(self) -> dict[str, str]:
        more = {"PORTAL_TRACES_URL": self.collector.url, "OTEL_BSP_SCHEDULE_DELAY": "1500"}
        return super().environment | more

    def seconds_of_pages(self) -> float:
        began = time.monotonic()
        for _ in range(PAGES):
            assert self.browser.get("/orders").status == 200
        return time.monotonic() - began


@pytest.fixture(scope="module")
def place(rail: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    folder = tmp_path_factory.mktemp("traces")
    traced = Traced(folder, databases.sqlite_database(folder), MerchantTill(rail))
    with collecting() as traced.collector, started(traced) as running:
        yield running


def of_number(spans: list[Seen], number: str) -> list[Seen]:
    """Those of the trace in which this request is."""
    traces = {span.trace for span in spans if span.facts.get("portal.request") == number}
    return [span for span in spans if span.trace in traces]


def test_one_press_is_one_trace_from_the_request_to_the_rail(place: Traced, rail: Receiver) -> None:
    place.cancelled(**{"X-Request-ID": NUMBER})

    def is_whole(spans: list[Seen]) -> bool:
        return {PRESS, "job refund", "job notice"} <= {span.name for span in of_number(spans, NUMBER)}

    spans = of_number(place.collector.wait_for(is_whole), NUMBER)
    [root] = [span for span in spans if not span.parent]
    assert (root.name, root.kind, root.facts["portal.request"]) == (PRESS, "SERVER", NUMBER)
    assert {span.parent for span in spans if span.parent} <= {span.id for span in spans}
    [call] = [span for span in spans if span.name == "call rail.merchant.refund"]
    cancel = "services.cancelling.cancel_order.cancel_order"
    assert chain(call, spans) == [PRESS, cancel, "job refund", call.name]
    assert (call.kind, call.is_error) == ("CLIENT", False)
    [told] = [told for told in rail.told if told.get("x-request-id") == NUMBER]
    assert told["traceparent"].startswith(f"00-{call.trace}-{call.id}-")
    assert {span.service["service.name"] for span in spans} == {"after-sales-portal"}
    assert len({span.service["service.instance.id"] for span in spans}) == 2


def test_a_trace_of_a_trusted_proxy_goes_on_and_its_word_on_sampling_is_kept(place: Traced) -> None:
    proxys = "4bf92f3577b34da6a3ce929d0e0e4736"
    before = len(place.collector.spans)
    place.browser.headers = {"traceparent": f"00-{proxys[::-1]}-00f067aa0ba902b7-00"}
    assert place.browser.get("/orders").status == 200
    place.browser.headers = {"traceparent": f"00-{proxys}-00f067aa0ba902b7-01"}
    assert place.browser.get("/orders").status == 200
    place.browser.headers = {}
    of_process = place.collector.wait_for(lambda now: any(one.trace == proxys for one in now))[before:]
    [listed] = [span for span in of_process if span.name == "GET /orders"]
    assert (listed.trace, listed.parent) == (proxys, "00f067aa0ba902b7")


def test_monitoring_and_a_worker_that_looks_round_leave_no_trace(place: Traced) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        Browser(place.port).get(path)
    assert place.browser.get("/account").status == 200
    spans = place.collector.wait_for(lambda now: any(one.name == "GET /account" for one in now))
    kinds = {(span.kind, span.name.partition(" ")[0]) for span in spans if not span.parent}
    assert kinds <= {("SERVER", "GET"), ("SERVER", "POST"), ("CONSUMER", "job")}
    assert not [span.name for span in spans if span.name.endswith(("/healthz", "/readyz", "/metrics"))]


def test_nobody_waits_for_a_collector_that_is_slow_or_refuses(place: Traced) -> None:
    collector, most = place.collector, (PAGES - 3) * TRY_SECONDS
    try:
        for collector.status, collector.slowly in ((200, 10.0), (503, 0.0), (400, 0.0)):
            asked = collector.asked
            assert place.seconds_of_pages() < most
            collector.wait_for(lambda _spans, asked=asked: collector.asked > asked)
            assert place.seconds_of_pages() < most
    finally:
        collector.status, collector.slowly = 200, 0.0


def test_what_is_left_is_sent_as_processes_end_and_without_a_collector_they_end_too(place: Traced) -> None:
    place.cancelled(**{"X-Request-ID": NUMBER[::-1]})
    place.stop()
    assert {PRESS, "job refund", "job notice"} <= {span.name for span in of_number(place.collector.spans, NUMBER[::-1])}
    port, place.collector.port = place.collector.port, free_port()
    said = len((place.folder / "log").read_text())
    try:
        place.start()
        assert place.browser.get("/orders").status == 200
        until(lambda: "traces.lost" in (place.folder / "log").read_text()[said:], place)
        place.stop()
    finally:
        place.collector.port = port
    lines = (place.folder / "log").read_text()[said:]
    assert lines.count("traces.lost") <= cores() + 1
    assert "Traceback" not in lines and "was killed" not in lines
