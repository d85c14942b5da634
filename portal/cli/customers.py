"""`portal customers password | sessions | export | erase`."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from portal.cli.context import deps, read_password
from portal.cli.several import Several
from portal.services.identity.accounts import set_password
from portal.services.identity.customer_sessions import end_sessions, live_sessions
from portal.services.records.erase_customer import count_personal_data, erase_customer
from portal.services.records.export_customer import export_customer

customers = AppGroup("customers", help="Customers.")


@customers.command("password")
@click.argument("login")
@click.option("--shop", "shop_key", required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def password(login: str, shop_key: str, password_stdin: bool) -> None:
    """Sets a customer's password; they exist as soon as an order of theirs is in."""
    set_password(shop_key=shop_key, login=login, password=read_password(from_stdin=password_stdin), deps=deps())
    click.echo("Password set.")


@customers.command("sessions", cls=Several)
@click.argument("login")
@click.option("--shop", "shop_key", required=True)
@click.option("--end", "ending", multiple=True, type=int, metavar="ID", help="Sign this one out.")
@click.option("--end-all", is_flag=True, help="Sign all of them out.")
def sessions(login: str, shop_key: str, ending: tuple[int, ...], end_all: bool) -> None:
    """Lists where a customer is signed in: number, place, opened, last seen, until, orders; or signs them out."""
    if ending and end_all:
        raise click.UsageError("--end and --end-all: one of them")
    if ending or end_all:
        count = end_sessions(shop_key=shop_key, login=login, session_ids=ending, deps=deps())
        click.echo(f"{login}: sessions ended: {count}")
        return
    for one in live_sessions(shop_key=shop_key, login=login, deps=deps()):
        times = (f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (one.created_at, one.last_seen_at, one.expires_at))
        only = "all orders" if one.orders is None else ",".join(one.orders)
        click.echo("\t".join((str(one.id), one.place, *times, only)))


@customers.command("export")
@click.argument("login")
@click.option("--shop", "shop_key", required=True)
def export(login: str, shop_key: str) -> None:
    """Prints everything that is held on a customer, as JSON."""
    found = export_customer(shop_key=shop_key, login=login, deps=deps())
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@customers.command("erase")
@click.argument("login")
@click.option("--shop", "shop_key", required=True)
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(login: str, shop_key: str, dry_run: bool, yes: bool) -> None:
    """Removes what is personal, for good; refused while a case or a refund is open. Mail already sent is not ours.

    They stay erased when the feed sends them again.
    """
    found = count_personal_data(shop_key=shop_key, login=login, deps=deps())
    click.echo(f"{login}: " + ", ".join(f"{count} {name}" for name, count in found.items()))
    if dry_run:
        click.echo("Nothing was erased.")
        return
    if not yes:
        click.confirm("Erase this for good? It cannot be brought back.", abort=True)
    erase_customer(shop_key=shop_key, login=login, deps=deps())
    click.echo("Erased.")
