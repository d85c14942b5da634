"""`portal cases decide`, `inspect` and `export`: under the same rules as the pages."""

from __future__ import annotations

import csv
import secrets
import sys
from datetime import datetime

import click
from flask.cli import AppGroup

from portal.cli.context import Moment, deps
from portal.cli.policy import ASKED
from portal.cli.several import Several
from portal.domain.cases.found import LineFound
from portal.domain.identity.access import Actor
from portal.services.cancelling.answer_cancel import answer_cancel
from portal.services.cases.decide_case import Verdict, decide_case, kind_of_case
from portal.services.cases.take_over import take_over_if_held
from portal.services.identity.staff_accounts import staff_actor
from portal.services.policy.past_applications import past_applications
from portal.services.returning.inspect import InspectionReport, inspect_goods

cases = AppGroup("cases", help="Cases: decide, inspect, export.")


@cases.command("decide")
@click.argument("case_no")
@click.option("--as", "login", required=True, help="The staff login that decides.")
@click.option("--accept", "answer", flag_value="accept", help="Approve it; a waiting cancel: stopped.")
@click.option("--refuse", "answer", flag_value="refuse", help="Needs --reason; a waiting cancel: too late, --left-at.")
@click.option("--left-at", type=Moment(), help="When the parcel left.")
@click.option("--reason", default="", help="What the customer reads.")
@click.option("--amount", default="", help="Less than computed, in major units.")
def decide(case_no: str, login: str, answer: str | None, left_at: datetime | None, reason: str, amount: str) -> None:
    """Answers an application, or a cancel that waits for the warehouse; a case that a colleague has is taken over."""
    if answer is None:
        raise click.UsageError("say --accept or --refuse")
    actor = staff_actor(login=login, case_no=case_no, deps=deps())
    if kind_of_case(case_no=case_no, actor=actor, deps=deps()) == "cancel":
        _answer_cancel(case_no, answer, left_at, actor)
        return
    verdict = Verdict(
        decision="refuse" if answer == "refuse" else "partly" if amount else "accept", amount=amount, reason=reason
    )
    key = f"cli-{secrets.token_hex(8)}"
    take_over_if_held(case_no=case_no, actor=actor, request_id=f"{key}-mine", deps=deps())
    done = decide_case(
        case_no=case_no,
        verdict=verdict,
        actor=actor,
        request_id=key,
        deps=deps(),
    )
    said = {
        "accept": "accepted",
        "partly": "accepted in part",
        "refuse": "refused",
        "proposed": "proposed, a second person is to approve it",
    }
    click.echo(f"{case_no}: {said[done.decision]}")


@cases.command("inspect", cls=Several)
@click.argument("case_no")
@click.option("--as", "login", required=True, help="The staff login that inspects.")
@click.option("--accept", "accepted", multiple=True, metavar="LINE=QTY", help="Units of a line that are accepted.")
@click.option("--reject", "rejected", multiple=True, metavar="LINE=QTY", help="Units that are not; needs --reason.")
@click.option("--reason", default="", help="Why not; the customer reads it.")
def inspect(case_no: str, login: str, accepted: tuple[str, ...], rejected: tuple[str, ...], reason: str) -> None:
    """Says what came back: units of no line mentioned have not come. Accepted ones can be sold again."""
    if not accepted and not rejected:
        raise click.UsageError("say --accept LINE=QTY or --reject LINE=QTY")
    actor = staff_actor(login=login, case_no=case_no, deps=deps())
    took, left = _counts("--accept", accepted), _counts("--reject", rejected)
    found = tuple(
        LineFound(
            line_id=line_id,
            received=took.get(line_id, 0) + left.get(line_id, 0),
            accepted=took.get(line_id, 0),
            rejected=left.get(line_id, 0),
            resellable=took.get(line_id, 0),
        )
        for line_id in {**took, **left}
    )
    request_id = f"cli-{secrets.token_hex(8)}"
    report = InspectionReport(found=found, reason=reason)
    inspect_goods(case_no=case_no, report=report, actor=actor, request_id=request_id, deps=deps())
    click.echo(f"{case_no}: inspected")


def _counts(option: str, given: tuple[str, ...]) -> dict[str, int]:
    """`2=1` is one unit of line 2; the same line twice is added up."""
    found: dict[str, int] = {}
    for text in given:
        line_id, _, count = text.rpartition("=")
        if not line_id or not (count.isascii() and count.isdigit()):
            raise click.UsageError(f"{option} {text!r} is not like 1=2")
        found[line_id] = found.get(line_id, 0) + int(count)
    return found


def _answer_cancel(case_no: str, answer: str, left_at: datetime | None, actor: Actor) -> None:
    answer_cancel(
        case_no=case_no,
        answer="stopped" if answer == "accept" else "too_late",
        left_at=left_at,
        actor=actor,
        request_id=f"cli-{secrets.token_hex(8)}",
        deps=deps(),
    )
    click.echo(f"{case_no}: {'stopped' if answer == 'accept' else 'too late'}")


@cases.command("export")
@click.option("--shop", "shop_key", required=True)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was asked for since that day of the shop's."
)
def export(shop_key: str, since: datetime | None) -> None:
    """Writes past applications as CSV to the standard output, as `portal policy simulate` reads them."""
    rows = past_applications(shop_key=shop_key, since=since.date() if since else None, deps=deps())
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(ASKED)
    for row in rows:
        at = row.requested_at.isoformat() if row.requested_at else ""
        writer.writerow((row.order_no, row.line_id, row.quantity, row.kind, row.reason, at))
