"""ASVS 5.0 V4, API and web service."""

from __future__ import annotations

import pytest

from tests.routes.test_embed_headers import every_address
from tests.support.signing_in import Place

pytestmark = pytest.mark.req("N8")


def test_v4_1_1_every_answer_with_a_body_says_what_it_is_and_in_which_letters(here: Place) -> None:
    wrong = []
    for method, path in every_address(here.app, "tepai"):
        answer = here.app.test_client().open(path, method=method, headers={"Origin": "http://localhost"})
        kind = answer.headers.get("Content-Type", "")
        is_text = kind.startswith(("text/", "application/xhtml"))
        if answer.data and (not kind or (is_text and "charset=utf-8" not in kind.lower())):
            wrong.append((method, path, kind))
    assert wrong == []


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Original-URL"]
)
def test_v4_1_3_a_visitor_cannot_say_what_only_a_proxy_may(header: str, here: Place) -> None:
    """PORTAL_TRUSTED_PROXIES is 0: such a header is what anybody can send."""
    plain = here.app.test_client().get("/sign-in")
    told = here.app.test_client().get("/sign-in", headers={header: "evil.example"})
    assert told.status_code == plain.status_code and "evil.example" not in told.text
    assert "evil.example" not in str(told.headers)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND"])
def test_v4_1_4_methods_that_no_page_has_are_refused(method: str, here: Place) -> None:
    for path in ("/orders", "/sign-in", "/api/v1/events", "/staff/cases", "/healthz"):
        assert here.app.test_client().open(path, method=method).status_code in (400, 405), path


def test_v4_1_4_no_header_turns_one_method_into_another(here: Place) -> None:
    headers = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    assert here.app.test_client().get("/sign-out", headers=headers).status_code == 405
