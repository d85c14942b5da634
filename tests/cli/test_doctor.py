"""`portal doctor`: a sound installation passes, and each fault that is planted is found by its own line."""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from portal.cli.doctor import examine
from portal.domain import installation as judgements
from portal.domain.identity.access import Actor
from portal.domain.refunds.rails import MerchantConfig
from portal.services.records.sign_heads import sign_heads
from portal.services.shops.manage_shops import shop_id_of
from portal.services.shops.remove_rail import remove_rail
from portal.services.shops.set_rail import set_rail
from tests.adapters.smtp_sink import SmtpSink
from tests.support.collector import collecting
from tests.support.doctored import Installation, installation
from tests.support.imap_server import imap_server
from tests.support.make import make_shop

pytestmark = pytest.mark.req("N6")
SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"


@pytest.fixture
def sound(sqlite_url: str, tmp_path: Path) -> Iterator[Installation]:
    with installation(sqlite_url, tmp_path) as made:
        yield made


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def run(site: Installation, statement: str, **values: Any) -> None:
    with site.deps.database.writing() as connection:
        connection.execute(text(statement), values)


def job(site: Installation, **columns: str) -> None:
    values = {"kind": "staff_mail", "payload": "{}", "urgency": "1", "attempts": "40", "error": "down"}
    values |= {"run_at": "2026-01-01 00:00:00", "created_at": "2026-01-01 00:00:00", "timed_at": "2026-01-01 00:00:00"}
    values |= columns
    run(site, f"INSERT INTO job ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})", **values)


def setting(name: str, value: str) -> Callable[[Installation], None]:
    return lambda site: site.environ.update({name: value})


def a_secret_is_short(site: Installation) -> None:
    site.environ["PORTAL_SECRET_KEY"] = "secret"


def a_file_stands_in_the_way(name: str) -> Callable[[Installation], None]:
    def plant(site: Installation) -> None:
        (site.folder / name).write_text("no folder")

    return plant


def an_old_schema(site: Installation) -> None:
    run(site, "UPDATE alembic_version SET version_num = '0060'")


def no_schema(site: Installation) -> None:
    run(site, "DELETE FROM alembic_version")


def a_trigger_is_gone(site: Installation) -> None:
    run(site, "DROP TRIGGER event_refuses_delete")


def no_worker(site: Installation) -> None:
    run(site, "DELETE FROM worker_sign")


def the_worker_ended(site: Installation) -> None:
    run(site, "UPDATE worker_sign SET seen_at = '2026-01-01 00:00:00'")


def a_rail_does_not_answer(site: Installation) -> None:
    made = make_shop(site.deps)
    config = MerchantConfig(methods=("alipay",), url=f"http://127.0.0.1:{closed_port()}/refunds", secret=SECRET)
    set_rail(config=config, actor=Actor(kind="operator", shop_id=made.shop_id), deps=site.deps)


def an_endpoint_is_off(site: Installation) -> None:
    made = make_shop(site.deps)
    columns = {"shop_id": made.shop_id, "url": "https://x.example", "kinds": "[]", "sealed_secret": "x"}
    columns |= {"sealed_old_secret": "", "state": "off", "off_because": "failing", "after_txid": 0, "after_id": 0}
    columns |= dict.fromkeys(("replays", "failures", "test_status", "test_took"), 0)
    columns |= {"test_problem": "", "test_said": "", "created_at": "2026-01-01 00:00:00"}
    names = ", ".join(columns)
    run(site, f"INSERT INTO webhook_endpoint ({names}) VALUES ({', '.join(f':{one}' for one in columns)})", **columns)


def a_head_is_changed(site: Installation) -> None:
    make_shop(site.deps)
    something_happened(site)
    assert sign_heads(deps=site.deps)
    (head,) = (path for path in (site.folder / "audit").rglob("*") if path.is_file())
    head.chmod(0o600)
    lines = head.read_text().splitlines(keepends=True)
    head.write_text("".join(lines[1:]))


def something_happened(site: Installation) -> None:
    """Something that stands in the trail."""
    actor = Actor(kind="operator", shop_id=shop_id_of(key="tepai", deps=site.deps))
    config = MerchantConfig(methods=("alipay",), url="http://127.0.0.1:9/refunds", secret=SECRET)
    set_rail(config=config, actor=actor, deps=site.deps)
    remove_rail(kind="merchant", actor=actor, deps=site.deps)


def nothing_was_signed(site: Installation) -> None:
    with time_machine.travel(time.time() - timedelta(days=3).total_seconds()):
        make_shop(site.deps)
        something_happened(site)
    run(site, "DELETE FROM job")


def backups_stopped(site: Installation) -> None:
    then = time.time() - timedelta(days=3).total_seconds()
    os.utime(site.folder / "backups" / "portal.dump", (then, then))


