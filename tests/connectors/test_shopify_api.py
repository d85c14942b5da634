"""How Shopify is asked: within its points, in a version it has, and believing only what is signed."""

from __future__ import annotations

import time
from typing import Any

import pytest
from graphql import parse, validate

from portal.adapters import shopify_queries
from portal.adapters.clock import SystemClock
from portal.domain.errors import ProviderUnavailable
from portal.ports import BadWebhook
from tests.connectors.shopify_connected import id_of, opened
from tests.connectors.shopify_cost import MOST, requested_cost
from tests.connectors.shopify_counterpart import CLIENT, CLIENT_SECRET, TOKEN, VERSIONS, Bucket, Counterpart, schema_of
from tests.connectors.shopify_orders import Placed, order_of
from tests.connectors.shopify_webhooks import SECRET, signed, webhook
from tests.support.fakes import FakeClock

pytestmark = pytest.mark.req("P26")
ASKED = {
    name: text
    for name, text in vars(shopify_queries).items()
    if name.isupper() and isinstance(text, str) and not name.startswith("_")
}


@pytest.mark.parametrize("name", ASKED)
def test_every_question_fits_the_schema_and_the_cost_of_one(name: str) -> None:
    document = parse(ASKED[name])
    assert validate(schema_of("2026-10"), document) == []
    variables = {"ids": ["gid"] * shopify_queries.DETAILED, "first": 100}
    assert requested_cost(schema_of("2026-10"), document, variables) <= MOST


def test_its_check_goes_step_by_step_and_ends_where_one_fails(shopify: Counterpart) -> None:
    assert [(step.name, step.is_ok) for step in opened(shopify).check()] == [
        ("reach", True),
        ("version", True),
        ("scopes", True),
        ("orders", True),
    ]
    (only,) = opened(shopify, access_token="shpat_another").check()
    assert (only.is_ok, only.detail) == (False, "the access token is not accepted")
    shopify.shop.scopes = ("read_orders", "read_products", "read_returns")
    last = list(opened(shopify).check())[-1]
    assert (last.name, last.detail) == ("scopes", "missing: write_orders, read_locations, write_returns")


def test_an_app_of_the_dev_dashboard_gets_a_token_of_a_day_for_its_secret(shopify: Counterpart) -> None:
    platform = opened(shopify, access_token=None, client_id=CLIENT, client_secret=CLIENT_SECRET)
    assert all(step.is_ok for step in platform.check())
    assert platform.orders_page("", since=None).orders == () and len(shopify.granted) == 1
    (only,) = opened(shopify, access_token=None, client_id=CLIENT, client_secret="shpss_another").check()
    assert (only.is_ok, "client_secret is another" in only.detail) == (False, True)


@pytest.mark.parametrize(("version", "detail"), [("2024-01", "2026-01 answers, 2024-01 has ended"), ("2029-01", "")])
def test_a_version_that_has_ended_or_is_not_there_yet_is_named(shopify: Counterpart, version: str, detail: str) -> None:
    last = list(opened(shopify, api_version=version).check())[-1]
    assert (last.is_ok, last.detail) == (False, detail or "there is no such shop or version of the API")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_that_shopify_supports_is_asked_alike(shopify: Counterpart, version: str) -> None:
    order = shopify.shop.add(order_of(Placed()))
    assert opened(shopify, api_version=version).find_order(id_of(order)) is not None


@pytest.mark.parametrize("kind", ["throttled", "limited"])
def test_what_is_throttled_was_not_done_and_is_asked_again(shopify: Counterpart, kind: str) -> None:
    clock = FakeClock()
    shopify.plan("orders", kind, kind)
    assert opened(shopify, clock).orders_page("", since=None).orders == ()
    assert shopify.asked == ["orders"] * 3
    assert 0.1 <= clock.rested <= 1.0


def test_an_empty_bucket_is_waited_for_as_long_as_it_takes_to_fill(shopify: Counterpart) -> None:
    shopify.bucket = Bucket(maximum=1000.0, restore=400.0, available=2.0)
    began = time.monotonic()
    assert opened(shopify, SystemClock()).orders_page("", since=None).cursor == ""
    assert time.monotonic() - began >= 0.03


def test_a_bucket_that_does_not_fill_is_given_up(shopify: Counterpart) -> None:
    shopify.bucket = Bucket(maximum=1000.0, restore=0.001, available=0.0)
    with pytest.raises(ProviderUnavailable, match="throttled"):
        opened(shopify).orders_page("", since=None)


def test_a_token_is_in_no_error(shopify: Counterpart) -> None:
    platform = opened(shopify)
    shopify.plan("orders", "down", "html", "internal")
    for _ in range(3):
        with pytest.raises(ProviderUnavailable) as problem:
            platform.orders_page("", since=None)
        assert TOKEN not in str(problem.value) and TOKEN not in repr(platform)


def test_a_webhook_is_believed_by_its_signature_over_the_raw_body(shopify: Counterpart) -> None:
    platform, order = opened(shopify), order_of(Placed())
    headers, body = webhook(order)
    notice = platform.read_webhook(headers, body)
    assert (notice.about, notice.external_id, notice.topic) == ("order", id_of(order), "orders/updated")
    for bad in (
        (headers, body + b" "),
        ({name: value for name, value in headers.items() if "Hmac" not in name}, body),
        webhook(order, secret=f"{SECRET}!"),
    ):
        with pytest.raises(BadWebhook):
            platform.read_webhook(*bad)
    assert shopify.asked == []


@pytest.mark.parametrize(
    ("topic", "payload", "about"),
    [
        ("orders/create", {"id": 11}, ("order", "11", False)),
        ("orders/delete", {"id": 11}, ("order", "11", True)),
        ("refunds/create", {"id": 3, "order_id": 11}, ("order", "11", False)),
        ("fulfillments/update", {"id": 4, "order_id": 11}, ("order", "11", False)),
        ("returns/close", {"id": 5, "order": {"id": 11}}, ("order", "11", False)),
        ("products/update", {"id": 12}, ("product", "12", False)),
        ("products/delete", {"id": 12}, ("product", "12", True)),
        ("customers/redact", {"shop_id": 1, "customer": {"id": 2}}, ("nothing", "", False)),
        ("app/uninstalled", {"id": 9}, ("nothing", "", False)),
        ("orders/updated", {}, ("nothing", "", False)),
    ],
)
def test_what_a_webhook_is_about(shopify: Counterpart, topic: str, payload: dict[str, Any], about: Any) -> None:
    notice = opened(shopify).read_webhook(*signed(payload, topic))
    assert (notice.about, notice.external_id, notice.is_deleted) == about


def test_a_webhook_of_another_shop_is_not_believed(shopify: Counterpart) -> None:
    headers, body = webhook(order_of(Placed()))
    mine = opened(shopify, url="https://goods.myshopify.com")
    assert mine.read_webhook(headers, body).about == "order"
    with pytest.raises(BadWebhook):
        opened(shopify, url="https://another.myshopify.com").read_webhook(headers, body)
