"""`portal deadlines run` and `portal refunds reconcile`."""

from __future__ import annotations

import json
from datetime import datetime

import click
from flask.cli import AppGroup

from portal.cli.context import Moment, deps
from portal.services.deadlines.list_due import list_due
from portal.services.deadlines.run import run_deadlines
from portal.services.refunds.reconcile import NotCompared, compare_books

deadlines = AppGroup("deadlines", help="Deadlines that have passed.")
refunds = AppGroup("refunds", help="Refunds.")


@deadlines.command("run")
@click.option("--as-of", type=Moment(), help="As if it were this time.")
@click.option("--dry-run", is_flag=True, help="Only list what would be acted on.")
@click.option("--yes-act", is_flag=True, help="Act on what is not over yet, too: needed with a time in the future.")
def run(as_of: datetime | None, dry_run: bool, yes_act: bool) -> None:
    """Acts on every deadline that has passed; the worker does it by itself. A time in the future only lists."""
    is_ahead = as_of is not None and as_of > deps().clock.now()
    if not dry_run and (yes_act or not is_ahead):
        click.echo(json.dumps(run_deadlines(as_of=as_of, deps=deps())))
        return
    due = list_due(as_of=as_of, deps=deps())
    for one in due:
        click.echo(f"{one.kind}\t{one.number}")
    click.echo(f"{len(due)} would be acted on; nothing was done.")
    if is_ahead and not dry_run:
        click.echo("That time has not come: --yes-act acts on it all the same.")


@refunds.command("reconcile")
@click.option("--since", type=Moment(), help="Only refunds sent since.")
def reconcile(since: datetime | None) -> None:
    """Compares our refunds with the rails' own books; exit 1 if they differ, or if a rail could not be asked."""
    is_fine = True
    for found in compare_books(since=since, deps=deps()):
        click.echo(found.line)
        is_fine = is_fine and isinstance(found, NotCompared) and not found.is_trouble
    if not is_fine:
        raise SystemExit(1)
    click.echo("No difference.")
