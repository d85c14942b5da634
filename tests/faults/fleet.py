"""Two web and two worker processes behind deploy/nginx-several.conf, over PostgreSQL, a bucket and Redis: nothing that
they share is a disk, but for the mails and the sandbox rail's books, which stand for the world outside."""

from __future__ import annotations

import http.client
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.faults.installation import SECRET, Answer, Browser, Installation, NoAnswer, free_port, started
from tests.support import needs
from tests.support.databases import portal_app
from tests.support.needs import CHECKOUT
from tests.support.s3_server import WHO

SERVERS = CHECKOUT / "deploy" / "nginx-several.conf"


class Fleet(Installation):
    """`names`: web1, web2, worker1, worker2; each is a `portal` of its own, with a current directory of its own."""

    def __init__(self, folder: Path, url: str, *, s3: str, redis: str, nginx: str, queue: str = "local") -> None:
        super().__init__(folder, url, queue=queue)
        self.s3, self.redis, self.nginx = s3, redis, nginx
        self.ports = {"web1": free_port(), "web2": free_port()}
        self.names = (*self.ports, "worker1", "worker2")
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.proxy: subprocess.Popen[bytes] | None = None

    @property
    def elsewhere(self) -> dict[str, str]:
        prefix = self.folder.name
        return {
            "store_url": f"s3://evidence/{prefix}",
            "audit_url": f"s3://heads/{prefix}",
            "s3_endpoint": self.s3,
            "rate_limit_url": self.redis,
        }

    @cached_property
    def app(self) -> Any:
        return portal_app(self.url, self.folder, secret_key=SECRET, queue=self.queue, **self.elsewhere)

    @property
    def environment(self) -> dict[str, str]:
        settings = {f"PORTAL_{name.upper()}": value for name, value in self.elsewhere.items()}
        return super().environment | WHO | settings | {"PORTAL_TRUSTED_PROXIES": "1"}

    def start(self, *, patience: float = 100) -> float:
        began = time.monotonic()
        for name in self.names:
            self.start_one(name)
        self.proxy = self._start_proxy()
        for name in self.ports:
            self.until_ready(name, patience)
        while not self.answers():
            assert time.monotonic() < began + patience, self.said()
            time.sleep(0.1)
        return time.monotonic() - began

    def start_one(self, name: str) -> None:
        directory = self.folder / name
        directory.mkdir(exist_ok=True)
        words = ["serve", "--no-worker", "--workers", "1", "--port", str(self.ports.get(name))]
        self.running[name] = self.run(*(words if name in self.ports else ["worker"]), directory=directory)

    def until_ready(self, name: str, patience: float = 100) -> None:
        """As a load balancer asks: does this one serve?"""
        last = time.monotonic() + patience
        while True:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self.ports[name]}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
            assert self.running[name].poll() is None and time.monotonic() < last, self.said()
            time.sleep(0.1)

    def restart(self, name: str, patience: float = 60) -> float:
        """As systemd does: SIGTERM, waited for, started again; the seconds until it was gone."""
        began = time.monotonic()
        old = self.running[name]
        old.terminate()
        assert old.wait(patience) == 0, (name, old.returncode, self.said())
        took = time.monotonic() - began
        self.start_one(name)
        if name in self.ports:
            self.until_ready(name)
        return took

    def served(self) -> dict[str, list[str]]:
        """What each web process was asked for by the proxy: `status method path`, the oldest first."""
        by_port: dict[str, list[str]] = {f"127.0.0.1:{port}": [] for port in self.ports.values()}
        for line in (self.folder / "asked").read_text().splitlines():
            # Where the first one asked had no answer, nginx names both.
            addresses, _, what = line.rpartition(", ")[2].partition(" ")
            by_port[addresses].append(what)
        return {name: by_port[f"127.0.0.1:{port}"] for name, port in self.ports.items()}

    def said(self) -> str:
        return (self.folder / "log").read_text()[-4000:]

    def stop(self) -> None:
        for process in (*self.running.values(), *([self.proxy] if self.proxy else [])):
            process.terminate()
        for process in (*self.running.values(), *([self.proxy] if self.proxy else [])):
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
        super().stop()

    def _start_proxy(self) -> subprocess.Popen[bytes]:
        """The file as it stands, but for the names, ports and TLS of this machine."""
        said = SERVERS.read_text().replace("listen 443 ssl;", f"listen 127.0.0.1:{self.port};")
        for name, port in self.ports.items():
            said = said.replace(f"{name}:8000", f"127.0.0.1:{port}")
        said = "\n".join(line for line in said.splitlines() if "ssl_certificate" not in line)
        said = said.replace("$host;", "$http_host;")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = " ".join(f"{kind}_temp_path {self.folder}/nginx-{kind};" for kind in kinds)
        around = f"pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log; events {{}}\n"
        whole = self.folder / "nginx.conf"
        asked = f"log_format asked '$upstream_addr $status $request_method $uri'; access_log {self.folder}/asked asked;"
        whole.write_text(f"{around}http {{ {asked} {places}\n{said}\n}}\n")
        command = [self.nginx, "-p", str(self.folder), "-c", str(whole), "-g", "daemon off; user root;"]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)


@contextmanager
def fleet_on(folder: Path, url: str, *, s3: str, redis: str, queue: str = "local") -> Iterator[Fleet]:
    """Running, with a shop, and its shopper signed in. The processes of the test have to know who they are to S3."""
    nginx = needs.need(
        "nginx", "two web processes stand behind it", shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    )
    with started(Fleet(folder, url, s3=s3, redis=redis, nginx=nginx, queue=queue)) as fleet:
        yield fleet


def post_file(browser: Browser, path: str, values: dict[str, str], content: bytes, *, timeout: float = 30) -> Answer:
    """The form with a picture, as a browser sends it."""
    mark = secrets.token_hex(8)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in values.items()
    ]
    named = 'Content-Disposition: form-data; name="evidence"; filename="a.png"'
    head = f"--{mark}\r\n{named}\r\nContent-Type: image/png\r\n\r\n"
    body = ("".join(parts) + head).encode() + content + f"\r\n--{mark}--\r\n".encode()
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {
        "Cookie": cookies,
        "Origin": f"http://127.0.0.1:{browser.port}",
        "Content-Type": f"multipart/form-data; boundary={mark}",
    }
    connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=timeout)
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers.get("Location", ""), response.read())
    except (OSError, http.client.HTTPException) as problem:
        raise NoAnswer(str(problem)) from problem
    finally:
        connection.close()
