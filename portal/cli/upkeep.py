"""`portal deadlines run` and `portal refunds reconcile`."""

from __future__ import annotations

import json
from datetime import datetime

import click
from flask.cli import AppGroup

from portal.cli.context import Moment, deps
from portal.services.deadlines.run import run_deadlines
from portal.services.refunds.reconcile import reconcile_refunds

deadlines = AppGroup("deadlines", help="Deadlines that have passed.")
refunds = AppGroup("refunds", help="Refunds.")


@deadlines.command("run")
@click.option("--as-of", type=Moment(), help="Act as if it were this time.")
def run(as_of: datetime | None) -> None:
    """Acts on every deadline that has passed; the worker does it by itself."""
    click.echo(json.dumps(run_deadlines(as_of=as_of, deps=deps())))


@refunds.command("reconcile")
@click.option("--since", type=Moment(), help="Only refunds sent since.")
def reconcile(since: datetime | None) -> None:
    """Compares our refunds with the rail's own books; exit 1 if they differ."""
    differences = reconcile_refunds(since=since, deps=deps())
    for difference in differences:
        click.echo(difference)
    if differences:
        raise SystemExit(1)
    click.echo("No difference.")
