"""`portal connect`: a shop and its platform, from the file to the comparison."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.cli.connect import connect
from tests.connectors.woocommerce_counterpart import KEY, SECRET, WEBHOOK_SECRET, Woo
from tests.connectors.woocommerce_orders import line, order
from tests.support.fakes import NOON, FakeClock
from tests.support.make import make_shop

P26 = pytest.mark.req("P26")


@pytest.fixture
def woo(app: Flask) -> Iterator[Woo]:
    deps = app.extensions["portal"]
    make_shop(deps)
    app.extensions["portal"] = replace(deps, platforms=ConnectedPlatforms(deps.clock, may_be_private=True))
    provider = Woo(NOON)
    yield provider
    provider.close()


@pytest.fixture
def run(app: Flask) -> Any:
    return lambda *words: app.test_cli_runner().invoke(connect, [*map(str, words), "--shop", "tepai"])


def file_of(folder: Path, woo: Woo, more: str = "refund = true\n") -> Path:
    file = folder / "woocommerce.toml"
    keys = f'consumer_key = "{KEY}"\nconsumer_secret = "{SECRET}"\nwebhook_secret = "{WEBHOOK_SECRET}"\n'
    file.write_text(f'url = "{woo.url}"\n{keys}{more}')
    return file


@P26
def test_connecting_prints_what_to_enter_there_and_no_key(run: Any, woo: Woo, tmp_path: Path) -> None:
    said = run("woocommerce", file_of(tmp_path, woo))
    assert said.exit_code == 0, said.output
    assert said.output.splitlines()[0].endswith("/hooks/tepai/woocommerce")
    assert f"Webhook secret: {WEBHOOK_SECRET}" in said.output and SECRET not in said.output
    checked = run("check")
    assert (checked.exit_code, checked.output) == (0, "ok  reach\nok  orders\nok  products\n")


@P26
def test_a_file_that_is_wrong_names_every_key_and_connects_nothing(run: Any, woo: Woo, tmp_path: Path) -> None:
    said = run("woocommerce", file_of(tmp_path, woo, 'refund = "yes"\nshop = "x"\n'))
    assert said.exit_code == 1
    assert "refund: must be true or false" in said.output and "shop: is unknown" in said.output
    assert SECRET not in said.output
    assert "connected with no platform" in run("backfill").output


@P26
def test_a_backfill_tells_what_was_read_and_what_was_not(run: Any, woo: Woo, tmp_path: Path) -> None:
    run("woocommerce", file_of(tmp_path, woo))
    woo.put(order(11, [line(1, "Mug", "10.00")]))
    woo.put(order(12, [line(1, "Mug", "10.00")]), total="11.00")
    said = run("backfill", "--since", "2026-11-01")
    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines()[-1] == "2 orders read, 1 rejected."
    assert "12: total" in said.stderr
    compared = run("compare")
    assert (compared.exit_code, "12\trejected" in compared.output) == (1, True)
    woo.put(woo.books[12], total="10.00")
    assert run("compare").stdout.splitlines()[-1] == "1 compared, 1 brought up to date, 0 differ."


@P26
def test_a_platform_that_stays_away_ends_with_what_to_do(app: Flask, run: Any, woo: Woo, tmp_path: Path) -> None:
    app.extensions["portal"] = replace(app.extensions["portal"], clock=FakeClock())
    run("woocommerce", file_of(tmp_path, woo))
    woo.fault = "html_502"
    said = run("backfill")
    assert said.exit_code == 1 and "Run it again to go on from here." in said.output
    assert run("check").exit_code == 1
    woo.fault = None
    assert run("backfill").output.startswith("Goes on where it was interrupted.")


@P26
def test_disconnected_nothing_comes_in_any_more(run: Any, woo: Woo, tmp_path: Path) -> None:
    run("woocommerce", file_of(tmp_path, woo))
    assert run("remove").output == "Disconnected.\n"
    assert "connected with no platform" in run("check").output


@P26
def test_what_is_on_its_way_by_its_gateway_keeps_it_connected(app: Flask, run: Any, woo: Woo, tmp_path: Path) -> None:
    run("woocommerce", file_of(tmp_path, woo))
    woo.put(order(11, [line(1, "Mug", "10.00")]))
    run("backfill")
    with app.extensions["portal"].database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO refund (shop_id, order_id, payment_row_id, refund_id, series, number, rail, amount_minor,"
            " currency, method, why, state, reason, account, attempts, polls, created_at)"
            " SELECT shop_id, order_id, id, '01JR', 1, '01JR-1', 'woocommerce', 500,"
            " 'EUR', 'card', 'cancel', 'pending', '', '', 1, 0, '2026-11-20 00:00:00+00:00' FROM payment"
        )
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text(file_of(tmp_path, woo).read_text().replace(woo.url, "https://other.example"))
    for said in (run("woocommerce", elsewhere), run("remove")):
        assert said.exit_code == 1 and "have to end first: 01JR-1" in said.output
    assert run("check").exit_code == 0
