"""Presses of administrators about the platform that a shop runs on."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.services.connectors.set_connector import connect
from tests.support.admin_presses import fresh_code
from tests.support.presses import MORE, Press
from tests.support.staff import Office

WOO = {
    "url": "https://woo.example",
    "consumer_key": "ck_1",
    "consumer_secret": "cs_1",
    "webhook_secret": "a long secret of the shop",
}


def connector_save(office: Office) -> Press:
    typed = {"platform": "woocommerce", "refund": "yes", "code": fresh_code(office)} | WOO
    return Press("/staff/connectors", typed, {"refund": "no"}, form="/staff/connectors", role="admin")


def _connected(office: Office) -> None:
    operator = Actor(kind="operator", shop_id=office.made.shop_id)
    connect(platform="woocommerce", table=WOO, actor=operator, deps=office.deps)


def connector_backfill(office: Office) -> Press:
    _connected(office)
    return Press("/staff/connectors", {}, MORE, form="/backfill", role="admin")


def connector_compare(office: Office) -> Press:
    _connected(office)
    return Press("/staff/connectors", {}, MORE, form="/compare", role="admin")