def the_last_backup_is_old(site: Installation) -> None:
    moment = site.folder / "backups" / "20260101T023000Z"
    moment.mkdir()
    (moment / "backup.json").write_text("{}")


def no_backup(site: Installation) -> None:
    (site.folder / "backups" / "portal.dump").unlink()


def nobody_serves(site: Installation) -> None:
    site.environ["PORTAL_BASE_URL"] = f"http://127.0.0.1:{closed_port()}"


def not_ready(site: Installation) -> None:
    site.server.ready = False  # type: ignore[attr-defined]


FAULTS: dict[str, tuple[Callable[[Installation], None], str, str]] = {
    "a setting that cannot be read": (setting("PORTAL_LOG", "loud"), "settings", "PORTAL_LOG"),
    "a weak secret": (a_secret_is_short, "settings", "it takes 32"),
    "an address without TLS": (setting("PORTAL_BASE_URL", "http://after.example"), "settings", "must be https"),
    "a variable nobody reads": (setting("PORTAL_MAIL_URI", "smtp://x"), "settings", "is it PORTAL_MAIL_URL?"),
    "no secret": (setting("PORTAL_SECRET_KEY", ""), "secret", "is not set"),
    "the same secret twice": (
        lambda site: site.environ.update(PORTAL_OLD_SECRET_KEY=site.environ["PORTAL_SECRET_KEY"]),
        "secret",
        "the key itself",
    ),
    "nobody serves": (nobody_serves, "address", "Connection refused"),
    "not ready": (not_ready, "address", "503"),
    "the database is away": (
        lambda site: site.environ.update(
            PORTAL_DATABASE_URL=f"postgresql+psycopg://p:secret@127.0.0.1:{closed_port()}/x"
        ),
        "database",
        "postgresql+psycopg://127.0.0.1",
    ),
    "an old schema": (an_old_schema, "migrations", "0060"),
    "no schema": (no_schema, "migrations", "portal db upgrade"),
    "a trigger is gone": (a_trigger_is_gone, "triggers", "event_refuses_delete"),
    "a dead job": (lambda site: job(site, dead_at="2026-01-01 00:00:00"), "queue", "1 jobs were given up"),
    "a job that waits": (job, "queue", "has been due"),
    "no worker": (no_worker, "worker", "no worker today"),
    "the worker ended": (the_worker_ended, "worker", "minutes"),
    "the store is no folder": (a_file_stands_in_the_way("evidence"), "store", "evidence"),
    "the mail folder is no folder": (a_file_stands_in_the_way("mail"), "mail", "exists"),
    "the texts' folder is no folder": (a_file_stands_in_the_way("sms"), "sms", "exists"),
    "no mail server": (
        lambda site: site.environ.update(PORTAL_MAIL_URL=f"smtp://127.0.0.1:{closed_port()}"),
        "mail",
        "ConnectionRefusedError",
    ),
    "no gateway": (
        lambda site: site.environ.update(PORTAL_SMS_URL=f"http://u:secret@127.0.0.1:{closed_port()}/send"),
        "sms",
        "Connection refused",
    ),
    "no mailbox": (
        lambda site: site.environ.update(PORTAL_MAIL_IN_URL=f"imap://u:secret@127.0.0.1:{closed_port()}/INBOX"),
        "mailbox",
        "ConnectionRefusedError",
    ),
    "no scanner": (
        lambda site: site.environ.update(PORTAL_SCAN_URL=f"tcp://127.0.0.1:{closed_port()}"),
        "scanner",
        "ConnectionRefusedError",
    ),
    "no collector": (
        lambda site: site.environ.update(PORTAL_TRACES_URL=f"http://127.0.0.1:{closed_port()}"),
        "traces",
        "Failed to export spans",
    ),
    "no counter": (
        lambda site: site.environ.update(PORTAL_RATE_LIMIT_URL=f"redis://:secret@127.0.0.1:{closed_port()}/0"),
        "rates",
        "ConnectionError",
    ),
    "a rail does not answer": (a_rail_does_not_answer, "rails", "merchant of tepai"),
    "an endpoint is off": (an_endpoint_is_off, "webhooks", "1 endpoints are off"),
    "a head is changed": (a_head_is_changed, "heads", "not those that were signed"),
    "nothing was signed": (nothing_was_signed, "heads", "nothing signed since"),
    "backups stopped": (backups_stopped, "backups", "72 hours old"),
    "the last backup is old": (the_last_backup_is_old, "backups", "hours old"),
    "no backup": (no_backup, "backups", "no file"),
}


def test_a_sound_installation_passes_with_a_line_a_check(sound: Installation) -> None:
    result = sound.examine()
    assert (result.exit_code, sound.failing()) == (0, {}), result.stdout
    states = {line[:8].strip() for line in result.stdout.splitlines()}
    assert states == {"ok"}
    assert not list((sound.folder / "mail").glob("*"))


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_by_its_own_line(fault: str, sound: Installation) -> None:
    plant, check, said = FAULTS[fault]
    plant(sound)
    found = sound.failing()
    assert list(found) == [check], found
    assert said in found[check]["said"] + found[check]["mend"]
    assert found[check]["mend"]
    assert "secret@" not in sound.examine().stdout


