"""The proxies of docs/operating.md as they stand in deploy/, each in front of a `portal serve` of its own: what they
let through, and what they keep. Part of `make attack`; a proxy that is not installed is said to be missing.

Between proxy and portal stands a relay that counts what comes, so that what a proxy holds back can be seen.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
NAME = "after-sales.example"
ADDRESS = "127.0.0.43"
"""Of this machine, and nobody's: the proxies listen on its port 443, as they stand."""
VISITORS = ("127.0.0.1", "127.0.0.2")
TRIES = 130
"""More forms a minute than one network may send (docs/operating.md, PORTAL_RATE_LIMIT_URL)."""
MEGABYTE = 1024 * 1024


@dataclass
class Relay:
    """Passes on what comes to `port`, and keeps the beginning of each connection that brought anything."""

    port: int
    portal: int
    began: list[bytes] = field(default_factory=list)

    def start(self) -> None:
        listening = socket.create_server(("127.0.0.1", self.port), backlog=128)
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            coming, _ = listening.accept()
            try:
                going = socket.create_connection(("127.0.0.1", self.portal))
            except OSError:
                # The portal is not up yet.
                coming.close()
                continue
            threading.Thread(target=self._pass, args=(coming, going, self.began), daemon=True).start()
            threading.Thread(target=self._pass, args=(going, coming, None), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket, kept: list[bytes] | None) -> None:
        try:
            while part := source.recv(65_536):
                if kept is not None:
                    kept.append(part[:2_000])
                target.sendall(part)
        except OSError:
            pass
        finally:
            for one in (source, target):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    one.close()

    def has_seen(self, what: str) -> bool:
        return any(what.encode() in part for part in self.began)


