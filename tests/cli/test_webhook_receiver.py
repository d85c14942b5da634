"""The receiver of docs/webhooks.md, as a merchant would run it, and every command of that page."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from portal.cli.shops import shops
from portal.cli.webhooks import webhooks
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.webhooks.feed import feed_webhooks

pytestmark = pytest.mark.req("P12")
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Its module and address."""
    monkeypatch.setenv("WEBHOOK_BOOKS", str(tmp_path / "events.db"))
    spec = importlib.util.spec_from_file_location("webhook_receiver", DOCS / "examples" / "webhook_receiver.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    server = make_server("127.0.0.1", 0, module.app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield module, f"http://127.0.0.1:{server.server_port}/hooks"
    server.shutdown()
    server.server_close()


@pytest.fixture
def portal(sqlite_url: str, portal_on: Callable[..., Flask]) -> Flask:
    app = portal_on(sqlite_url, webhook_private=True)
    app.test_cli_runner().invoke(shops, ["add", "tepai", "--name", "特派商城", "--origin", "https://shop.example"])
    return app


def deliver(portal: Flask) -> None:
    feed_webhooks(deps=portal.extensions["portal"])
    work_all_jobs(deps=portal.extensions["portal"])


def commands() -> list[list[str]]:
    blocks = re.findall(r"```\n(portal webhooks .*?)```", (DOCS / "webhooks.md").read_text(), re.DOTALL)
    lines = [line.replace("KEY", "tepai") for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[2:] for line in lines]


def test_every_command_of_the_page_does_what_it_says_with_its_receiver(
    portal: Flask, receiver: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _module, url = receiver
    for written in commands():
        # What the page adds asks for refunds alone; its other commands happen to the endpoint itself.
        words = ["add", "tepai", url] if written[0] == "add" else written
        words = [word.replace("0-1234", "0-0") for word in words]
        answer = portal.test_cli_runner().invoke(webhooks, words)
        assert answer.exit_code == 0, (words, answer.stderr, answer.exception)
        if secret := re.search(r"Secret: (whsec_\S+)", answer.stdout):
            monkeypatch.setenv("WEBHOOK_SECRET", secret[1])
        deliver(portal)
    with sqlite3.connect(tmp_path / "events.db") as books:
        rows = books.execute("SELECT id, type, order_no FROM event ORDER BY id").fetchall()
    types = [kind for _id, kind, _order in rows]
    assert types.count("operator:webhook:added") == 1, "replayed, and known again"
    assert {"operator:webhook:replayed", "operator:webhook:rotated", "portal:webhook:tested"} <= set(types)


def test_the_kinds_of_the_page_are_kinds(portal: Flask) -> None:
    (added,) = [words for words in commands() if words[0] == "add"]
    answer = portal.test_cli_runner().invoke(webhooks, added)
    assert answer.exit_code == 0 and answer.stdout.startswith("Endpoint: 1\nSecret: whsec_")


def test_the_receiver_refuses_what_was_not_signed(receiver: Any) -> None:
    module, _url = receiver
    client = module.app.test_client()
    assert client.post("/hooks", data="{}").status_code == 401
    signed = {"webhook-id": "evt_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    assert client.post("/hooks", data="{}", headers=signed).status_code == 401
