"""`portal policy check | show | publish | simulate | replay`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from portal.adapters.pack_files import pack_of, shipped_packs
from portal.cli.context import Moment, deps
from portal.domain.applying.simulation import PastApplication
from portal.domain.policy.canonical import digest
from portal.domain.policy.describe import describe
from portal.services.policy.publish import publish_policy
from portal.services.policy.replay import replay as replay_decisions
from portal.services.policy.simulate import Simulated, shop_zone
from portal.services.policy.simulate import simulate as simulate_policy

ASKED = ("order_no", "line_id", "quantity", "kind", "reason", "requested_at")
ANSWERED = ("decision", "rules", "refund", "note")

policy = AppGroup("policy", help="Policy packs: check, show, publish, simulate, replay.")


@policy.command("check", with_appcontext=False)
@click.argument("name_or_file")
def check(name_or_file: str) -> None:
    """Says everything that is wrong with a pack, with file, key and reason; exit 1."""
    pack = pack_of(name_or_file)
    click.echo(f"{name_or_file}: {pack.name} {digest(pack)[:12]}, no problems")


@policy.command("show", with_appcontext=False)
@click.argument("name_or_file")
@click.option("--locale", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def show(name_or_file: str, locale: str) -> None:
    """Prints a pack in sentences: windows, timers, money, rules and where they come from."""
    for line in describe(pack_of(name_or_file), locale):
        click.echo(line)


@policy.command("publish")
@click.argument("name_or_file")
@click.option("--as", "login", required=True, help="The staff login that publishes it.")
@click.option("--shop", "shop_key", default="", help="Needed by somebody who works for several.")
@click.option("--from", "starts_at", type=Moment(), help="When it starts to hold; now, or as the pack says.")
def publish(name_or_file: str, login: str, shop_key: str, starts_at: datetime | None) -> None:
    """Makes a pack an immutable version: orders imported from then on are placed under it."""
    done = publish_policy(pack=pack_of(name_or_file), login=login, shop_key=shop_key, starts_at=starts_at, deps=deps())
    starts = f"from {done.starts_at.isoformat()}" if done.starts_at else "from now on"
    click.echo(f"Version {done.version_id} ({done.digest[:12]}) published for {done.shop_key}, {starts}.")


@policy.command("simulate")
@click.option("--shop", "shop_key", required=True)
@click.option("--policy", "name_or_file", required=True, help="A shipped pack or a file.")
@click.option("--applications", "source", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", "target", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
def simulate(shop_key: str, name_or_file: str, source: Path, target: Path) -> None:
    """Decides past applications (CSV) under a pack, in the order of their time. Changes nothing."""
    pack = pack_of(name_or_file)
    columns, rows = read_rows(source)
    zone = ZoneInfo(shop_zone(shop_key=shop_key, deps=deps()))
    answers = simulate_policy(
        shop_key=shop_key,
        pack=pack,
        packs=shipped_packs(),
        applications=[read_application(row, zone) for row in rows],
        deps=deps(),
    )
    try:
        write_rows(target, columns, rows, answers)
    except OSError as problem:
        raise click.ClickException(f"{target}: {problem.strerror}") from None
    counts = {name: sum(answer.decision == name for answer in answers) for name in ("approved", "review", "refused")}
    click.echo(", ".join(f"{name} {count}" for name, count in counts.items()))


@policy.command("replay")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only decisions taken since.")
def replay(since: datetime | None) -> None:
    """Computes every stored decision again; lists those that differ, exit 1 if one does."""
    same = other = differing = 0
    for one in replay_decisions(since=since.replace(tzinfo=UTC) if since else None, deps=deps()):
        same += one.is_compared and not one.differs
        other += not one.is_compared
        if one.differs:
            differing += 1
            click.echo(f"{one.at.isoformat()} {one.order_no} {one.kind} decision {one.id}: {one.why or 'differs'}")
            click.echo(f"  stored {one.stored}")
            if one.now:
                click.echo(f"  now    {one.now}")
    click.echo(f"{same} the same, {differing} differ, {other} of another engine")
    if differing:
        raise SystemExit(1)


def read_rows(source: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns of a CSV file and its rows; a click error where a column is missing or it is not UTF-8."""
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            columns = list(reader.fieldnames or ())
            if missing := [name for name in ASKED if name not in columns]:
                raise click.ClickException(f"{source}: no column {', '.join(missing)}")
            return columns, list(reader)
    except (UnicodeDecodeError, csv.Error) as problem:
        raise click.ClickException(f"{source}: {problem}") from None


def read_application(row: dict[str, str], zone: ZoneInfo) -> PastApplication:
    """What cannot be read is left empty: it is refused in its place, so that every row gets an answer."""
    quantity = row["quantity"].strip()
    try:
        said = datetime.fromisoformat(row["requested_at"].strip())
        at = (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    return PastApplication(
        order_no=row["order_no"],
        line_id=row["line_id"],
        quantity=int(quantity) if quantity.isascii() and quantity.isdigit() and len(quantity) < 16 else 0,
        kind=row["kind"].strip(),
        reason=row["reason"].strip(),
        requested_at=at,
    )


def write_rows(
    target: Path, columns: Sequence[str], rows: Sequence[dict[str, str]], answers: Sequence[Simulated]
) -> None:
    kept = [name for name in columns if name not in ANSWERED]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*kept, *ANSWERED))
        writer.writerows(_lines(kept, rows, answers))


def _lines(
    kept: Sequence[str], rows: Sequence[dict[str, str]], answers: Sequence[Simulated]
) -> Iterator[tuple[str, ...]]:
    for row, answer in zip(rows, answers, strict=True):
        asked = (row[name] for name in kept)
        yield (*asked, answer.decision, " ".join(answer.rules), answer.refund, answer.note)