@dataclass(frozen=True)
class Front:
    """A proxy that listens on ADDRESS, and what stands behind it."""

    relay: Relay
    shopper: tuple[str, str]
    context: ssl.SSLContext

    def connect(self, visitor: str = VISITORS[0]) -> ssl.SSLSocket:
        plain = socket.create_connection((ADDRESS, 443), timeout=60, source_address=(visitor, 0))
        return self.context.wrap_socket(plain, server_hostname=NAME)

    def ask(
        self, method: str, path: str, body: bytes = b"", visitor: str = VISITORS[0], **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers by lower case (cookies joined), text."""
        connection = http.client.HTTPSConnection(NAME, context=self.context)
        connection.sock = self.connect(visitor)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        # A body that is too long may be refused before it is sent whole.
        with suppress(OSError):
            connection.request(method, path, body or None, {"Host": NAME, "Origin": f"https://{NAME}"} | named)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        found: dict[str, str] = {}
        for name, value in answer.getheaders():
            found[name.lower()] = f"{found[name.lower()]}; {value}" if name.lower() in found else value
        connection.close()
        return answer.status, found, text

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, dict[str, str], str]:
        kind = {"Content_Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields).encode(), **{**kind, **headers})

    def form(self, path: str, cookie: str = "") -> tuple[dict[str, str], str]:
        """The hidden fields of the page at `path`, and the cookies to send them with."""
        _, headers, text = self.ask("GET", path, **({"Cookie": cookie} if cookie else {}))
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
        cookies = re.findall(r"((?:__Host-)?portal[a-z_]*=[^;]+)", headers.get("set-cookie", ""))
        return {name: unescape(value) for name, value in reversed(hidden)}, "; ".join([cookie, *cookies]).strip("; ")

    def signed_in(self) -> str:
        """The cookies of a shopper who has signed in through the proxy."""
        login, password = self.shopper
        fields, cookie = self.form("/sign-in")
        status, headers, text = self.post("/sign-in", fields | {"login": login, "password": password}, Cookie=cookie)
        assert status == 303, f"signing in: {status} {text[:200]}"
        return "; ".join(re.findall(r"((?:__Host-)?portal[a-z_]*=[^;]+)", headers["set-cookie"]))


def pages_are_served_under_their_own_name(front: Front) -> None:
    status, headers, _ = front.ask("GET", "/sign-in")
    assert status == 200, status
    assert "max-age" in headers.get("strict-transport-security", ""), "the portal does not know that it is https"
    assert "__Host-" in headers.get("set-cookie", ""), headers.get("set-cookie")
    assert "portal=" in front.signed_in()


def a_slow_body_stays_with_the_proxy(front: Front) -> None:
    slow = front.connect()
    head = f"POST /sign-in?slow=1 HTTP/1.1\r\nHost: {NAME}\r\nOrigin: https://{NAME}\r\nContent-Length: 20000\r\n\r\n"
    slow.sendall(head.encode())
    for _ in range(12):
        slow.sendall(b"a")
        time.sleep(0.25)
    assert not front.relay.has_seen("slow=1"), "the beginning of a slow body came to the portal"
    assert front.ask("GET", "/healthz")[0] == 200
    slow.sendall(b"a" * (20_000 - 12))
    assert slow.recv(12).startswith(b"HTTP/1.1 "), "no answer once it was whole"
    assert front.relay.has_seen("slow=1")
    slow.close()


def what_a_visitor_says_of_himself_counts_for_nothing(front: Front) -> None:
    status, headers, _ = front.ask(
        "GET", "/orders", X_Forwarded_Host="evil.example", X_Forwarded_Proto="http", X_Forwarded_For="6.6.6.6"
    )
    assert status == 303 and "evil" not in headers["location"], (status, headers.get("location"))
    fields, cookie = front.form("/sign-in")
    forged = {"X_Forwarded_Host": "evil.example", "Origin": "https://evil.example", "Cookie": cookie}
    assert front.post("/sign-in", fields | {"login": "a", "password": "b"}, **forged)[0] == 403


def limits_count_the_visitor_that_is_connected(front: Front) -> None:
    fields, cookie = front.form("/find-order")
    asked = fields | {"order_no": "", "contact": ""}
    statuses = [
        front.post("/find-order", asked, Cookie=cookie, X_Forwarded_For=f"10.0.{turn}.1")[0] for turn in range(TRIES)
    ]
    assert statuses[0] == 422 and statuses[-1] == 429, f"{statuses[0]} … {statuses[-1]}"
    other = front.post("/find-order", asked, Cookie=cookie, visitor=VISITORS[1])
    assert other[0] == 422, f"another visitor is refused with the first: {other[0]}"


def uploads_of_the_allowed_size_pass_and_larger_ones_do_not(front: Front) -> None:
    cookie = front.signed_in()
    _, _, text = front.ask("GET", "/orders?state=completed", Cookie=cookie)
    found = re.findall(r'data-order="([^"]+)"', text) or re.findall(
        r'data-order="([^"]+)"', front.ask("GET", "/orders", Cookie=cookie)[2]
    )
    path = next(
        f"/orders/{number}/refund"
        for number in found
        if front.ask("GET", f"/orders/{number}/refund", Cookie=cookie)[0] == 200
    )
    fields, cookie = front.form(path, cookie)
    kind = {"Content_Type": "multipart/form-data; boundary=b", "Cookie": cookie}
    files = multipart(fields | {"upload": "1"}, [8 * MEGABYTE - 1] * 6)
    status, _, said = front.ask("POST", path, files, **kind)
    assert status == 422 and "data-error" in said, f"six files of 8 MB: {status} {said[:200]}"
    assert front.ask("POST", path, multipart(fields, [72 * MEGABYTE]), **kind)[0] == 413


def multipart(fields: dict[str, str], sizes: list[int]) -> bytes:
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    named = 'Content-Disposition: form-data; name="evidence"; filename="a.jpg"'
    for size in sizes:
        parts.append(
            f"--b\r\n{named}\r\nContent-Type: image/jpeg\r\n\r\n".encode()
            + b"\xff\xd8\xff"
            + b"x" * (size - 3)
            + b"\r\n"
        )
    return b"".join([*parts, b"--b--\r\n"])


def metrics_are_not_there(front: Front) -> None:
    assert front.ask("GET", "/metrics")[0] == 404


CHECKS: tuple[Callable[[Front], None], ...] = (
    pages_are_served_under_their_own_name,
    a_slow_body_stays_with_the_proxy,
    what_a_visitor_says_of_himself_counts_for_nothing,
    uploads_of_the_allowed_size_pass_and_larger_ones_do_not,
    metrics_are_not_there,
    limits_count_the_visitor_that_is_connected,
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def certificate(folder: Path) -> ssl.SSLContext:
    """Of NAME, signed by itself, as cert.pem and key.pem; the context that trusts it."""
    where = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    subprocess.run([*command, "-addext", f"subjectAltName=DNS:{NAME}", *where], check=True, capture_output=True)
    return ssl.create_default_context(cafile=str(folder / "cert.pem"))


def nginx_arguments(folder: Path, relay: Relay) -> list[str]:
    """deploy/nginx.conf, but for its address, its certificate and the portal's port."""
    said = (DEPLOY / "nginx.conf").read_text()
    said = said.replace("listen 443 ssl;", f"listen {ADDRESS}:443 ssl;").replace(
        "127.0.0.1:8000", f"127.0.0.1:{relay.port}"
    )
    said = said.replace("/etc/ssl/after-sales.example.pem", f"{folder}/cert.pem")
    said = said.replace("/etc/ssl/after-sales.example.key", f"{folder}/key.pem")
    paths = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    around = f"pid {folder}/pid; error_log {folder}/error.log; user root; events {{}}\n"
    (folder / "all.conf").write_text(f"{around}http {{ access_log off; {paths}\n{said}}}\n")
    return ["-p", str(folder), "-c", str(folder / "all.conf"), "-g", "daemon off;"]


def caddy_arguments(folder: Path, relay: Relay) -> list[str]:
    """deploy/Caddyfile, but for its address, its certificate, the portal's port and Caddy's own administration."""
    said = (DEPLOY / "Caddyfile").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{relay.port}")
    said = said.replace("{\n", "{\n    admin off\n    auto_https disable_redirects\n", 1)
    own = f"{NAME} {{\n    bind {ADDRESS}\n    tls {folder}/cert.pem {folder}/key.pem\n"
    (folder / "Caddyfile").write_text(said.replace(f"{NAME} {{\n", own))
    return ["run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


PROXIES = {"nginx": nginx_arguments, "caddy": caddy_arguments}


@contextmanager
def running(command: list[str], folder: Path, **environment: str) -> Iterator[None]:
    log = folder / f"{Path(command[0]).name}.log"
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, env=os.environ | home | environment)
        try:
            yield
        except Exception as problem:
            raise RuntimeError(f"{problem}\n{log.read_text()[-1500:]}") from problem
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def filled(folder: Path, environment: dict[str, str]) -> tuple[str, str]:
    """The data of a demo, where `environment` says; the login and password of its first shopper."""
    program = "from portal.cli.demo import make_demo; print(*make_demo(72, origin='https://shop.example'), sep='\\n')"
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, cwd=folder, env=os.environ | environment, check=True, capture_output=True, text=True)
    login, password = re.findall(r"shopper login=(\S+) password=(\S+)", said.stdout)[0]
    return login, password


