"""`portal audit verify`, `portal customers export` and `erase`: what they print, and their exit codes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.cli.audit import audit
from portal.cli.customers import customers
from portal.services.records.sign_heads import sign_heads
from tests.support.shopper import Shopfront, open_shop


@pytest.fixture
def front(app: Flask) -> Shopfront:
    return open_shop(app)


@pytest.fixture
def run(app: Flask) -> Any:
    return lambda group, *words: app.test_cli_runner().invoke(group, words)


@pytest.mark.req("N9")
def test_a_whole_trail_is_said_to_be_whole(front: Shopfront, run: Any) -> None:
    sign_heads(deps=front.deps)
    result = run(audit, "verify")
    assert (result.exit_code, result.stdout) == (0, "Whole: 1 events in 1 chains, 1 signed heads.\n")


@pytest.mark.req("N9")
def test_the_first_broken_entry_is_named_and_the_exit_code_is_1(front: Shopfront, run: Any) -> None:
    with front.deps.database.writing() as connection:
        connection.execute(text("DROP TRIGGER event_refuses_update"))
        connection.execute(text("UPDATE event SET actor = 'staff:9'"))
    result = run(audit, "verify")
    assert result.exit_code == 1
    assert result.stdout.startswith("Broken: event 1, chain a:1:operator, entry 1: its column actor says otherwise")


@pytest.mark.req("N9")
def test_an_export_is_json_and_an_erased_customer_is_gone(front: Shopfront, run: Any) -> None:
    front.take()
    exported = run(customers, "export", "--shop", "tepai", "c-1")
    assert json.loads(exported.stdout)["customer"]["mail"] == "c1@example.com"
    assert run(customers, "erase", "--shop", "tepai", "--yes", "c1@example.com").exit_code == 0
    assert run(customers, "export", "--shop", "tepai", "c-1").exit_code == 1
    assert run(audit, "verify").exit_code == 0
