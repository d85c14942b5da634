"""Runs the services of deploy/compose.yaml as processes, for where there is no container engine: each in a network and
a view of the file system of its own, under the names, addresses and ports that the file gives, as the user and with the
rights that it leaves. What an image brings is taken from this machine: its programs, and this checkout.

It takes root, as an engine does: it makes namespaces. They go with their processes.
"""

from __future__ import annotations

import ctypes
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.databases import postgresql_binaries
from tests.support.needs import CHECKOUT

DEPLOY = CHECKOUT / "deploy"
WORLD = "/srv/world"
"""Where a container of these tests keeps what stands for the world outside: mails, the books of the sandbox rail."""
SHELL = """
set -e
mount --make-rprivate /
mount --bind "$HOSTS" /etc/hosts
"""
LOOKED_AT = """
mount -t tmpfs tmpfs /srv
mkdir -p /srv/portal/var {world}
mount --bind "$OUTSIDE" {world}
for place in $KEPT; do mkdir -p "/srv/kept$place"; mount --bind "$place" "/srv/kept$place"; done
for top in $TOPS; do mount -t tmpfs -o mode=755 tmpfs "$top"; done
{tmpfs}
for place in $KEPT; do mkdir -p "$place"; mount --bind "/srv/kept$place" "$place"; done
cut -d ' ' -f 2 /proc/self/mounts | grep -vE '^/(proc|sys|dev|tmp$|srv/(world|portal/var)$)' | while read -r place; do
    # What lay below a place that something else was laid over is out of sight.
    if mountpoint -q "$place"; then mount -o remount,bind,ro "$place"; fi
done
cd /srv/portal
"""
WITHOUT_RIGHTS = (
    "setpriv --reuid {user} --regid {group} --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs"
)


def compose(values: Mapping[str, str]) -> dict[str, Any]:
    """The file, with the variables that it asks for filled in."""
    text = re.sub(r"\$\{(\w+)\}", lambda asked: values[asked[1]], (DEPLOY / "compose.yaml").read_text())
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def image() -> dict[str, Any]:
    """What the Containerfile says of how it is run: ENTRYPOINT, CMD, HEALTHCHECK, USER, ENV."""
    last = (DEPLOY / "Containerfile").read_text().rpartition("\nFROM ")[2]
    said = dict(re.findall(r"^(ENTRYPOINT|CMD|HEALTHCHECK|USER|ENV) (.*)$", last, re.MULTILINE))
    lists = {name: yaml.safe_load(said[name].partition("[")[1] + said[name].partition("[")[2]) for name in LISTS}
    variables = dict(pair.split("=", 1) for pair in shlex.split(said["ENV"]))
    return lists | {"USER": said["USER"], "ENV": variables}


PROGRAMS = os.pathsep.join(
    [str(Path(sys.executable).parent), os.environ["PATH"], str(postgresql_binaries() or ""), "/usr/sbin"]
)
TREES = (CHECKOUT, Path(sys.prefix), Path(sys.base_prefix))
LISTS = ("ENTRYPOINT", "CMD", "HEALTHCHECK")


