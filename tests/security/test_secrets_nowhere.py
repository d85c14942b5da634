"""No secret in a log, a page, an export or an error: each is planted, and looked for in all that comes out (N8)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.cli import COMMANDS
from portal.domain.errors import PortalError
from portal.domain.refunds.rails import RAIL_KINDS
from portal.domain.shops.sections import SECTIONS
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.messages.try_robot import try_robot
from portal.services.webhooks.feed import feed_webhooks
from tests.routes.test_roles import NOBODYS
from tests.routes.test_zones import SEASONS
from tests.support.collector import Collector, collecting
from tests.support.full_shop import FullShop
from tests.support.inbox_presses import came
from tests.support.needs import CHECKOUT
from tests.support.planted import Seen, plant, secret, settings, standard
from tests.support.staff import Office, open_office
from tests.support.staff_presses import declared

pytestmark = pytest.mark.req("N8", "P12", "P26")
TOLD_BY_NAME = [
    "shops show tepai",
    "shops keys tepai",
    "shops tokens list tepai",
    "shops origins tepai",
    "rails show tepai",
    "rails check tepai",
    "rails remove tepai alipay",
    "connect check --shop tepai",
    "connect backfill --shop tepai",
    "connect compare --shop tepai",
    "webhooks list tepai",
    "webhooks test tepai 1",
    "webhooks enable tepai 1",
    "staff show admin-1",
    "jobs",
    "jobs --dead",
    "events --shop tepai",
    "cases export --shop tepai",
    "customers export c-1 --shop tepai",
    "customers sessions c-1 --shop tepai",
    "mail read --once",
    "refunds reconcile",
    "audit verify",
    "audit seal",
]
NOT_READ = {
    "staff.company": "its provider does not answer",
    "staff.company_return": "by an address of its own",
    "staff.join": "by an address of its own",
    "staff.hold": "answers where a parcel is to be stopped",
    "staff.policy_draft": "answers where a draft was begun",
    "staff.evidence": "a picture",
    "staff.looks_sheet": "a style sheet",
    "staff.proposal": "of what nobody proposed here",
    "staff.parked": "of what was never parked here",
    "staff.transfer": "of what nobody has to transfer here",
}
"""What has nothing to show here: it is asked for all the same, for what its error says."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
    with collecting() as kept:
        yield kept
        kept.until_quiet(0.5)


@pytest.fixture
def shop(
    sqlite_url: str, tmp_path: Path, portal_on: Callable[..., Flask], collector: Collector
) -> tuple[FullShop, Seen]:
    """Full of cases, and with every secret that there is."""
    app = portal_on(sqlite_url, traces_url=collector.url, **settings(tmp_path))
    original = app.extensions["portal"]
    found = FullShop(open_office(app), SEASONS["winter"])
    found.fill()
    found.office.add("admin", mail="admin@example.com")
    return found, Seen(plant(found.office, original))


def addresses(shop: FullShop) -> list[tuple[str, str]]:
    """(endpoint, path) of all that is read, with something that there is wherever an address names it."""
    there: dict[str, Any] = NOBODYS | {"case_no": shop.cases["applied"], "order_no": shop.orders["delivered"]}
    there |= {
        "login": "admin-1",
        "customer_id": 1,
        "endpoint_id": 1,
        "token_id": 2,
        "kid": "k1",
        "kind": "refund_succeeded",
    }
    there |= {"language": "zh", "section": SECTIONS[0].name, "version_id": 1}
    of_programs = {"number": shop.orders["delivered"], "customer": "c-1", "customer_id": "c-1", "sku": "S-1"}
    adapter, found = shop.office.app.url_map.bind("localhost"), []
    for rule in shop.office.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint.split(".")[0] in ("staff", "api", "ops", "shop"):
            named = there | (of_programs if rule.endpoint.startswith("api.") else {})
            known = {name: named.get(name, 1) for name in rule.arguments}
            found.append((rule.endpoint, adapter.build(rule.endpoint, known)))
    found += [("staff.inbox_mail", came(shop.office)), ("staff.declaration", declared(shop.office))]
    found.append(("staff.origin_remove", "/staff/settings/origins/remove?origin=https://shop.example"))
    found += [("staff.rail_remove", f"/staff/rails/{kind}/remove") for kind in RAIL_KINDS]
    return [*found, *(("staff.all", path) for path in shop.staff_paths())]


def walk(shop: FullShop, seen: Seen) -> None:
    """As an administrator and as a supervisor; the machine API with the token it takes."""
    desks = [shop.office.desk(role) for role in ("admin", "supervisor")]
    bearer = {"Authorization": f"Bearer {seen.secrets['first token']}"}
    answered: dict[str, set[int]] = {}
    for endpoint, path in addresses(shop):
        for desk in desks:
            headers = bearer if endpoint.startswith("api.") else {}
            answer = desk.client.get(path, headers=headers)
            seen.add(f"GET {path}", answer.headers, answer.data.decode("utf-8", "replace"))
            answered.setdefault(endpoint, set()).add(answer.status_code)
    read = {endpoint for endpoint, codes in answered.items() if codes & {200, 303}}
    assert {name for name in answered if name.startswith(("staff.", "api."))} - read == set(NOT_READ)
    assert not [endpoint for endpoint, codes in answered.items() if 500 in codes]


