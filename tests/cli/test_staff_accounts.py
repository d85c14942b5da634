"""`portal staff disable | enable | password | reset-totp | end-sessions`: what a person was given comes to an end."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import pytest
from flask import Flask

from portal.cli.staff import staff
from portal.domain.errors import Expired, Invalid, NotFound
from portal.repos.unit_of_work import reading
from portal.services.identity.sign_in import Caller
from portal.services.identity.staff_accounts import staff_actor
from portal.services.identity.staff_sign_in import check_staff_password, verify_staff_code
from portal.services.identity.staff_visits import find_staff_visit
from tests.support.make import make_shop

pytestmark = pytest.mark.req("S42")
PASSWORD = "seven green lanterns"
CALLER = Caller(address="127.0.0.1", locale="zh-CN", token="")


@pytest.fixture
def run(app: Flask) -> Any:
    make_shop(app.extensions["portal"])

    def run(*words: str, given: str = "") -> Any:
        return app.test_cli_runner().invoke(staff, words, input=given)

    return run


@pytest.fixture
def secret(run: Any) -> str:
    """The second factor of `li`, who has just been added."""
    added = run("add", "li", "--shop", "tepai", "--role", "agent", "--password-stdin", given=f"{PASSWORD}\n")
    return secret_of(added.stdout)


def secret_of(printed: str) -> str:
    found = re.search(r"secret=([A-Z2-7]+)", printed)
    assert found, printed
    return found[1]


def sign_in(app: Flask, secret: str, password: str = PASSWORD) -> str:
    """The token of a new session."""
    deps = app.extensions["portal"]
    password_accepted = check_staff_password(login="li", password=password, caller=CALLER, deps=deps)
    code = pyotp.TOTP(secret).at(deps.clock.now())
    return verify_staff_code(password_accepted=password_accepted, code=code, caller=CALLER, deps=deps)


def is_signed_in(app: Flask, token: str) -> bool:
    visit = find_staff_visit(token=token, hosts=("localhost", "localhost"), deps=app.extensions["portal"])
    return visit.session is not None


def staff_events(app: Flask) -> list[str]:
    with reading(app.extensions["portal"]) as work:
        rows = work.connection.exec_driver_sql("SELECT kind FROM event WHERE kind LIKE 'operator:staff:%' ORDER BY id")
        return [kind for (kind,) in rows]


def test_a_disabled_person_is_out_at_once_and_comes_in_again_once_enabled(app: Flask, run: Any, secret: str) -> None:
    token = sign_in(app, secret)
    assert run("disable", "li").exit_code == 0
    assert not is_signed_in(app, token)
    with pytest.raises(Invalid):
        check_staff_password(login="li", password=PASSWORD, caller=CALLER, deps=app.extensions["portal"])
    assert run("enable", "li").exit_code == 0
    assert not is_signed_in(app, token), "the session of before stays ended"
    assert check_staff_password(login="li", password=PASSWORD, caller=CALLER, deps=app.extensions["portal"])
    assert staff_events(app) == ["operator:staff:added", "operator:staff:disabled", "operator:staff:enabled"]


def test_a_new_password_ends_the_sessions_of_the_old_one(app: Flask, run: Any, secret: str) -> None:
    token = sign_in(app, secret)
    assert run("password", "li", "--password-stdin", given="nine blue lanterns\n").exit_code == 0
    assert not is_signed_in(app, token)
    with pytest.raises(Invalid):
        check_staff_password(login="li", password=PASSWORD, caller=CALLER, deps=app.extensions["portal"])
    assert staff_events(app)[-1] == "operator:staff:password_set"


@pytest.mark.parametrize(
    ("password", "says"), [("short", "at least 8"), ("password1", "tried first"), ("li" * 70, "at most")]
)
def test_a_password_of_staff_is_held_to_the_rules_of_customers(run: Any, secret: str, password: str, says: str) -> None:
    refused = run("password", "li", "--password-stdin", given=f"{password}\n")
    assert refused.exit_code == 1 and says in repr(refused.exception)
    added = run("add", "wu", "--shop", "tepai", "--role", "agent", "--password-stdin", given=f"{password}\n")
    assert added.exit_code == 1 and says in repr(added.exception)


def test_a_lost_second_factor_is_replaced_and_the_old_one_ends(app: Flask, run: Any, secret: str) -> None:
    token = sign_in(app, secret)
    fresh = secret_of(run("reset-totp", "li").stdout)
    assert fresh != secret and not is_signed_in(app, token)
    with pytest.raises((Invalid, Expired)):
        sign_in(app, secret)
    assert is_signed_in(app, sign_in(app, fresh))


def test_sessions_are_ended_everywhere_and_counted(app: Flask, run: Any, secret: str) -> None:
    token = sign_in(app, secret)
    assert "sessions ended: 1" in run("end-sessions", "li").stdout
    assert not is_signed_in(app, token)
    assert "sessions ended: 0" in run("end-sessions", "li").stdout


@pytest.mark.parametrize("command", ["disable", "enable", "reset-totp", "end-sessions"])
def test_nobody_of_that_name_is_said(run: Any, command: str) -> None:
    assert run(command, "nobody").exit_code == 1


def test_a_disabled_person_cannot_act_from_the_shell_either(app: Flask, run: Any, secret: str) -> None:
    assert staff_actor(login="li", deps=app.extensions["portal"]).role == "agent"
    run("disable", "li")
    with pytest.raises(NotFound, match="staff"):
        staff_actor(login="li", deps=app.extensions["portal"])


@pytest.mark.req("P28")
def test_an_operator_sees_how_an_account_signs_in_and_parts_it_from_its_company_account(
    app: Flask, run: Any, secret: str
) -> None:
    token = sign_in(app, secret)
    with app.extensions["portal"].database.writing() as connection:
        connection.exec_driver_sql("UPDATE staff SET provider_issuer = 'https://id.example', provider_subject = 'u-1'")
    shown = run("show", "li").stdout
    assert "role: agent\n" in shown and "company account: u-1 at https://id.example\n" in shown
    assert secret not in shown
    assert run("unlink", "li").stdout == "li: unlinked\n"
    assert "company account: not linked\n" in run("show", "li").stdout
    assert not is_signed_in(app, token)
    assert run("show", "nobody").exit_code != 0
