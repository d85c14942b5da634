"""`portal orders import` and `portal orders ship`."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click
from flask.cli import AppGroup

from portal.adapters.feed_files import FORMATS, Format, load_mapping, open_feed, read_orders
from portal.cli.context import Moment, deps
from portal.domain.identity.access import Actor
from portal.domain.intake.imported_order import Read, Reject
from portal.domain.intake.mapping import MappingError
from portal.services.intake.import_orders import Counts, import_stream
from portal.services.jobs.statistics import keep_statistics
from portal.services.orders.ship_order import NewParcel, ship_order
from portal.services.shops.manage_shops import shop_id_of

orders = AppGroup("orders", help="Orders, in and out of the warehouse.")


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """What is loaded by now stays to the end, and orders make no cycles: a batch of them is freed before the collector
    would look, which takes a fifth less time. What rejected ones leave behind it still finds."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@orders.command("import")
@click.argument("file")
@click.option("--shop", "shop_key", required=True)
@click.option("--format", "file_format", type=click.Choice(FORMATS), required=True)
@click.option("--mapping", default="", help="For a table (csv, xlsx): a TOML file, or the name of one that is shipped.")
@click.option("--rejects", type=click.Path(path_type=Path), help="Where to write what was not imported, as NDJSON.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Check everything, keep nothing.")
def import_orders(
    file: str, shop_key: str, file_format: Format, mapping: str, rejects: Path | None, is_dry_run: bool
) -> None:
    """Imports the orders of FILE; gzip is found out, - is standard input. The last line is JSON with the counts."""
    shop_id = shop_id_of(key=shop_key, deps=deps())
    with ExitStack() as stack:
        stack.enter_context(collecting_rarely())
        try:
            feed_mapping = load_mapping(mapping) if mapping else None
            raw = stack.enter_context(open_feed(file))
            book = stack.enter_context(Rejects(rejects))
            progress = Progress(sys.stderr)
            counts = import_stream(
                shop_id=shop_id,
                orders=progress.watch(read_orders(raw, file_format, feed_mapping)),
                deps=deps(),
                on_reject=book.add,
                on_batch=progress.show,
                is_dry_run=is_dry_run,
            )
        except (MappingError, OSError) as problem:
            raise click.ClickException(str(problem)) from None
    if counts.created and not is_dry_run:
        keep_statistics(deps=deps())
    progress.end(counts)
    click.echo(json.dumps(counts.summary()))
    if not progress.could_read:
        raise SystemExit(1)


@orders.command("ship")
@click.argument("order_no")
@click.option("--shop", "shop_key", required=True)
@click.option("--carrier", required=True, help="The carrier's code, such as SF.")
@click.option("--tracking-no", required=True)
@click.option("--at", type=Moment(), help="When it left; now unless said.")
@click.option("--delivered", "is_delivered", is_flag=True, help="It has arrived as well.")
def ship(order_no: str, shop_key: str, carrier: str, tracking_no: str, at: datetime | None, is_delivered: bool) -> None:
    """Everything that has not left leaves in one parcel. Refused while a cancel is open."""
    is_new = ship_order(
        order_no=order_no,
        parcel=NewParcel(carrier=carrier, tracking_no=tracking_no, at=at, is_delivered=is_delivered),
        actor=Actor(kind="operator", shop_id=shop_id_of(key=shop_key, deps=deps())),
        deps=deps(),
    )
    click.echo("Shipped." if is_new else "That parcel was recorded before.")


class Rejects:
    """The rejects' file: made with the first of them, so there is none where there are none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> Rejects:
        if self._path:
            self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: Any) -> None:
        if self._file:
            self._file.close()

    def add(self, reject: Reject) -> None:
        if self._path is None:
            return
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", errors="backslashreplace")
        said = {name: value for name, value in asdict(reject).items() if name != "is_order"}
        self._file.write(f"{json.dumps(said, ensure_ascii=False)}\n")


@dataclass
class Progress:
    """One line on a terminal, rewritten as it goes; nothing where nobody looks."""

    out: TextIO
    could_read: bool = False

    def watch(self, orders: Iterator[Read | Reject]) -> Iterator[Read | Reject]:
        """Passes orders on and remembers whether anything could be read from the file at all."""
        for item in orders:
            self.could_read = self.could_read or bool(item.order or not isinstance(item, Reject) or item.field)
            yield item

    def show(self, counts: Counts) -> None:
        """Between two batches, when little is alive: what a transaction leaves in cycles is small, but adds up."""
        gc.collect()
        if self.out.isatty():
            self.out.write(f"\r{counts.read} orders read, {counts.created} new, {counts.rejected} rejected ")
            self.out.flush()

    def end(self, counts: Counts) -> None:
        if self.out.isatty():
            self.out.write("\n")
        if counts.unknown_fields:
            named = ", ".join(f"{name} {count}×" for name, count in sorted(counts.unknown_fields.items()))
            self.out.write(f"Fields of no meaning here, ignored: {named}\n")
