"""`portal events`: the feed as NDJSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click
from flask.cli import with_appcontext

from portal.cli.context import deps
from portal.services.records.event_feed import read_feed, read_whole_feed
from portal.services.shops.manage_shops import shop_id_of


@click.command("events")
@click.option("--after", default="", help="The cursor of the last event that was read.")
@click.option("--shop", "shop_key", default="", help="Only this shop's.")
@with_appcontext
def events(after: str, shop_key: str) -> None:
    """Prints events in the order of the feed, one JSON line each, `cursor` first."""
    for event in _of_shop(shop_key, after) if shop_key else read_whole_feed(after=after, deps=deps()):
        click.echo(json.dumps(event, ensure_ascii=False))


def _of_shop(shop_key: str, after: str) -> Iterator[dict[str, Any]]:
    shop_id = shop_id_of(key=shop_key, deps=deps())
    while page := read_feed(shop_id=shop_id, after=after, limit=500, deps=deps()):
        yield from page
        after = page[-1]["cursor"]