def press(office: Office, seen: Seen) -> None:
    """What is sent and refused comes back without what was secret in it; what calls out and fails says so.

    An address of a robot that was typed a moment ago stays for whoever typed it: what is stored of it is planted."""
    admin = office.desk("admin")
    typed = {"rail": standard("typed"), "consumer": f"cs_{secret('typed cs')}", "hook": secret("typed hook")}
    typed |= {
        "robot": f"SEC{secret('typed robot')}",
        "key": f"ck_{secret('typed')}",
    }
    seen.secrets |= {f"typed {name}": value for name, value in typed.items()}
    config = f'methods = ["x"]\nurl = "ftp://x"\nsecret = "{typed["rail"]}"'
    keys = {
        "consumer_key": typed["key"],
        "consumer_secret": typed["consumer"],
        "webhook_secret": typed["hook"],
        "url": "x",
    }
    forms: dict[str, dict[str, str]] = {
        "/staff/rails": {"kind": "merchant", "rail_config": config},
        "/staff/settings/robot": {
            "form_of": "dingtalk",
            "url": "ftp://x",
            "secret": typed["robot"],
        },
        "/staff/connectors": {"platform": "woocommerce", **keys},
    }
    for path, values in forms.items():
        page = admin.open(path).submit(f"form[action$='{path}']", code="1", **values)
        assert page.status == 422, page
        seen.add(f"POST {path}", page.html)
    for rail in ("alipay", "merchant", "stripe", "wechat"):
        seen.add(f"POST check {rail}", admin.open("/staff/rails").submit(f"/{rail}/check").html)
    for token in (seen.secrets["token"] + "x", seen.secrets["totp"]):
        answer = office.app.test_client().get("/api/v1/events", headers={"Authorization": f"Bearer {token}"})
        seen.add("401", answer.headers, answer.text)


def fail_outside(office: Office, seen: Seen) -> None:
    """Mails, texts, robots and webhooks to where nobody answers: what is kept of the error."""
    by = {"actor": office.made.staff("admin"), "request_id": "try", "deps": office.deps}
    seen.add("robot", try_robot(**by))
    feed_webhooks(deps=office.deps)
    work_all_jobs(deps=office.deps)
    for table in ("job", "webhook_delivery", "event", "request", "staff_task"):
        seen.add(f"table {table}", office.rows(f"SELECT * FROM {table}"))
    assert any("mail: " in row["error"] for row in office.rows("SELECT error FROM job")), "mails are tried"


def call(app: Flask, seen: Seen, words: list[str]) -> None:
    module = import_module(COMMANDS[words[0]])
    done = app.test_cli_runner().invoke(getattr(module, words[0]), words[1:])
    assert done.exception is None or isinstance(done.exception, SystemExit | PortalError), (words, done.exception)
    assert done.exit_code != 2, (words, done.output)
    seen.add(f"portal {' '.join(words)}", done.output, done.exception)


def test_what_is_planted_comes_out_nowhere(
    shop: tuple[FullShop, Seen], tmp_path: Path, capfd: pytest.CaptureFixture[str], collector: Collector
) -> None:
    full, seen = shop
    office = full.office
    assert len(seen.secrets) == len(set(seen.secrets.values())) >= 23
    capfd.readouterr()
    press(office, seen)
    fail_outside(office, seen)
    walk(full, seen)
    for line in TOLD_BY_NAME:
        call(office.app, seen, line.split())
    written = capfd.readouterr()
    seen.add("log", written.out, written.err)
    assert "[info] answered" in seen.said["log"]
    office.app.test_client().get("/nowhere")
    spans = collector.wait_for(lambda spans: any(span.name == "GET none" for span in spans))
    assert {"job webhook", "call rail.stripe.check", "call mail.send"} <= {span.name for span in spans}
    seen.add("traces", *{str((span.name, span.said, span.facts, span.service)) for span in spans})
    for file in tmp_path.rglob("*"):
        if file.is_file() and file.suffix not in (".toml",):
            seen.add(f"file {file.name}", file.read_bytes().decode("latin-1"))
    assert seen.found() == []


def test_what_comes_out_is_found_however_it_is_written() -> None:
    seen = Seen({"one": "a/b&c" * 4})
    for place, text in {
        "log": "x a/b&ca/b&ca/b&ca/b&c y",
        "address": "?k=a%2Fb%26ca%2Fb%26ca%2Fb%26ca%2Fb%26c",
        "page": "<b>a/b&amp;ca/b&amp;ca/b&amp;ca/b&amp;c</b>",
        "header": "Basic YS9iJmNhL2ImY2EvYiZjYS9iJmM=",
        "clean": "a/b",
    }.items():
        seen.add(place, text)
    assert [place for _name, place in seen.found()] == ["log", "address", "page", "header"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_MAIL_URL", "http://mailer:{}@127.0.0.1"),
        ("PORTAL_MAIL_IN_URL", "imap://reader:{}@mail.example/INBOX"),
        ("PORTAL_DATABASE_URL", "mysql://portal:{}@127.0.0.1/db"),
        ("PORTAL_DATABASE_URL", "postgresql+psycopg://portal:{}@127.0.0.1:1/db"),
        ("PORTAL_RATE_LIMIT_URL", "http://:{}@127.0.0.1"),
        ("PORTAL_SMS_URL", "http://sender:{}@sms.example/send"),
    ],
)
def test_a_setting_that_is_wrong_is_named_without_its_password(tmp_path: Path, name: str, value: str) -> None:
    planted = secret(name)
    known = {key: said for key, said in os.environ.items() if not key.startswith("PORTAL_")}
    known |= {"PORTAL_SECRET_KEY": secret("key"), "PYTHONPATH": str(CHECKOUT), name: value.format(planted)}
    done = subprocess.run(
        [sys.executable, "-m", "portal.cli", "shops", "show", "x"],
        cwd=tmp_path, env=known, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and done.stderr.strip()
    assert planted not in done.stdout + done.stderr
