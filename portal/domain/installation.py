"""Whether an installation is sound: a judgement a check, over facts that others have gathered (`portal doctor`). Pure.

A finding says what was found and, where that is wrong, how it is mended: for the person on duty, who may be new here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

MOST_APART = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
WORKER_WITHIN = timedelta(minutes=2)
"""A worker says every ten seconds that it is there."""
SIGNED_WITHIN = timedelta(days=2)
BACKED_UP_WITHIN = timedelta(hours=26)
LEAST_FREE, LEAST_SHARE = 1 << 30, 0.05
CERTIFICATE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` is its name, the same in every run. `skipped`: it could not be looked at, for the reason said."""

    check: str
    state: Literal["ok", "FAILED", "skipped"]
    said: str
    mend: str = ""

    @property
    def line(self) -> str:
        mend = f" Mend: {self.mend}" if self.mend else ""
        return f"{self.state:<8}{self.check:<12}{self.said}{mend}"


def ok(check: str, said: str) -> Finding:
    return Finding(check, "ok", said)


def failed(check: str, said: str, mend: str) -> Finding:
    return Finding(check, "FAILED", said, mend)


def judge_settings(problem: str, unknown: Mapping[str, str]) -> Finding:
    """`problem` as the settings say it; `unknown` variables and what each may have meant, "" for nothing like it."""
    if problem:
        return failed("settings", problem, "set it as docs/operate.md says, and start the portal anew.")
    if unknown:
        said = ", ".join(f"{name} (is it {like}?)" if like else name for name, like in sorted(unknown.items()))
        return failed("settings", f"nothing reads {said}.", "correct the name, or take it out.")
    return ok("settings", "all of them can be read, and nothing else is called PORTAL_.")


def judge_secret(*, is_set: bool, has_old: bool, is_same: bool) -> Finding:
    if not is_set:
        mend = 'python3 -c "import secrets; print(secrets.token_urlsafe(48))", the same on every machine.'
        return failed("secret", "PORTAL_SECRET_KEY is not set.", mend)
    if is_same:
        return failed("secret", "PORTAL_OLD_SECRET_KEY is the key itself.", "take it out, or set the one before.")
    old = " The old key is still read: take it out once what it made is made anew." if has_old else ""
    return ok("secret", f"PORTAL_SECRET_KEY is set.{old}")


def judge_clock(apart: timedelta) -> Finding:
    """`apart`: this machine's clock less the database's."""
    seconds = apart.total_seconds()
    if abs(apart) > MOST_APART:
        said = f"this machine's clock is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} the database's."
        return failed("clock", said, "let both machines keep their time by NTP (timedatectl status).")
    return ok("clock", f"{abs(seconds):.1f} s between this machine and the database.")


