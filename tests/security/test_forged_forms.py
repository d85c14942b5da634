"""Every address that takes a form, by the URL map: with the token of another, or none, it is refused (V3.5.1)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support import databases
from tests.support.odd_input import Address, Crew, make_crew

FORGED = {"another": "0" * 43, "none": "", "of another session": None}
BY_TICKET = {"frame.start", "tabs.tab", "shop.unsubscribing", "embed.unsubscribing"}
"""A code that opens once, from the shop's own server, or a sealed one of ours stands in these forms or their
address; without it they are 410 or 404."""


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    folder = tmp_path_factory.mktemp("forged")
    app: Flask = databases.portal_app(databases.sqlite_database(folder), folder)
    yield make_crew(app)
    databases.close(app)


def forms(crew: Crew) -> list[Address]:
    """Those of browsers: a program's token is sent by no browser on its own."""
    return [each for each in crew.addresses("POST") if each.who != "program" and each.endpoint not in BY_TICKET]


@pytest.mark.parametrize("forged", FORGED)
def test_v3_5_1_no_form_is_taken_with_a_token_that_is_not_its_sessions(crew: Crew, forged: str) -> None:
    answers = {}
    for address in forms(crew):
        token = FORGED[forged]
        other = "tab" if address.who != "tab" else "supervisor"
        answers[str(address)] = crew.post(address, {"csrf_token": crew.form_token(other) if token is None else token})
    assert len(answers) > 80
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 403} == {}


def test_v3_5_1_each_of_them_is_taken_with_its_own(crew: Crew) -> None:
    """So that the test above is not about forms that are refused whatever comes: few are not for whoever asks here."""
    refused = [address for address in forms(crew) if crew.post(address, {}).status_code == 403]
    assert len(refused) < 10, refused
