"""`portal rails set | show | check | remove`: by which rails a shop's payments go back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from portal.cli.context import deps
from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.refunds.rails import RAIL_KINDS, RailFileError, RailKind
from portal.schemas.rail_files import read_rail_file
from portal.services.shops.check_rail import rails_to_check, steps_of
from portal.services.shops.list_rails import ShownRail, list_rails
from portal.services.shops.manage_shops import shop_id_of
from portal.services.shops.remove_rail import remove_rail
from portal.services.shops.set_rail import set_rail
from portal.words.rail_checks import advice_on_problem, check_advice
from portal.words.rail_methods import named_methods

rails = AppGroup("rails", help="Rails of a shop: set, show, check, remove.")
Kind = click.Choice(RAIL_KINDS)


@rails.command("set")
@click.argument("key")
@click.argument("rail", type=Kind)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def set_(key: str, rail: RailKind, file: Path) -> None:
    """Sets a rail from a TOML file, with the keys it names; they are kept encrypted."""
    try:
        config = read_rail_file(rail, file)
    except RailFileError as error:
        raise click.ClickException("\n".join(f"{file}: {name}: {reason}" for name, reason in error.problems)) from None
    actor = _operator(key)
    with _while_in_use(rail):
        set_rail(config=config, actor=actor, deps=deps())
    with force_locale("en"):
        click.echo(f"{rail}: takes {named_methods(config.methods)}")
    for shown in list_rails(actor=actor, deps=deps()).rails:
        if shown.kind == rail and shown.callback:
            click.echo(f"Callbacks: {shown.callback}")


@rails.command("show")
@click.argument("key")
def show(key: str) -> None:
    """Prints the rails of a shop without their keys: fingerprints, and the last four of secrets."""
    found = list_rails(actor=_operator(key), deps=deps())
    with force_locale("en"):
        for rail in found.rails:
            _show(rail)
        if found.untaken:
            whose = "the sandbox takes" if found.sandbox else "no rail takes"
            click.echo(f"{whose}: {named_methods(found.untaken)}")


def _show(rail: ShownRail) -> None:
    checked = f"checked {rail.checked_at:%Y-%m-%d %H:%M}" if rail.checked_at else "not checked"
    problem = advice_on_problem(rail.check_problem) or "-"
    click.echo(f"{rail.kind}\t{named_methods(rail.methods)}\t{checked}\t{problem}")
    for name, shown in rail.facts:
        click.echo(f"  {name}: {shown}")
    if rail.callback:
        click.echo(f"  callbacks: {rail.callback}")


@rails.command("check")
@click.argument("key")
@click.argument("rail", type=Kind, required=False)
def check(key: str, rail: RailKind | None) -> None:
    """Signs, calls and verifies; a line a step. Moves no money. Exits with 1 where a step fails."""
    actor, is_fine = _operator(key), True
    for kept in rails_to_check(actor=actor, kind=rail or "", deps=deps()):
        for step in steps_of(kept, actor=actor, deps=deps()):
            is_fine = is_fine and step.is_ok
            with force_locale("en"):
                said = (kept.kind, "ok" if step.is_ok else "FAILED", step.name, check_advice(step.detail))
                click.echo(": ".join(part for part in said if part))
    raise SystemExit(0 if is_fine else 1)


@rails.command("remove")
@click.argument("key")
@click.argument("rail", type=Kind)
def remove(key: str, rail: RailKind) -> None:
    """Forgets a rail and its keys; refused while refunds are on their way by it."""
    with _while_in_use(rail):
        remove_rail(kind=rail, actor=_operator(key), deps=deps())
    click.echo(f"{rail}: removed")


@contextmanager
def _while_in_use(rail: RailKind) -> Iterator[None]:
    try:
        yield
    except Conflict as conflict:
        numbers = conflict.detail.get("number", "")
        raise click.ClickException(f"{rail}: kept as it is while these are on their way by it: {numbers}") from None


def _operator(key: str) -> Actor:
    return Actor(kind="operator", shop_id=shop_id_of(key=key, deps=deps()))
