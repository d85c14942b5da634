"""`portal reports rebuild`."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup

from portal.cli.context import deps
from portal.services.reports.roll_up import rebuild as rebuild_sums

reports = AppGroup("reports", help="The reports.")
_SINCE = click.DateTime(["%Y-%m-%d"])


@reports.command("rebuild")
@click.option("--shop", "shop_key", required=True, help="Key of the shop.")
@click.option("--since", type=_SINCE, help="From the first of that month on; without it, from the beginning.")
def rebuild(shop_key: str, since: datetime | None) -> None:
    """Adds the figures of a shop's reports up anew from its cases, refunds and orders. Safe at any time, while the
    portal is running too; the page says meanwhile that its figures are not complete. Stopped, the worker goes on."""
    for order_id in rebuild_sums(shop_key=shop_key, since=since.date() if since else None, deps=deps()):
        click.echo(f"Counted up to order {order_id}.")
    click.echo("Done.")
