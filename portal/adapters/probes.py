"""Whether what an installation leans on answers: each is tried as it will be used, and nothing is sent by it.

A probe gives what is wrong in a few words without passwords, "" for nothing.
"""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis

from portal.adapters.mail_smtp import SmtpMailer
from portal.adapters.mailbox_imap import ImapMailbox
from portal.adapters.virus_scan import ClamdScanner
from portal.domain.errors import ProviderUnavailable

SECONDS = 10.0
_MOST_READ = 10_000
PORTS = {"https": 443, "http": 80}


def without_password(url: str) -> str:
    """Where it leads, fit to be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def folder_problem(folder: Path) -> str:
    """Whether a file can be written there; the folder is made if it is not there, as it will be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            return ""
    except OSError as problem:
        return problem.strerror or type(problem).__name__


def mail_problem(mailer: SmtpMailer) -> str:
    """Connects, asks for TLS, signs in."""
    return _problem(mailer.try_out)


def mailbox_problem(mailbox: ImapMailbox) -> str:
    """Signs in and opens the folder."""
    return _problem(mailbox.try_out)


def scanner_problem(scanner: ClamdScanner) -> str:
    return _problem(lambda: scanner.is_clean(b"portal doctor"))


def gateway_problem(url: str) -> str:
    """Connects, with TLS where the address says so: a message would be one that somebody gets."""
    parts = urlsplit(url)
    try:
        with closing(_connected(parts.scheme, parts.hostname or "", parts.port)):
            return ""
    except OSError as problem:
        return _said(problem)


def collector_problem(url: str) -> str:
    """Of traces, which are an extra."""
    try:
        from portal.adapters.traces_otlp import collector_problem as problem_there
    except ModuleNotFoundError as missing:
        return f"the package {missing.name} is not installed: pip install 'after-sales-portal[otel]'"
    return problem_there(url)


def counter_problem(url: str) -> str:
    """Counts something that nothing is limited by: one that has no memory left answers, and takes nothing."""
    haste: dict[str, Any] = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "retry": None}
    try:
        with closing(redis.Redis.from_url(url, **haste)) as store:
            store.set("portal doctor", 1, ex=60)
    except (redis.RedisError, OSError) as problem:
        return type(problem).__name__
    return ""


def address_problem(base_url: str) -> tuple[str, datetime | None]:
    """Asks the portal's own address whether it is ready; and until when its certificate is good."""
    parts, until = urlsplit(base_url), None
    try:
        with closing(_connected(parts.scheme, parts.hostname or "", parts.port)) as line:
            if isinstance(line, ssl.SSLSocket) and (held := line.getpeercert()):
                until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(held["notAfter"])), UTC)
            line.sendall(f"GET /readyz HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
            answer = http.client.HTTPResponse(line)
            answer.begin()
            said = answer.read(_MOST_READ).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as problem:
        return _said(problem), until
    return _unready(answer.status, said), until


def _unready(status: int, said: str) -> str:
    try:
        found = json.loads(said)
        state, missing = found["status"], found.get("reason", "")
    except (ValueError, LookupError, TypeError):
        return f"something else than the portal answers ({status})"
    return "" if status == 200 and state in ("ok", "degraded") else f"/readyz answers {status}, missing: {missing}"


def _connected(scheme: str, host: str, port: int | None) -> socket.socket:
    line = socket.create_connection((host, port or PORTS[scheme]), timeout=SECONDS)
    if scheme == "http":
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=host)
    except BaseException:
        line.close()
        raise


def spaces_of(folders: Iterable[Path]) -> Iterator[tuple[Path, int, int]]:
    """Bytes free and in all where the folders are or will be: once for each disk, with the first folder on it."""
    seen = set()
    for folder in folders:
        there = next(parent for parent in (folder, *folder.parents) if parent.exists())
        if (disk := there.stat().st_dev) not in seen:
            seen.add(disk)
            usage = shutil.disk_usage(there)
            yield folder, usage.free, usage.total


def newest_file(folder: Path) -> datetime | None:
    """When the newest file in `folder` was written."""
    there = folder.iterdir() if folder.is_dir() else ()
    newest = max((path.stat().st_mtime for path in there if path.is_file()), default=None)
    return datetime.fromtimestamp(newest, UTC) if newest is not None else None


def _problem(act: Callable[[], object]) -> str:
    try:
        act()
    except ProviderUnavailable as problem:
        return problem.reason or "does not answer"
    return ""


def _said(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({problem.verify_message})"
    return getattr(problem, "strerror", None) or type(problem).__name__
