"""What went wrong, each fact with its status, its page, its fragment and its problem+json (law 8; S40)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask, request
from lxml import html as lxml_html

from portal.domain import errors
from portal.domain.results import OfOrder
from portal.web.security.guards import public
from tests.support.page_lint import lint_page
from tests.support.signing_in import Place, place

FACTS: dict[str, tuple[Exception, int]] = {
    "not_found": (errors.NotFound("order"), 404),
    "conflict": (errors.Conflict("shipped"), 409),
    "reused": (errors.Reused(OfOrder(order_no="A-1")), 422),
    "expired": (errors.Expired("link"), 410),
    "forbidden": (errors.Forbidden("refunds"), 403),
    "invalid": (errors.Invalid((("number", "is missing"),)), 422),
    "too_many": (errors.TooMany(42), 429),
    "provider": (errors.ProviderUnavailable("sandbox", "down"), 503),
    "unexpected": (RuntimeError("call +8613800000001 or a@example.com"), 500),
}


@pytest.fixture
def here(fresh_app: Flask) -> Place:
    def fail(fact: str) -> Any:
        request.form.get("note")
        raise FACTS[fact][0]

    fresh_app.config["PROPAGATE_EXCEPTIONS"] = False
    fresh_app.add_url_rule("/fail/<fact>", "fail", public(fail), methods=["GET", "POST"])
    fresh_app.add_url_rule("/api/v1/fail/<fact>", "api_fail", public(fail))
    return place(fresh_app)


@pytest.mark.parametrize("fact", FACTS)
def test_each_fact_has_a_page_a_fragment_and_a_problem(fact: str, here: Place) -> None:
    status = FACTS[fact][1]
    client = here.app.test_client()
    page = client.get(f"/fail/{fact}")
    assert page.status_code == status
    assert lint_page(lxml_html.document_fromstring(page.text), page.text, page.headers) == []
    fragment = client.get(f"/fail/{fact}", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert "<html" not in fragment.text and 'role="alert"' in fragment.text
    answer = client.get(f"/api/v1/fail/{fact}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert json.loads(answer.text)["status"] == status
    assert ("Retry-After" in answer.headers) == ("Retry-After" in page.headers) == (status in (429, 503))


def test_a_problem_names_fields_and_reasons(here: Place) -> None:
    client = here.app.test_client()
    assert client.get("/api/v1/fail/invalid").get_json(force=True)["errors"] == [
        {"field": "number", "reason": "is missing"}
    ]
    assert client.get("/api/v1/fail/conflict").get_json(force=True)["reason"] == "shipped"


@pytest.mark.req("S40")
def test_an_unexpected_error_has_a_reference_that_the_log_has_too_and_hides_who(
    here: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    page = here.app.test_client().get("/fail/unexpected").text
    log = capsys.readouterr().err
    reference = re.search(r"编号([0-9A-Z]{5}-[0-9A-Z]{5})", page)
    assert reference and reference[1] in log and "RuntimeError: call [number] or [mail]" in log
    assert "RuntimeError" not in page


@pytest.mark.req("S40")
def test_after_an_unexpected_error_what_was_typed_can_be_sent_again(here: Place) -> None:
    client = here.app.test_client()
    token = lxml_html.document_fromstring(client.get("/sign-in").text).xpath("//input[@name='csrf_token']/@value")[0]
    typed = {"csrf_token": token, "note": '不要了 "<b>"', "request_id": "r-1", "password": "s3cret", "code": "123456"}
    answer = client.post("/fail/unexpected?x=1", data=typed)
    assert answer.status_code == 500
    assert "s3cret" not in answer.text and "123456" not in answer.text
    (form,) = lxml_html.document_fromstring(answer.text).forms
    assert form.action == "/fail/unexpected?x=1"
    again = dict(form.fields)
    assert (again["note"], again["request_id"]) == (typed["note"], "r-1")
    assert client.post(form.action, data=again).status_code == 500


def test_an_address_nobody_serves_and_one_that_is_posted_to_have_pages_of_ours(here: Place) -> None:
    somebody = here.newcomer()
    assert somebody.open("/nowhere").status == 404
    page = somebody.open("/sign-out")
    assert (page.status, page.headers["Allow"]) == (405, "OPTIONS, POST")


def test_a_body_that_is_too_large_is_413_before_anything_reads_it(here: Place) -> None:
    here.app.config["MAX_CONTENT_LENGTH"] = 1000
    somebody = here.newcomer()
    somebody.open("/sign-in")
    assert somebody.post("/fail/conflict", {"note": "x" * 2000}).status == 413


def test_a_missing_bearer_token_is_401_with_a_challenge(here: Place) -> None:
    answer = here.app.test_client().get("/api/v1/orders/A-1")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
