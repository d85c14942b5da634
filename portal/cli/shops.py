"""`portal shops add | set | show | origins | keys | key-add | key-retire | tokens add, list, retire`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.adapters.pack_files import shipped_packs
from portal.cli.context import deps, read_toml
from portal.cli.several import Several
from portal.domain.embedding.hand_over import Algorithm
from portal.domain.identity.access import Actor
from portal.domain.identity.scopes import SCOPES
from portal.domain.shops.settings import SettingsError
from portal.services.embedding.handoff_keys import add_key, list_keys, retire_key
from portal.services.shops.api_tokens import add_token, list_tokens, retire_token
from portal.services.shops.manage_shops import NewShop, add_shop, set_shop, shop_id_of, show_shop
from portal.services.shops.set_origins import set_origins

shops = AppGroup("shops", help="Shops: add, set, show, and their hand-off keys.")


@shops.command("add", cls=Several)
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
    new = NewShop(key=key, name=name, origins=origins, hosts=hosts, image_origins=image_origins, policy=policy)
    keys = add_shop(new=new, packs=shipped_packs(), deps=deps())
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


@shops.command("keys")
@click.argument("key")
def keys(key: str) -> None:
    """Lists the hand-off keys of a shop, without their secrets."""
    for row in list_keys(actor=_operator(key), deps=deps()):
        state = f"retired {row.retired_at:%Y-%m-%d}" if row.retired_at else "live"
        click.echo(f"{row.kid}\t{row.algorithm}\t{row.since:%Y-%m-%d}\t{state}")


@shops.command("key-add")
@click.argument("key")
@click.option("--public-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Ed25519, PEM: EdDSA.")
def key_add(key: str, public_key: Path | None) -> None:
    """Adds a second key for signed hand-off tokens: EdDSA with a public key, else HS256 with a secret, printed once."""
    algorithm: Algorithm = "EdDSA" if public_key else "HS256"
    text = public_key.read_text() if public_key else ""
    kid, secret = add_key(actor=_operator(key), algorithm=algorithm, public_key=text, deps=deps())
    click.echo(f"kid: {kid}")
    if secret:
        click.echo(f"Hand-off key: {secret}")


@shops.command("key-retire")
@click.argument("key")
@click.argument("kid")
def key_retire(key: str, kid: str) -> None:
    """Refuses tokens of a key from now on."""
    if not retire_key(actor=_operator(key), kid=kid, deps=deps()):
        click.echo("No live key is left: signed tokens are refused until there is one. One-time codes still work.")


@shops.command("origins", cls=Several)
@click.argument("key")
@click.option("--add", "coming", multiple=True, metavar="URL", help="A site that may embed it from now on.")
@click.option("--remove", "going", multiple=True, metavar="URL", help="One that may no longer.")
def origins(key: str, coming: tuple[str, ...], going: tuple[str, ...]) -> None:
    """Names the sites that may embed a shop, at once; prints those that may."""
    actor = _operator(key)
    for origin in set_origins(add=coming, remove=going, actor=actor, deps=deps()):
        click.echo(origin)


def _operator(key: str) -> Actor:
    return Actor(kind="operator", shop_id=shop_id_of(key=key, deps=deps()))


@shops.command("show")
@click.argument("key")
def show(key: str) -> None:
    """Prints what is stored of a shop, as JSON, without its keys."""
    click.echo(json.dumps(show_shop(key=key, deps=deps()), ensure_ascii=False, indent=2))


@shops.group("tokens")
def tokens() -> None:
    """Tokens of the machine API."""


@tokens.command("add", cls=Several)
@click.argument("key")
@click.option("--scope", "scopes", multiple=True, required=True, metavar="SCOPE", help=f"Of: {', '.join(SCOPES)}.")
def tokens_add(key: str, scopes: tuple[str, ...]) -> None:
    """Adds a token that may do what its scopes say, and prints it, once."""
    click.echo(f"API token: {add_token(actor=_operator(key), scopes=scopes, deps=deps())}")


@tokens.command("list")
@click.argument("key")
def tokens_list(key: str) -> None:
    """Lists the tokens of a shop: number, since when, last use, whether it lives, scopes."""
    for token in list_tokens(actor=_operator(key), deps=deps()):
        state = f"retired {token.retired_at:%Y-%m-%d}" if token.retired_at else "live"
        used = f"used {token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
        click.echo(f"{token.id}\t{token.since:%Y-%m-%d}\t{used}\t{state}\t{' '.join(token.scopes)}")


@tokens.command("retire")
@click.argument("key")
@click.argument("token_id", metavar="ID", type=int)
def tokens_retire(key: str, token_id: int) -> None:
    """Refuses a token from now on."""
    retire_token(actor=_operator(key), token_id=token_id, deps=deps())
    click.echo(f"{token_id}: retired")
