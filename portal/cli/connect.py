"""`portal connect woocommerce | shopify | backfill | compare | check | remove`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.cli.context import Moment, deps, read_toml
from portal.domain.connectors.config import ConnectorConfig, ConnectorError, Platform
from portal.domain.errors import Conflict, NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.ports import ShopPlatform
from portal.services.connectors.backfill import BackfillStep, backfill_page, begin_backfill
from portal.services.connectors.compare import compare_orders
from portal.services.connectors.open_platform import get_platform
from portal.services.connectors.set_connector import connect as connect_shop
from portal.services.connectors.set_connector import end_connector
from portal.services.shops.manage_shops import shop_id_of

connect = AppGroup("connect", help="The platform that a shop runs on: orders in, cancels and refunds out.")
MOST_TRIES, LONGEST_WAIT = 8, 60.0
_SHOP = click.option("--shop", "shop_key", required=True)
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_TOPICS: dict[Platform, str] = {
    "woocommerce": "Order created, Order updated, Order deleted, Product updated",
    "shopify": "orders/create, orders/updated, orders/cancelled, refunds/create, products/update",
}


@connect.command("woocommerce")
@_SHOP
@_FILE
def woocommerce(shop_key: str, file: Path) -> None:
    """Connects a shop with its WooCommerce; prints what to enter there."""
    _connect("woocommerce", shop_key, file)


@connect.command("shopify")
@_SHOP
@_FILE
def shopify(shop_key: str, file: Path) -> None:
    """Connects a shop with its Shopify; prints what to enter there."""
    _connect("shopify", shop_key, file)


def _connect(platform: Platform, shop_key: str, file: Path) -> None:
    try:
        config = connect_shop(platform=platform, table=read_toml(file), actor=_operator(shop_key), deps=deps())
    except ConnectorError as error:
        lines = [f"{file}: {key}: {reason}" for key, reason in error.problems]
        raise click.ClickException("\n".join(lines)) from None
    except Conflict as conflict:
        raise _in_use(conflict) from None
    _say(config, shop_key)


def _say(config: ConnectorConfig, shop_key: str) -> None:
    click.echo(f"Webhook address: {deps().base_url}/hooks/{shop_key}/{config.platform}")
    click.echo(f"Webhook secret: {config.webhook_secret}")
    click.echo(f"Webhook topics: {_TOPICS[config.platform]}")
    click.echo(f"Refunds: {'through its gateway' if config.refund else 'not through its gateway'}")


@connect.command("check")
@_SHOP
def check(shop_key: str) -> None:
    """Reaches the platform, reads an order and a product: a line a step, exit 1 where one fails."""
    _, platform = _opened(shop_key)
    for step in platform.check():
        click.echo(f"{'ok' if step.is_ok else 'FAILED'}  {step.name}{f': {step.detail}' if step.detail else ''}")
        if not step.is_ok:
            raise SystemExit(1)


@connect.command("backfill")
@_SHOP
@click.option("--since", type=Moment(), help="Orders that changed since then; all of them unless said.")
def backfill(shop_key: str, since: datetime | None) -> None:
    """Reads all orders and products of the platform. Interrupted, it goes on where it was when it is run again."""
    shop_id = _opened(shop_key)[0]
    if begin_backfill(shop_id=shop_id, since=since.astimezone(UTC) if since else None, deps=deps()):
        click.echo("Goes on where it was interrupted.")
    rejected = 0
    while True:
        step = _page(shop_id)
        rejected += len(step.rejects)
        for reject in step.rejects:
            click.echo(f"{reject.order}: {reject.field} {reject.reason}", err=True)
        _progress(step)
        if step.is_done:
            break
    click.echo(f"{step.orders_read} orders read, {rejected} rejected.")


def _page(shop_id: int) -> BackfillStep:
    """A platform that is busy or away is waited for; what was read stays read."""
    for tried in range(MOST_TRIES):
        try:
            return backfill_page(shop_id=shop_id, deps=deps())
        except ProviderUnavailable as problem:
            reason = f"{problem.provider}: {problem.reason}"
            if tried < MOST_TRIES - 1:
                click.echo(f"{reason}; trying again", err=True)
                deps().clock.rest(min(LONGEST_WAIT, 0.5 * 2**tried))
    raise click.ClickException(f"{reason}. Run it again to go on from here.")


def _progress(step: BackfillStep) -> None:
    if sys.stderr.isatty():
        of_all = f" of {step.total}" if step.total else ""
        click.echo(f"\r{step.orders_read}{of_all} orders read ", nl=step.is_done, err=True)


@connect.command("compare")
@_SHOP
def compare(shop_key: str) -> None:
    """Compares orders here and there; lists what differs, exit 1 where something does."""
    shop_id = _opened(shop_key)[0]
    try:
        found = compare_orders(shop_id=shop_id, deps=deps())
    except ProviderUnavailable as problem:
        raise click.ClickException(f"{problem.provider}: {problem.reason}") from None
    for one in found.differences:
        said = f"here {one.ours}, there {one.theirs}" if one.ours or one.theirs else one.why
        click.echo(f"{one.order_no}\t{one.what}\t{said}")
    click.echo(f"{found.compared} compared, {found.healed} brought up to date, {len(found.differences)} differ.")
    if found.differences:
        raise SystemExit(1)


@connect.command("remove")
@_SHOP
def remove(shop_key: str) -> None:
    """Disconnects a shop from its platform. Orders and refunds stay."""
    try:
        end_connector(actor=_operator(shop_key), deps=deps())
    except Conflict as conflict:
        raise _in_use(conflict) from None
    click.echo("Disconnected.")


def _in_use(conflict: Conflict) -> click.ClickException:
    numbers = conflict.detail.get("number", "")
    return click.ClickException(f"refunds are on their way through its gateway and have to end first: {numbers}")


def _opened(shop_key: str) -> tuple[int, ShopPlatform]:
    shop_id = shop_id_of(key=shop_key, deps=deps())
    try:
        return shop_id, get_platform(shop_id=shop_id, deps=deps())[1]
    except NotFound:
        raise click.ClickException(f"{shop_key} is connected with no platform") from None


def _operator(shop_key: str) -> Actor:
    return Actor(kind="operator", shop_id=shop_id_of(key=shop_key, deps=deps()))
