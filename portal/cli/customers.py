"""`portal customers password`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.cli.context import deps, read_password
from portal.services.customers import set_password

customers = AppGroup("customers", help="Customers.")


@customers.command("password")
@click.argument("login")
@click.option("--shop", "shop_key", required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def password(login: str, shop_key: str, password_stdin: bool) -> None:
    """Sets a customer's password; they exist as soon as an order of theirs is in."""
    set_password(shop_key=shop_key, login=login, password=read_password(from_stdin=password_stdin), deps=deps())
    click.echo("Password set.")
