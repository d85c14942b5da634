"""Presses on the pages of webhooks."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.services.webhooks.add_endpoint import TypedEndpoint, add_endpoint
from portal.services.webhooks.feed import feed_webhooks
from tests.support.admin_presses import fresh_code
from tests.support.presses import MORE, Press
from tests.support.staff import Office

LIST, URL = "/staff/webhooks", "https://hooks.example/events"


def added(office: Office) -> int:
    operator = Actor(kind="operator", shop_id=office.made.shop_id)
    return add_endpoint(typed=TypedEndpoint(url=URL), actor=operator, deps=office.deps)[0]


def webhook_add(office: Office) -> Press:
    typed = {"url": URL, "kinds": "case:*", "code": fresh_code(office)}
    return Press(LIST, typed, {"url": f"{URL}/2"}, form="/staff/webhooks", role="admin", status=200)


def webhook_test(office: Office) -> Press:
    return Press(f"{LIST}/{added(office)}", {}, MORE, form="/test", role="admin")


def webhook_enable(office: Office) -> Press:
    endpoint_id = added(office)
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE webhook_endpoint SET state = 'off', off_because = 'gone'")
    return Press(f"{LIST}/{endpoint_id}", {}, MORE, form="/enable", role="admin")


def webhook_rotate(office: Office) -> Press:
    typed = {"code": fresh_code(office)}
    return Press(f"{LIST}/{added(office)}", typed, {"code": "000000"}, form="/rotate", role="admin", status=200)


def webhook_replay(office: Office) -> Press:
    return Press(f"{LIST}/{added(office)}", {"after": "0-0"}, {"after": "0-1"}, form="/replay-after", role="admin")


def with_delivery(office: Office, state: str) -> int:
    endpoint_id = added(office)
    feed_webhooks(deps=office.deps)
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE webhook_delivery SET state = '{state}', attempts = 2, status = 500")
    return endpoint_id


def webhook_replay_dead(office: Office) -> Press:
    return Press(f"{LIST}/{with_delivery(office, 'dead')}", {}, MORE, form="/replay-dead", role="admin")


def webhook_replay_one(office: Office) -> Press:
    endpoint_id = with_delivery(office, "done")
    return Press(f"{LIST}/{endpoint_id}", {}, MORE, form="/deliveries/1/replay", role="admin")


def webhook_remove(office: Office) -> Press:
    return Press(f"{LIST}/{added(office)}/remove", {}, MORE, form="/remove", role="admin")


WEBHOOK_ACTS = {
    act.__name__: (act,)
    for act in (
        *(webhook_add, webhook_test, webhook_enable, webhook_rotate),
        *(webhook_replay, webhook_replay_dead, webhook_replay_one, webhook_remove),
    )
}


def webhook_pages(office: Office) -> list[str]:
    """With deliveries that were given up."""
    page = f"{LIST}/{with_delivery(office, 'dead')}"
    return [LIST, page, f"{page}?list=waiting", f"{page}/remove"]
