"""docs/rails.md, integrate.md and embedding.md are followed as written: each file, each command (P12, P27)."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.cli.rails import rails
from portal.services.shops.set_rail import set_rail
from portal.wiring import ConnectedRails
from tests.api.test_refund_results import operator, refund
from tests.rails.rail_keys import private_pem, public_pem
from tests.support.browsers import served
from tests.support.documents import is_like
from tests.support.fake_rails import FakeRails
from tests.support.make import make_shop, store_order
from tests.support.needs import CHECKOUT
from tests.support.order_facts import make_order
from tests.support.rails import MERCHANT
from tests.support.signing_in import place

pytestmark = pytest.mark.req("P12", "P27", "N7")
RAILS, INTEGRATE, EMBEDDING = (
    (CHECKOUT / f"docs/{name}.md").read_text() for name in ("rails", "integrate", "embedding")
)
FILES = re.findall(r"^```toml\n(# (\w+)\.toml\n.*?)^```", RAILS, re.DOTALL | re.MULTILINE)
FILLED_IN = {
    "whsec_…": "whsec_" + "a2V5" * 10 + "aw==",
    "rk_live_…": "rk_live_0123456789abcdef",
    "…32 characters…": "0123456789abcdef0123456789abcdef",
}


def test_a_file_of_every_rail_is_shown() -> None:
    assert {kind for _file, kind in FILES} == {"alipay", "wechat", "stripe", "merchant"}
    assert sorted(re.findall(r"`portal rails (\w+)", RAILS)) == ["check", "remove", "set", "show"]


@pytest.mark.parametrize(("file", "kind"), FILES, ids=[kind for _file, kind in FILES])
def test_the_file_of_a_rail_is_set_shown_and_removed_as_written(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, kind: str
) -> None:
    deps = app.extensions["portal"]
    make_shop(deps)
    app.extensions["portal"] = replace(deps, rails=ConnectedRails(deps.clock, may_be_private=True))
    for mark, value in FILLED_IN.items():
        file = file.replace(mark, value)
    for key, name in re.findall(r'^(\w+_file) = "(.*)"$', file, re.MULTILINE):
        (tmp_path / name).write_text(private_pem("app") if key == "private_key_file" else public_pem("provider"))
    (tmp_path / f"{kind}.toml").write_text(file)
    monkeypatch.chdir(tmp_path)

    def run(command: str) -> str:
        done = app.test_cli_runner().invoke(rails, shlex.split(command))
        assert done.exit_code == 0, (command, done.output)
        return done.output

    run(f"set tepai {kind} {kind}.toml")
    shown = run("show tepai")
    assert kind in shown and not [value for value in FILLED_IN.values() if value in shown]
    run(f"remove tepai {kind}")


def test_the_steps_of_the_merchant_rail_are_followed_in_a_shell(tmp_path: Path) -> None:
    """With the receiver and `portal` as processes, in an empty folder beside the documentation."""
    (steps,) = [
        block for block in re.findall(r"^```sh\n(.*?)^```", INTEGRATE, re.DOTALL | re.MULTILINE) if "<<END" in block
    ]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    (tmp_path / "docs").symlink_to(CHECKOUT / "docs")
    first = "portal db upgrade\nportal shops add tepai --name T --origin https://shop.example\n"
    script = "set -e\ntrap 'kill $(jobs -p)' EXIT\n" + first + steps.replace("9000", port).replace("KEY", "tepai")
    known = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    known |= {"PORTAL_SECRET_KEY": "of-thirty-two-characters-and-more-0123", "PYTHONPATH": str(CHECKOUT)}
    known["PATH"] = f"{Path(sys.executable).parent}:{known['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=known, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    (printed,) = re.findall(r"## What `check` prints\n\n```\n(.*?)```", RAILS, re.DOTALL)
    assert done.stdout.endswith(printed)
    assert "Traceback" not in done.stderr


def curl(command: str, **known: str) -> tuple[int, Any]:
    """What it was answered: the status and the body."""
    done = subprocess.run(
        ["bash", "-c", f"{command} -sS -w '\\n%{{http_code}}'"],
        env=os.environ | known,
        capture_output=True,
        text=True,
        check=True,
    )
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)


def test_a_result_is_said_as_the_page_says_it(app: Flask) -> None:
    here = place(app)
    app.extensions["portal"] = replace(here.deps, rails=FakeRails(here.clock))
    set_rail(config=MERCHANT, actor=operator(here), deps=here.deps)
    number = refund(here)
    (command,) = re.findall(r"^(curl .*?)^```", INTEGRATE, re.DOTALL | re.MULTILINE)
    with served(app) as live:
        command = command.replace("https://after.example", live.url).replace("01JR…-1", number).strip()
        assert curl(command, TOKEN=here.made.keys.token) == (200, {"refund": number, "state": "succeeded"})


def test_a_code_for_the_frame_is_asked_for_as_the_page_says_it(app: Flask) -> None:
    here = place(app)
    store_order(here.made, make_order(no="A-1"))
    (command, shown) = re.findall(r"^(curl https://help.*?)\n\n(201 .*?)^```", EMBEDDING, re.DOTALL | re.MULTILINE)[0]
    with served(app) as live:
        command = command.replace("https://help.example", live.url).replace("API-TOKEN", here.made.keys.token)
        status, said = curl(command)
    assert status == 201
    shown = re.sub("ZBQ…|[0-9T:.+-]{32}", "…", shown.removeprefix("201 ").replace("https://help.example", "…"))
    assert is_like(json.loads(shown), said), said
