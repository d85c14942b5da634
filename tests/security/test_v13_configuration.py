"""ASVS 5.0 V13, configuration: nothing is served that nobody meant to."""

from __future__ import annotations

import pytest

from tests.support.signing_in import Place

pytestmark = pytest.mark.req("N8")


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/.env", "/wsgi.py", "/pyproject.toml", "/portal/app.py", "/var/portal.db", "/static/", "/assets/",
     "/assets/..%2fapp.py", "/server-status", "/console", "/?__debugger__=yes&cmd=resource&f=debugger.js", "/x.zip"],
)  # fmt: skip
def test_v13_4_nothing_but_the_portal_is_served(path: str, here: Place) -> None:
    answer = here.app.test_client().get(path)
    assert answer.status_code in (303, 404) and "Werkzeug" not in answer.text


def test_v13_4_2_and_v16_5_1_debugging_is_off_and_errors_say_nothing_of_the_inside(here: Place) -> None:
    assert here.app.debug is False
    answer = here.app.test_client().get("/orders/%ff%fe/refund?after=%00")
    assert answer.status_code in (303, 404) and "Traceback" not in answer.text


def test_v13_4_6_no_answer_names_versions(here: Place) -> None:
    for path in ("/", "/healthz", "/readyz", "/nowhere", "/api/v1/nowhere"):
        answer = here.app.test_client().get(path)
        said = str(answer.headers) + answer.text
        assert not [name for name in ("Werkzeug/", "Flask/", "Python/", "granian/", "SQLAlchemy") if name in said]
