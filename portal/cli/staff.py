"""`portal staff add | show | disable | enable | password | reset-totp | end-sessions | unlink`: people come, and
credentials end."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.cli.context import deps, read_password
from portal.cli.several import Several
from portal.services.identity.staff_accounts import (
    add_staff,
    disable_staff,
    enable_staff,
    end_staff_sessions,
    reset_totp,
    set_staff_password,
    show_staff,
    unlink_staff,
)

staff = AppGroup("staff", help="Staff accounts.")


@staff.command("add", cls=Several)
@click.argument("login")
@click.option("--shop", "shop_keys", multiple=True, required=True, help="A shop they work for.")
@click.option("--role", required=True, help="agent, supervisor, warehouse, auditor or admin.")
@click.option("--mail", default="", help="Where to tell them of cases that wait.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(login: str, shop_keys: tuple[str, ...], role: str, mail: str, password_stdin: bool) -> None:
    """Adds a person and prints the otpauth:// address of their second factor, once."""
    secret = deps().one_time_passwords.new_secret()
    password = read_password(from_stdin=password_stdin)
    add_staff(
        login=login, role=role, shop_keys=shop_keys, password=password, totp_secret=secret, mail=mail, deps=deps()
    )
    click.echo(deps().one_time_passwords.address(secret, login))


@staff.command("disable")
@click.argument("login")
def disable(login: str) -> None:
    """Out at once: their sessions end and they cannot sign in."""
    disable_staff(login=login, deps=deps())
    click.echo(f"{login}: disabled")


@staff.command("enable")
@click.argument("login")
def enable(login: str) -> None:
    """Lets a disabled person in again."""
    enable_staff(login=login, deps=deps())
    click.echo(f"{login}: enabled")


@staff.command("password")
@click.argument("login")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def password_(login: str, password_stdin: bool) -> None:
    """Sets a new password and ends their sessions."""
    set_staff_password(login=login, password=read_password(from_stdin=password_stdin), deps=deps())
    click.echo(f"{login}: password set")


@staff.command("reset-totp")
@click.argument("login")
def reset_totp_(login: str) -> None:
    """A new second factor, printed once; the old one and their sessions end."""
    secret = deps().one_time_passwords.new_secret()
    reset_totp(login=login, totp_secret=secret, deps=deps())
    click.echo(deps().one_time_passwords.address(secret, login))


@staff.command("end-sessions")
@click.argument("login")
def end_sessions(login: str) -> None:
    """Signs them out everywhere."""
    count = end_staff_sessions(login=login, deps=deps())
    click.echo(f"{login}: sessions ended: {count}")


@staff.command("show")
@click.argument("login")
def show(login: str) -> None:
    """Prints what an account is: its role, its shops, how it signs in."""
    for name, value in show_staff(login=login, deps=deps()).items():
        click.echo(f"{name}: {value}")


@staff.command("unlink")
@click.argument("login")
def unlink(login: str) -> None:
    """Parts an account from its company account; their sessions end."""
    unlink_staff(login=login, deps=deps())
    click.echo(f"{login}: unlinked")
