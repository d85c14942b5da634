"""`portal webhooks add | list | test | rotate | enable | replay | remove`, against a receiver over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from portal.cli.shops import shops
from portal.cli.webhooks import webhooks
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.webhooks.feed import feed_webhooks
from tests.support.hook_receiver import Receiver, receiving

pytestmark = pytest.mark.req("P12")


@pytest.fixture
def portal(sqlite_url: str, portal_on: Callable[..., Flask]) -> Flask:
    # On a loopback name, and nothing else set: a receiver on this machine is the first that anybody tries.
    app = portal_on(sqlite_url)
    app.test_cli_runner().invoke(shops, ["add", "tepai", "--name", "特派商城", "--origin", "https://shop.example"])
    return app


@pytest.fixture
def run(portal: Flask) -> Any:
    return lambda *words: portal.test_cli_runner().invoke(webhooks, words)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as kept:
        yield kept


def deliver(portal: Flask) -> None:
    feed_webhooks(deps=portal.extensions["portal"])
    work_all_jobs(deps=portal.extensions["portal"])


def test_from_the_first_line_to_the_last_as_docs_webhooks_says(portal: Flask, run: Any, receiver: Receiver) -> None:
    added = run("add", "tepai", receiver.url, "--event", "webhook:*").stdout
    number, secret = re.fullmatch(r"Endpoint: (\d+)\nSecret: (whsec_[A-Za-z0-9+/]{43}=)\n", added).groups()  # type: ignore[union-attr]
    receiver.secrets = (secret,)
    listed = run("list", "tepai").stdout
    assert listed == f"{number}\ton\t0 waiting\t0 dead\tnever\twebhook:*\thttp://127.0.0.1:{receiver.port}/hooks?…\n"
    assert re.fullmatch(r"ok\tHTTP 204\t\d+ ms\n", run("test", "tepai", number).stdout)
    assert receiver.seen[-1][1]["type"] == "portal:webhook:tested"
    deliver(portal)
    assert [payload["type"] for _id, payload in receiver.seen[1:]] == ["operator:webhook:added"]
    other = run("rotate", "tepai", number).stdout.removeprefix("Secret: ").strip()
    deliver(portal)
    receiver.secrets = (other,)
    assert run("replay", "tepai", number, "--after", "0-0").exit_code == 0
    deliver(portal)
    types = [payload["type"] for _id, payload in receiver.seen]
    assert types.count("operator:webhook:added") == 2 and types.count("operator:webhook:replayed") == 1
    assert len({name for name, payload in receiver.seen if payload["type"] == "operator:webhook:added"}) == 1
    assert (
        receiver.doubted == [] and run("replay", "tepai", number, "--dead").stdout == f"{number}: 0 to be sent again\n"
    )
    receiver.status = 410
    run("rotate", "tepai", number)
    deliver(portal)
    assert "\toff (gone)\t1 waiting\t" in run("list", "tepai").stdout
    receiver.status = 200
    assert run("enable", "tepai", number).stdout == f"{number}: on\n"
    deliver(portal)
    assert "\ton\t0 waiting\t" in run("list", "tepai").stdout
    assert run("remove", "tepai", number).stdout == f"{number}: removed\n"
    assert run("list", "tepai").stdout == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("http://shop.example/x",), "must be https://"),
        (("https://user:pw@shop.example/x",), "must not hold a user"),
        (("https://shop.example/x", "--event", "refund:lost"), "refund:lost: there is no such kind of event"),
        (("https://shop.example/" + "x" * 1_000,), "too long"),
        (("nonsense",), "must be https://"),
    ],
)
def test_what_cannot_be_an_endpoint_is_said_in_a_line(run: Any, words: tuple[str, ...], says: str) -> None:
    answer = run("add", "tepai", *words)
    assert answer.exit_code == 1 and says in answer.stderr and "Traceback" not in answer.stderr


def test_nobody_there_exits_with_one_and_odd_cursors_are_refused(run: Any) -> None:
    run("add", "tepai", "http://127.0.0.1:9/x")
    tried = run("test", "tepai", "1")
    assert tried.exit_code == 1 and "unreachable\tno answer" in tried.stderr
    for cursor, says in (("soon", "is none"), ("-", "is none"), ("9-9999999", "ahead"), ("", "is none")):
        answer = run("replay", "tepai", "1", "--after", cursor)
        assert answer.exit_code == 1 and says in answer.stderr, cursor
    assert run("replay", "tepai", "1").exit_code == 2
    assert run("replay", "tepai", "1", "--dead", "--after", "0-0").exit_code == 2
    assert repr(run("remove", "tepai", "99").exception).startswith("NotFound")


def test_a_shop_has_ten_at_most(run: Any) -> None:
    for _ in range(10):
        assert run("add", "tepai", "https://shop.example/x").exit_code == 0
    assert "as many endpoints as it may" in run("add", "tepai", "https://shop.example/x").stderr
