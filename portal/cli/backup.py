"""`portal backup take|list|restore`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from portal.cli.context import deps
from portal.processes.backup_folder import ABOUT, BackupFolder
from portal.processes.restore_backup import restore_backup
from portal.processes.take_backup import take_backup

backup = AppGroup("backup", help="Database, evidence and signed heads, of one moment.")
FOLDER = click.Path(file_okay=False, path_type=Path)


@backup.command("take")
@click.argument("folder", type=FOLDER)
@click.option(
    "--keep", type=click.IntRange(min=1), help="Days: older backups go, and files that none of the rest names."
)
def take(folder: Path, keep: int | None) -> None:
    """Takes one while the portal runs. Files that FOLDER has are not fetched again; exit 1 where some are missing."""
    taken = take_backup(root=folder.absolute(), database=_database(), deps=deps())
    click.echo(f"Taken: {taken.place}: {taken.files} files, {taken.fetched} of them new, {taken.heads} signed heads.")
    if keep is not None:
        click.echo(f"Gone: {BackupFolder(folder.absolute()).drop_older(deps().clock.now(), keep)} older backups.")
    for key in taken.missing:
        click.echo(f"Missing in the store: {key}", err=True)
    if taken.missing:
        raise SystemExit(1)


@backup.command("list")
@click.argument("folder", type=FOLDER)
def list_backups(folder: Path) -> None:
    """Those that are whole, the oldest first."""
    for place in BackupFolder(folder.absolute()).moments():
        about = json.loads((place / ABOUT).read_text())
        click.echo(f"{place}\t{about['database']}\t{about['files']} files\t{about['heads']} signed heads")


@backup.command("restore")
@click.argument("moment", type=FOLDER)
def restore(moment: Path) -> None:
    """Into an empty database, by its owner; MOMENT is a line of `list`. Nothing may run meanwhile."""
    done = restore_backup(moment=moment, database=_database(), deps=deps())
    click.echo(f"Restored: {done.files} files, {done.heads} signed heads, the database.")
    if done.counted_on:
        click.echo(f"Transactions are counted on by {done.counted_on}, so that new events come after these.")
    for name in done.later_heads:
        click.echo(f"Signed after this backup: {name}. What it speaks of is lost; move it away, and keep it.")
    click.echo("Next: portal db upgrade, portal audit verify, portal refunds reconcile.")


def _database() -> str:
    url: str = current_app.config["PORTAL_SETTINGS"].database
    return url
