"""`portal demo`: fresh data, the demo shop, web and worker in one process group."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

_FOLDER = Path("var")
FEWEST_ORDERS = 30
"""The first shopper has 25 or more of them (INTERFACE)."""
HOST = "shop.localhost"
"""Browsers take it for this machine, and for another site than 127.0.0.1."""
MARK = _FOLDER / ".demo"
_MADE_HERE = ("portal.db", "portal.db-wal", "portal.db-shm", "rail.ndjson", "rail.db", "rail.db-wal", "rail.db-shm")


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--orders",
    default=72,
    show_default=True,
    type=click.IntRange(FEWEST_ORDERS, 1_000_000, clamp=True),
    help=f"How many orders; {FEWEST_ORDERS} at least, so that everything there is can be seen.",
)
def demo(port: int, orders: int) -> None:
    """Serves the demo shop at http://127.0.0.1:PORT and prints the accounts to sign in with."""
    from portal.processes.supervisor import Supervisor, refuse_busy_port

    try:
        refuse_busy_port("127.0.0.1", port)
    except OSError as problem:
        raise click.ClickException(str(problem)) from None
    clear_folder()
    address = f"http://127.0.0.1:{port}"
    os.environ.setdefault("PORTAL_SECRET_KEY", secrets.token_urlsafe(48))
    MARK.write_text(os.environ["PORTAL_SECRET_KEY"])
    os.environ.setdefault("PORTAL_BASE_URL", address)
    os.environ.setdefault("PORTAL_RAIL", "sandbox")
    os.environ["PORTAL_QUEUE"] = "local"
    lines = make_demo(orders, origin=f"http://{HOST}:{port + 1}")
    for line in lines:
        click.echo(line)
    beside = storefront(port + 1, address, lines)
    click.echo(f"Serving {address} (Ctrl-C stops it)")
    raise SystemExit(Supervisor(host="127.0.0.1", port=port, workers=1, with_worker=True, beside=beside).run())


def storefront(port: int, portal: str, lines: list[str]) -> dict[str, list[str]]:
    """The command that serves the shop's own site beside the portal; none where the next port is in use."""
    from portal.demo.storefront import SHOP_VARIABLE
    from portal.processes.supervisor import refuse_busy_port

    try:
        refuse_busy_port("127.0.0.1", port)
    except (OSError, OverflowError):
        click.echo(f"The demo's shop needs port {port}, which is taken: it is left out")
        return {}
    said = dict(re.findall(r"(\w+)=(\S+)", lines[0]))
    logins = [found[1] for line in lines if (found := re.match(r"shopper login=(\S+)", line))]
    known = {"portal": portal, "key": said["key"], "token": said["token"], "customers": names_of(logins)}
    os.environ[SHOP_VARIABLE] = json.dumps(known)
    click.echo(f"storefront http://{HOST}:{port} (another site that shows the portal in a frame)")
    return {"shop": [sys.executable, "-m", "portal.demo.storefront", str(port)]}


def names_of(logins: list[str]) -> dict[str, str]:
    """The demo's customers by id, as far as they can sign in."""
    from portal.demo.people import PEOPLE

    return {login: PEOPLE[login].name for login in logins if login in PEOPLE}


def use_demo_secret() -> None:
    """Commands in the folder of a demo work on it: its secret stands beside its data. `serve` wants its own."""
    if not os.environ.get("PORTAL_SECRET_KEY") and MARK.exists() and (secret := MARK.read_text().strip()):
        os.environ["PORTAL_SECRET_KEY"] = secret


def clear_folder() -> None:
    """An earlier demo's data goes; anything else that lies in var/ is moved aside, never deleted."""
    if _FOLDER.exists() and any(_FOLDER.iterdir()) and not MARK.exists():
        aside = Path(f"var.before-demo-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        _FOLDER.rename(aside)
        click.echo(f"What was in var/ is now in {aside}/")
    _FOLDER.mkdir(exist_ok=True)
    MARK.touch(mode=0o600)
    for name in _MADE_HERE:
        (_FOLDER / name).unlink(missing_ok=True)
    for name in ("mail", "sms", "audit", "evidence"):
        shutil.rmtree(_FOLDER / name, ignore_errors=True)


def make_demo(orders: int, *, origin: str) -> list[str]:
    """Migrates and fills the database the settings name; the lines to print."""
    from flask_migrate import upgrade

    from portal.app import create_app
    from portal.demo.filling import fill_demo_shop

    app = create_app()
    with app.app_context():
        upgrade()
        return fill_demo_shop(orders=orders, origin=origin, deps=app.extensions["portal"])
