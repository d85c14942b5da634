"""`portal shops add | set | show`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.adapters.pack_files import shipped_packs
from portal.cli.context import deps, read_toml
from portal.domain.shop_settings import SettingsError
from portal.services.manage_shops import add_shop, set_shop, show_shop

shops = AppGroup("shops", help="Shops: add, set, show.")


@shops.command("add")
@click.argument("key")
@click.option("--name", required=True, help="The shop's name, as customers read it.")
@click.option("--origin", "origins", multiple=True, required=True, help="A site that may embed it.")
@click.option("--host", "hosts", multiple=True, help="A host name that stands for this shop.")
@click.option("--image-origin", "image_origins", multiple=True, help="Where its pictures come from.")
@click.option("--policy", default="cn", show_default=True, help="The pack it starts with.")
def add(
    key: str, name: str, origins: tuple[str, ...], hosts: tuple[str, ...], image_origins: tuple[str, ...], policy: str
) -> None:
    """Adds a shop and prints its keys, once."""
    keys = add_shop(
        key=key,
        name=name,
        origins=origins,
        hosts=hosts,
        image_origins=image_origins,
        policy=policy,
        packs=shipped_packs(),
        deps=deps(),
    )
    click.echo(f"API token: {keys.token}")
    click.echo(f"Hand-off key: {keys.handoff_key}")


@shops.command("set")
@click.argument("key")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def set_(key: str, file: Path) -> None:
    """Replaces the shop's settings by those of a TOML file."""
    try:
        set_shop(key=key, settings=json.loads(json.dumps(read_toml(file), default=str)), deps=deps())
    except SettingsError as error:
        lines = [f"{file}: {name}: {reason}" for name, reason in error.problems]
        raise click.ClickException("\n".join(lines)) from None


@shops.command("show")
@click.argument("key")
def show(key: str) -> None:
    """Prints what is stored of a shop, as JSON, without its keys."""
    click.echo(json.dumps(show_shop(key=key, deps=deps()), ensure_ascii=False, indent=2))
