"""docs/shopify.md is followed as a new merchant would: its file, its commands, what it says they print."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.adapters.connect_shopify import SCOPES
from portal.cli.connect import connect
from portal.cli.shops import shops
from tests.connectors.shopify_counterpart import CLIENT, CLIENT_SECRET, VERSIONS, Counterpart
from tests.connectors.shopify_orders import Placed, order_of
from tests.support.fakes import FakeClock

pytestmark = pytest.mark.req("P26")
GUIDE = (Path(__file__).parents[2] / "docs/shopify.md").read_text()
SHOP, *COMMANDS = [line.removeprefix("$ ") for line in GUIDE.splitlines() if line.startswith("$ ")]
(FILE,) = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def portal(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Runs a command as it is written, in a folder of its own."""
    deps = app.extensions["portal"]
    clock = FakeClock(datetime(2026, 11, 30, tzinfo=UTC))
    app.extensions["portal"] = replace(deps, platforms=ConnectedPlatforms(clock, may_be_private=True))
    monkeypatch.chdir(tmp_path)
    groups = {"connect": connect, "shops": shops}

    def run(command: str) -> Result:
        words = shlex.split(command)
        assert words[0] == "portal"
        return app.test_cli_runner().invoke(groups[words[1]], words[2:])

    made = run(SHOP)
    assert made.exit_code == 0, made.output
    yield run
    app.extensions["portal"] = deps


def connected(portal: Any, other: Counterpart, folder: Path, file: str = FILE) -> Result:
    (folder / "shopify.toml").write_text(file.replace("https://goods.myshopify.com", other.url))
    return portal(COMMANDS[0])


def test_the_commands_of_the_guide_connect_a_shop_and_bring_its_orders(
    portal: Any, shopify: Counterpart, tmp_path: Path
) -> None:
    assert SHOP.split()[1:4] == ["shops", "add", "main"]
    assert [command.split()[1:3] for command in COMMANDS] == [
        ["connect", "shopify"],
        ["connect", "check"],
        ["connect", "backfill"],
        ["connect", "compare"],
    ]
    placed_at = datetime(2026, 11, 20, tzinfo=UTC)
    for number in range(25):
        shopify.shop.add(order_of(Placed(number=str(1000 + number), placed_at=placed_at)))
    said = connected(portal, shopify, tmp_path)
    assert said.exit_code == 0, said.output
    assert said.output.splitlines()[0].endswith("/hooks/main/shopify")
    checked, filled, compared = (portal(command) for command in COMMANDS[1:])
    assert (checked.exit_code, checked.output.splitlines()[0]) == (0, "ok  reach: 好物商城 (goods.myshopify.com)")
    assert (filled.exit_code, filled.stdout.splitlines()[-1]) == (0, "25 orders read, 0 rejected.")
    assert compared.exit_code == 0 and compared.stdout.splitlines()[-1].endswith("0 differ.")


def test_the_guide_names_the_topics_that_connecting_prints(portal: Any, shopify: Counterpart, tmp_path: Path) -> None:
    said = connected(portal, shopify, tmp_path).output
    (topics,) = re.findall(r"Webhook topics: (.*)", said)
    assert all(f"`{topic}`" in GUIDE for topic in topics.split(", "))


def test_the_guide_names_every_scope_and_a_version_that_there_is() -> None:
    assert all(f"`{scope}`" in GUIDE for scope in SCOPES)
    (version,) = re.findall(r'api_version = "(.*)"', FILE)
    assert version in VERSIONS and CLIENT in FILE and CLIENT_SECRET in FILE


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({CLIENT: "another"}, "the app is not in this shop, or its client_id or client_secret is another"),
        ({"2026-10": "2025-10"}, "2026-01 answers, 2025-10 has ended"),
        ({f'client_id = "{CLIENT}"\nclient_secret = "{CLIENT_SECRET}"': 'access_token = "shpat_x"'}, "is not accepted"),
    ],
)
def test_what_is_wrong_is_said_as_the_guide_has_it(
    portal: Any, shopify: Counterpart, tmp_path: Path, change: dict[str, str], said: str
) -> None:
    file = FILE
    for old, new in change.items():
        assert old in file
        file = file.replace(old, new)
    assert connected(portal, shopify, tmp_path, file).exit_code == 0
    checked = portal(COMMANDS[1])
    assert checked.exit_code == 1 and said in checked.output and said in GUIDE
    assert CLIENT_SECRET not in checked.output


def test_scopes_that_are_missing_and_orders_that_are_not_seen_are_said_as_the_guide_has_it(
    portal: Any, shopify: Counterpart, tmp_path: Path
) -> None:
    connected(portal, shopify, tmp_path)
    shopify.shop.scopes = SCOPES
    assert "of the last 60 days (read_all_orders)" in portal(COMMANDS[1]).output
    shopify.shop.scopes = SCOPES[:-1]
    assert "missing: write_returns" in portal(COMMANDS[1]).output
