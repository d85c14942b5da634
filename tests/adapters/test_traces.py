"""What a span says: of a request, an act, its statements, its jobs and calls, on both databases (decision 94)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.adapters.trace_statements import told_of
from portal.config import BadSetting, Settings
from portal.repos.unit_of_work import unit_of_work
from tests.support.collector import Collector, Seen, chain, collecting
from tests.support.page import Browserless
from tests.support.shopper import open_shop, sign_in

pytestmark = pytest.mark.req("N4", "N6")
PRESS = "POST /orders/<order_no>/cancel"
CANCEL = "services.cancelling.cancel_order.cancel_order"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    with collecting() as kept:
        yield kept
        kept.until_quiet(0.2)


def cancelled(app: Flask, collector: Collector) -> list[Seen]:
    """All spans of a visit in which an order is cancelled and refunded."""
    front = open_shop(app)
    shopper = Browserless(app.test_client())
    sign_in(shopper)
    number = front.take()
    shopper.open(f"/orders/{number}/cancel").submit(f"/orders/{number}/cancel", reason="changed_mind")
    front.work()
    return collector.wait_for(lambda spans: any(span.name == "job notice" for span in spans))


def test_a_press_its_act_its_statements_its_jobs_and_their_calls_are_one_trace(
    database: str, portal_on: Callable[..., Flask], collector: Collector
) -> None:
    app = portal_on(database, traces_url=collector.url)
    spans = cancelled(app, collector)
    [root] = [span for span in spans if span.name == PRESS]
    spans = [span for span in spans if span.trace == root.trace]
    assert not root.parent and root.kind == "SERVER"
    assert root.facts == {
        "http.request.method": "POST",
        "http.route": "/orders/<order_no>/cancel",
        "http.response.status_code": 303,
        "portal.request": root.facts["portal.request"],
        "portal.shop": 1,
    }
    chains = [chain(span, spans) for span in spans]
    for statement in ("SELECT orders", "UPDATE orders", "INSERT event", "INSERT job"):
        assert [PRESS, CANCEL, statement] in chains
    assert [PRESS, CANCEL, "job refund", "call rail.sandbox.refund"] in chains
    [update] = [span for span in spans if chain(span, spans) == [PRESS, CANCEL, "UPDATE orders"]]
    assert update.facts == {
        "db.system.name": database.partition(":")[0].partition("+")[0],
        "db.operation.name": "UPDATE",
        "db.collection.name": "orders",
    }
    [call] = [span for span in spans if span.name == "call rail.sandbox.refund"]
    assert (call.kind, set(call.facts)) == (
        "CLIENT",
        {"portal.number", "portal.request", "portal.outcome", "portal.shop"},
    )
    assert {span.facts["portal.request"] for span in spans if "portal.request" in span.facts} == {
        root.facts["portal.request"]
    }


def test_an_error_is_told_by_its_kind_and_never_by_its_words(
    database: str, portal_on: Callable[..., Flask], collector: Collector
) -> None:
    app = portal_on(database, traces_url=collector.url)
    deps = app.extensions["portal"]
    with unit_of_work(deps) as work:
        work.connection.execute(text("CREATE TABLE held (name TEXT PRIMARY KEY)"))
    twice = "INSERT INTO held VALUES (:name), (:name)"
    with pytest.raises(IntegrityError), deps.watch.step("job", "test", {}), unit_of_work(deps) as work:
        work.connection.execute(text(twice), {"name": "欧阳小明"})
    spans = collector.wait_for(lambda spans: any(span.name == "job test" for span in spans))
    wrong = {span.name: span.said for span in spans if span.is_error}
    assert set(wrong) >= {"job test", "INSERT held"}
    assert wrong["job test"] == "IntegrityError"
    assert not [said for said in wrong.values() if "欧阳" in said or " " in said]
    assert not any("欧阳小明".encode() in body for body in collector.raw)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT orders.id FROM orders WHERE x = ?", ("SELECT", "orders")),
        ('INSERT INTO "order" (a) VALUES (?)', ("INSERT", "order")),
        ("WITH due AS (SELECT job.id FROM job) UPDATE job SET a = ?", ("UPDATE", "job")),
        ("WITH some AS (SELECT 1 FROM shop) SELECT * FROM some", ("SELECT", "shop")),
        ("DELETE FROM job WHERE id = ?", ("DELETE", "job")),
        ("UPDATE job SET x = ?", ("UPDATE", "job")),
        ("SELECT 1", ("SELECT", "")),
        ("  pg_dump", ("PG", "")),
        ("BEGIN", ("BEGIN", "")),
        ("", ("OTHER", "")),
    ],
)
def test_a_statement_is_told_by_its_act_and_its_table(statement: str, told: tuple[str, str]) -> None:
    assert told_of(statement) == told


def test_without_the_extra_the_start_says_what_to_install(
    sqlite_url: str, portal_on: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("portal.adapters.trace")]:
        monkeypatch.delitem(sys.modules, name)
    missing: Any = None
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", missing)
    with pytest.raises(BadSetting, match=r"^PORTAL_TRACES_URL: .*after-sales-portal\[otel\]"):
        portal_on(sqlite_url, traces_url="http://127.0.0.1:4318")
    portal_on(sqlite_url)


@pytest.mark.parametrize("url", ["grpc://collector:4317", "collector:4318", "https://", "https://me:secret@collector"])
def test_what_is_no_address_of_a_collector_stops_the_start(url: str) -> None:
    with pytest.raises(BadSetting, match="PORTAL_TRACES_URL") as said:
        Settings.from_env({"PORTAL_TRACES_URL": url})
    assert "secret" not in str(said.value)
