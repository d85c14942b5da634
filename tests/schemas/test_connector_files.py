"""Connector files: what they may say, everything that is wrong at once, and no secret in what is said of them."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.connectors.config import ConnectorError, Platform
from portal.schemas.connector_files import read_connector

P26 = pytest.mark.req("P26")
WOO: dict[str, Any] = {
    "url": "https://shop.example/",
    "consumer_key": "ck_1234",
    "consumer_secret": "cs_5678",
    "webhook_secret": "a-secret-of-the-shop",
    "refund": True,
    "states": {"wc-packing": "picking"},
}
SHOPIFY: dict[str, Any] = {
    "url": "https://shop.myshopify.com",
    "access_token": "shpat_1234",
    "webhook_secret": "a-secret-of-the-app",
    "api_version": "2026-10",
}


@P26
@pytest.mark.parametrize(("platform", "table"), [("woocommerce", WOO), ("shopify", SHOPIFY)])
def test_a_file_is_read(platform: Platform, table: dict[str, Any]) -> None:
    config = read_connector(platform, table)
    assert config.url == table["url"].rstrip("/")
    assert config.refund is table.get("refund", False)


@P26
def test_everything_wrong_is_said_at_once_and_no_secret_with_it() -> None:
    wrong = WOO | {"url": "http://shop.example", "webhook_secret": "short", "states": {"x": "lost"}, "token": "t"}
    del wrong["consumer_key"]
    with pytest.raises(ConnectorError) as refused:
        read_connector("woocommerce", wrong)
    said = dict(refused.value.problems)
    assert set(said) == {"url", "consumer_key", "webhook_secret", "states.x", "token"}
    assert "short" not in str(refused.value) and "cs_5678" not in str(refused.value)


@P26
def test_keys_are_in_no_representation() -> None:
    shown = repr(read_connector("woocommerce", WOO))
    assert "cs_5678" not in shown and "ck_1234" not in shown and "a-secret" not in shown


@P26
def test_shopify_is_asked_by_a_token_or_by_the_app_that_gets_one() -> None:
    app = {name: value for name, value in SHOPIFY.items() if name != "access_token"}
    pair = {"client_id": "c1d2", "client_secret": "shpss_5678"}
    config = read_connector("shopify", app | pair)
    assert dict(config.keys) == pair
    assert "shpss_5678" not in repr(config)
    for wrong in (app, SHOPIFY | pair, app | {"client_id": "c1d2"}):
        with pytest.raises(ConnectorError, match="access_token: is needed, or client_id and client_secret"):
            read_connector("shopify", wrong)


@P26
@pytest.mark.parametrize("version", ["2026", "latest", "2026-11"])
def test_a_version_is_one_of_the_quarters(version: str) -> None:
    with pytest.raises(ConnectorError, match="api_version"):
        read_connector("shopify", SHOPIFY | {"api_version": version})
