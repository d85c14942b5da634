"""ASVS 5.0 V3, web frontend: cookies, headers on every answer, forgery, what other sites may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.routes.test_embed_headers import every_address
from tests.support.embedding import SHOP, enter, post_start
from tests.support.shopper import Shopfront
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("N8", "P11")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NEVER = ("Server", "X-Powered-By", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")


def missing(headers: object, path: str) -> list[str]:
    """What an answer lacks of the headers that every answer has."""
    found: dict[str, str] = dict(headers)  # type: ignore[call-overload]
    wrong = [name for name, value in ALWAYS.items() if found.get(name) != value]
    wrong += [name for name in NEVER if name in found and not (path == "/embed.js" and name == NEVER[2])]
    policy = found.get("Content-Security-Policy", "")
    wrong += [part for part in ("default-src 'none'", "frame-ancestors ") if part not in policy]
    wrong += ["unsafe"] if "unsafe-" in policy else []
    is_open = path == "/embed.js"
    wrong += (
        [] if found.get("Cross-Origin-Resource-Policy") == ("cross-origin" if is_open else "same-origin") else ["CORP"]
    )
    return wrong + ([] if "Cache-Control" in found else ["Cache-Control"])


@pytest.mark.parametrize("who", ["a stranger", "a customer", "a handed over customer"])
def test_v3_4_every_address_answers_with_every_header(who: str, here: Place) -> None:
    """Each rule of the URL map with each of its methods: pages, redirects, refusals, files, the API."""
    Shopfront(here.app, here.made).take()
    visitor = here.signed_in() if who == "a customer" else here.newcomer()
    if who == "a handed over customer":
        enter(here, visitor)
    wrong, statuses = [], set()
    for method, path in [*every_address(here.app, "tepai"), ("GET", "/embed.js")]:
        answer = visitor.client.open(path, method=method, headers={"Origin": "http://localhost"}, buffered=True)
        statuses.add(answer.status_code)
        if lacks := missing(answer.headers, path):
            wrong.append((method, path, answer.status_code, lacks))
    assert wrong == [] and {200, 303, 401, 403, 404} <= statuses


def errors(here: Place) -> Iterator[tuple[int, Callable[[], object]]]:
    client = here.app.test_client()
    bearer = {"Authorization": f"Bearer {here.made.keys.token}"}
    origin = {"Origin": "http://localhost"}
    yield 400, lambda: client.get("/sign-in", headers={"Host": "evil.example"})
    yield 401, lambda: client.get("/api/v1/orders/A")
    yield 403, lambda: client.post("/sign-in", data={"login": "c-1"}, headers=origin)
    yield 404, lambda: client.get("/nowhere")
    yield 405, lambda: client.get("/sign-out")
    yield 410, lambda: post_start(here.newcomer(), code="x" * 43)
    yield 415, lambda: client.put("/api/v1/orders/A", data="x", content_type="text/plain", headers=bearer)
    yield 422, lambda: client.put("/api/v1/orders/A", json={}, headers=bearer)


def test_v3_4_every_error_has_them_too(here: Place) -> None:
    for status, act in errors(here):
        answer = act()
        assert status in (answer.status_code, 400), (status, answer.status_code)  # type: ignore[attr-defined]
        assert missing(answer.headers, "") == [], status  # type: ignore[attr-defined]


def test_v3_4_so_have_413_429_and_500(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    here.app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = here.newcomer().post("/sign-in", {"login": "x" * 2000})
    assert answer.status in (403, 413) and missing(answer.headers, "") == []
    here.app.config["MAX_CONTENT_LENGTH"] = None
    somebody = here.newcomer()
    for _ in range(11):
        page = somebody.open("/sign-in").submit(login="c-1", password="wrong horse")
    assert page.status == 429 and missing(page.headers, "") == []

    def broken() -> None:
        raise RuntimeError

    monkeypatch.setitem(here.app.view_functions, "shop.help", broken)
    here.app.testing = False
    here.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = here.app.test_client().get("/help")
    assert answer.status_code == 500 and missing(answer.headers, "") == []


def test_v3_3_cookies_are_bound_to_the_host_and_out_of_reach_of_scripts(
    sqlite_url: str, portal_on: Callable[..., Flask]
) -> None:
    here = place(portal_on(sqlite_url, base_url="https://help.shop.example"))
    client = here.app.test_client()
    base = "https://help.shop.example"
    page = client.get("/sign-in", base_url=base)
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"csrf_token": token, "login": "c-1", "password": "correct horse", "request_id": "r"}
    answer = client.post("/sign-in", data=form, base_url=base, headers={"Origin": base})
    cookies = answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 303 and cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-") and len(cookie) < 4096
        assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}
        assert "SameSite=Lax" in cookie and "Domain" not in cookie


def test_v3_3_1_the_frames_cookie_is_another_one_and_partitioned(here: Place) -> None:
    from tests.support.embedding import code_for

    Shopfront(here.app, here.made).take()
    answer = post_start(here.newcomer(), code=code_for(here))
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Secure-portal_frame=")]
    assert {"Secure", "HttpOnly", "Partitioned", "SameSite=None", "Path=/embed/"} <= {
        part.strip() for part in cookie.split(";")
    }


@pytest.mark.parametrize("origin", [SHOP, "null", "http://localhost.evil.example", "http://localhost:81", ""])
def test_v3_5_1_no_form_of_another_site_is_taken(origin: str, here: Place, front: Shopfront) -> None:
    number = front.take()
    somebody = here.signed_in()
    token = somebody.open(f"/orders/{number}/cancel").tree.xpath("//input[@name='csrf_token']/@value")[0]
    headers = {"Origin": origin} if origin else {"Referer": "http://evil.example/"}
    form = {"csrf_token": token, "reason": "changed_mind", "request_id": "r-1"}
    assert somebody.client.post(f"/orders/{number}/cancel", data=form, headers=headers).status_code == 403


def test_v3_5_3_nothing_that_only_looks_changes_anything(here: Place, front: Shopfront) -> None:
    """Every GET of the URL map as the customer: the orders, cases and refunds stay as they are."""
    number = front.take()
    somebody = here.signed_in()

    def stored() -> list[tuple[object, ...]]:
        with here.deps.database.reading() as connection:
            tables = ("orders", "order_line", "after_sales_case", "refund", "payment", "message", "event")
            return [tuple(connection.exec_driver_sql(f"SELECT count(*) FROM {name}").one()) for name in tables]

    before = stored()
    for method, path in every_address(here.app, "tepai"):
        if method == "GET":
            somebody.client.get(path.replace("/orders/1", f"/orders/{number}"))
    assert stored() == before


def test_v3_5_8_what_is_personal_cannot_be_loaded_into_another_site(here: Place, front: Shopfront) -> None:
    number = front.take()
    somebody = here.signed_in()
    for path in ("/orders", f"/orders/{number}", "/account"):
        answer = somebody.client.get(path, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"})
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
