"""`/hooks/<shop>/woocommerce|shopify`: answered at once, by the signature alone, whoever calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.domain.identity.access import Actor
from portal.services.connectors.set_connector import connect
from portal.services.jobs.work_jobs import work_all_jobs
from portal.web.security.body_limits import HOOKS
from tests.connectors.support import woo_table
from tests.connectors.woocommerce_counterpart import Woo
from tests.connectors.woocommerce_orders import line, order
from tests.support.fakes import NOON
from tests.support.make import make_shop

P26 = pytest.mark.req("P26")
ADDRESS = "/hooks/tepai/woocommerce"


@pytest.fixture
def woo(app: Flask) -> Iterator[Woo]:
    """The shop `tepai` of `app` is connected with it."""
    provider = Woo(NOON)
    deps = app.extensions["portal"]
    made = make_shop(deps)
    app.extensions["portal"] = deps = replace(deps, platforms=ConnectedPlatforms(deps.clock, may_be_private=True))
    operator = Actor(kind="operator", shop_id=made.shop_id)
    connect(platform="woocommerce", table=woo_table(provider), actor=operator, deps=deps)
    yield provider
    provider.close()


@P26
def test_a_signed_webhook_is_answered_before_the_work_is_done(app: Flask, woo: Woo) -> None:
    headers, body = woo.webhook("order.created", woo.put(order(11, [line(1, "Mug", "10.00")])))
    answer = app.test_client().post(ADDRESS, data=body, headers=headers)
    assert (answer.status_code, answer.json) == (200, {"result": "queued"})
    assert woo.requests == []
    work_all_jobs(deps=app.extensions["portal"])
    assert woo.requests


@P26
def test_others_are_refused_without_a_word_of_why_beyond_the_signature(app: Flask, woo: Woo) -> None:
    headers, body = woo.webhook("order.created", woo.put(order(11, [line(1, "Mug", "10.00")])))
    client = app.test_client()
    forged = client.post(ADDRESS, data=body + b" ", headers=headers)
    assert (forged.status_code, forged.json) == (401, {"error": "signature"})
    assert client.post("/hooks/tepai/shopify", data=body, headers=headers).status_code == 404
    assert client.post("/hooks/nobody/woocommerce", data=body, headers=headers).status_code == 404
    assert client.post("/hooks/tepai/magento", data=body, headers=headers).status_code == 404
    assert client.get(ADDRESS).status_code == 405
    assert client.post(ADDRESS, data=b"x" * (HOOKS + 1), headers=headers).status_code == 413


@P26
def test_the_ping_of_a_new_webhook_is_answered_200(app: Flask, woo: Woo) -> None:
    answer = app.test_client().post(ADDRESS, data={"webhook_id": "3"})
    assert (answer.status_code, answer.json) == (200, {"result": "ignored"})
    assert woo.requests == []
