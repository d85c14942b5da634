"""`portal doctor`: is this installation sound? A line a check, exit 1 where one fails."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import create_engine

from portal.adapters import probes
from portal.adapters.clock import SystemClock
from portal.adapters.mail_smtp import SmtpMailer
from portal.adapters.mailbox_imap import ImapMailbox
from portal.adapters.virus_scan import ClamdScanner
from portal.config import BadSetting, Settings, file_path, variable
from portal.domain.errors import ProviderUnavailable
from portal.domain.installation import (
    Finding,
    Reached,
    failed,
    judge_address,
    judge_backups,
    judge_disk,
    judge_proxies,
    judge_rates,
    judge_reached,
    judge_secret,
    judge_settings,
    ok,
)
from portal.ports import Deps
from portal.processes.backup_folder import NAME, BackupFolder
from portal.processes.migrations import can_serve, newest_revisions
from portal.repos.database import prepare_engine
from portal.services.jobs.examine import (
    examine_database,
    examine_heads,
    examine_rails,
    examine_schema,
    examine_store,
)
from portal.wiring import build_deps

BESIDE = frozenset(
    "PORTAL_OWNER_PASSWORD PORTAL_DATABASE_PASSWORD PORTAL_WORKER_NAME PORTAL_PARENT_PID PORTAL_DEMO_SHOP".split()
)
"""Read by deploy/roles.sql, or said by one process of the portal to another."""
_OF_DATABASE = ("migrations", "store", "clock", "role", "triggers", "queue", "worker", "webhooks", "heads", "rails")


@click.command("doctor")
@click.option("--json", "is_json", is_flag=True, help="A JSON list instead of lines.")
def doctor(is_json: bool) -> None:
    """Checks this installation: settings, database, queue, store, mail, rails, audit heads, disk, backups and more. A
    line a check, with how to mend what fails; exits with 1 where one does. Sends nothing, moves no money."""
    findings = []
    for finding in examine(os.environ):
        findings.append(finding)
        if not is_json:
            click.echo(finding.line)
    if is_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    raise SystemExit(1 if any(finding.state == "FAILED" for finding in findings) else 0)


def examine(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Every check of the installation that these variables describe."""
    try:
        settings = Settings.from_env(environ)
    except BadSetting as problem:
        yield judge_settings(str(problem), {})
        yield Finding("the rest", "skipped", "nothing else can be looked at before the settings can be read.")
        return
    yield judge_settings("; ".join(settings.only_pretended), _unknown(environ))
    yield judge_secret(
        is_set=bool(settings.secret_key),
        has_old=bool(settings.old_secret_key),
        is_same=bool(settings.secret_key) and settings.secret_key == settings.old_secret_key,
    )
    yield judge_proxies(is_https=settings.is_https, trusted=settings.trusted_proxies)
    tried = probes.address_problem(settings.base_url)
    yield judge_address(Reached("address", settings.base_url, tried[0]), tried[1], datetime.now(UTC))
    yield from _database(settings)
    yield from _outside(settings)
    for folder, free, whole in probes.spaces_of(_folders(settings)):
        yield judge_disk(str(folder), free, whole)
    newest = _newest_backup(Path(settings.backup_dir).absolute()) if settings.backup_dir else None
    yield judge_backups(settings.backup_dir, newest, datetime.now(UTC), is_local=settings.is_local)


def _newest_backup(folder: Path) -> datetime | None:
    """Of those that `portal backup take` has made whole, else by the newest file: somebody else's dumps, or a mark."""
    if moments := BackupFolder(folder).moments():
        return datetime.strptime(moments[-1].name, NAME).replace(tzinfo=UTC)
    return probes.newest_file(folder)


def _unknown(environ: Mapping[str, str]) -> dict[str, str]:
    known = {*map(variable, Settings.model_fields), *BESIDE}
    unknown = {name for name in environ if name.startswith("PORTAL_")} - known
    return {name: next(iter(difflib.get_close_matches(name, known, 1)), "") for name in unknown}


def _database(settings: Settings) -> Iterator[Finding]:
    """The database, and what only it and the secret together can tell."""
    where = probes.without_password(settings.database_url)
    engine = prepare_engine(create_engine(settings.database))
    try:
        # What is looked at here is nobody's request; whether traces can be sent is a check of its own.
        deps = build_deps(settings.model_copy(update={"traces_url": ""}), engine)
        schema = examine_schema(newest_revisions(), can_serve, deps=deps)
        yield judge_reached(Reached("database", where))
        yield schema
        yield examine_store(probes.without_password(settings.store_url), deps=deps)
        if schema.state == "ok":
            yield from _kept(settings, deps)
        else:
            yield from _skipped(_OF_DATABASE[2:], "only once the database has its migrations")
    except BadSetting as problem:
        yield failed("database", str(problem), "set it as docs/operate.md says.")
    except ProviderUnavailable as problem:
        yield judge_reached(Reached("database", where, problem.reason or "does not answer"))
        yield from _skipped(_OF_DATABASE, "the database does not answer")
    finally:
        engine.dispose()


def _skipped(checks: Iterable[str], why: str) -> Iterator[Finding]:
    return (Finding(check, "skipped", f"{why}.") for check in checks)


def _kept(settings: Settings, deps: Deps) -> Iterator[Finding]:
    yield from examine_database(SystemClock().now, deps=deps)
    if settings.secret_key:
        yield examine_heads(probes.without_password(settings.audit_url), deps=deps)
        yield examine_rails(deps=deps)
    else:
        yield from _skipped(("heads", "rails"), "only with PORTAL_SECRET_KEY")


def _outside(settings: Settings) -> Iterator[Finding]:
    yield _sent("mail", settings.mail_url, lambda url: probes.mail_problem(SmtpMailer(url, SystemClock())))
    yield _sent("sms", settings.sms_url, probes.gateway_problem)
    is_memory = settings.rate_limit_url.startswith("memory:")
    problem = "" if is_memory else probes.counter_problem(settings.rate_limit_url)
    yield judge_rates(
        Reached("rates", probes.without_password(settings.rate_limit_url), problem),
        is_memory=is_memory,
        is_several=not (settings.is_local or settings.database_url.startswith("sqlite:")),
    )
    if url := settings.traces_url:
        yield judge_reached(Reached("traces", probes.without_password(url), probes.collector_problem(url)))
    if url := settings.mail_in_url:
        where = probes.without_password(url)
        yield judge_reached(Reached("mailbox", where, probes.mailbox_problem(ImapMailbox(url))))
    if url := settings.scan_url:
        yield judge_reached(Reached("scanner", url, probes.scanner_problem(ClamdScanner(url))))


def _sent(check: str, url: str, try_out: Callable[[str], str]) -> Finding:
    """A server that mail or texts go to, or the folder they are kept in."""
    if not url.startswith("file:"):
        return judge_reached(Reached(check, probes.without_password(url), try_out(url)))
    if problem := probes.folder_problem(file_path(url)):
        return judge_reached(Reached(check, url, problem))
    return ok(check, f"kept in {url}, where nobody gets any.")


def _folders(settings: Settings) -> Iterator[Path]:
    """Where the portal itself writes."""
    if settings.database_url.startswith("sqlite:"):
        yield Path(settings.database.removeprefix("sqlite:///")).parent
    for url in (settings.store_url, settings.mail_url, settings.sms_url, settings.audit_url):
        if url.startswith("file:"):
            yield file_path(url)
