"""Everything that deploy/compose.yaml names, started in the order that it asks for."""

from __future__ import annotations

import http.client
import secrets
import shlex
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.containers import DEPLOY, PROGRAMS, SHELL, WORLD, Container, Switch, compose, image, of_the_portal
from tests.deploy.test_files import example
from tests.faults.installation import SECRET, Browser, NoAnswer
from tests.support.databases import identity, portal_app, postgresql_binaries
from tests.support.make import Made, make_shop
from tests.support.sites import certificate

HOST = "after-sales.example"
OURS = ("web1", "web2", "worker1", "worker2")
NGINX = (
    "pid {folder}/nginx.pid; error_log stderr; events {{}}\nhttp {{ access_log off; {places} include {servers}; }}\n"
)


class Visitor(Browser):
    """Somebody at the proxy, who trusts its certificate."""

    proxy: Container
    context: ssl.SSLContext

    @property
    def origin(self) -> str:
        return f"https://{HOST}"

    def connection(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPSConnection(HOST, self.port, context=self.context)
        try:
            connection.sock = self.context.wrap_socket(self.proxy.connection(self.port), server_hostname=HOST)
        except OSError as problem:
            raise NoAnswer(str(problem)) from problem
        return connection


@dataclass
class Stack:
    """`up` starts it all; `made`: its shop, once the tables are there."""

    folder: Path
    nginx: str

    def __post_init__(self) -> None:
        names = ("POSTGRES_PASSWORD", "PORTAL_OWNER_PASSWORD", "PORTAL_DATABASE_PASSWORD", "AWS_SECRET_ACCESS_KEY")
        filled = {name: secrets.token_hex(12) for name in names} | {"AWS_ACCESS_KEY_ID": "portal"}
        outside = {
            "PORTAL_RAIL": "sandbox",
            "PORTAL_SANDBOX_LOG": f"file://{WORLD}/rail.ndjson",
            "PORTAL_MAIL_URL": f"file://{WORLD}/mail",
            "PORTAL_SMS_URL": f"file://{WORLD}/sms",
        }
        self.example = example(with_silent=False) | filled | outside | {"PORTAL_SECRET_KEY": SECRET}
        self.services = compose(self.example)["services"]
        self.up: dict[str, Container] = {}
        self.world, self.data = self.folder / "world", self.folder / "data"
        addresses = {name: self._address(name, count) for count, name in enumerate(self.services)}
        self.switch = Switch(self.folder, addresses)

    def _address(self, name: str, count: int) -> str:
        fixed: str = self.services[name]["networks"]["inside"].get("ipv4_address", "")
        return fixed or f"172.30.17.{100 + count}"

    def start(self) -> None:
        self.world.mkdir(mode=0o777)
        self.world.chmod(0o777)
        self._start_postgresql()
        self._start_others()
        self.until_healthy("postgresql")
        migrate = of_the_portal("migrate", self.services["migrate"], self.switch, self.example, self.world).start()
        assert migrate.running.wait(120) == 0, migrate.log.read_text()
        self.until_healthy("s3")
        self.app = portal_app(f"postgresql+psycopg://portal@/portal?host={self.data}", self.world, secret_key=SECRET)
        self.made: Made = make_shop(self.app.extensions["portal"])
        for name in OURS:
            self.up[name] = of_the_portal(name, self.services[name], self.switch, self.example, self.world).start()
        for name in OURS[:2]:
            self.until_healthy(name)
        self._start_proxy()

    def _plain(self, name: str, command: list[str], user: str = "", **environment: str) -> None:
        variables = {"PATH": PROGRAMS, **environment}
        self.up[name] = Container(name, self.switch, command, variables, user=user).start()

    def _start_postgresql(self) -> None:
        """As the image's entrypoint leaves it: trust on its own socket, passwords elsewhere, the script run once."""
        binaries = postgresql_binaries()
        assert binaries is not None
        self.data.mkdir()
        who = identity()
        shutil.chown(self.data, who["user"], who["group"])
        place = self.data / "pgdata"
        words = [binaries / "initdb", "-D", place, "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256"]
        subprocess.run([*words, "-E", "UTF8", "--no-sync"], check=True, capture_output=True, cwd=self.data, **who)
        with (place / "pg_hba.conf").open("a") as access, (place / "postgresql.conf").open("a") as settings:
            access.write("host all all all scram-sha-256\n")
            settings.write(f"listen_addresses = '*'\nunix_socket_directories = '{self.data}'\n")
        said = self.services["postgresql"]
        command = [str(binaries / said["command"][0]), *said["command"][1:], "-D", str(place)]
        environment = {"PGHOST": str(self.data), **said["environment"]}
        self._plain("postgresql", command, f"{who['user']}:{who['group']}", **environment)
        self.until(lambda: self.up["postgresql"].run("pg_isready", "-U", "postgres").returncode == 0, "postgresql")
        script = next(place for place in said["volumes"] if "initdb.d" in place).split(":")[0]
        self.up["postgresql"].run("psql", "-X", "-q", "-U", "postgres", "-f", str(DEPLOY / script), check=True)

    def _start_others(self) -> None:
        # The image of Redis is built without this protection of installations that were never set up.
        redis, s3 = self.services["redis"], self.services["s3"]
        self._plain("redis", [*redis["command"], "--protected-mode", "no"])
        evidence = self.folder / "evidence"
        evidence.mkdir()
        command = [word.replace("-dir=/data", f"-dir={evidence}") for word in s3["entrypoint"]]
        self._plain("s3", command, **s3["environment"])

    def _start_proxy(self) -> None:
        """The image's own file includes what is in conf.d."""
        paths = {inside: outside for outside, inside, _ in (v.split(":") for v in self.services["proxy"]["volumes"])}
        servers = DEPLOY / paths["/etc/nginx/conf.d/default.conf"]
        pem, key = certificate(self.folder, (HOST,))
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = " ".join(f"{kind}_temp_path {self.folder}/nginx-{kind};" for kind in kinds)
        whole = self.folder / "nginx.conf"
        whole.write_text(NGINX.format(folder=self.folder, places=places, servers=servers))
        files = (
            f"mount -t tmpfs tmpfs /etc/ssl\nmkdir /etc/ssl/portal\ncp {shlex.quote(pem)} /etc/ssl/portal/{HOST}.pem\n"
        )
        files += f"cp {shlex.quote(key)} /etc/ssl/portal/{HOST}.key\n"
        command = [self.nginx, "-p", str(self.folder), "-c", str(whole), "-g", "daemon off; user root;"]
        proxy = Container("proxy", self.switch, command, {"PATH": PROGRAMS}, SHELL + files)
        self.up["proxy"] = proxy.start()
        context = ssl.create_default_context(cafile=pem)
        self.visitor = Visitor(443)
        self.visitor.proxy, self.visitor.context = proxy, context
        self.until(self._answers)

    def _answers(self) -> bool:
        try:
            return self.visitor.get("/sign-in").status == 200
        except NoAnswer:
            return False

    def health(self, name: str) -> subprocess.CompletedProcess[str]:
        """The check of the file, or of the image, as it is written."""
        said = self.services[name].get("healthcheck", {}).get("test") or ["CMD", *image()["HEALTHCHECK"]]
        kind, *words = said
        return self.up[name].run(*(["sh", "-c", *words] if kind == "CMD-SHELL" else words))

    def until_healthy(self, name: str) -> None:
        self.until(lambda: self.health(name).returncode == 0, name)

    def until(self, is_so: Callable[[], bool], name: str = "proxy", patience: float = 200) -> None:
        last = time.monotonic() + patience
        while not is_so():
            container = self.up[name]
            assert container.running.poll() is None and time.monotonic() < last, container.log.read_text()[-3000:]
            time.sleep(1)

    def close(self) -> None:
        for container in self.up.values():
            container.running.terminate()
        for container in self.up.values():
            container.stop(3)
        self.switch.close()
