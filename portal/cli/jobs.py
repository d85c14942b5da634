"""`portal jobs`: what the worker should have done and has not, what it gave up, and trying again."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from portal.cli.context import deps
from portal.services.jobs.retry_job import list_troubled_jobs, retry_any_job

MOST = 1_000


@click.command("jobs")
@click.option("--dead", is_flag=True, help="Only those that were given up.")
@click.option("--retry", "job_id", type=int, metavar="ID", help="Try this one again now.")
@with_appcontext
def jobs(dead: bool, job_id: int | None) -> None:
    """Jobs that are late, failing or given up, of every shop: id, kind, state, attempts, what was wrong."""
    if job_id is not None:
        found = retry_any_job(job_id=job_id, deps=deps())
        click.echo(f"{found.id}\t{found.kind}\tdue now")
        return
    rows = list_troubled_jobs(actor=None, limit=MOST, deps=deps(), only_dead=dead)
    for row in rows:
        click.echo(f"{row.id}\t{row.kind}\t{row.trouble}\t{row.attempts}\t{row.error}")
    click.echo(f"{len(rows)} in trouble.")
