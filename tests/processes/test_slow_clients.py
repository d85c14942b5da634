"""A real server and clients that send slowly: everybody else is served meanwhile (SECURITY, availability)."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.processes.bodies import SMALL_SECONDS
from portal.processes.web import YIELDING
from tests.support import databases
from tests.support.needs import CHECKOUT

pytestmark = [pytest.mark.req("N4"), pytest.mark.timeout(300)]
SLOW = 40
PATIENCE = SMALL_SECONDS - 3
"""Seconds, by which a busy machine has answered whoever waits for no slow body: it is given up later."""
HEAD = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Port and process of a web server with one process that has one place."""
    tmp_path = tmp_path_factory.mktemp("slow")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    environment = os.environ | {
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(48),
        "PORTAL_DATABASE_URL": databases.sqlite_database(tmp_path),
        "PORTAL_STORE_URL": f"file://{tmp_path}/evidence",
        "PORTAL_BASE_URL": f"http://127.0.0.1:{number}",
        "PYTHONPATH": str(CHECKOUT),
    }
    command = [sys.executable, "-m", "portal.processes.web", "127.0.0.1", str(number), "1"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 120
            while answered(number, "/healthz") != 200:
                assert time.monotonic() < until and process.poll() is None
                time.sleep(0.1)
            yield number, process.pid
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def port(server: tuple[int, int]) -> int:
    return server[0]


def answered(port: int, path: str, *, method: str = "GET", body: bytes = b"") -> int:
    """The status, 0 where nobody answers in time."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body=body or None)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def slow_client(port: int, sent: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(sent)
    return client


@pytest.mark.parametrize(
    "sent", [b"Content-Length: 60000\r\n\r\nlogin=", b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n"]
)
def test_forty_slow_bodies_hold_up_neither_page_nor_form_nor_health_and_are_given_up(sent: bytes, port: int) -> None:
    with ExitStack() as clients:
        slow = [clients.enter_context(slow_client(port, HEAD + sent)) for _ in range(SLOW)]
        until = time.monotonic() + PATIENCE
        for _ in range(3):
            for client in slow:
                client.sendall(b"1\r\na\r\n" if b"chunked" in sent else b"a")
            assert answered(port, "/healthz") == 200
            assert answered(port, "/help") in (200, 404)
            assert answered(port, "/sign-in", method="POST", body=b"login=a") in (200, 403, 404)
            assert time.monotonic() < until
        for client in slow[:3]:
            client.settimeout(SMALL_SECONDS + 30)
            assert client.recv(12) == b"HTTP/1.1 408"


def test_a_long_form_is_refused_before_it_is_read(port: int) -> None:
    with slow_client(port, HEAD + b"Content-Length: 70000\r\n\r\n") as client:
        client.settimeout(30)
        assert client.recv(12) == b"HTTP/1.1 413"
    assert answered(port, "/sign-in", method="POST", body=b"a" * 70_000) == 413


def test_pages_yield_to_the_worker_and_the_database(server: tuple[int, int]) -> None:
    """Those that serve; who starts one does nothing else."""
    _port, pid = server
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.exists():
        pytest.skip("only Linux says which processes a process has started")
    pids = [int(one) for one in children.read_text().split()]
    assert pids
    own = os.getpriority(os.PRIO_PROCESS, os.getpid())
    assert {os.getpriority(os.PRIO_PROCESS, one) for one in pids} == {min(own + YIELDING, 19)}