def called(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


@dataclass
class Switch:
    """The network between the containers, with a name server of one file. `addresses` by the services' names."""

    folder: Path
    addresses: dict[str, str]

    def __post_init__(self) -> None:
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"], stdout=-1)
        assert self.holder.stdout is not None
        self.holder.stdout.readline()
        self.inside("ip", "link", "add", "inside", "type", "bridge")
        self.inside("ip", "link", "set", "inside", "up")
        self.hosts = self.folder / "hosts"
        lines = [f"{address} {name}\n" for name, address in self.addresses.items()]
        self.hosts.write_text("".join(["127.0.0.1 localhost\n", *lines]))

    def inside(self, *words: str) -> None:
        called("nsenter", "-t", str(self.holder.pid), "-n", *words)

    def plug_in(self, name: str, pid: int) -> None:
        cable = f"c-{name}"[:15]
        self.inside("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", str(pid))
        self.inside("ip", "link", "set", cable, "master", "inside", "up")
        into = ("nsenter", "-t", str(pid), "-n", "ip")
        called(*into, "link", "set", "lo", "up")
        called(*into, "addr", "add", f"{self.addresses[name]}/24", "dev", "eth0")
        called(*into, "link", "set", "eth0", "up")

    def close(self) -> None:
        self.holder.kill()
        self.holder.communicate()


@dataclass
class Container:
    """A process that waits until it is plugged in, and goes on as what it is to be."""

    name: str
    switch: Switch
    command: Sequence[str]
    environment: Mapping[str, str]
    script: str = SHELL
    given: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    """`user:group`, by their numbers; root, with all its rights, where it is empty."""

    def start(self) -> Container:
        script = f"read -r go\n{self.script}\nexec {self._words(self.command)}"
        variables = {"PATH": PROGRAMS, "HOSTS": str(self.switch.hosts), **self.given}
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                ["unshare", "--net", "--mount", "sh", "-c", script],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=variables,
                start_new_session=True,
            )
        self._until_apart()
        self.switch.plug_in(self.name, self.running.pid)
        assert self.running.stdin is not None
        self.running.stdin.write(b"go\n")
        self.running.stdin.close()
        return self

    @property
    def log(self) -> Path:
        return self.switch.folder / f"{self.name}.log"

    def _until_apart(self) -> None:
        """unshare(1) becomes the shell, which has a network of its own by then."""
        here = Path("/proc/self/ns/net").readlink()
        while Path(f"/proc/{self.running.pid}/ns/net").readlink() == here:
            assert self.running.poll() is None, self.log.read_text()

    def _words(self, command: Sequence[str]) -> str:
        """For a shell: the command as its user, with its environment alone."""
        user, _, group = self.user.partition(":")
        who = WITHOUT_RIGHTS.format(user=user, group=group) if user else ""
        return f"{who} env -i {_said(self.environment)} {shlex.join(command)}"

    def run(self, *command: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        """As `podman exec` does: another process in it, of the same user and environment."""
        inside = ["nsenter", "-t", str(self.running.pid), "-n", "-m", "--wd"]
        words = ["sh", "-c", self._words(command)]
        variables = {"PATH": PROGRAMS}
        return subprocess.run([*inside, *words], check=check, capture_output=True, text=True, env=variables)

    def stop(self, patience: float) -> int:
        """With whatever it has left behind, as a container ends with its first process."""
        self.running.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.running.wait(patience)
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        return self.running.wait()

    def connection(self, port: int) -> socket.socket:
        """To a port of it, from within its own network."""
        made: list[socket.socket] = []
        namespace = os.open(f"/proc/{self.running.pid}/ns/net", os.O_RDONLY)

        def enter() -> None:
            # Of this thread alone, which ends: the socket stays in that network.
            assert ctypes.CDLL(None, use_errno=True).setns(namespace, 0) == 0
            with suppress(OSError):
                made.append(socket.create_connection(("127.0.0.1", port), timeout=15))

        one = threading.Thread(target=enter)
        one.start()
        one.join()
        os.close(namespace)
        if not made:
            raise ConnectionRefusedError(self.name)
        return made[0]


def _said(environment: Mapping[str, str]) -> str:
    return shlex.join(f"{name}={value}" for name, value in environment.items())


def of_the_portal(
    name: str, said: Mapping[str, Any], switch: Switch, example: Mapping[str, str], outside: Path
) -> Container:
    """Of the image that the Containerfile makes: as its user, over a file system that is only read."""
    built = image()
    environment = {**built["ENV"], **example, **said["environment"], "PATH": PROGRAMS}
    command = [*built["ENTRYPOINT"], *said.get("command", built["CMD"])]
    assert said["read_only"] and said["cap_drop"] == ["ALL"] and said["security_opt"] == ["no-new-privileges:true"]
    kept = [place for place in TREES if place.parts[1] not in ("usr", "opt")]
    given = {
        "OUTSIDE": str(outside),
        "KEPT": " ".join(dict.fromkeys(map(str, kept))),
        "TOPS": " ".join(sorted({f"/{place.parts[1]}" for place in kept} - {"/tmp"})),
    }
    mounted = [place.split(":", 1) for place in said["tmpfs"]]
    tmpfs = "\n".join(f"mount -t tmpfs -o {options} tmpfs {place}" for place, options in mounted)
    script = SHELL + LOOKED_AT.format(world=WORLD, tmpfs=tmpfs)
    return Container(name, switch, command, environment, script, given, built["USER"])
