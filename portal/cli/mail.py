"""`portal mail read`: the mailbox that customers write to."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup

from portal.cli.context import deps
from portal.services.inbox.read_mailbox import read_mailbox

EVERY = 60
mail = AppGroup("mail", help="Mails from customers.")


@mail.command("read")
@click.option("--once", is_flag=True, help="What is there now, then end.")
def read(once: bool) -> None:
    """Reads the mailbox of PORTAL_MAIL_IN_URL, again each minute; the worker does it by itself."""
    while True:
        click.echo(f"{read_mailbox(deps=deps())} read.")
        if once:
            return
        time.sleep(EVERY)
