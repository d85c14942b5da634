"""ASVS 5.0 V16, logging and errors; the audit trail's own tests are in tests/services/records/test_audit.py."""

from __future__ import annotations

import pytest

from portal.web.request.access_log import readable_line
from tests.support.shopper import Shopfront
from tests.support.signing_in import PASSWORD, Place

pytestmark = pytest.mark.req("N8")


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_v16_2_1_and_v16_2_5_a_line_says_when_what_and_how_it_ended_and_no_secret(
    here: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    here.newcomer().open("/sign-in").submit(login="c-1", password=PASSWORD)
    said = lines(capsys)
    (line,) = [each for each in said if "endpoint=shop.sign_in method=POST" in each]
    assert line[:4] == "2026" or line[4] == "-"
    assert "status=303" in line and "request=" in line
    assert not [each for each in said if PASSWORD in each or "c-1" in each]


def test_v16_3_2_a_form_that_is_refused_for_its_origin_is_logged(
    here: Place, front: Shopfront, capsys: pytest.CaptureFixture[str]
) -> None:
    here.app.test_client().post("/sign-in", data={"login": "c-1"}, headers={"Origin": "https://evil.example"})
    assert [each for each in lines(capsys) if "refused" in each and "why=" in each]


def test_v16_4_1_what_is_typed_begins_no_line_of_its_own(here: Place, capsys: pytest.CaptureFixture[str]) -> None:
    here.app.test_client().get("/orders/x%0a2026-01-01T00:00:00Z [info] forged?q=%0d%0aforged")
    here.app.test_client().get("/sign-in", headers={"User-Agent": "x forged", "X-Request-Id": "forged"})
    assert not [each for each in lines(capsys) if each.startswith(("2026-01-01", "forged"))]


def test_v16_4_1_a_value_of_several_lines_or_words_stays_one_value_of_one_line() -> None:
    entry = {"timestamp": "t", "level": "info", "event": "e", "why": "a\nt [info] forged", "n": 1, "both": "a b=c"}
    assert readable_line(None, "", entry) == "t [info] e why='a\\nt [info] forged' n=1 both='a b=c'"


def test_v16_5_2_and_v16_5_3_a_database_that_is_away_opens_nothing(
    here: Place, front: Shopfront, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = front.take()
    somebody = here.signed_in()

    def gone(*_args: object, **_kwargs: object) -> object:
        from portal.domain.errors import ProviderUnavailable

        raise ProviderUnavailable("database", "gone")

    monkeypatch.setattr(type(here.deps.database), "reading", gone)
    answer = somebody.client.get(f"/orders/{number}")
    assert answer.status_code == 503 and number not in answer.text.replace(f"/orders/{number}", "")


def test_v16_5_4_what_nobody_foresaw_is_still_answered_by_a_page_of_ours(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = here.signed_in()
    view = here.app.view_functions["shop.account"]

    def broken(*_args: object, **_kwargs: object) -> object:
        raise MemoryError("what nobody foresaw")

    broken.access = view.access  # type: ignore[attr-defined]
    here.app.view_functions["shop.account"] = broken
    here.app.testing = False
    here.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = somebody.client.get("/account")
    assert answer.status_code == 500 and "编号" in answer.text and "foresaw" not in answer.text
