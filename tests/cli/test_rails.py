"""`portal rails set | show | check | remove`: the shop's own system, from its file to being removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.cli import main
from portal.services.jobs.work_jobs import work_all_jobs
from portal.wiring import ConnectedRails
from tests.rails.alipay_counterpart import ALIPAY, APP_ID, AlipayCounterpart
from tests.rails.merchant_counterpart import MerchantCounterpart
from tests.rails.merchant_server import ANOTHER_SECRET, SECRET
from tests.rails.rail_keys import private_pem, public_pem
from tests.support.fake_rail import FakeRail
from tests.support.order_facts import make_order
from tests.support.signing_in import place
from tests.support.world import World

pytestmark = pytest.mark.req("P12", "P14")


@pytest.fixture
def world(app: Flask) -> World:
    """A portal whose rails reach this machine."""
    found = place(app)
    deps = replace(found.deps, rails=ConnectedRails(found.clock, may_be_private=True))
    app.extensions["portal"] = deps
    return World(replace(found.made, deps=deps), deps, found.clock, FakeRail(found.clock), found.mailer, found.texts)


@pytest.fixture
def run(app: Flask, world: World) -> Any:
    def invoke(*words: object) -> Result:
        return app.test_cli_runner().invoke(main, ["rails", *map(str, words)])

    return invoke


@pytest.fixture
def system(world: World) -> Iterator[MerchantCounterpart]:
    found = MerchantCounterpart(world.clock, answers="later")
    yield found
    found.close()


def written(folder: Path, system: MerchantCounterpart, **other: str) -> Path:
    """The file of docs/integrate.md."""
    address = f"{system.server.url}/refunds"
    values = {"url": address, "query_url": address, "secret": SECRET} | other
    lines = [f'{name} = "{value}"' for name, value in values.items()]
    file = folder / "merchant.toml"
    file.write_text("\n".join(['methods = ["alipay", "wechat", "voucher"]', *lines]))
    return file


def test_from_its_file_to_being_removed(run: Any, system: MerchantCounterpart, tmp_path: Path) -> None:
    done = run("set", "tepai", "merchant", written(tmp_path, system))
    assert (done.exit_code, done.output) == (0, "merchant: takes Alipay (alipay), WeChat Pay (wechat), voucher\n")
    first, *facts = run("show", "tepai").output.splitlines()
    assert first == "merchant\tAlipay (alipay), WeChat Pay (wechat), voucher\tnot checked\t-"
    assert f"  secret: …{SECRET[-4:]}" in facts and f"  url: {system.server.url}/refunds" in facts
    checked = run("check", "tepai")
    assert (checked.exit_code, checked.output.splitlines()) == (
        0,
        [
            "merchant: ok: signed message: HTTP 200",
            "merchant: ok: wrong signature refused: HTTP 401",
            "merchant: ok: look-up: HTTP 404",
        ],
    )
    assert run("show", "tepai").output.splitlines()[0].endswith("\tchecked 2026-11-20 04:00\t-")
    assert run("remove", "tepai", "merchant").output == "merchant: removed\n"
    assert run("show", "tepai").output == ""


def test_a_step_that_fails_ends_the_check_with_1_and_is_shown_until_the_next(
    run: Any, system: MerchantCounterpart, tmp_path: Path
) -> None:
    run("set", "tepai", "merchant", written(tmp_path, system, secret=ANOTHER_SECRET))
    checked = run("check", "tepai", "merchant")
    assert (checked.exit_code, checked.output) == (1, "merchant: FAILED: signed message: HTTP 401\n")
    assert run("show", "tepai").output.splitlines()[0].endswith("\tsigned message: HTTP 401")
    run("set", "tepai", "merchant", written(tmp_path, system))
    assert run("check", "tepai").exit_code == 0
    assert run("show", "tepai").output.splitlines()[0].endswith("\t-")


def test_what_is_wrong_with_a_provider_is_shown_in_words(run: Any, tmp_path: Path) -> None:
    alipay = AlipayCounterpart()
    (tmp_path / "app.pem").write_text(private_pem("a stranger"))
    (tmp_path / "alipay.pem").write_text(public_pem(ALIPAY))
    file = tmp_path / "alipay.toml"
    keys = 'private_key_file = "app.pem"\nalipay_public_key_file = "alipay.pem"\n'
    gateway = f'gateway = "{alipay.server.url}/gateway.do"\n'
    file.write_text(f'methods = ["alipay"]\napp_id = "{APP_ID}"\n{keys}{gateway}')
    assert run("set", "tepai", "alipay", file).output.splitlines()[0] == "alipay: takes Alipay (alipay)"
    assert run("check", "tepai").exit_code == 1
    shown = run("show", "tepai").output
    assert "call: Alipay refuses the signature: upload the public key" in shown and "alipay_private_key" not in shown
    alipay.server.close()


def test_a_file_that_is_wrong_sets_nothing_and_shows_no_key(
    run: Any, system: MerchantCounterpart, tmp_path: Path
) -> None:
    file = written(tmp_path, system, url="ftp://shop.example/refunds", query_url="no address")
    refused = run("set", "tepai", "merchant", file)
    assert refused.exit_code == 1
    assert f"{file}: url: " in refused.output and f"{file}: query_url: " in refused.output
    assert SECRET.removeprefix("whsec_") not in refused.output
    assert run("set", "tepai", "stripe", file).exit_code == 1
    assert run("show", "tepai").output == ""


def test_a_rail_is_kept_while_a_refund_is_on_its_way_by_it(
    run: Any, world: World, system: MerchantCounterpart, tmp_path: Path
) -> None:
    run("set", "tepai", "merchant", written(tmp_path, system))
    number = world.take(make_order())
    system.server.open(1000, "CNY", world.payments[0]["reference"])
    world.cancel(number)
    work_all_jobs(deps=world.deps)
    said = f"Error: merchant: kept as it is while these are on their way by it: {world.refunds[0]['number']}\n"
    refused = run("remove", "tepai", "merchant")
    assert (refused.exit_code, refused.output) == (1, said)
    moved = run("set", "tepai", "merchant", written(tmp_path, system, query_url=f"{system.server.url}/others"))
    assert (moved.exit_code, moved.output) == (1, said)
    world.settle(3)
    assert run("remove", "tepai", "merchant").exit_code == 0
    assert run("show", "tepai").output == "the sandbox takes: Alipay (alipay)\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "nobody"), "There is no such shop.\n"),
        (("check", "tepai"), "There is no such rail.\n"),
        (("check", "tepai", "stripe"), "There is no such rail.\n"),
        (("remove", "tepai", "wechat"), "There is no such rail.\n"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(run: Any, words: tuple[str, ...], said: str) -> None:
    refused = run(*words)
    assert (refused.exit_code, refused.output) == (1, said)
