"""A merchant's side of embedding: its server asks for a code, its page posts it into the frame."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.page import Browserless, Page
from tests.support.signing_in import Place

SHOP = "https://shop.example"
FRAME = "/embed/tepai"
START = f"{FRAME}/start"


def ask(here: Place, *, customer: str = "c-1", headers: dict[str, str] | None = None, **body: Any) -> TestResponse:
    """What the merchant's server gets for its customer."""
    bearer = {"Authorization": f"Bearer {here.made.keys.token}", **(headers or {})}
    return here.app.test_client().post("/api/v1/embed/sessions", json={"customer": customer, **body}, headers=bearer)


def code_for(here: Place, **body: Any) -> str:
    answer = ask(here, **body)
    assert answer.status_code == 201, answer.text
    return str(answer.json["code"])


def post_start(visitor: Browserless, origin: str = SHOP, **fields: str) -> TestResponse:
    """The hidden-field form of the merchant's page, posted into the frame."""
    headers = {"Origin": origin} if origin else {}
    return visitor.client.post(START, data=fields, headers=headers, base_url=visitor.origin)


def enter(here: Place, visitor: Browserless, **body: Any) -> Page:
    """Handed over: the page of the frame where it ends."""
    answer = post_start(visitor, code=code_for(here, **body))
    assert answer.status_code == 303, answer.text
    return visitor.open(answer.location)


def ticket_link(page: Page, words: str) -> str:
    """The address that a link of the frame opens in a new tab."""
    link = page.tree.xpath(f"//a[normalize-space()='{words}'][@target='_blank'][@rel='noopener']/@href")
    assert link, f"nothing opens a tab with {words}"
    return str(link[0])


class Forgetful(FlaskClient):
    """Keeps no cookies of a frame, and those of a tab as ever."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for key, cookie in list((self._cookies or {}).items()):
            if cookie.key.startswith("__Secure-portal_frame"):
                del self._cookies[key]
        return super().open(*args, **kwargs)


def without_cookies(here: Place, **kwargs: Any) -> Browserless:
    """Somebody whose browser keeps no cookies for pages in a frame."""
    return Browserless(Forgetful(here.app, here.app.response_class, use_cookies=True), **kwargs)
