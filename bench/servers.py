"""Servers that are measured: the portal or a floor under granian, one web process, and what they cost.

Cost is processor time: of the server's processes, and of PostgreSQL's backends that serve it, told by their names.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo
from sqlalchemy.engine import make_url

from bench.data import SECRET

CPU_CLOCK = 2
"""Linux has a clock a process, of the nanoseconds it was scheduled: its id is ~pid << 3 | 2 (clock_getcpuclockid)."""
START_SECONDS = 180
PORTAL, FLOOR = "wsgi:app", "bench.floor:app"


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]
    database: str
    name: str

    def cpu(self) -> float:
        """Seconds of processor time so far, by server and database together."""
        pids = [*family(self.process.pid), *self._backends()]
        return sum(filter(None, map(cpu_of, pids)))

    def memory(self) -> int:
        """Resident bytes of the process that answers: the largest of the family."""
        return max(resident(pid) for pid in family(self.process.pid))

    def request(self, path: str, cookie: str = "", **headers: str) -> bytes:
        """A GET as a browser would send it."""
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept-Encoding: gzip", *cookie_line(cookie)]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def form(self, path: str, cookie: str, body: str, **headers: str) -> bytes:
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Origin: http://127.0.0.1:{self.port}",
            "Accept-Encoding: gzip",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
            *cookie_line(cookie),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("latin-1")

    def get(self, path: str, cookie: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Accept-Encoding": "gzip", **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request("GET", path, headers=sent | ({"Cookie": f"portal={cookie}"} if cookie else {}))
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, content

    def text(self, path: str, cookie: str) -> str:
        status, _, content = self.get(path, cookie, Accept_Encoding="identity")
        if status != 200:
            raise RuntimeError(f"{self.name} answered {status} to {path}")
        return content.decode()

    def load(self, requests: list[bytes], number: int, connections: int = 2) -> dict[str, Any]:
        """What the load generator says of one kind of requests; raises where an answer was an error."""
        return self.mixed_load({"": requests}, [""], connections=connections, number=number)[""]

    def mixed_load(
        self, requests: dict[str, list[bytes]], turns: list[str], *, connections: int, number: int, seconds: float = 120
    ) -> dict[str, dict[str, Any]]:
        """The same for several kinds of requests, sent in `turns`: see `bench.load`."""
        errand = {
            "port": self.port,
            "requests": {kind: [one.decode("latin-1") for one in each] for kind, each in requests.items()},
            "turns": turns,
            "connections": connections,
            "number": number,
            "seconds": seconds,
        }
        command = [sys.executable, "-m", "bench.load"]
        done = subprocess.run(command, input=json.dumps(errand), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the load on {self.name} broke off: {done.stderr[-500:]}")
        found: dict[str, dict[str, Any]] = json.loads(done.stdout)
        statuses = {status for result in found.values() for status in result["statuses"]}
        if wrong := {status for status in statuses if not status.startswith(("2", "3"))}:
            raise RuntimeError(f"{self.name} answered {wrong}")
        return found

    def _backends(self) -> list[int]:
        url = make_url(self.database)
        if url.get_backend_name() != "postgresql":
            return []
        query = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
        where = conninfo.make_conninfo(host=str(url.query["host"]), user=url.username, dbname=url.database)
        with psycopg.connect(where, autocommit=True) as connection:
            return [row[0] for row in connection.execute(query, [self.name])]


def cookie_line(cookie: str) -> list[str]:
    return [f"Cookie: portal={cookie}"] if cookie else []


@contextmanager
def serving(
    target: str, database: str, folder: Path, *, processes: int = 1, threads: int | None = None
) -> Iterator[Server]:
    """`target` (PORTAL or FLOOR) on a free port; what it logs goes to a file in `folder`."""
    port, name = free_port(), f"bench{secrets.token_hex(4)}"
    if database.startswith("postgresql"):
        database += f"&application_name={name}"
    command = [sys.executable, "-m", "portal.processes.web", "127.0.0.1", str(port), str(processes), target]
    command += [] if threads is None else [str(threads)]
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment(database, port, folder), stderr=log, stdout=log)
        try:
            until_it_answers(port, process)
            yield Server(port, process, database, name)
        finally:
            end(process)


@contextmanager
def installation(database: str, folder: Path, *, processes: int, port: int = 0) -> Iterator[Server]:
    """`portal serve` as a merchant starts it: web processes, and a worker beside them."""
    port, name = port or free_port(), f"bench{secrets.token_hex(4)}"
    command = [sys.executable, "-m", "portal.cli", "serve", "--port", str(port), "--workers", str(processes)]
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment(database, port, folder), stderr=log, stdout=log)
        try:
            until_it_answers(port, process)
            yield Server(port, process, database, name)
        except TimeoutError as problem:
            raise TimeoutError(f"{problem}: {(folder / f'{name}.log').read_text()[-800:]}") from None
        finally:
            end(process)


def environment(database: str, port: int, folder: Path) -> dict[str, str]:
    return os.environ | {
        "PORTAL_DATABASE_URL": database,
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
        "PORTAL_LOG": "json",
        "PORTAL_STORE_URL": f"file://{folder}/evidence",
        "PORTAL_MAIL_URL": f"file://{folder}/mail",
        "PORTAL_SMS_URL": f"file://{folder}/sms",
        "PORTAL_SANDBOX_LOG": f"file://{folder}/rail.ndjson",
        "PORTAL_AUDIT_URL": f"file://{folder}/audit",
    }


def end(process: subprocess.Popen[bytes]) -> None:
    """The process that was started here, and with it its children."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        for pid in family(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()


def until_it_answers(port: int, process: subprocess.Popen[bytes], path: str = "/healthz") -> None:
    last = time.monotonic() + START_SECONDS
    while time.monotonic() < last:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise TimeoutError(f"nothing answered on {port}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def family(pid: int) -> list[int]:
    """The process and all below it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def cpu_of(pid: int) -> float:
    """Seconds of all its threads, those that have ended included; 0 where it is gone."""
    try:
        return time.clock_gettime(~pid << 3 | CPU_CLOCK)
    except OSError:
        return 0.0


def resident(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[21]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on: parent is 1, pages 21."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
