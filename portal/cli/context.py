"""What every command needs: the deps of the app it runs in, and a few kinds of argument."""

from __future__ import annotations

import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app

from portal.ports import Deps


def deps() -> Deps:
    found: Deps = current_app.extensions["portal"]
    return found


class Moment(click.ParamType[datetime]):
    """An ISO 8601 time; without an offset it is UTC."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time like 2026-11-01T10:00:00+08:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file; a click error names what is wrong with it."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise click.ClickException(f"{path}: {problem}") from None


def read_password(*, from_stdin: bool) -> str:
    """From standard input, or asked for twice on a terminal."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
