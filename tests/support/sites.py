"""Two sites over https for tests of embedding: the portal and a shop's page that frames it, on names of their own."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import BrowserContext, Playwright
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.support import browsers

PORTAL, SHOP, EVIL = "help.example.org", "www.example.com", "www.example.net"
SUBDOMAIN = "help.example.com"
"""The portal's name where it is one site with the shop."""
NAMES = (PORTAL, SUBDOMAIN, SHOP, EVIL)
"""Reserved, and below endings that browsers know, so that each can tell which of them are one site."""
RULES = ", ".join([*(f"MAP {name} 127.0.0.1" for name in NAMES), "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"])
# The last of two such arguments counts: Playwright's own would switch the partitioning of third parties off.
FEATURES = "--disable-features=MediaRouter,OptimizationHints,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable"


@dataclass(frozen=True)
class Pair:
    """Two free ports, and a certificate that all sites show."""

    portal_port: int
    shop_port: int
    certificate: tuple[str, str]
    name: str = PORTAL

    @property
    def portal(self) -> str:
        return f"https://{self.name}:{self.portal_port}"

    @property
    def shop(self) -> str:
        return f"https://{SHOP}:{self.shop_port}"

    @property
    def evil(self) -> str:
        """The shop's page under a name that is none of the shop's."""
        return f"https://{EVIL}:{self.shop_port}"


def pair(folder: Path, name: str = PORTAL) -> Pair:
    """`name`: the portal's."""
    return Pair(free_port(), free_port(), certificate(folder), name)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def certificate(folder: Path, names: Sequence[str] = NAMES) -> tuple[str, str]:
    """The paths of a self-signed certificate and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    shown = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(shown, critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "site.pem", folder / "site.key"
    paths[0].write_bytes(built.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption_algorithm=plain)
    )
    return str(paths[0]), str(paths[1])


@contextmanager
def serving(app: Any, port: int, files: tuple[str, str] | None) -> Iterator[None]:
    """`app` over https on `port`, without a certificate over http, from threads of this process."""
    context = None
    if files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
    server = make_server("127.0.0.1", port, app, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def shops_page(html: Callable[[Request], str]) -> Any:
    """A site whose every page is what `html` gives."""

    @Request.application
    def site(request: Request) -> Response:
        return Response(html(request), content_type="text/html; charset=utf-8")

    return site


@contextmanager
def window(
    playwright: Playwright, executable: str, folder: Path, *, scripts: bool = True, no_cookies_for: str = ""
) -> Iterator[BrowserContext]:
    """A Chromium that blocks cookies of third parties, below the site `no_cookies_for` partitioned ones too."""
    profile: dict[str, Any] = {"block_third_party_cookies": True, "cookie_controls_mode": 1}
    if no_cookies_for:
        pattern = f"{PORTAL},{no_cookies_for}"
        profile["content_settings"] = {"exceptions": {"cookies": {pattern: {"setting": 2}}}}
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps({"profile": profile}))
    flags = [flag for flag in browsers.FLAGS if "host-resolver" not in flag]
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    context = playwright.chromium.launch_persistent_context(
        str(folder),
        executable_path=executable,
        args=[*flags, *root, f"--host-resolver-rules={RULES}", FEATURES],
        ignore_https_errors=True,
        java_script_enabled=scripts,
        locale="zh-CN",
        viewport={"width": 800, "height": 900},
    )
    context.set_default_timeout(30_000)
    try:
        yield context
    finally:
        context.close()
