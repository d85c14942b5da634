"""`portal jobs`: what the workers have not done in time, what they gave up, trying again; moving to another queue."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.cli.context import deps
from portal.services.jobs.move_jobs import count_elsewhere, give_to, take_back_from
from portal.services.jobs.retry_job import list_troubled_jobs, retry_any_job
from portal.wiring import build_dispatcher

MOST = 1_000


@click.group("jobs", invoke_without_command=True)
@click.option("--dead", is_flag=True, help="Only those that were given up.")
@click.option("--retry", "job_id", type=int, metavar="ID", help="Try this one again now.")
@click.pass_context
@with_appcontext
def jobs(ctx: click.Context, dead: bool, job_id: int | None) -> None:
    """Jobs that are late, failing or given up, of every shop: id, kind, state, attempts, what was wrong."""
    if ctx.invoked_subcommand:
        return
    if job_id is not None:
        found = retry_any_job(job_id=job_id, deps=deps())
        click.echo(f"{found.id}\t{found.kind}\tdue now")
        return
    rows = list_troubled_jobs(actor=None, limit=MOST, deps=deps(), only_dead=dead)
    for row in rows:
        click.echo(f"{row.id}\t{row.kind}\t{row.trouble}\t{row.attempts}\t{row.error}")
    click.echo(f"{len(rows)} in trouble.")


@jobs.command("move")
@click.option("--to", required=True, type=click.Choice(["local", "procrastinate"]), help="The queue they go over to.")
@with_appcontext
def move(to: str) -> None:
    """What waits goes over to the other queue, in batches. Workers may run meanwhile, and it may be said again."""
    settings = current_app.config["PORTAL_SETTINGS"]
    dispatcher = build_dispatcher(settings)
    moved = give_to(dispatcher, deps=deps()) if to == "procrastinate" else take_back_from(dispatcher, deps=deps())
    click.echo(f"{moved} moved to {to}.")
    if settings.queue != to:
        click.echo(f"PORTAL_QUEUE is {settings.queue} here: new jobs go there until it is changed.")
    elif left := count_elsewhere(deps=deps()):
        click.echo(f"{left} are in the hands of workers of the other queue: run this again when those have ended.")
