"""The `portal` command: thin over services. `portal --help` lists what there is (INTERFACE, commands)."""

from __future__ import annotations

import click
from flask.cli import FlaskGroup

from portal.cli import audit, customers, demo, events, orders, policy, run, shops, staff, upkeep
from portal.config import BadSetting
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound, PortalError


class PortalGroup(FlaskGroup):
    """Says what went wrong in one line, without a trace, and exits with 1."""

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

    demo.use_demo_secret()
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


for command in (
    shops.shops,
    staff.staff,
    staff.cases,
    orders.orders,
    policy.policy,
    customers.customers,
    events.events,
    upkeep.deadlines,
    audit.audit,
    upkeep.refunds,
    run.serve,
    run.worker,
    demo.demo,
):
    main.add_command(command)
