"""`portal audit verify`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.cli.context import deps
from portal.services.records.verify_audit import verify_audit

audit = AppGroup("audit", help="The audit trail.")


@audit.command("verify")
def verify() -> None:
    """Checks every chain of events and every signed head; names the first broken entry, exit 1."""
    found = verify_audit(deps=deps())
    if broken := found.broken:
        event = f"event {broken.event_id}" if broken.event_id else "an event that is gone"
        order = f", order {broken.order}" if broken.order else ""
        click.echo(f"Broken: {event}{order}, chain {broken.chain}, entry {broken.seq}: {broken.what}.")
        raise SystemExit(1)
    click.echo(f"Whole: {found.events} events in {found.chains} chains, {found.signed} signed heads.")
