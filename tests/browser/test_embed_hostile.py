"""Pages that may not frame the portal, in a real browser: what they show of it is nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import pytest

from tests.browser.mall import Mall
from tests.engines.walker import Walker
from tests.support import sites

pytestmark = [pytest.mark.req("N8"), pytest.mark.browser]
WALKED = "pages that may not frame it"
FRAME = '<!doctype html><title>frame</title><iframe src="{address}" width="600" height="600"></iframe>'
ANSWERED = 1.0
"""Seconds in which every page here has long been answered."""


@pytest.fixture
def serve(mall: Mall) -> Iterator[Callable[..., int]]:
    """Serves a page that is made by a function, over https or http, and gives its port."""
    with ExitStack() as stack:

        def make(html: Callable[[Any], str], *, is_https: bool = True) -> int:
            port, files = sites.free_port(), mall.pair.certificate if is_https else None
            stack.enter_context(sites.serving(sites.shops_page(html), port, files))
            return port

        yield make


def frames(address: str) -> Callable[[Any], str]:
    return lambda _request: FRAME.format(address=address)


def is_shown(walker: Walker, address: str) -> None:
    """The portal stands in the frame, sooner or later."""
    walker.visit(address)
    walker.step_in()
    walker.see("#main")


def shown(walker: Walker, address: str, depth: int = 1) -> int:
    """How much of the portal stands in the frame, `depth` frames deep."""
    walker.visit(address)
    walker.waits(ANSWERED)
    for _ in range(depth):
        walker.step_in()
    return walker.count("#main")


def test_no_other_site_port_or_scheme_and_no_page_around_the_shops_may_frame_it(
    mall: Mall, serve: Callable[..., int], walk: Callable[..., AbstractContextManager[Walker]]
) -> None:
    shop, name = mall.pair.shop, sites.SHOP
    hostile = {
        "another site": (mall.pair.evil, 1),
        "another port of the shop": (f"https://{name}:{serve(mall.html)}", 1),
        "the shop without https": (f"http://{name}:{serve(mall.html, is_https=False)}", 1),
        "the shop's page in another site's": (f"https://{sites.EVIL}:{serve(frames(shop))}", 2),
    }
    with walk(WALKED) as walker:
        is_shown(walker, shop)
        assert {who: shown(walker, *where) for who, where in hostile.items()} == dict.fromkeys(hostile, 0)


def test_what_is_not_made_for_frames_is_framed_by_nobody(
    mall: Mall, serve: Callable[..., int], walk: Callable[..., AbstractContextManager[Walker]]
) -> None:
    """Not by a site that may frame the shop's part either: staff pages, and what a tab shows."""
    portal, name = mall.pair.portal, sites.SHOP
    pages = [
        f"{portal}{path}" for path in ("/staff/sign-in", "/staff/queue", "/sign-in", "/orders", "/embed/nobody/orders")
    ]
    ports = {page: serve(frames(page)) for page in pages}
    allowed = [f"https://{name}:{port}" for port in ports.values()]
    mall.allow(allowed)
    with walk(WALKED) as walker:
        control = serve(frames(f"{portal}/embed/tepai/help"))
        mall.allow([*allowed, f"https://{name}:{control}"])
        is_shown(walker, f"https://{name}:{control}")
        assert {page: shown(walker, f"https://{name}:{port}") for page, port in ports.items()} == dict.fromkeys(
            pages, 0
        )