@contextmanager
def behind(proxy: str, program: str, folder: Path) -> Iterator[Front]:
    """A `portal serve` with the data of a demo, the relay, and the proxy before both."""
    portal = free_port()
    relay = Relay(free_port(), portal)
    relay.start()
    environment = {
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(48),
        "PORTAL_BASE_URL": f"https://{NAME}",
        "PORTAL_TRUSTED_PROXIES": "1",
        "PORTAL_RAIL": "sandbox",
        "PORTAL_MAIL_URL": f"file://{folder}/mail",
        "PORTAL_SMS_URL": f"file://{folder}/sms",
        "PORTAL_DATABASE_URL": f"sqlite:///{folder}/portal.db",
        "PYTHONPATH": str(ROOT),
    }
    shopper = filled(folder, environment)
    context = certificate(folder)
    serve = [sys.executable, "-m", "portal.cli", "serve", "--port", str(portal), "--workers", "1", "--no-worker"]
    with running(serve, folder, **environment), running([program, *PROXIES[proxy](folder, relay)], folder):
        front = Front(relay, shopper, context)
        until_it_answers(front)
        yield front


def until_it_answers(front: Front) -> None:
    last = time.monotonic() + 60
    while time.monotonic() < last:
        try:
            if front.ask("GET", "/healthz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.3)
    raise TimeoutError("nothing answers")


def check_proxy(proxy: str, program: str) -> list[str]:
    """What it did, a line each; raises where it did not."""
    with tempfile.TemporaryDirectory() as name, behind(proxy, program, Path(name)) as front:
        for check in CHECKS:
            check(front)
    return [check.__name__.replace("_", " ") for check in CHECKS]


def version(proxy: str, program: str) -> str:
    said = subprocess.run(
        [program, "version" if proxy == "caddy" else "-v"], capture_output=True, text=True, check=False
    )
    return next(iter(re.findall(r"\d+\.\d+\.\d+", said.stdout + said.stderr)), "")


def tried_proxies(programs: dict[str, str]) -> dict[str, str]:
    """By proxy: its version and what was seen, or that it was not tried. `programs`: their paths, "" for none."""
    found: dict[str, str] = {}
    for proxy, program in programs.items():
        seen = f"{version(proxy, program)}: {'; '.join(check_proxy(proxy, program))}" if program else ""
        found[proxy] = seen or "not installed here: **not tried**"
    return found


if __name__ == "__main__":
    print(json.dumps(tried_proxies({name: shutil.which(name) or "" for name in (sys.argv[1:] or PROXIES)}), indent=1))
