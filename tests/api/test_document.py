"""docs/machine-api.md is followed with curl, command by command, and answers what it shows (P12)."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.cancelling import cancel_page
from portal.services.cancelling.cancel_order import cancel_order
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.browsers import served
from tests.support.documents import commands_of, is_like
from tests.support.feed import fed_order, fed_parcel
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P12", "P22")
PAGE = (Path(__file__).parents[2] / "docs/machine-api.md").read_text()
COMMANDS = commands_of(PAGE)


def cancel_is_asked(here: Place) -> None:
    """By its customer, while it is picked."""
    shopper = here.made.shopper
    page = cancel_page("A-1", choice=CancelAsk(), actor=shopper, settings=ShopSettings(), locale="zh", deps=here.deps)
    ask = CancelAsk(reason="changed_mind")
    cancel_order(order_no="A-1", ask=ask, shown=page.shown, actor=shopper, request_id="c-1", deps=here.deps)


def answers_of(said: str) -> list[Any]:
    return [json.loads(line) for line in said.splitlines() if line]


def test_every_command_of_the_page_is_answered_as_it_shows(app: Flask, tmp_path: Path) -> None:
    here = place(app)
    (order,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    (tmp_path / "order.json").write_text(order)
    bulk = [fed_order(number="A-2", status="shipped", shipments=[fed_parcel(tracking_no="SF1000000001")])]
    bulk.append({name: value for name, value in fed_order(number="A-3").items() if name != "lines"})
    (tmp_path / "orders.ndjson").write_text("".join(json.dumps(one) + "\n" for one in bulk))
    with served(app) as live:
        known = os.environ | {"TOKEN": here.made.keys.token, "PORTAL": live.url}
        for command, shown in COMMANDS:
            if "SF1000000009" in command:
                cancel_is_asked(here)
            done = subprocess.run(
                ["bash", "-c", f"{command} -sS"], cwd=tmp_path, env=known, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (command, done.stderr)
            assert is_like(answers_of(shown), answers_of(done.stdout)), (command, shown, done.stdout)
            work_all_jobs(deps=here.deps)


def test_every_command_of_the_page_asks_for_what_there_is() -> None:
    assert len(COMMANDS) >= 12 and all(command.startswith("curl ") for command, _answer in COMMANDS)
    assert PAGE.count("curl ") == len(COMMANDS), "a command without its answer is run by no test"
