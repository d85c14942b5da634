"""deploy/compose.yaml, run here service by service: what it starts works together, and may do no more than it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.containers import PROGRAMS, Container
from tests.deploy.stack import OURS, Stack
from tests.support.databases import close, postgresql_binaries
from tests.support.make import store_order
from tests.support.needs import CHECKOUT, need
from tests.support.order_facts import make_order

pytestmark = [pytest.mark.req("N6", "P12"), pytest.mark.timeout(300)]
SOUND = "settings secret proxies database migrations clock role triggers queue worker store heads rates disk".split()
WRITABLE = {"/srv/portal/var", "/tmp", "/srv/world"}
"""The last is the world outside of these tests."""


@contextmanager
def running() -> Iterator[Stack]:
    need("unshare", "it makes the containers' networks and mounts")
    need("ip", "it joins the networks")
    nginx = need("nginx", "compose has it as its proxy", shutil.which("nginx") or shutil.which("/usr/sbin/nginx"))
    need("redis-server", "compose has it")
    need("postgresql", "compose has it", postgresql_binaries())
    need("weed", "compose has it as its S3 server", shutil.which("weed", path=PROGRAMS))
    # Not below the folders of pytest, which nobody but their owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="portal-compose-", dir="/tmp"))
    folder.chmod(0o755)
    place = Stack(folder, nginx)
    try:
        place.start()
        yield place
        close(place.app)
    finally:
        place.close()
        shutil.rmtree(folder, ignore_errors=True)


def by_root() -> None:
    """Namespaces are made by it alone, as an engine makes them."""
    sudo = shutil.which("sudo")
    may = sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0
    command = [need("sudo without a password", "compose is run by root", sudo if may else None), "-n"]
    variables = [f"{name}={os.environ[name]}" for name in ("PATH", "CI") if name in os.environ]
    pytest_itself = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    subprocess.run([*command, *variables, *pytest_itself], check=True, cwd=CHECKOUT)


def test_everything_that_compose_starts_works_together_and_may_do_no_more_than_it_says() -> None:
    if os.geteuid() != 0:
        by_root()
        return
    with running() as stack:
        works(stack)


def works(stack: Stack) -> None:
    for name in ("postgresql", "s3", "web1", "web2"):
        done = stack.health(name)
        assert done.returncode == 0, (name, done.stdout, done.stderr)
    cancel_through_tls(stack)
    the_portal_finds_itself_sound(stack)
    for name in OURS:
        knows_no_password_of_others(name, stack)
        has_no_rights_and_writes_nowhere_else(stack.up[name])
    for name in OURS:
        patience = float(stack.services[name]["stop_grace_period"].removesuffix("s"))
        assert stack.up[name].stop(patience) == 0, (name, stack.up[name].log.read_text()[-2000:])


def cancel_through_tls(stack: Stack) -> None:
    """To the money."""
    store_order(stack.made, make_order(no="A-1"))
    visitor = stack.visitor
    visitor.sign_in()
    path, values = visitor.form("/orders/A-1/cancel", "/orders/A-1/cancel")
    assert visitor.post(path, values | {"reason": "changed_mind"}).status == 303
    stack.until(lambda: bool(visitor.get("/orders/A-1").tree.cssselect("section[data-refund][data-state=succeeded]")))
    assert visitor.get("/metrics").status == 404


def the_portal_finds_itself_sound(stack: Stack) -> None:
    """As its own role. What nothing stands for here (the mail server, a certificate that is trusted) it may miss."""
    done = stack.up["web1"].run("portal", "doctor", "--json")
    found = {said["check"]: said for said in json.loads(done.stdout)}
    assert {name: found[name]["said"] for name in SOUND if found[name]["state"] != "ok"} == {}


def knows_no_password_of_others(name: str, stack: Stack) -> None:
    environ = Path(f"/proc/{stack.up[name].running.pid}/environ").read_text()
    assert stack.example["PORTAL_DATABASE_PASSWORD"] in environ, name
    for other in ("POSTGRES_PASSWORD", "PORTAL_OWNER_PASSWORD"):
        assert stack.example[other] not in environ, (name, other)


def has_no_rights_and_writes_nowhere_else(container: Container) -> None:
    """Than where compose has memory for it."""
    said = Path(f"/proc/{container.running.pid}/status").read_text()
    found = re.findall(r"^(?:Uid|CapEff|CapBnd|NoNewPrivs):\s+(\w+)", said, re.MULTILINE)
    assert found == ["10001", "0" * 16, "0" * 16, "1"]
    assert writable(container) == WRITABLE
    refused = container.run("sh", "-c", "touch /srv/portal/a /opt/a /var/tmp/a")
    assert refused.stderr.count("Read-only file system") == 3, refused.stderr
    var = Path(f"/proc/{container.running.pid}/root/srv/portal/var")
    assert {path.relative_to(var).parts[0] for path in var.rglob("*") if path.is_file()} <= {"static"}


def writable(container: Container) -> set[str]:
    """Mounted so, but for the devices and what the kernel shows of itself."""
    lines = Path(f"/proc/{container.running.pid}/mountinfo").read_text().splitlines()
    found = {line.split()[4] for line in lines if line.split()[5].startswith("rw")}
    seen = {place for place in found if Path(f"/proc/{container.running.pid}/root{place}").exists()}
    return {place for place in seen if not re.match("/(proc|sys|dev)(/|$)", place)}