def judge_migrations(found: frozenset[str], needed: frozenset[str], *, is_later: bool = False) -> Finding:
    """`is_later`: the database is ahead of this version, which goes on until it is upgraded too."""
    if not found:
        return failed("migrations", "the database is empty.", "run `portal db upgrade`.")
    if is_later:
        return ok("migrations", f"the database is at {', '.join(sorted(found))}: upgrade this version too.")
    if found != needed:
        said = f"the database is at {', '.join(sorted(found))}, this version needs {', '.join(sorted(needed))}."
        return failed("migrations", said, "run `portal db upgrade` with the newest version.")
    return ok("migrations", f"the database is at {', '.join(sorted(found))}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFacts:
    """What the portal's own role may do on PostgreSQL; `name` is "" where the database has no roles."""

    name: str = ""
    is_superuser: bool = False
    owns_trail: bool = False
    may_truncate: bool = False


def judge_role(role: RoleFacts) -> Finding:
    mend = "serve and work under a role that owns nothing: deploy/roles.sql."
    if not role.name:
        return ok("role", "SQLite has none: whoever can write the file can change it, keep it to the portal's user.")
    if role.is_superuser:
        return failed("role", f"{role.name} is a superuser: nothing protects the audit trail from it.", mend)
    if role.owns_trail:
        return failed("role", f"{role.name} owns the audit trail: it can drop and disable its triggers.", mend)
    if role.may_truncate:
        return failed("role", f"{role.name} may empty the audit trail (TRUNCATE).", mend)
    return ok("role", f"{role.name} owns nothing of the audit trail and cannot empty it.")


def judge_triggers(missing: Sequence[str]) -> Finding:
    if missing:
        said = f"missing or disabled: {', '.join(sorted(missing))}. What they keep may have been changed since."
        return failed("triggers", said, "find out who did it, `portal audit verify`, then restore them from a backup.")
    return ok("triggers", "those that keep the audit trail as it is are there and enabled.")


def judge_queue(oldest: timedelta | None, dead: int, *, elsewhere: int = 0, queue: str = "local") -> Finding:
    """`oldest`: for how long the job that is due longest has been due; None where none is. `elsewhere`: jobs that wait
    in the queue that is not this `queue`, where no worker of these settings looks."""
    if dead:
        return failed(
            "queue", f"{dead} jobs were given up.", "`portal jobs --dead` says why, `portal jobs --retry ID`."
        )
    if elsewhere:
        said = f"{elsewhere} jobs wait in the other queue, which is not that of PORTAL_QUEUE ({queue})."
        return failed("queue", said, f"`portal jobs move --to {queue}`, if every machine has this setting.")
    if oldest is not None and oldest > LONGEST_WAIT:
        said = f"a job has been due for {oldest.total_seconds() / 60:.0f} minutes."
        return failed("queue", said, "start more workers (`portal worker`); `portal jobs` says what fails.")
    return ok("queue", "no job was given up, none has waited long.")


def judge_worker(seen: timedelta | None) -> Finding:
    """`seen`: how long ago a worker last said that it is there; None where none has within a day."""
    if seen is None or seen > WORKER_WITHIN:
        since = "no worker today" if seen is None else f"no worker for {seen.total_seconds() / 60:.0f} minutes"
        mend = "start one: `portal worker`, or `portal serve` without --no-worker."
        return failed("worker", f"{since}: refunds, mails and deadlines wait.", mend)
    return ok("worker", "one is at work.")


@dataclass(frozen=True, slots=True)
class Reached:
    """Something outside that was tried: `where` without passwords, `problem` "" where it answered as it should."""

    check: str
    where: str
    problem: str = ""


MENDS: Mapping[str, str] = {
    "database": "see that it runs, and that PORTAL_DATABASE_URL names host, user and password.",
    "store": "PORTAL_STORE_URL: the folder must be the portal's user's own, the bucket let it read, write and delete.",
    "mail": "PORTAL_MAIL_URL: host, port, user and password; STARTTLS on 587, smtps:// on 465.",
    "sms": "PORTAL_SMS_URL: see that the gateway's address is right and reachable from here.",
    "mailbox": "PORTAL_MAIL_IN_URL: host, user and password (an app password where the provider asks for one), folder.",
    "scanner": "PORTAL_SCAN_URL: start clamd; until then no file is accepted.",
    "rates": "PORTAL_RATE_LIMIT_URL: start Redis; until then every process counts for itself.",
    "traces": "PORTAL_TRACES_URL: install the extra, start the collector, let it take OTLP over HTTP (port 4318).",
    "heads": "PORTAL_AUDIT_URL: the folder must be the portal's user's own, the bucket let it read and write.",
    "address": "start `portal serve`, and see that the proxy for PORTAL_BASE_URL leads to it.",
    "rails": "`portal rails check KEY` says step by step what is wrong.",
}


def judge_reached(tried: Reached) -> Finding:
    if tried.problem:
        return failed(tried.check, f"{tried.where}: {tried.problem}.", MENDS[tried.check])
    return ok(tried.check, f"{tried.where} answers.")


def judge_address(tried: Reached, certificate_until: datetime | None, now: datetime) -> Finding:
    if not tried.problem and certificate_until is not None:
        days = (certificate_until - now).days
        if days < CERTIFICATE_DAYS:
            return failed("address", f"the certificate of {tried.where} ends in {days} days.", "renew it.")
    return judge_reached(tried)


def judge_proxies(*, is_https: bool, trusted: int) -> Finding:
    if is_https and not trusted:
        said = "PORTAL_BASE_URL is https, which a proxy speaks, and PORTAL_TRUSTED_PROXIES is 0: all visitors are one."
        return failed("proxies", said, "set it to how many proxies stand in front.")
    return ok("proxies", f"{trusted} are trusted.")


def judge_rates(tried: Reached, *, is_memory: bool, is_several: bool) -> Finding:
    """`is_several`: beyond a machine of one's own, with a database that several share."""
    if is_memory and is_several:
        said = "memory:// counts in each process for itself."
        return failed("rates", said, "PORTAL_RATE_LIMIT_URL=redis://…, the same for all machines.")
    return ok("rates", "counted in memory, on one machine.") if is_memory else judge_reached(tried)


def judge_webhooks(*, off: int, dead: int) -> Finding:
    if off or dead:
        said = f"{off} endpoints are off, {dead} deliveries were given up."
        return failed("webhooks", said, "`portal webhooks list`; enable what is off, replay what was given up.")
    return ok("webhooks", "no endpoint is off, no delivery was given up.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadFacts:
    """`newest`: the name of the last signed head, "" for none; `fault`: what is wrong with it; `unsigned_since`: when
    the first event was written that none speaks of."""

    newest: str = ""
    fault: str = ""
    unsigned_since: datetime | None = None
    problem: str = ""
    where: str = field(default="")


def judge_heads(heads: HeadFacts, now: datetime) -> Finding:
    if heads.problem:
        return judge_reached(Reached("heads", heads.where, heads.problem))
    if heads.fault:
        said = f"the newest head, {heads.newest}, is not as it was signed: {heads.fault}."
        return failed(
            "heads", said, "`portal audit verify` names what was changed; keep copies of both before anything."
        )
    if heads.unsigned_since is not None and heads.unsigned_since < now - SIGNED_WITHIN:
        said = f"nothing signed since {heads.unsigned_since:%Y-%m-%d} (newest: {heads.newest or 'none'})."
        return failed("heads", said, "a worker writes one a day: see that one runs and can write to PORTAL_AUDIT_URL.")
    return ok("heads", f"newest: {heads.newest or 'none, and nothing to sign'}.")


def judge_disk(folder: str, free: int, whole: int) -> Finding:
    if free < max(LEAST_FREE, whole * LEAST_SHARE):
        return failed(
            "disk", f"{folder} has {free / (1 << 30):.1f} GiB left.", "make room, or move it to a larger one."
        )
    return ok("disk", f"{folder} has {free / (1 << 30):.1f} GiB left.")


def judge_backups(folder: str, newest: datetime | None, now: datetime, *, is_local: bool) -> Finding:
    """`folder`: as PORTAL_BACKUP_DIR says, "" where it is not set."""
    if not folder:
        if is_local:
            return ok("backups", "PORTAL_BACKUP_DIR is not set: nobody looks for them, on a machine of one's own.")
        mend = "set PORTAL_BACKUP_DIR to where they are written, or to where a file is touched after each."
        return failed("backups", "PORTAL_BACKUP_DIR is not set, so nobody would see that they stopped.", mend)
    if newest is None:
        return failed("backups", f"there is no file in {folder}.", "make one now; docs/operate.md says how.")
    age = now - newest
    if age > BACKED_UP_WITHIN:
        said = f"the newest file in {folder} is {age.total_seconds() / 3600:.0f} hours old."
        return failed("backups", said, "see why the last one did not run, and make one now.")
    return ok("backups", f"the newest is {age.total_seconds() / 3600:.0f} hours old.")
