"""POST …/shipments: a parcel goes through the same reader as those of the import (INTERFACE, machine API)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.identity.access import Actor
from portal.models.event import Event
from portal.repos.unit_of_work import reading
from tests.support.feed import fed_order
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P12")


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


SHIPMENTS = "/api/v1/orders/O-1/shipments"


def ordered(app: Flask, here: Place) -> Any:
    """Sends a shipment of the order of the bodies, once there is that order."""
    client, token = app.test_client(), {"Authorization": f"Bearer {here.made.keys.token}"}
    body = fed_order(number="O-1")
    assert client.put("/api/v1/orders/O-1", json=body, headers=token).status_code == 201
    return lambda **values: client.post(SHIPMENTS, json={"carrier": "SF", "tracking_no": "SF1"} | values, headers=token)


def order_in(here: Place) -> Any:
    with reading(here.deps) as work:
        return work.orders.get("O-1", Actor(kind="feed", shop_id=here.made.shop_id)).order


def test_a_shipment_is_delivered_when_it_says_so_and_read_as_one_of_the_import(app: Flask, here: Place) -> None:
    post = ordered(app, here)
    times = {"shipped_at": "2026-11-01T10:00:00Z", "delivered_at": "2026-11-03T10:00:00Z"}
    assert post(**times, promised_at="2026-11-02T10:00:00Z", tracking_no="ＳＦ１").status_code == 201
    (parcel,) = order_in(here).shipments
    assert (parcel.tracking_no, parcel.status) == ("SF1", "delivered")
    assert parcel.delivered_at.isoformat() == "2026-11-03T10:00:00+00:00"
    assert parcel.promised_at.isoformat() == "2026-11-02T10:00:00+00:00"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"lines": [{"line": "1", "quantity": 1}, {"line": "1", "quantity": 2}]}, "lines"),
        ({"lines": []}, "lines"),
        ({"lines": [{"line": "2", "quantity": 1}]}, "lines"),
        ({"delivered_at": "9999-12-31T00:00:00Z"}, "delivered_at"),
        ({"shipped_at": "0001-01-01T00:00:00Z"}, "shipped_at"),
        ({"status": "eaten"}, "status"),
    ],
)
def test_a_shipment_that_cannot_be_is_named(values: dict[str, Any], field: str, app: Flask, here: Place) -> None:
    answer = ordered(app, here)(**values)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == [field]
    assert order_in(here).shipments == ()


def test_the_lines_of_a_shipment_are_summed(app: Flask, here: Place) -> None:
    ordered(app, here)(lines=[{"line": "1", "quantity": 1}, {"line": "1", "quantity": 1}])
    assert order_in(here).shipments[0].lines == (("1", 2),)


def test_the_trail_names_the_feed_where_the_feed_acted(app: Flask, here: Place) -> None:
    post = ordered(app, here)
    post(delivered_at="2026-11-03T10:00:00Z")
    with here.deps.database.reading() as connection:
        found = connection.execute(select(Event.__table__.c.kind, Event.__table__.c.actor)).all()
    assert {row.actor for row in found if row.kind.startswith("feed:")} == {"feed"}
    assert {row.kind for row in found} >= {"feed:order:taken_in", "feed:parcel:shipped", "feed:parcel:delivered"}
