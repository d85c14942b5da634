"""Who may frame what: the sites of a shop its frame, on every answer of every address; nobody anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.repos.unit_of_work import unit_of_work
from tests.support.embedding import enter
from tests.support.make import make_shop
from tests.support.page import Browserless
from tests.support.shopper import Shopfront
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("N8")
SITES = ["https://shop.example", "http://shop.localhost:8001"]


@pytest.fixture
def here(app: Flask) -> Place:
    found = place(app)
    with unit_of_work(found.deps) as work:
        work.shops.set(found.made.shop_id, origins=SITES)
    return found


def ancestors(headers: object) -> str:
    policy = headers["Content-Security-Policy"]  # type: ignore[index]
    return policy.partition("frame-ancestors ")[2].partition(";")[0].strip()


def every_address(app: Flask, shop: str) -> Iterator[tuple[str, str]]:
    """(method, path) of every rule, its blanks filled with what is nobody's."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        known = {"shop_key": shop, "platform": "woocommerce"}
        names = {name: known.get(name, "1") for name in rule.arguments}
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            yield method, adapter.build(rule.endpoint, names, method=method)


@pytest.mark.parametrize("who", ["stranger", "handed over"])
def test_every_address_of_a_frame_may_be_framed_by_its_shop_and_every_other_by_nobody(who: str, here: Place) -> None:
    """Made from the URL map; most of these answers are errors."""
    visitor = here.newcomer()
    if who == "handed over":
        Shopfront(here.app, here.made).take()
        enter(here, visitor)
    walked, statuses = 0, set()
    for method, path in every_address(here.app, "tepai"):
        answer = visitor.client.open(path, method=method, headers={"Origin": "http://localhost"})
        may, refuses = ancestors(answer.headers), answer.headers.get("X-Frame-Options")
        if path.startswith("/embed/"):
            assert (may, refuses) == (" ".join(SITES), None), f"{method} {path}"
        else:
            assert (may, refuses) == ("'none'", "DENY"), f"{method} {path}"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        statuses.add(answer.status_code)
        walked += 1
    assert walked > 200
    assert {200, 303, 403, 404, 410} <= statuses


@pytest.mark.parametrize(
    "path",
    ["/embed/tepai/nowhere", "/embed/tepai%2Forders", "/embed/tepai/orders/../..", "/embed/tepai/",
     "/embed/tepai/evidence/none", "/embed/tepai/help?q=%00", "/embed/tepai//orders"],
)  # fmt: skip
def test_an_address_nobody_serves_is_framed_as_its_neighbours(path: str, here: Place) -> None:
    answer = here.app.test_client().get(path)
    assert ancestors(answer.headers) == " ".join(SITES)
    assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["/embed/nobody/orders", "/embed/nobody/start", "/embed/", "/embed", "/embed/TEPAI/orders", "/staff/sign-in",
     "/staff/nowhere", "/staff/embed/tepai/orders", "/embed.js"],
)  # fmt: skip
def test_an_unknown_shop_and_the_staff_are_framed_by_nobody(path: str, here: Place) -> None:
    answer = here.app.test_client().get(path, buffered=True)
    assert (ancestors(answer.headers), answer.headers["X-Frame-Options"]) == ("'none'", "DENY")


def test_the_error_of_a_database_that_is_gone_is_shown_in_the_frame_as_well(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = here.app.test_client()
    client.get("/embed/tepai/help")

    def gone(*_args: object, **_values: object) -> None:
        raise OSError("the database is gone")

    monkeypatch.setattr(type(here.deps.database), "reading", gone)
    answer = client.get("/embed/tepai/help")
    assert answer.status_code == 500
    assert ancestors(answer.headers) == " ".join(SITES)


def test_two_shops_frames_are_their_own(here: Place) -> None:
    other = make_shop(here.deps, "another")
    with unit_of_work(here.deps) as work:
        work.shops.set(other.shop_id, origins=["https://another.example"])
    client = here.app.test_client()
    assert ancestors(client.get("/embed/another/help").headers) == "https://another.example"
    assert ancestors(client.get("/embed/tepai/help").headers) == " ".join(SITES)


def test_under_the_host_of_one_shop_the_frame_of_another_is_not_to_be_had(here: Place) -> None:
    from portal.services.shops.manage_shops import NewShop, add_shop
    from tests.support.packs import PACKS

    hosts = ("help.hosted.example",)
    new = NewShop(key="hosted", name="自有域名", origins=("https://hosted.example",), hosts=hosts)
    add_shop(new=new, packs=PACKS, deps=here.deps)
    client, base = here.app.test_client(), {"base_url": "http://help.hosted.example"}
    assert client.get("/embed/hosted/help", **base).status_code == 200
    assert client.get("/embed/tepai/help", **base).status_code == 404


def test_a_picture_in_the_frame_keeps_its_own_policy_and_the_frames_sites(here: Place) -> None:
    from flask import Response

    from portal.web.security.headers import add_headers

    sealed = "default-src 'none'; sandbox; frame-ancestors 'none'"
    with here.app.test_request_context("/embed/tepai/evidence/1"):
        headers = add_headers(Response(headers={"Content-Security-Policy": sealed})).headers
    assert headers["Content-Security-Policy"] == f"default-src 'none'; sandbox; frame-ancestors {' '.join(SITES)}"
    with here.app.test_request_context("/evidence/1"):
        headers = add_headers(Response(headers={"Content-Security-Policy": sealed})).headers
    assert headers["Content-Security-Policy"] == sealed and headers["X-Frame-Options"] == "DENY"


def test_the_helper_may_be_loaded_by_any_site(here: Place) -> None:
    answer = here.app.test_client().get("/embed.js", buffered=True)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert {"public", "max-age=3600"} == set(answer.headers["Cache-Control"].split(", "))
    assert "Set-Cookie" not in answer.headers
    assert '"*"' not in answer.text and "'*'" not in answer.text


def test_nothing_in_the_look_sticks_or_scrolls_by_itself() -> None:
    from portal.web.shell.assets import sheet

    look = sheet("app.css") + sheet("forms.css") + sheet("slip.css")
    assert not [word for word in ("position:fixed", "overflow:auto", "overflow-y", "scroll;") if word in look]
    sticking = re.findall(r"([^{}]+)\{[^{}]*position:sticky", look)
    assert {selector.split(">")[-1].strip() for selector in sticking} == {".aside", ".sticky-bar"}
    assert ".framed :is(.sticky-bar, .aside){position:static}" in look


def test_a_page_in_a_frame_says_its_height_to_the_shops_sites_alone(here: Place) -> None:
    page = Browserless(here.app.test_client()).open("/embed/tepai/help")
    script = page.tree.xpath("//script[@data-origins]")[0]
    assert script.get("data-origins").split() == SITES
    sent = here.app.test_client().get(script.get("src"), buffered=True).text
    assert "'*'" not in sent and '"*"' not in sent
