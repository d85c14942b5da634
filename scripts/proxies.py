"""The proxies of docs/operate.md as they stand in deploy/, each in front of a `portal serve` of its own: what they
let through, and what they keep. Part of `make attack`; a proxy that is not installed is said to be missing.

Between proxy and portal stands a relay that counts what comes, so that what a proxy holds back can be seen.
"""

from __future__ import annotations

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
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.proxy_checks import ADDRESS, CHECKS, NAME, Front, Relay

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"


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
