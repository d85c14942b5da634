"""The `portal` command: thin over services. `portal --help` lists what there is (INTERFACE, commands)."""

from __future__ import annotations

from importlib import import_module

import click
from flask.cli import FlaskGroup

from portal.cli.demo import use_demo_secret
from portal.config import BadSetting
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound, PortalError

COMMANDS = {
    "audit": "portal.cli.audit",
    "cases": "portal.cli.cases",
    "customers": "portal.cli.customers",
    "db": "flask_migrate.cli",
    "deadlines": "portal.cli.upkeep",
    "demo": "portal.cli.demo",
    "events": "portal.cli.events",
    "orders": "portal.cli.orders",
    "policy": "portal.cli.policy",
    "refunds": "portal.cli.upkeep",
    "serve": "portal.cli.run",
    "shops": "portal.cli.shops",
    "staff": "portal.cli.staff",
    "worker": "portal.cli.run",
}
"""Each command and where it stands. Only the one that is asked for is loaded, so that `serve` starts at once."""


class PortalGroup(FlaskGroup):
    """Says what went wrong in one line, without a trace, and exits with 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return super().get_command(ctx, name)
        found: click.Command = getattr(import_module(COMMANDS[name]), name)
        return found

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BadSetting as problem:
            raise SystemExit(_fail(str(problem))) from None
        except PortalError as problem:
            raise SystemExit(_fail(say(problem))) from None


def _fail(text: str) -> int:
    click.echo(text, err=True)
    return 1


def say(problem: PortalError) -> str:
    """One line an operator can act on."""
    match problem:
        case NotFound(what=what):
            return f"There is no such {what}."
        case Conflict(what=what, detail=detail):
            more = "".join(f", {key} {value}" for key, value in detail.items())
            return f"Not possible now: {what}{more}."
        case Invalid(problems=problems):
            return "; ".join(f"{field}: {reason}" for field, reason in problems)
        case Forbidden(action=action):
            return f"This role may not do that ({action})."
    problems = getattr(problem, "problems", ())
    return "\n".join(str(item) for item in problems) or f"{type(problem).__name__}: {problem}"


def _create_app() -> object:
    from portal.app import create_app

    use_demo_secret()
    return create_app()


@click.group(
    cls=PortalGroup,
    create_app=_create_app,
    add_default_commands=False,
    add_version_option=False,
    help="Self-service after-sales portal.",
)
def main() -> None:
    pass
