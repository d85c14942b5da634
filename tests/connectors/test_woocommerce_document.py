"""docs/woocommerce.md, followed as a new merchant would: every command in it runs, against the counterpart."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.cli.connect import connect
from tests.connectors.woocommerce_counterpart import KEY, SECRET, Woo
from tests.connectors.woocommerce_orders import line, order
from tests.support.fakes import NOON
from tests.support.make import make_shop

DOCUMENT = (Path(__file__).parents[2] / "docs/woocommerce.md").read_text("utf-8")
FENCE = r"^```{}\n(.*?)^```"


def commands() -> list[list[str]]:
    blocks = re.findall(FENCE.format("sh"), DOCUMENT, re.DOTALL | re.MULTILINE)
    return [shlex.split(each) for block in blocks for each in block.splitlines() if each.strip()]


@pytest.fixture
def woo(app: Flask) -> Iterator[Woo]:
    deps = app.extensions["portal"]
    make_shop(deps, "mall")
    app.extensions["portal"] = replace(deps, platforms=ConnectedPlatforms(deps.clock, may_be_private=True))
    provider = Woo(NOON)
    provider.put(order(11, [line(1, "Mug", "10.00")]))
    yield provider
    provider.close()


@pytest.mark.req("P26")
def test_every_command_runs_as_it_stands(app: Flask, woo: Woo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = re.findall(FENCE.format("toml"), DOCUMENT, re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    keys = {"https://shop.example": woo.url, "ck_…": KEY, "cs_…": SECRET}
    for named, real in keys.items():
        assert named in file
        file = file.replace(named, real)
    Path("woocommerce.toml").write_text(file, "utf-8")
    said = []
    for program, group, *words in commands():
        assert (program, group) == ("portal", "connect")
        ran = app.test_cli_runner().invoke(connect, words)
        assert ran.exit_code == 0, f"{words}: {ran.output}"
        said.append(ran.output)
    assert len(said) == 5
    assert "/hooks/mall/woocommerce" in said[0] and "1 orders read, 0 rejected." in said[2]


@pytest.mark.req("P26")
def test_what_compares_is_listed_by_its_name() -> None:
    for name in ("rejected", "cancelled_here", "cancelled_there", "total", "refunded"):
        assert f"`{name}`" in DOCUMENT
