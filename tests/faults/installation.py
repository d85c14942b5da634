"""A whole portal as it runs in a shop: supervisor, web and worker as processes, over HTTP, on a database of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import lxml.html

from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from tests.faults.inside.sitecustomize import STEPS
from tests.faults.tills import SandboxTill, Till
from tests.support.databases import close, portal_app
from tests.support.make import Made, make_shop
from tests.support.needs import CHECKOUT

HERE = Path(__file__).parent
SECRET = "for-tests-only-" + "0" * 32
PASSWORD = "correct horse"
WEB_STEPS = (
    "Requests.claim",
    "Orders.get_for_update",
    "Orders.save",
    "Events.append",
    "Refunds.plan",
    "Cases.open",
    "Cases.record_decision",
    "Requests.finish",
    "UnitOfWork.flush",
    "Notices.flush",
    "Events.flush",
    "Orders.flush",
    "Jobs.flush",
)
WORKER_STEPS = (
    "Jobs.lease",
    "refund_money",
    "_claim",
    "Orders.get_by_id_for_update",
    "Refunds._step",
    "_call",
    "SandboxRail.refund",
    "SandboxBooks._append_lines",
    "SandboxBooks._append",
    "SandboxRail.find_refund",
    "record_answer",
    "take_answer",
    "succeeded",
    "Orders.save",
    "Orders.flush",
    "Events.flush",
    "Jobs.again",
    "Jobs.finish",
    "deliver_notice",
    "FileMailer.send",
    "Spool.put",
    "FileTexts.send",
    "Notices.mark_sent",
    "UnitOfWork.flush",
)
BROUGHT_STEPS = (
    *(("web", step) for step in ("ProcrastinateQueue.send",)),
    *(("worker", step) for step in ("Jobs.lease_brought", "ProcrastinateQueue.send")),
)
"""Where a dispatcher brings the jobs."""
RAIL_STEPS = (
    *("AlipayRail.refund", "AlipayRail.find_refund", "WechatRail.refund", "WechatRail.find_refund"),
    *("StripeRail.refund", "StripeRail._send", "StripeRail.find_refund"),
    *("MerchantRail.refund", "MerchantRail.find_refund"),
    *("_claim", "_call", "record_answer", "take_answer", "succeeded"),
)
"""Of a worker whose refunds go by the rails of the shop."""
assert {step for steps in STEPS.values() for step in steps} >= {
    *(*WEB_STEPS, *WORKER_STEPS, *RAIL_STEPS),
    *(step for _, step in BROUGHT_STEPS),
}


class NoAnswer(Exception):
    """The connection was refused, cut or timed out: whether it was done is not known."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes

    @property
    def tree(self) -> Any:
        return lxml.html.fromstring(self.body)


