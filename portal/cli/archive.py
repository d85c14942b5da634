"""`portal archive --before DATE [--dry-run]`, `portal archive --restore ORDER --shop SHOP`."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import with_appcontext

from portal.cli.context import deps
from portal.domain.records.archiving import Reason
from portal.services.records.archive_orders import Archiving, archive_orders, bring_back

_WHY: dict[Reason, str] = {
    "under_way": "not delivered or cancelled",
    "case": "a case is open",
    "refund": "a refund has not arrived",
    "dispute": "a payment is disputed",
    "fee": "a fee is not settled",
    "approval": "an approval is waited for",
    "units": "units are held by an application",
    "guarantee": "a guarantee still runs",
    "unread": "a message was not answered",
    "task": "a task is open",
    "declaration": "a declaration is not dealt with",
    "mail": "a mail is not dealt with",
    "draft": "staff have written a draft",
    "platform": "its platform has to be told",
    "job": "a job is waiting",
    "newest": "it has the newest row of a table, whose number SQLite would give away again",
    "too_new": "something has happened since that date",
}
_TOLD_EVERY = 10_000


@click.command("archive")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="Orders about which nothing has happened since.")
@click.option("--dry-run", is_flag=True, help="Only count what would leave and why the others stay.")
@click.option("--restore", "order_no", metavar="ORDER", help="Brings one order back.")
@click.option("--shop", "shop_key", help="Whose order that is.")
@with_appcontext
def archive(before: datetime | None, dry_run: bool, order_no: str | None, shop_key: str | None) -> None:
    """Moves closed orders out of the hot tables once their legal time is over (three years from their completion);
    they can be read and are proven as before. May be stopped at any time, and run again."""
    if order_no:
        if before or dry_run or not shop_key:
            raise click.UsageError("--restore takes an order and --shop, nothing else")
        bring_back(shop_key=shop_key, order_no=order_no, deps=deps())
        click.echo(f"{order_no} is back.")
        return
    if before is None:
        raise click.UsageError("--before DATE is missing")
    told = _Progress()
    found = archive_orders(before=before.date(), is_dry_run=dry_run, on_batch=told.say, deps=deps())
    _report(found, "would leave" if dry_run else "archived")
    if dry_run:
        click.echo("Nothing was changed.")


class _Progress:
    """A line on standard error for each so many orders."""

    def __init__(self) -> None:
        self._next = _TOLD_EVERY

    def say(self, found: Archiving) -> None:
        if found.looked_at >= self._next:
            self._next = found.looked_at + _TOLD_EVERY
            click.echo(f"{found.looked_at} looked at, {found.moved.total()} of them leave", err=True)


def _report(found: Archiving, done: str) -> None:
    for (shop, year), count in sorted(found.moved.items()):
        click.echo(f"{shop}\t{year}\t{count} {done}")
    for (shop, reason), count in sorted(found.stays.items()):
        click.echo(f"{shop}\tstays\t{count}: {_WHY[reason]}")
    if found.busy:
        click.echo(f"{found.busy} were at work meanwhile and stay until the next run")
    click.echo(f"{found.moved.total()} {done}, {found.stays.total() + found.busy} stay.")
