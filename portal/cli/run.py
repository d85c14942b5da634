"""`portal serve` and `portal worker`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from portal.config import BadSetting, Settings


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes; as many as there are cores.")
@click.option("--no-worker", is_flag=True, help="Workers run elsewhere.")
def serve(host: str, port: int, workers: int | None, no_worker: bool) -> None:
    """The web with one worker beside it, until it is stopped."""
    from portal.processes.migrations import refuse_other_schema
    from portal.processes.supervisor import Supervisor, cores
    from portal.wiring import build_identity_provider

    workers = workers or cores()
    settings = Settings.from_env().ready_to_serve()
    # Its file is read by each web process: one that cannot be would only end them, one after the other.
    build_identity_provider(settings)
    refuse_other_schema(settings)
    for told in settings.only_pretended:
        click.echo(told, err=True)
    try:
        raise SystemExit(Supervisor(host=host, port=port, workers=workers, with_worker=not no_worker).run())
    except OSError as problem:
        raise BadSetting(str(problem)) from None


@click.command("worker")
@with_appcontext
def worker() -> None:
    """A further worker: jobs and deadlines."""
    from portal.adapters.silent_server import leave_silent_servers
    from portal.cli.context import deps
    from portal.extensions import db
    from portal.processes.migrations import refuse_other_schema
    from portal.processes.worker import run_worker

    refuse_other_schema(Settings.from_env())
    leave_silent_servers(db.engine)
    run_worker(deps=deps())