@dataclass
class Browser:
    """Cookies, and forms posted as a browser posts them. `headers`: what a proxy before the portal adds."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    timeout: float = 15
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self._send("GET", path, None)

    def post(self, path: str, values: dict[str, str]) -> Answer:
        return self._send("POST", path, urlencode(values))

    def form(self, path: str, action: str) -> tuple[str, dict[str, str]]:
        """Where the form leads whose address ends with `action`, and what it holds."""
        answer = self.get(path)
        assert answer.status == 200, (path, answer.status, answer.body[-2000:])
        for form in answer.tree.forms:
            if form.method.lower() == "post" and urlsplit(form.action or path).path.endswith(action):
                return form.action or path, {name: value or "" for name, value in form.form_values()}
        raise AssertionError(f"no form {action} on {path}")

    def sign_in(self) -> None:
        path, values = self.form("/sign-in", "/sign-in")
        answer = self.post(path, values | {"login": "c-1", "password": PASSWORD})
        assert answer.status == 303, (answer.status, answer.body[-2000:])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)

    def _send(self, method: str, path: str, body: str | None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Origin": self.origin}
        headers |= self.headers
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = self.connection()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as problem:
            raise NoAnswer(str(problem)) from problem
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers.get("Location", ""), content)


class Installation:
    """`folder` holds its files; `till`: by which rails its orders are paid; `queue`: its PORTAL_QUEUE; `options` of
    `portal serve`. `start` waits for the first good answer and gives the seconds it took."""

    def __init__(
        self, folder: Path, url: str, till: Till | None = None, *, queue: str = "local", options: Sequence[str] = ()
    ) -> None:
        self.folder, self.url, self.queue, self.options = folder, url, queue, options
        self.till = till or SandboxTill()
        self.port = free_port()
        self.supervisor: subprocess.Popen[bytes] | None = None
        (folder / "faults").mkdir(parents=True, exist_ok=True)
        self.browser = Browser(self.port)
        self.numbers = 0

    @cached_property
    def app(self) -> Any:
        """The same installation, as the test sees it from outside."""
        return portal_app(self.url, self.folder, secret_key=SECRET, queue=self.queue)

    @property
    def deps(self) -> Deps:
        found: Deps = self.app.extensions["portal"]
        return found

    @cached_property
    def made(self) -> Made:
        """Its shop sends text messages by night too: faults are tried at any hour."""
        made = make_shop(self.deps)
        with unit_of_work(self.deps) as work:
            work.shops.set(made.shop_id, settings={"returns": True, "sms": {"quiet": ""}})
        return made

    @property
    def environment(self) -> dict[str, str]:
        files = {name: f"file://{self.folder}/{place}" for name, place in _FILES.items()}
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
            **files,
            "PORTAL_SECRET_KEY": SECRET,
            "PORTAL_DATABASE_URL": self.url,
            "PORTAL_QUEUE": self.queue,
            "PORTAL_SANDBOX_PLAN": str(self.folder / "plan"),
            "PORTAL_BASE_URL": f"http://127.0.0.1:{self.port}",
            "PORTAL_FAULTS": str(self.folder / "faults"),
            "PYTHONPATH": f"{HERE / 'inside'}{os.pathsep}{CHECKOUT}",
            "PYTHONDONTWRITEBYTECODE": "",
        }

    def start(self, *, patience: float = 100) -> float:
        """Starts until it stays up: after a kill the port is free again a moment later."""
        began = time.monotonic()
        while True:
            if self.supervisor is None or self.supervisor.poll() is not None:
                self.supervisor = self.run("serve", "--port", str(self.port), *self.options)
            # What answers must be the new one: the old web processes may not have noticed yet.
            if self.processes()["web"] and self.answers():
                return time.monotonic() - began
            assert time.monotonic() < began + patience, (self.folder / "log").read_text()[-4000:]
            time.sleep(0.02)

    def run(self, *arguments: str, directory: Path | None = None, **variables: str) -> subprocess.Popen[bytes]:
        """`variables` of the environment, where it is another machine's."""
        command, environment = [sys.executable, "-m", "portal.cli", *arguments], self.environment | variables
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, env=environment, cwd=directory or self.folder, stdout=log, stderr=log)

    def answers(self, of: Browser | None = None) -> bool:
        """A page for somebody signed in, from the database: that is a good answer."""
        browser = of or self.browser
        try:
            return Browser(browser.port, dict(browser.cookies), timeout=3).get("/orders").status in (200, 303)
        except NoAnswer:
            return False

    def seconds_until_it_answers(self, patience: float = 100) -> float:
        began = time.monotonic()
        # What answers must be the new one: web processes without their granian go on for a moment.
        while not (self.processes()["web"] and self.answers()):
            assert time.monotonic() < began + patience, (self.folder / "log").read_text()[-4000:]
            time.sleep(0.02)
        return time.monotonic() - began

    def processes(self) -> dict[str, list[int]]:
        """Ids of what runs below the supervisor: `granian` and its `web` processes, and the `worker`."""
        found: dict[str, list[int]] = {"granian": [], "web": [], "worker": []}
        assert self.supervisor is not None
        for pid in children(self.supervisor.pid):
            command = command_of(pid)
            if "portal.processes.web" in command:
                found["granian"].append(pid)
                found["web"] += children(pid)
            elif command.endswith(" worker "):
                found["worker"].append(pid)
        return found

    def kill(self, role: str) -> bool:
        """By kill -9; False where there is none just now."""
        if role == "supervisor":
            assert self.supervisor is not None
            self.supervisor.kill()
            self.supervisor.wait()
            return True
        pids = self.processes()[role]
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                return False
        return bool(pids)

    def kill_at(self, role: str, step: str, when: str) -> None:
        """The next process of that role to come to the step ends there."""
        (self.folder / "faults" / "killed").unlink(missing_ok=True)
        self._plan("kill", f"{role} {step} {when}")

    def hold_at(self, role: str, step: str, when: str) -> None:
        """The next process of that role to come to the step stays there until it is let go."""
        self._plan("hold", f"{role} {step} {when}")

    @property
    def is_held(self) -> bool:
        return (self.folder / "faults" / "held").exists()

    def let_go(self) -> None:
        (self.folder / "faults" / "held").unlink()

    def _plan(self, name: str, content: str) -> None:
        aside = self.folder / "faults" / f"{name}.new"
        aside.write_text(content)
        aside.rename(self.folder / "faults" / name)

    def was_killed(self) -> bool:
        """Whether somebody came to the step. What nobody came to is taken back."""
        (self.folder / "faults" / "kill").unlink(missing_ok=True)
        return (self.folder / "faults" / "killed").exists()

    def set_clock(self, seconds: float) -> None:
        (self.folder / "faults" / "clock").write_text(str(seconds))

    def plan(self, *lines: str) -> None:
        aside = self.folder / "plan.new"
        aside.write_text("".join(f"{line}\n" for line in lines))
        aside.rename(self.folder / "plan")

    def stop(self) -> None:
        if self.supervisor is not None and self.supervisor.poll() is None:
            self.supervisor.terminate()
            try:
                self.supervisor.wait(20)
            except subprocess.TimeoutExpired:
                self.supervisor.kill()
                self.supervisor.wait()
        close(self.app)


Place = TypeVar("Place", bound=Installation)
_FILES = {
    "PORTAL_STORE_URL": "evidence",
    "PORTAL_MAIL_URL": "mail",
    "PORTAL_SMS_URL": "sms",
    "PORTAL_SANDBOX_LOG": "rail.ndjson",
    "PORTAL_AUDIT_URL": "audit",
}


@contextmanager
def installed(folder: Path, url: str, till: Till | None = None, **values: Any) -> Iterator[Installation]:
    """Running, with a shop, and its shopper signed in. `values` as of `Installation`."""
    with started(Installation(folder, url, till, **values)) as place:
        yield place


@contextmanager
def started(place: Place) -> Iterator[Place]:
    """The same of one that was made by somebody else."""
    place.till.set_up(place.made)
    try:
        place.start()
        place.browser.sign_in()
        yield place
    finally:
        place.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def children(pid: int) -> list[int]:
    try:
        return [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
