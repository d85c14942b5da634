"""`portal audit verify`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.cli.context import deps
from portal.services.records.check_audit import check_audit
from portal.services.records.seal_audit import seal_audit

audit = AppGroup("audit", help="The audit trail.")


@audit.command("verify")
def verify() -> None:
    """Checks every chain of events, the texts and decisions they speak of, and every signed head; names the first
    broken entry of each kind, exit 1. /staff/audit shows what was found last."""
    found = check_audit(deps=deps())
    for broken in found.faults:
        event = f"event {broken.event_id}" if broken.event_id else "an event that is gone"
        order = f", order {broken.order}" if broken.order else ""
        click.echo(f"Broken: {event}{order}, chain {broken.chain}, entry {broken.seq}: {broken.what}.")
    if found.faults:
        raise SystemExit(1)
    click.echo(f"Whole: {found.events} events in {found.chains} chains, {found.signed} signed heads.")
    if found.texts:
        click.echo(f"{found.texts} messages, cases and decisions are as the events say.")
    if found.texts_before:
        click.echo(f"{found.texts_before} are older than that and have no event that says how they were.")


@audit.command("seal")
def seal() -> None:
    """After the secret key was changed, with the old one still set and the portal stopped: puts the trail under the new
    key, if it is whole."""
    click.echo(f"Sealed: {seal_audit(deps=deps())} events.")