def test_a_database_that_was_upgraded_before_this_version_is_no_fault(sound: Installation) -> None:
    run(sound, "UPDATE alembic_version SET version_num = '9999'")
    assert sound.failing() == {}
    assert "upgrade this version too" in sound.examine().stdout


def test_a_clock_that_is_off_is_told(sound: Installation) -> None:
    with time_machine.travel(time.time() + 300, tick=True):
        assert "ahead" in sound.failing()["clock"]["said"]


def test_a_disk_that_is_full_is_told(sound: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judgements, "LEAST_FREE", 1 << 60)
    assert list(sound.failing()) == ["disk"]


def test_mail_and_texts_that_nobody_gets_are_a_fault_under_a_public_name() -> None:
    told = next(examine({"PORTAL_BASE_URL": "https://after.example"}))
    assert (told.check, told.state) == ("settings", "FAILED")
    assert "PORTAL_MAIL_URL: is not set" in told.said and "PORTAL_SMS_URL: is not set" in told.said
    meant = {"PORTAL_MAIL_URL": "file://var/mail", "PORTAL_SMS_URL": "file://var/sms"}
    assert next(examine({"PORTAL_BASE_URL": "https://after.example", **meant})).state == "ok"


def test_backups_that_nobody_looks_at_are_a_fault_beyond_ones_own_machine() -> None:
    now = judgements.datetime.fromisoformat("2026-11-01T00:00:00+00:00")
    assert judgements.judge_backups("", None, now, is_local=False).state == "FAILED"
    assert judgements.judge_backups("", None, now, is_local=True).state == "ok"


def test_https_without_a_trusted_proxy_counting_in_memory_and_an_old_certificate_are_told() -> None:
    now = judgements.datetime.fromisoformat("2026-11-01T00:00:00+00:00")
    reached = judgements.Reached("address", "https://after.example")
    assert judgements.judge_proxies(is_https=True, trusted=0).state == "FAILED"
    rates = judgements.Reached("rates", "memory://")
    assert judgements.judge_rates(rates, is_memory=True, is_several=True).state == "FAILED"
    assert "ends in 3 days" in judgements.judge_address(reached, now + timedelta(days=3, hours=1), now).said
    assert judgements.judge_address(reached, now + timedelta(days=60), now).state == "ok"


def test_the_mail_server_is_spoken_to_and_gets_no_mail(sound: Installation) -> None:
    with SmtpSink() as sink:
        sound.environ["PORTAL_MAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        assert sound.failing() == {}
        assert not sink.received and "NOOP" in " ".join(sink.heard).upper()
    with SmtpSink(answers={"AUTH": "535 no"}) as sink:
        sound.environ["PORTAL_MAIL_URL"] = f"smtp://somebody:secret@127.0.0.1:{sink.port}"
        assert "535" in sound.failing()["mail"]["said"]
    with SmtpSink(answers={"NOOP": "421 busy"}) as sink:
        sound.environ["PORTAL_MAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        assert "421" in sound.failing()["mail"]["said"]


def test_the_mailbox_is_opened(sound: Installation) -> None:
    with imap_server() as imap:
        sound.environ["PORTAL_MAIL_IN_URL"] = imap.url
        assert sound.failing() == {}
        sound.environ["PORTAL_MAIL_IN_URL"] = imap.url.replace("some", "other")
        assert sound.failing()["mailbox"]["said"].endswith("refused the login.")


def test_the_counter_that_answers_is_fine(sound: Installation, redis_url: str) -> None:
    sound.environ["PORTAL_RATE_LIMIT_URL"] = redis_url
    assert sound.failing() == {}


def test_a_collector_is_sent_a_batch_of_nothing_and_the_extra_that_is_missing_is_said(
    sound: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collecting() as collector:
        sound.environ["PORTAL_TRACES_URL"] = collector.url
        assert sound.failing() == {} and collector.raw == [b""]
        collector.status = 401
        assert "401" in sound.failing()["traces"]["said"]
    monkeypatch.delitem(sys.modules, "portal.adapters.traces_otlp")
    missing: Any = None
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", missing)
    found = sound.failing()
    assert list(found) == ["traces"] and "after-sales-portal[otel]" in found["traces"]["said"]


def test_the_document_names_every_check(sound: Installation) -> None:
    text = (Path(__file__).parents[2] / "docs/operate.md").read_text("utf-8")
    table = text.partition("## Is the installation sound")[2].partition("\n## ")[0]
    checks = {one["check"] for one in json.loads(sound.examine("--json").stdout)} | {"mailbox", "scanner", "traces"}
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall("`([a-z]+)`", row)} == checks
