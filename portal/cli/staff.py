"""`portal staff add` and `portal cases decide`: for operators and scripts, under the same rules as the pages."""

from __future__ import annotations

import secrets
from datetime import datetime

import click
import pyotp
from flask.cli import AppGroup

from portal.cli.context import Moment, deps, read_password
from portal.domain.access import Actor
from portal.services.answer_cancel import answer_cancel
from portal.services.decide_case import Answer, decide_case, kind_of_case
from portal.services.manage_staff import add_staff, staff_actor

staff = AppGroup("staff", help="Staff accounts.")
cases = AppGroup("cases", help="Cases: decide.")


@staff.command("add")
@click.argument("login")
@click.option("--shop", "shop_keys", multiple=True, required=True, help="A shop they work for.")
@click.option("--role", required=True, help="agent, supervisor, warehouse, auditor or admin.")
@click.option("--mail", default="", help="Where to tell them of cases that wait.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(login: str, shop_keys: tuple[str, ...], role: str, mail: str, password_stdin: bool) -> None:
    """Adds a person and prints the otpauth:// address of their second factor, once."""
    secret = pyotp.random_base32()
    password = read_password(from_stdin=password_stdin)
    add_staff(
        login=login, role=role, shop_keys=shop_keys, password=password, totp_secret=secret, mail=mail, deps=deps()
    )
    click.echo(totp_address(secret, login))


def totp_address(secret: str, login: str) -> str:
    """SHA-1, 6 digits, 30 s: what every authenticator reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="After-sales")


@cases.command("decide")
@click.argument("case_no")
@click.option("--as", "login", required=True, help="The staff login that decides.")
@click.option("--accept", "answer", flag_value="accept", help="Approve it; a waiting cancel: stopped.")
@click.option("--refuse", "answer", flag_value="refuse", help="Needs --reason; a waiting cancel: too late, --left-at.")
@click.option("--left-at", type=Moment(), help="When the parcel left.")
@click.option("--reason", default="", help="What the customer reads.")
@click.option("--amount", default="", help="Less than computed, in major units.")
def decide(case_no: str, login: str, answer: str | None, left_at: datetime | None, reason: str, amount: str) -> None:
    """Answers an application, or a cancel that waits for the warehouse."""
    if answer is None:
        raise click.UsageError("say --accept or --refuse")
    actor = staff_actor(login=login, case_no=case_no, deps=deps())
    if kind_of_case(case_no=case_no, actor=actor, deps=deps()) == "cancel":
        _answer_cancel(case_no, answer, left_at, actor)
        return
    decision: Answer = "refuse" if answer == "refuse" else "partly" if amount else "accept"
    decide_case(
        case_no=case_no,
        decision=decision,
        amount=amount,
        reason=reason,
        actor=actor,
        request_id=f"cli-{secrets.token_hex(8)}",
        deps=deps(),
    )
    said = {"accept": "accepted", "partly": "accepted in part", "refuse": "refused"}
    click.echo(f"{case_no}: {said[decision]}")


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
