"""The words of commands as INTERFACE writes them: `--origin URL…`, one after another or said again before each."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
import pytest
from click.testing import CliRunner

from portal.cli import COMMANDS, say
from portal.cli.run import serve
from portal.config import BadSetting
from portal.domain.errors import ProviderUnavailable

pytestmark = pytest.mark.req("P12")


def understood(said: str) -> dict[str, Any]:
    """What the command of these words would be called with; nothing is done."""
    name, *words = said.split()
    command: click.Command = getattr(import_module(COMMANDS[name]), name)
    context = click.Context(command)
    while isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None
        command = found
    return {name: value for name, value in command.make_context(said, words).params.items() if value}


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (
            "shops add k --name N --origin https://a https://b --image-origin https://c https://d",
            {"key": "k", "origins": ("https://a", "https://b"), "image_origins": ("https://c", "https://d")},
        ),
        ("shops add --name N --origin https://a https://b k", {"key": "k", "origins": ("https://a", "https://b")}),
        (
            "shops add --name=N --origin=https://a k --origin https://b",
            {"key": "k", "origins": ("https://a", "https://b")},
        ),
        ("staff add --shop one two --role agent li", {"login": "li", "shop_keys": ("one", "two"), "role": "agent"}),
        ("staff add --role agent --shop one two li", {"login": "li", "shop_keys": ("one", "two"), "role": "agent"}),
        ("staff add --shop one --role agent --password-stdin li", {"login": "li", "shop_keys": ("one",)}),
        (
            "cases inspect C-1 --as li --accept 1=2 2=1 --reject 3=1 4=1 --reason broken",
            {"case_no": "C-1", "accepted": ("1=2", "2=1"), "rejected": ("3=1", "4=1"), "reason": "broken"},
        ),
        (
            "shops tokens add k --scope orders:read cases:read",
            {"key": "k", "scopes": ("orders:read", "cases:read")},
        ),
        (
            "webhooks add k https://a --event refund:* case:*",
            {"key": "k", "url": "https://a", "kinds": ("refund:*", "case:*")},
        ),
        ("webhooks add --event refund:* case:* k https://a", {"key": "k", "url": "https://a"}),
    ],
)
def test_values_may_follow_one_another_and_the_arguments_stay_what_they_are(said: str, means: dict[str, Any]) -> None:
    found = understood(said)
    assert {name: found.get(name) for name in means} == means


@pytest.mark.parametrize(
    "said",
    [
        "staff add one two --role agent --shop main",
        "shops add k --origin https://a --name N N2",
        "shops add k --name N",
    ],
)
def test_what_is_too_much_or_too_little_is_said(said: str) -> None:
    with pytest.raises(click.UsageError):
        understood(said)


def test_a_demo_of_few_orders_is_one_of_as_many_as_it_needs() -> None:
    assert [understood(f"demo --orders {count}")["orders"] for count in (1, 25, 30, 300)] == [30, 30, 30, 300]


def test_a_file_of_the_identity_provider_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "k3J9x2Qw7Lm4Zp8Rt6Vb1Ny5Hc0Gd-Fs")
    monkeypatch.setenv("PORTAL_OIDC", "/none/provider.toml")
    stopped = CliRunner().invoke(serve, ["--no-worker"]).exception
    assert isinstance(stopped, BadSetting) and str(stopped).startswith("PORTAL_OIDC: ")


def test_what_is_away_is_said_by_its_name_and_the_reason() -> None:
    assert say(ProviderUnavailable("mailbox", "PORTAL_MAIL_IN_URL is not set")) == (
        "mailbox: PORTAL_MAIL_IN_URL is not set"
    )
    assert say(ProviderUnavailable("passwords")) == "passwords: does not answer"
