"""The coarse limit a network: on signing in and on the machine API, counted in this process or in Redis."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.web.security.limits import CALLS, MOST, SIGN_INS, TRIES, network
from tests.support.page import Browserless
from tests.support.signing_in import PASSWORD, place


@pytest.fixture(params=["memory", "redis"])
def limited(request: pytest.FixtureRequest, sqlite_url: str, portal_on: Callable[..., Flask]) -> Flask:
    """A portal that takes three sign-ins, three other tries and two calls a minute from one network."""
    url = "memory://" if request.param == "memory" else request.getfixturevalue("redis_url")
    if request.param == "redis":
        forget_counts(url)
    return portal_limited(portal_on, sqlite_url, url)


def portal_limited(portal_on: Callable[..., Flask], database: str, url: str, **settings: object) -> Flask:
    app = portal_on(database, rate_limit_url=url, **settings)
    app.config.update({SIGN_INS: "3 per minute", TRIES: "3 per minute", CALLS: "2 per minute"})
    return app


def forget_counts(url: str) -> None:
    import redis

    with redis.Redis.from_url(url) as counts:
        counts.flushall()


def call(client: FlaskClient, address: str = "127.0.0.1") -> int:
    return client.get("/api/v1/events", environ_overrides={"REMOTE_ADDR": address}).status_code


@pytest.mark.req("N4")
def test_forms_to_sign_in_are_counted_by_network_and_say_when_to_come_again(limited: Flask) -> None:
    here = place(limited)
    for _ in range(3):
        assert here.newcomer().open("/sign-in").submit(login="c-1", password="wrong horse").status == 422
    refused = here.newcomer().open("/sign-in").submit(login="c-1", password=PASSWORD)
    assert refused.status == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 61


@pytest.mark.req("N4")
def test_codes_and_look_ups_share_another_count(limited: Flask) -> None:
    here = place(limited)
    for number in range(3):
        assert here.newcomer().open("/find-order").submit(order_no=f"X-{number}", contact="c@example.com").status == 200
    assert here.newcomer().open("/sign-in/code").submit(login="c-1").status == 429
    assert here.newcomer().open("/find-order").submit(order_no="A-1", contact="c1@example.com").status == 429
    assert here.newcomer().open("/sign-in").submit(login="c-1", password=PASSWORD).path == "/orders"


@pytest.mark.req("N4")
def test_who_is_right_is_not_counted_with_those_who_ask(app: Flask) -> None:
    """Sign-in counts failures only, by account and network; all that is counted here is what no one person can type."""
    app.config[TRIES] = "3 per minute"
    here = place(app)
    right = [here.newcomer().open("/sign-in").submit(login="c-1", password=PASSWORD).path for _ in range(5)]
    assert right == ["/orders"] * 5
    assert MOST[SIGN_INS] == "1200 per minute"


@pytest.mark.req("N4")
def test_reading_is_never_limited(limited: Flask) -> None:
    here = place(limited)
    browser = here.signed_in()
    assert {browser.open("/orders").status for _ in range(8)} == {200}
    assert {here.newcomer().open("/sign-in").status for _ in range(8)} == {200}


@pytest.mark.req("N4")
def test_calls_of_the_machine_api_are_counted_apart_and_refused_as_a_problem(limited: Flask) -> None:
    client = limited.test_client()
    assert [call(client) for _ in range(3)] == [401, 401, 429]
    refused = client.get("/api/v1/events")
    assert refused.content_type == "application/problem+json"
    assert refused.get_json()["status"] == 429 and int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    assert Browserless(client).open("/sign-in").status == 200


@pytest.mark.req("N4")
def test_another_network_is_counted_for_itself(limited: Flask) -> None:
    client = limited.test_client()
    assert [call(client, "2001:db8:1:2::1"), call(client, "2001:db8:1:2::ffff")] == [401, 401]
    assert call(client, "2001:db8:1:2:3::9") == 429
    assert call(client, "2001:db8:1:3::1") == 401
    assert call(client, "192.0.2.7") == 401


@pytest.mark.req("N4")
@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unix", "unix"),
    ],
)
def test_a_network_is_an_ipv4_address_or_an_ipv6_64(app: Flask, address: str, counted_as: str) -> None:
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": address}):
        assert network() == counted_as


@pytest.mark.req("N4")
def test_two_processes_count_together_in_redis(
    sqlite_url: str, redis_url: str, portal_on: Callable[..., Flask]
) -> None:
    forget_counts(redis_url)
    one = portal_limited(portal_on, sqlite_url, redis_url)
    assert [call(one.test_client()) for _ in range(2)] == [401, 401]
    other = portal_limited(portal_on, sqlite_url, redis_url)
    assert call(other.test_client()) == 429


@pytest.mark.req("N4")
def test_while_redis_is_away_each_process_counts_for_itself(sqlite_url: str, portal_on: Callable[..., Flask]) -> None:
    app = portal_limited(portal_on, sqlite_url, "redis://127.0.0.1:9")
    assert [call(app.test_client()) for _ in range(3)] == [401, 401, 429]
