"""What documents tell people to say, set or open is there: commands, their options, settings, addresses, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
import yaml
from flask import Flask

from portal.cli import COMMANDS
from portal.cli.doctor import BESIDE
from portal.config import Settings, variable
from tests.architecture.test_commands import TARGETS
from tests.architecture.test_documents import CHECKOUT, DOCUMENTS

pytestmark = pytest.mark.req("N6")
OPERATE = (CHECKOUT / "docs" / "operate.md").read_text()
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
FIRST = re.compile(r"^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\S+/)?portal ([a-z][^#]*)")
"""What a line of a block says to our command, also by its path and with variables before it; not a remark after it."""
QUOTED = re.compile(r"`([^`]+)`")
SAID = re.compile(r"(?:^|[ =;&])portal ((?:[a-z][^\n|;&>]*))")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
LINK = re.compile(r"\]\(((?!https?:)[^)#\s]*)#([^)\s]+)\)")
DEPLOYED = [path for path in (CHECKOUT / "deploy").rglob("*") if path.is_file() and path.suffix != ".lock"]
COMPOSE = yaml.safe_load((CHECKOUT / "deploy" / "compose.yaml").read_text())["services"]
IMAGE = "after-sales-portal"
OF_DEPLOY = {"PORTAL_OWNER_PASSWORD", "PORTAL_DATABASE_PASSWORD"}
NAMES = re.compile(r"(?<![\w/.])PORTAL_[A-Z0-9_]+\b")


def lines_to_say(text: str) -> Iterator[str]:
    """What stands in code after the name of our command, without it."""
    for block in FENCED.findall(text):
        yield from (said for line in block.splitlines() for said in FIRST.findall(line))
    outside = FENCED.sub("", text)
    for quoted in QUOTED.finditer(outside):
        if not outside[quoted.end() :].startswith(" is not there yet"):
            yield from SAID.findall(re.sub(r"\s+", " ", quoted[1]))


def problem_of(said: str) -> str:
    """Walks down to the command, then looks its options up; "" where all of it is there."""
    name, *words = said.split()
    if name not in COMMANDS:
        return f"there is no `portal {name}`"
    command: click.Command = getattr(import_module(COMMANDS[name]), name)
    with click.Context(command) as context:
        while isinstance(command, click.Group) and words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
            found = command.get_command(context, words[0])
            if found is None:
                return f"there is no `portal {said}`"
            command, words = found, words[1:]
        options = {name for one in command.get_params(context) for name in (*one.opts, *one.secondary_opts)}
    missing = set(OPTION.findall(" ".join(words))) - options
    return f"`portal {said}` takes no {', '.join(sorted(missing))}" if missing else ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_command_that_is_written_about_can_be_said(document: Path) -> None:
    assert [problem for said in lines_to_say(document.read_text()) if (problem := problem_of(said))] == []


def test_commands_are_found_in_the_page_for_operators_and_wrong_ones_are_told() -> None:
    assert len(set(lines_to_say(OPERATE))) > 40
    assert (
        problem_of("jobs --retry ID") == problem_of("db upgrade") == problem_of("webhooks replay KEY ID --dead") == ""
    )
    assert problem_of("jobs --again ID") and problem_of("orders export") and problem_of("restart")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_target_of_make_that_is_written_about_is_there(document: Path) -> None:
    text = document.read_text()
    said = [
        *QUOTED.findall(FENCED.sub("", text)),
        *(line for block in FENCED.findall(text) for line in block.splitlines()),
    ]
    named = {name for words in said for name in re.findall(r"^(?:[A-Z_]+=\S+ )*make ([a-z-]+)", words)}
    assert named <= TARGETS, named - TARGETS


def test_every_command_in_the_files_to_deploy_can_be_said_with_its_options() -> None:
    said = [
        words
        for path in DEPLOYED
        for words in re.findall(r"^ExecStart=\S+/portal (.*)$", path.read_text(), re.MULTILINE)
    ]
    said += [
        words for path in DEPLOYED for quoted in QUOTED.findall(path.read_text()) for words in SAID.findall(quoted)
    ]
    said += [" ".join(one["command"]) for one in COMPOSE.values() if one.get("image") == IMAGE and "command" in one]
    assert len(set(said)) > 6
    assert [problem for words in said if (problem := problem_of(words))] == []


def test_the_page_for_operators_and_the_files_to_deploy_name_settings_that_there_are() -> None:
    known = {*map(variable, Settings.model_fields), *BESIDE, *OF_DEPLOY}
    for path in (CHECKOUT / "docs" / "operate.md", *DEPLOYED):
        assert set(NAMES.findall(path.read_text())) <= known, path


def test_the_addresses_that_operators_are_told_of_are_there(app: Flask) -> None:
    named = set(re.findall(r"`(/(?:staff|healthz|readyz|metrics|embed|callbacks|api)[a-z/-]*)(?:[?`])", OPERATE))
    assert len(named) > 10
    routes = {re.sub(r"<[^>]*>", "<>", rule.rule) for rule in app.url_map.iter_rules()}
    assert {path for path in named if path not in routes} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_a_link_to_a_heading_leads_to_one(document: Path) -> None:
    for place, anchor in LINK.findall(document.read_text()):
        led_to = document.parent / place if place else document
        assert anchor in set(anchors(led_to.read_text())), f"{place}#{anchor}"


def anchors(text: str) -> Iterator[str]:
    """As GitHub makes them of headings."""
    for heading in re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
