"""No log names anybody: every flow is walked, as text and as JSON, by customers, staff and worker (SECURITY, logs)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.adapters.trace_statements import trace_statements
from portal.adapters.traces_otlp import traces_to
from portal.adapters.watch_log import LogWatch
from portal.adapters.watch_traces import TracingWatch
from portal.domain.errors import ProviderUnavailable
from portal.extensions import db
from portal.ports import Mail, Watch
from portal.repos.unit_of_work import unit_of_work
from portal.web.request.access_log import configure
from portal.wiring import watched_over
from tests.routes.test_zones import SEASONS
from tests.support import shopper
from tests.support.collector import Collector, collecting
from tests.support.full_shop import FullShop
from tests.support.signing_in import PASSWORD
from tests.support.staff import PASSWORD as STAFF_PASSWORD
from tests.support.staff import open_office

pytestmark = [pytest.mark.req("N4", "N9"), pytest.mark.timeout(300)]


@dataclass
class Log:
    """What was written so far."""

    capsys: pytest.CaptureFixture[str]
    kept: str = ""

    def getvalue(self) -> str:
        self.kept += self.capsys.readouterr().err
        return self.kept


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Log]:
    yield Log(capsys)
    configure("text")


def walked(app: Flask, form: str, watch: Watch) -> list[str]:
    """A shop whose orders and cases stand in every way there is, and all its pages opened; what may not be in a log."""
    office = open_office(app)
    configure(form)
    app.extensions["portal"] = watched_over(replace(office.deps, watch=watch))
    shop = FullShop(office, SEASONS["winter"], title="秘密商品", recipient="欧阳小明", words="我的小秘密")
    shop.fill()
    somebody = office.newcomer()
    shopper.sign_in(somebody)
    for path in shop.paths():
        somebody.client.get(path)
    login = office.add("supervisor")
    desk = office.desk("supervisor", login=login)
    for path in (*shop.staff_paths(), "/staff/cases?q=欧阳小明", "/staff/orders?q=c1@example.com"):
        desk.client.get(path)
    office.newcomer().open("/sign-in").submit(login="c-1", password="wrong " + PASSWORD)
    office.newcomer().open("/find-order").submit(order_no=shop.orders["paid"], contact="c1@example.com")
    office.work()
    return [
        "秘密商品",
        "欧阳小明",
        "我的小秘密",
        "c-1",
        "c1@example.com",
        PASSWORD,
        STAFF_PASSWORD,
        login,
        *personal(shop),
    ]


def personal(shop: FullShop) -> Iterator[str]:
    """Whatever the database knows of people, their parcels and their words; and secrets of sessions."""
    office = shop.office
    columns = {"customer": ("name", "phone", "mail", "external_id"), "message": ("body",)}
    for table, names in columns.items():
        for name in names:
            yield from (str(row[name]) for row in office.rows(f"SELECT DISTINCT {name} FROM {table}") if row[name])
    for row in office.rows("SELECT ship_to FROM orders WHERE ship_to IS NOT NULL"):
        found = json.loads(row["ship_to"])
        yield from (str(found[name]) for name in ("name", "phone", "address") if found.get(name))
    for mail in office.mailer.sent:
        yield mail.to
        yield from re.findall(r"(?<![0-9])[0-9]{6}(?![0-9])", mail.body)
    yield from (message.to for message in office.texts.sent)


@contextmanager
def traced(app: Flask) -> Iterator[tuple[Watch, Collector]]:
    """Whoever looks on, and who has all of it once this is left."""
    with collecting() as collector:
        traces = traces_to(collector.url, "test")
        with app.app_context():
            trace_statements(db.engine, traces.tracer)
        yield TracingWatch(traces.tracer, LogWatch()), collector
        traces.end()


def test_no_flow_leaves_anything_personal_in_a_log_or_a_trace(
    sqlite_url: str, portal_on: Callable[..., Flask], log: Log
) -> None:
    app = portal_on(sqlite_url)
    with traced(app) as (watch, collector):
        secrets = walked(app, "json", watch)
    names = {span.name for span in collector.spans}
    assert {"GET /orders/<order_no>", "SELECT orders", "job refund", "call mail.send"} <= names
    assert len(collector.spans) > 1000
    said = ((span.name, span.said, *span.facts.values(), *span.service.values()) for span in collector.spans)
    told = {str(value) for values in said for value in values}
    assert not {secret for secret in secrets if len(secret) > 2 and appears(secret, "\n".join(told))}
    assert_nobody_is_named(secrets, log.getvalue(), "json")


def test_no_flow_leaves_anything_personal_in_a_log_for_people(
    sqlite_url: str, portal_on: Callable[..., Flask], log: Log
) -> None:
    assert_nobody_is_named(walked(portal_on(sqlite_url), "text", LogWatch()), log.getvalue(), "text")


def assert_nobody_is_named(secrets: list[str], written: str, form: str) -> None:
    lines = written.splitlines()
    assert len(lines) > 200 and {"answered", "worked", "called"} <= events(lines, form)
    assert len(set(secrets)) > 10
    assert not {secret for secret in secrets if len(secret) > 2 and appears(secret, written)}


def events(lines: list[str], form: str) -> set[str]:
    if form == "json":
        return {str(json.loads(line)["event"]) for line in lines if line.startswith("{")}
    return {line.partition("] ")[2].partition(" ")[0] for line in lines}


def appears(secret: str, written: str) -> bool:
    """By itself: `c-1` is no part of another word, and no digits of a time."""
    return re.search(rf"(?<![0-9A-Za-z.-]){re.escape(secret)}(?![0-9A-Za-z-])", written) is not None


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_an_error_quotes_of_a_row_is_hidden(
    form: str, database: str, portal_on: Callable[..., Flask], log: Log
) -> None:
    app = portal_on(database)
    configure(form)
    row = {"name": "欧阳小明", "mail": "secret words"}
    with unit_of_work(app.extensions["portal"]) as work:
        work.connection.execute(text("CREATE TABLE held (name TEXT PRIMARY KEY, mail TEXT)"))
        work.connection.execute(text("INSERT INTO held VALUES (:name, :mail)"), row)
    with pytest.raises(IntegrityError) as failed, unit_of_work(app.extensions["portal"]) as work:
        work.connection.execute(text("INSERT INTO held VALUES (:name, :mail)"), row)
    structlog.get_logger("portal").error("failed", problem=str(failed.value), exc_info=failed.value)
    assert "held" in log.getvalue()
    assert "欧阳小明" not in log.getvalue() and "secret words" not in log.getvalue()


class Post:
    def send(self, mail: Mail) -> None:
        raise ProviderUnavailable("mail", f"550 <{mail.to}> is not known here")


def test_the_words_of_a_mail_server_are_not_logged(app: Flask, log: Log) -> None:
    deps: Any = watched_over(replace(app.extensions["portal"], watch=LogWatch(), mailer=Post()))
    mail = Mail(to="a@example.com", sender="s@example.com", subject="您的退款", body="张三", message_id="notice-1")
    with pytest.raises(ProviderUnavailable):
        deps.mailer.send(mail)
    assert "call=mail.send" in log.getvalue() and "notice-1" in log.getvalue()
    assert not [word for word in ("a@example.com", "您的退款", "张三", "550") if word in log.getvalue()]
