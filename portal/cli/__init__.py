"""The `portal` command: thin over services. `portal --help` lists what there is (INTERFACE, commands)."""

from __future__ import annotations

import os
from importlib import import_module

import click
from flask.cli import FlaskGroup
from sqlalchemy.exc import DBAPIError, OperationalError

from portal.cli.demo import use_demo_secret
from portal.config import BadSetting
from portal.domain.errors import Archived, Conflict, Forbidden, Invalid, NotFound, PortalError, ProviderUnavailable

COMMANDS = {
    "archive": "portal.cli.archive",
    "audit": "portal.cli.audit",
    "backup": "portal.cli.backup",
    "cases": "portal.cli.cases",
    "connect": "portal.cli.connect",
    "customers": "portal.cli.customers",
    "db": "flask_migrate.cli",
    "deadlines": "portal.cli.upkeep",
    "demo": "portal.cli.demo",
    "doctor": "portal.cli.doctor",
    "events": "portal.cli.events",
    "jobs": "portal.cli.jobs",
    "mail": "portal.cli.mail",
    "orders": "portal.cli.orders",
    "policy": "portal.cli.policy",
    "rails": "portal.cli.rails",
    "refunds": "portal.cli.upkeep",
    "reports": "portal.cli.reports",
    "serve": "portal.cli.run",
    "shops": "portal.cli.shops",
    "staff": "portal.cli.staff",
    "webhooks": "portal.cli.webhooks",
    "worker": "portal.cli.run",
}
"""Each command and its module. Only the one that is called is loaded, so that `serve` starts at once."""


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
        # Databases, evidence, mails and keys below var/ are this user's alone.
        os.umask(0o077)
        try:
            return super().invoke(ctx)
        except BadSetting as problem:
            raise SystemExit(_fail(str(problem))) from None
        except PortalError as problem:
            raise SystemExit(_fail(say(problem))) from None
        except DBAPIError as problem:
            raise SystemExit(_fail(say_of_database(problem))) from None


def _fail(text: str) -> int:
    click.echo(text, err=True)
    return 1


def say(problem: PortalError) -> str:
    """One line an operator can act on."""
    match problem:
        case ProviderUnavailable(provider="database"):
            return f"The database does not answer: {problem.__cause__ or problem}".splitlines()[0]
        case ProviderUnavailable(provider=provider, reason=reason):
            return f"{provider}: {reason or 'does not answer'}"
        case NotFound(what=what):
            return f"There is no such {what}."
        case Archived(order_no=order_no, shop=shop):
            again = f"portal archive --restore {order_no} --shop {shop}"
            return f"Order {order_no} is in the archive, where it can only be read: `{again}` brings it back."
        case Conflict(what=what, detail=detail):
            more = "".join(f", {key} {value}" for key, value in detail.items())
            return f"Not possible now: {what}{more}."
        case Invalid(problems=problems):
            return "; ".join(f"{field}: {reason}" for field, reason in problems)
        case Forbidden(action=action):
            return f"This role may not do that ({action})."
    problems = getattr(problem, "problems", ())
    return "\n".join(str(item) for item in problems) or f"{type(problem).__name__}: {problem}"


def say_of_database(problem: DBAPIError) -> str:
    """A database that is away or older than this code, in a sentence; anything else is ours to fix and is raised."""
    text = str(problem.orig).strip().splitlines()[0]
    if "no such table" in text or "no such column" in text or "does not exist" in text:
        return f"The database is not at the migrations of this version ({text}): run `portal db upgrade`."
    if isinstance(problem, OperationalError):
        return f"The database does not answer: {text}"
    raise problem


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
