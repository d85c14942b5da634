"""The other files of deploy/: compose, systemd, the example of the environment, each by its own reader."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.config import Settings, variable
from tests.faults.installation import SECRET
from tests.support import needs
from tests.support.needs import CHECKOUT

pytestmark = pytest.mark.req("N6")
DEPLOY = CHECKOUT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SETTINGS = {variable(name) for name in Settings.model_fields}
OF_OTHERS = {"POSTGRES_PASSWORD", "PORTAL_OWNER_PASSWORD", "PORTAL_DATABASE_PASSWORD"}
"""Read by the containers beside the portal's, and by psql."""
OF_AWS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"}
MOST_EXPOSED = 20
"""Tenths of what `systemd-analyze security` gives, 10 for a service that may do everything."""


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def example(*, with_silent: bool) -> dict[str, str]:
    line = re.compile(rf"^{'(?:# )?' if with_silent else ''}([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
    return dict(line.findall((DEPLOY / "environment.example").read_text()))


def ours() -> dict[str, Any]:
    return {name: said for name, said in compose()["services"].items() if said.get("image") == "after-sales-portal"}


def test_the_example_starts_a_portal_once_its_secret_is_filled_in() -> None:
    given = example(with_silent=False) | {"PORTAL_SECRET_KEY": SECRET}
    settings = Settings.from_env(given).ready_to_serve()
    assert settings.store_url.startswith("s3:") and settings.audit_url.startswith("s3:") and not settings.is_sandbox
    empty = {name for name, value in example(with_silent=False).items() if re.search("KEY|PASSWORD|TOKEN", name)}
    assert all(not value for name, value in example(with_silent=False).items() if name in empty)


def test_compose_has_two_of_each_and_settings_that_exist() -> None:
    services = ours()
    assert set(services) == {"migrate", "web1", "web2", "worker1", "worker2"}
    for said in services.values():
        given = {name: re.sub(r"\$\{\w+\}", "x", value) for name, value in said["environment"].items()}
        assert {name: given.pop(name) for name in OF_OTHERS} == dict.fromkeys(OF_OTHERS, "")
        assert set(given) <= SETTINGS | OF_AWS
        Settings.from_env(example(with_silent=False) | {"PORTAL_SECRET_KEY": SECRET} | given).ready_to_serve()
    asked = set(re.findall(r"\$\{(\w+)\}", (DEPLOY / "compose.yaml").read_text()))
    assert asked <= set(example(with_silent=True))


def test_compose_runs_the_portal_without_rights_on_a_file_system_that_is_only_read() -> None:
    for said in ours().values():
        assert said["read_only"] is True and said["cap_drop"] == ["ALL"]
        assert said["security_opt"] == ["no-new-privileges:true"] and "volumes" not in said
    assert compose()["services"]["proxy"]["ports"] == ["443:443"]
    assert [name for name, said in compose()["services"].items() if "ports" in said] == ["proxy"]


def test_compose_upgrades_as_the_owner_and_serves_as_the_portals_own_role() -> None:
    users = {name: re.findall(r"//(\w+):", said["environment"]["PORTAL_DATABASE_URL"]) for name, said in ours().items()}
    assert users.pop("migrate") == ["portal_owner"] and {user for (user,) in users.values()} == {"portal"}
    assert {"portal", "portal_owner"} <= set(re.findall(r"^CREATE ROLE (\w+)", _roles(), re.MULTILINE))
    assert set(re.findall(r"\\getenv \w+ (\w+)", _roles())) <= OF_OTHERS


def _roles() -> str:
    return (DEPLOY / "roles.sql").read_text()


def test_what_compose_mounts_is_there_and_the_proxy_knows_both_by_their_names() -> None:
    services = compose()["services"]
    mounted = {volume.split(":")[0] for said in services.values() for volume in said.get("volumes", ())}
    files = {place for place in mounted if place.startswith("./") and place != "./certificates"}
    assert files and all((DEPLOY / place).is_file() for place in files)
    upstream = re.findall(r"server (\w+):8000", (DEPLOY / "nginx-several.conf").read_text())
    assert upstream == [name for name in services if name.startswith("web")]
    assert {said["networks"]["inside"].get("ipv4_address") for name, said in services.items() if name in upstream} == {
        "172.30.17.11",
        "172.30.17.12",
    }


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    tool = needs.need("systemd-analyze", "it reads the units")
    for unit in UNITS:
        said = unit.read_text().replace("/opt/portal/.venv/bin/portal", f"{Path(sys.executable).parent}/portal")
        (tmp_path / unit.name).write_text(said)
    done = subprocess.run([tool, "verify", *tmp_path.iterdir()], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", [unit.name for unit in UNITS if unit.suffix == ".service"])
def test_a_service_is_exposed_to_little(unit: str) -> None:
    tool = needs.need("systemd-analyze", "it tells how exposed a service is")
    command = [tool, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", str(DEPLOY / "systemd" / unit)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_units_run_commands_that_there_are() -> None:
    for unit in UNITS:
        for command in re.findall(r"^ExecStart=\S+/portal (.*)$", unit.read_text(), re.MULTILINE):
            asked = [sys.executable, "-m", "portal.cli", *_words(command), "--help"]
            subprocess.run(asked, check=True, capture_output=True)


def _words(command: str) -> list[str]:
    """The command's name, without what it is given."""
    return [word for word in command.split() if re.fullmatch("[a-z]+", word)]
